"""The stack of a stopped script: a frame a line, numbered as the commands call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.stack import StackFrame
from llmspell_cli.render import theme
from llmspell_cli.render.code_frame import location
from llmspell_cli.render.debug_values import fit
from llmspell_cli.render.stack_view import Folded, fold
from llmspell_cli.render.text import cell_width, ellipsis, pad, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.debugger.views import FrameInfo
    from llmspell_cli.render.terminal import Terminal

_WIDEST_NAME = 40


def show_backtrace(frames: Sequence[FrameInfo], selected: int, terminal: Terminal) -> str:
    """The frames from the innermost, 0, on; recursion is folded, but for the frame that is looked at."""
    paint = theme.painter(terminal.color)
    unicode = terminal.unicode
    names = [visible(frame.name, unicode=unicode) for frame in frames]
    width = min(max(map(cell_width, names), default=0), _WIDEST_NAME)
    digits = len(str(max(len(frames) - 1, 0)))
    arrow = "▶" if unicode else ">"
    shown = []

    def show(number: int) -> None:
        frame, name = frames[number], names[number]
        mark = paint(theme.HINT, arrow) if number == selected else " "
        count = paint(theme.DIM, f"{number:>{digits}}")
        if frame.kind == "boundary":
            shown.append(f" {mark} {count}  {paint(theme.DIM, f'({name})')}")
            return
        looks = theme.BOLD if number == selected else theme.PLAIN
        place = frame_place(frame, terminal)
        gap = " " * (cell_width(pad(name, width)) - cell_width(name)) if place else ""
        shown.append(f" {mark} {count}  {paint(looks, name)}{gap}  {paint(theme.DIM, place)}".rstrip())

    at = 0
    for row in fold(tuple(map(_as_stack_frame, frames))):
        if not isinstance(row, Folded):
            show(at)
            at += 1
            continue
        calls = ", ".join(
            dict.fromkeys(visible(frame.name or "", unicode=unicode) for frame in row.functions)
        )
        margin = " " * (digits + 5)
        shown.append(
            f"{margin}{paint(theme.DIM, f'{ellipsis(unicode=unicode)} {row.count} more calls of {calls}')}"
        )
        if at <= selected < at + row.count:
            show(selected)
        at += row.count
    return "".join(f"{line}\n" for line in shown)


def frame_place(frame: FrameInfo, terminal: Terminal) -> str:
    """Where a frame is, as `file:line`; empty where nobody knows."""
    if frame.location is None:
        return visible(frame.source_name, unicode=terminal.unicode)
    return location(frame.location.name, frame.location.line or None, None, terminal)


def stack_summary(frames: Sequence[FrameInfo], selected: int, terminal: Terminal, room: int) -> str:
    """Who has called the frame that is looked at, on one line."""
    arrow = " ← " if terminal.unicode else " < "
    names: list[str] = []
    for frame in frames[selected:]:
        name = f"({frame.name})" if frame.kind == "boundary" else frame.name
        if names and names[-1].rstrip("+") == name:
            names[-1] += "+" if not names[-1].endswith("+") else ""
        else:
            names.append(name)
    return fit(arrow.join(visible(name, unicode=terminal.unicode) for name in names), room, terminal)


def _as_stack_frame(frame: FrameInfo) -> StackFrame:
    location = frame.location
    return StackFrame(frame.name, frame.source_name, None if location is None else location.line)
