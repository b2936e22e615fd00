"""What the prompt shows when a script has stopped: why and where, the source, variables, who has called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.render import theme
from llmspell_cli.render.debug_source import Excerpt, show_source
from llmspell_cli.render.debug_stack import frame_place, stack_summary
from llmspell_cli.render.debug_values import Row, show_rows
from llmspell_cli.render.text import ellipsis, visible, visible_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.debugger.views import FrameInfo
    from llmspell_cli.render.terminal import Terminal

MOST_VARIABLES = 8
"""Shown at a stop: those that have changed, and the first others; `locals` shows all."""


class StopView(NamedTuple):
    """A stop, or a frame of it."""

    title: str
    """Why it has stopped; empty where only the frame is shown."""
    is_error: bool
    text: str | None
    """What more there is to say."""
    thread: str | None
    """Whose stop it is, where there are several."""
    frames: Sequence[FrameInfo]
    selected: int
    excerpt: Excerpt | None
    variables: Sequence[Row]
    displays: Sequence[Row]
    note: str | None = None
    """What is to be known of the source."""


def show_stop(view: StopView, terminal: Terminal) -> str:
    """The view; ends in a newline."""
    shown = [_head(view, terminal)]
    paint = theme.painter(terminal.color)
    if view.text:
        style = theme.ERROR if view.is_error else theme.PLAIN
        shown += (f"  {paint(style, line)}\n" for line in visible_lines(view.text, unicode=terminal.unicode))
    if view.note:
        shown.append(f"  {paint(theme.DIM, visible(view.note, unicode=terminal.unicode))}\n")
    if view.excerpt is not None:
        shown.append(show_source(view.excerpt, terminal))
    variables, left = _most_telling(view.variables)
    shown.append(show_rows(variables, terminal))
    if left:
        more = f"{ellipsis(unicode=terminal.unicode)} {left} more: locals"
        shown.append(f"    {paint(theme.DIM, more)}\n")
    if view.displays:
        shown.append(show_rows(view.displays, terminal))
    if len(view.frames) - view.selected > 1:
        label = "called by "
        room = terminal.current_width() - 4 - len(label)
        callers = stack_summary(view.frames, view.selected + 1, terminal, max(room, 16))
        shown.append(f"    {paint(theme.DIM, f'{label}{callers}')}\n")
    return "".join(shown)


def _head(view: StopView, terminal: Terminal) -> str:
    paint = theme.painter(terminal.color)
    parts = []
    if view.title:
        badge = f" {view.title} "
        parts.append(
            paint(theme.ERROR_BADGE if view.is_error else _BADGE, badge)
            if terminal.color
            else f"[{view.title}]"
        )
    if view.thread is not None:
        parts.append(view.thread)
    if view.frames:
        frame = view.frames[min(view.selected, len(view.frames) - 1)]
        if view.selected:
            parts.append(paint(theme.DIM, f"frame {view.selected}"))
        parts.append(paint(theme.BOLD, "".join(visible_lines(frame.name, unicode=terminal.unicode))))
        parts.append(frame_place(frame, terminal))
    return f"{' '.join(part for part in parts if part)}\n"


_BADGE = theme.Style("1;7;36", "bold reverse cyan")


def _most_telling(rows: Sequence[Row]) -> tuple[Sequence[Row], int]:
    """The rows to show, in their order, and how many are left out."""
    if len(rows) <= MOST_VARIABLES:
        return rows, 0
    by_weight = sorted(range(len(rows)), key=lambda at: (not rows[at].changed, at))
    kept = sorted(by_weight[:MOST_VARIABLES])
    return [rows[at] for at in kept], len(rows) - MOST_VARIABLES
