"""Entries on a terminal: time, level, module, message and data, in columns and colours.

An entry's line is put together by hand, which costs a few microseconds. Messages too long for a line are broken
between words, and data too long for one is drawn as a tree, only while the bursts are small: the renderer shares
its interpreter with the script and must not starve it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from debug.outputs.stream_output import StreamOutput
from llmspell_cli.render import theme
from llmspell_cli.render.data_text import one_line
from llmspell_cli.render.text import cell_width, visible, visible_lines, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TextIO

    from debug.entry import Entry
    from llmspell_cli.render.terminal import Terminal

TREE_BURST = 32
"""Entries in a burst up to which long data is drawn as a tree; past that it stays on the line."""

LINE_DATA_LIMIT = 2000
"""Characters of data on the line where there is no time for a tree."""

WRAP_LIMIT = 4000
"""Cells of a line of a message up to which it is broken between words; the terminal breaks longer ones."""

_FIRST_MODULE_WIDTH = 14
"""Where the column of modules starts, so that few of the first entries make it wider."""

_MAX_MODULE_WIDTH = 24
_PREFIX_WIDTH = len("12:34:56.789 ERROR ")
_MIN_TEXT_WIDTH = 40
"""Columns a continuation line must have, else it starts further left than the message does."""


class RichConsoleOutput(StreamOutput):
    """An output for people at a terminal. It fails as `debug.outputs.console.ConsoleOutput` does."""

    def __init__(
        self,
        terminal: Terminal,
        stream: int | TextIO,
        before_burst: Callable[[], None] | None = None,
        *,
        local_time: Callable[[float], time.struct_time] = time.localtime,
    ) -> None:
        """`before_burst` runs before each write: it may bring out what the script has printed so far."""
        super().__init__(stream, name="console", before_burst=before_burst)
        self._terminal = terminal
        self._local_time = local_time
        self._paint = theme.painter(terminal.color)
        self._levels = {
            level: self._paint(style, f"{level.name:<5}") for level, style in theme.LEVEL_STYLES.items()
        }
        self._guide = self._paint(theme.DIM, "│ " if terminal.unicode else "| ")
        self._module_width = 0
        self._second = -1
        self._clock = ""

    def encoded(self, entries: Sequence[Entry]) -> bytes:
        """The entries as lines, in the width that the terminal has now."""
        width = self._terminal.current_width()
        trees = len(entries) <= TREE_BURST
        lines: list[str] = []
        for entry in entries:
            self._entry(lines, entry, width, trees)
        return "".join(lines).encode()

    def _entry(self, lines: list[str], entry: Entry, width: int, trees: bool) -> None:
        unicode = self._terminal.unicode
        module = self._module_column(entry.module, width)
        texts = visible_lines(entry.message, unicode=unicode)
        column = _PREFIX_WIDTH + module[1]
        indent = min(column, _PREFIX_WIDTH + (self._module_width + 2 if module[1] else 0))
        if width - indent < _MIN_TEXT_WIDTH:
            indent = 4
        margin = " " * indent
        first, *more = _broken(texts[0], width - column, width - indent, trees)
        lines.append(f"{self._time(entry.time_ns)} {self._levels[entry.level]} {module[0]}{first}")
        lines.extend(f"\n{margin}{piece}" for piece in more)
        used = indent + cell_width(more[-1]) if more else column + cell_width(first)
        # Lines of the message's own carry a guide, so that none can be taken for an entry.
        for text in texts[1:]:
            pieces = _broken(text, width - indent - 2, width - indent - 2, trees)
            lines.extend(f"\n{margin}{self._guide}{piece}" for piece in pieces)
            used = indent + 2 + cell_width(pieces[-1])
        if entry.metadata:
            self._data(lines, entry.metadata, width, width - used - 3, margin, trees)
        lines.append("\n")

    def _data(
        self, lines: list[str], data: Mapping[str, Any], width: int, room: int, margin: str, trees: bool
    ) -> None:
        """Data beside the message where it fits into `room` columns, else on a line below, else as a tree."""
        unicode = self._terminal.unicode
        below = width - len(margin) - 1
        text, whole = one_line(data, max(room, below) if trees else LINE_DATA_LIMIT, unicode=unicode)
        cells = cell_width(text)
        if not trees or (whole and cells <= room):
            lines.append(f"  {self._paint(theme.DIM, text)}")
            return
        if whole and cells <= below:
            lines.append(f"\n{margin}{self._paint(theme.DIM, text)}")
            return
        from llmspell_cli.render.data_tree import data_branches
        from llmspell_cli.render.tree import draw_tree

        tree = draw_tree(data_branches(data, unicode=unicode), self._terminal, max(below, 16))
        lines.extend(f"\n{margin}{line}" for line in tree)

    def _module_column(self, module: str | None, width: int) -> tuple[str, int]:
        """The module, filled to the column's width, and how many cells that takes."""
        if not module:
            return (" " * (self._module_width + 2), self._module_width + 2) if self._module_width else ("", 0)
        text = visible(module, unicode=self._terminal.unicode)
        cells = cell_width(text)
        if cells > self._module_width:
            self._module_width = min(max(cells, _FIRST_MODULE_WIDTH), _MAX_MODULE_WIDTH, max(width // 4, 8))
        styled = self._paint(theme.MODULE, text)
        return styled + " " * (max(self._module_width - cells, 0) + 2), max(self._module_width, cells) + 2

    def _time(self, time_ns: int) -> str:
        second, rest_ns = divmod(time_ns, 1_000_000_000)
        if second != self._second:
            try:
                moment = self._local_time(second)
            except (OverflowError, ValueError, OSError):  # a clock far off must not cost the entry
                moment = time.gmtime(0)
            self._clock = f"{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d}"
            self._second = second
        return self._paint(theme.DIM, f"{self._clock}.{rest_ns // 1_000_000:03d}")


def _broken(text: str, first: int, rest: int, trees: bool) -> list[str]:
    """`text` as pieces of at most `first` and then `rest` cells, where there is time for that."""
    return wrapped(text, first, rest) if trees and first < len(text) <= WRAP_LIMIT else [text]
