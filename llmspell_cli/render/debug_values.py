"""Variables for the debugger's prompt: a line each, marked where they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.render import theme
from llmspell_cli.render.text import cell_width, cut, ellipsis, plain_marks, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmspell_cli.render.terminal import Terminal

_LEAST_ROOM = 16
_MOST_OF_WAS = 40
"""Cells that a former value gets at most."""


class Row(NamedTuple):
    """A variable, or an expression."""

    name: str
    text: str
    changed: bool = False
    """Whether it is not what it was at the last stop."""
    was: str | None = None
    """What it was; None: nothing that was seen."""


def show_rows(rows: Sequence[Row], terminal: Terminal, indent: int = 2) -> str:
    """A line each, ended by a newline; a `*` before those that have changed."""
    paint = theme.painter(terminal.color)
    width = min(max((cell_width(visible(row.name, unicode=terminal.unicode)) for row in rows), default=0), 24)
    shown = []
    for row in rows:
        name = visible(row.name, unicode=terminal.unicode)
        gap = " " * max(width - cell_width(name), 0)
        room = terminal.current_width() - indent - 2 - cell_width(name) - len(gap) - 3
        text = fit(row.text, max(room, _LEAST_ROOM), terminal)
        was = ""
        if row.was is not None:
            left = room - cell_width(text) - len("  (was )")
            was = fit(row.was, min(left, _MOST_OF_WAS), terminal) if left >= 4 else ""
            was = was and f"  {paint(theme.DIM, f'(was {was})')}"
        mark = paint(theme.HINT, "*") if row.changed else " "
        style = theme.HINT if row.changed else theme.KEY
        value = paint(theme.STRING if row.text.startswith('"') else theme.PLAIN, text)
        shown.append(f"{' ' * indent}{mark} {paint(style, name)}{gap}{paint(theme.DIM, ' = ')}{value}{was}\n")
    return "".join(shown)


def fit(text: str, room: int, terminal: Terminal) -> str:
    """Text on one line of at most so many cells."""
    text = plain_marks(text, terminal.unicode)
    if cell_width(text) <= room:
        return text
    mark = ellipsis(unicode=terminal.unicode)
    return cut(text, 0, max(room - len(mark), 0)) + mark
