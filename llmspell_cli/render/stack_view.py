"""A stack for people: aligned, with variables where asked, and recursion folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmspell_cli.render import theme
from llmspell_cli.render.code_frame import location
from llmspell_cli.render.text import cell_width, ellipsis, pad, plain_marks, shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from debug.stack import StackFrame, StackTrace, Variable
    from llmspell_cli.render.terminal import Terminal

MAX_CYCLE = 4
"""Functions that call each other in turn, up to this many, count as one recursion."""

MIN_REPEATS = 4
"""Rounds of a recursion from which it is folded to its first."""

MAX_VARIABLES = 20
"""Variables shown of one frame."""

_MAX_NAME_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame to show, with its number from the inside."""

    number: int
    frame: StackFrame


@dataclass(frozen=True, slots=True)
class Folded:
    """Frames not shown: `count` more calls of the same functions in turn, innermost first."""

    count: int
    functions: tuple[StackFrame, ...]


def fold(frames: tuple[StackFrame, ...]) -> Iterator[Shown | Folded]:
    """The frames, with every recursion shown once and then only counted."""
    keys = [(frame.name, frame.source, frame.line, frame.line_defined) for frame in frames]
    at = 0
    while at < len(frames):
        cycle, rounds = _recursion(keys, at)
        yield from (Shown(at + index + 1, frames[at + index]) for index in range(cycle))
        if rounds > 1:
            yield Folded(cycle * (rounds - 1), frames[at : at + cycle])
        at += cycle * rounds


def _recursion(keys: Sequence[tuple[object, ...]], at: int) -> tuple[int, int]:
    """How many frames from `at` on repeat, and how often; (1, 1) where that is not worth folding."""
    for cycle in range(1, MAX_CYCLE + 1):
        first = keys[at : at + cycle]
        rounds = 1
        while keys[at + cycle * rounds : at + cycle * (rounds + 1)] == first:
            rounds += 1
        if rounds >= MIN_REPEATS:
            return cycle, rounds
    return 1, 1


def show_stack(trace: StackTrace, terminal: Terminal, *, show_locals: bool, language: str = "lua") -> str:
    """The trace, a line a frame, each ended by a newline; empty where there is nothing to say.

    `language` is that of the variables (see `debug.dialect`).
    """
    from debug.stack import frame_title

    paint = theme.painter(terminal.color)
    unicode = terminal.unicode
    rows = list(fold(trace.frames))
    titles = {
        row.number: plain_marks(frame_title(row.frame), unicode) for row in rows if isinstance(row, Shown)
    }
    digits = len(str(max(titles, default=1)))
    width = min(max(map(cell_width, titles.values()), default=0), _MAX_NAME_WIDTH)
    margin = " " * (digits + 4)
    mark = ellipsis(unicode=unicode)
    lines: list[str] = []
    for row in rows:
        if isinstance(row, Folded):
            calls = ", ".join(
                dict.fromkeys(plain_marks(frame_title(frame), unicode) for frame in row.functions)
            )
            lines.append(f"{margin}{paint(theme.DIM, f'{mark} {row.count} more calls of {calls}')}")
            continue
        number = paint(theme.DIM, f"{row.number:>{digits + 2}}.")
        place = _place(row.frame, terminal)
        title = pad(titles[row.number], width) if place else titles[row.number]
        lines.append(f"{number} {title}{f'  {paint(theme.DIM, place)}' if place else ''}")
        if show_locals:
            for variables in (row.frame.locals, row.frame.upvalues):
                shown = _variables(variables, terminal, len(margin) + 2, language)
                lines.extend(f"{margin}  {line}" for line in shown)
    if trace.truncated:
        lines.append(f"{margin}{paint(theme.DIM, f'{mark} more frames; max_depth is {trace.max_depth}')}")
    if trace.error is not None:
        lines.append(f"{margin}{paint(theme.DIM, f'(not whole: {visible(trace.error, unicode=unicode)})')}")
    return "".join(f"{line}\n" for line in lines)


def _place(frame: StackFrame, terminal: Terminal) -> str:
    if frame.source is None or frame.source == "[C]":
        return ""
    return location(frame.source, frame.line, None, terminal)


def _variables(
    variables: tuple[Variable, ...], terminal: Terminal, indent: int, language: str
) -> Iterator[str]:
    from debug import stack, values

    paint = theme.painter(terminal.color)
    unicode = terminal.unicode
    mark = ellipsis(unicode=unicode)
    dialect = values.dialect_of(language)
    seen = stack.visible(variables)
    room = max(terminal.current_width() - indent, 16)
    for index, (name, value) in enumerate(seen.items()):
        if index == MAX_VARIABLES:
            yield paint(theme.DIM, f"{mark} {len(seen) - index} more variables")
            return
        label = visible(name, unicode=unicode)
        text = plain_marks(values.to_text(value, values.COMPACT, dialect=dialect), unicode)
        text = shortened(text, max(room - cell_width(label) - 3, 16), unicode=unicode)
        yield f"{paint(theme.KEY, label)}{paint(theme.DIM, ' = ')}{text}"
