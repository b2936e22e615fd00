"""An excerpt of source with its line numbers and a caret under the column, as compilers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.render import theme
from llmspell_cli.render.source_clip import clip_line
from llmspell_cli.render.source_text import SourceLine, read_around
from llmspell_cli.render.text import ellipsis, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmspell_cli.render.terminal import Terminal

CONTEXT = 2
"""Lines shown before and after the one in question."""


def location(source: str, line: int | None, column: int | None, terminal: Terminal) -> str:
    """`file:line:column`, as far as known: editors and terminals make a link of it."""
    parts = [visible(source, unicode=terminal.unicode)]
    if line is not None:
        parts.append(str(line))
        if column is not None:
            parts.append(str(column))
    return ":".join(parts)


def code_frame(
    source: str,
    line: int | None,
    column: int | None,
    terminal: Terminal,
    *,
    source_line: str | None = None,
    context: int = CONTEXT,
) -> str:
    """Where it is, and the source around it; ends in a newline. Lines and columns count from 1.

    `source_line` is the line's text as the engine has it. The file's lines are shown around it only where the
    file still says the same.
    """
    paint = theme.painter(terminal.color)
    arrow = paint(theme.HINT, "-->")
    where = location(source, line, column, terminal)
    lines = _lines(source, line, source_line, context)
    if line is None or not lines:
        return f" {arrow} {where}\n"
    gutter = len(str(lines[-1].number))
    bar = paint(theme.DIM, "│" if terminal.unicode else "|")
    blank = " " * gutter
    shown = [f"{blank}{arrow} {where}", f"{blank} {bar}"]
    room = max(terminal.current_width() - gutter - 4, 16)
    mark = paint(theme.DIM, ellipsis(unicode=terminal.unicode))
    for found in lines:
        here = found.number == line
        clip = clip_line(found.text, column if here else None, room, unicode=terminal.unicode)
        number = paint(theme.BOLD if here else theme.DIM, f"{found.number:>{gutter}}")
        text = paint(theme.PLAIN if here else theme.DIM, clip.text)
        text = f"{mark if clip.cut_left else ''}{text}{mark if clip.cut_right else ''}"
        shown.append(f"{number} {bar} {text}".rstrip())
        if here and column is not None:
            caret = paint(theme.ERROR, "^" * clip.caret_width)
            shown.append(f"{blank} {bar} {' ' * clip.caret_at}{caret}")
    return "\n".join(shown) + "\n"


def _lines(source: str, line: int | None, source_line: str | None, context: int) -> Sequence[SourceLine]:
    if line is None:
        return ()
    found = _trimmed(read_around(source, line, context), line)
    if source_line is None:
        return found
    own = SourceLine(line, source_line.rstrip("\r\n"))
    return found if own in found else (own,)


def _trimmed(found: Sequence[SourceLine], line: int) -> Sequence[SourceLine]:
    """Without empty lines at either end: they show nothing."""
    told = [index for index, each in enumerate(found) if each.number == line or each.text.strip()]
    return found[told[0] : told[-1] + 1] if told else ()
