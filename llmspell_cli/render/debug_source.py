"""Source for the debugger's prompt: highlighted, with its breakpoints and the line that is about to run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from llmspell_cli.render import theme
from llmspell_cli.render.source_clip import clip_line
from llmspell_cli.render.text import TAB_WIDTH, cell_width, cut, ellipsis
from llmspell_cli.render.theme import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from debug.debugger.events import Location
    from llmspell_cli.render.terminal import Terminal

_LONGEST = 1_000_000
"""Characters of a source that is highlighted."""
_LONGEST_LINE = 2_000

Mark: TypeAlias = bool
"""A breakpoint of a line: whether it stops there now."""

Spans: TypeAlias = tuple[tuple[Style, str], ...]

_KEYWORD = Style("35", "magenta")
_STYLES = (
    ("Token.Comment", theme.DIM),
    ("Token.Keyword", _KEYWORD),
    ("Token.Operator.Word", _KEYWORD),
    ("Token.Literal.String", theme.STRING),
    ("Token.Literal.Number", theme.KEY),
    ("Token.Name.Function", theme.BOLD),
)


class Excerpt(NamedTuple):
    """Lines of a source."""

    text: str
    """The whole source."""
    language: str
    first: int
    last: int
    current: Location | None = None
    """The statement that is about to run, or that called what is."""
    rule: bool = False
    """Whether the line has other statements, so that this one is to be pointed at."""
    marks: Mapping[int, Mark] = {}
    """The breakpoints, by line."""


def show_source(excerpt: Excerpt, terminal: Terminal) -> str:
    """The lines, each ended by a newline."""
    lines = _lines(excerpt.text)
    first, last = max(excerpt.first, 1), min(excerpt.last, len(lines))
    paint = theme.painter(terminal.color)
    signs = ("●", "○", "▶", "│") if terminal.unicode else ("*", "o", ">", "|")
    digits = len(str(last))
    room = max(terminal.current_width() - digits - 7, 16)
    cut_mark = paint(theme.DIM, ellipsis(unicode=terminal.unicode))
    current = excerpt.current
    spans = _highlighted(excerpt.text, excerpt.language) if terminal.color else ()
    shown = []
    for number in range(first, last + 1):
        is_current = current is not None and current.line == number
        mark = excerpt.marks.get(number)
        dot = " " if mark is None else paint(theme.ERROR if mark else theme.DIM, signs[0 if mark else 1])
        arrow = paint(theme.HINT, signs[2]) if is_current else " "
        count = paint(theme.BOLD if is_current else theme.DIM, f"{number:>{digits}}")
        text = lines[number - 1]
        column = current.column or None if is_current and current is not None else None
        clip = clip_line(text, column, room, unicode=terminal.unicode)
        code = clip.text
        if not clip.cut_left and number <= len(spans) and len(text) <= _LONGEST_LINE:
            shown_spans = _cut(spans[number - 1], cell_width(code))
            # What a terminal must not be told is escaped in the one and not in the other.
            if "".join(part for _, part in shown_spans) == code:
                code = "".join(paint(style, part) for style, part in shown_spans)
        code = f"{cut_mark if clip.cut_left else ''}{code}{cut_mark if clip.cut_right else ''}"
        shown.append(f" {dot}{arrow} {count} {paint(theme.DIM, signs[3])} {code}".rstrip())
        if excerpt.rule and is_current and current is not None and current.column and current.end_column:
            start = min(clip.caret_at, room - 1)  # of a blank at the end, which may be cut off
            length = max(min(_length_on_line(text, current), room - start), 1)
            rule = paint(theme.HINT, "^" * length)
            shown.append(f"    {' ' * digits} {paint(theme.DIM, signs[3])} {' ' * start}{rule}")
    return "".join(f"{line}\n" for line in shown)


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))


def line_count(text: str) -> int:
    """Lines of a source; an end of line at its end begins none."""
    lines = _lines(text)
    return len(lines) - (lines[-1] == "" and len(lines) > 1)


def _length_on_line(text: str, current: Location) -> int:
    end = current.end_column - 1 if current.end_line == current.line else len(text.rstrip())
    return cell_width(text[current.column - 1 : end].expandtabs(TAB_WIDTH))


@lru_cache(maxsize=8)
def _highlighted(text: str, language: str) -> tuple[Spans, ...]:
    """The lines of a source in their looks; none where it is too long, or its language unknown."""
    if len(text) > _LONGEST:
        return ()
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return ()
    joined = "\n".join(_lines(text))
    return _by_line((_style(str(kind)), part) for kind, part in lexer.get_tokens(joined))


def _style(kind: str) -> Style:
    return next((style for prefix, style in _STYLES if kind.startswith(prefix)), theme.PLAIN)


def _by_line(tokens: Iterable[tuple[Style, str]]) -> tuple[Spans, ...]:
    lines: list[Spans] = []
    line: list[tuple[Style, str]] = []
    column = 0
    for style, text in tokens:
        for at, part in enumerate(text.split("\n")):
            if at:
                lines.append(tuple(line))
                line, column = [], 0
            if part:
                wide = part if "\t" not in part else _expanded(part, column)
                column += cell_width(wide)
                line.append((style, wide))
    lines.append(tuple(line))
    return tuple(lines)


def _cut(spans: Spans, width: int) -> Spans:
    """The first so many cells of a line."""
    kept: list[tuple[Style, str]] = []
    for style, text in spans:
        if width <= 0:
            break
        kept.append((style, cut(text, 0, width)))
        width -= cell_width(text)
    return tuple(kept)


def _expanded(text: str, column: int) -> str:
    return (" " * column + text).expandtabs(TAB_WIDTH)[column:]
