"""One line at the bottom of a terminal that tells how far a run is, while the script writes above it.

The line has the last row for itself: the rows above are made the terminal's scrolling region (DECSTBM), as
package managers do. So what the script prints, from C or from programs it starts, needs no help to stay whole.
"""

from __future__ import annotations

import os
from threading import Event, Thread
from typing import TYPE_CHECKING

from llmspell_cli.render import theme
from llmspell_cli.render.text import cut, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.recorder import Progress
    from llmspell_cli.render.terminal import Terminal

FIRST_AFTER_S = 0.5
"""A script that ends sooner is not worth a line."""
EVERY_S = 0.2
LEAST_ROWS = 5

_SAVE, _RESTORE = "\x1b7", "\x1b8"
_CLEAR = "\x1b[2K"


class LiveLine:
    """Drawn from its own thread until it is stopped."""

    def __init__(self, terminal: Terminal, progress: Callable[[], Progress]) -> None:
        self._terminal = terminal
        self._progress = progress
        self._paint = theme.painter(terminal.color)
        self._ended = Event()
        self._rows = 0
        self._thread = Thread(target=self._draw_until_end, name="llmspell-live-line", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the line away and give the row back; again: nothing."""
        if not self._ended.is_set():
            self._ended.set()
            self._thread.join(1.0)
            if self._rows:
                self._write(f"{_SAVE}\x1b[{self._rows};1H{_CLEAR}\x1b[r{_RESTORE}")

    def _draw_until_end(self) -> None:
        pause_s = FIRST_AFTER_S
        while not self._ended.wait(pause_s):
            pause_s = EVERY_S
            try:
                columns, rows = os.get_terminal_size(self._terminal.fd)
            except OSError:
                return
            if rows < LEAST_ROWS:
                continue
            if rows != self._rows:
                self._take_row(rows)
            line = progress_line(self._progress(), columns, unicode=self._terminal.unicode)
            self._write(f"{_SAVE}\x1b[{rows};1H{_CLEAR}{self._paint(theme.DIM, line)}{_RESTORE}")

    def _take_row(self, rows: int) -> None:
        """Make all rows but the last scroll. Setting a region moves the cursor, and it may stand in the last row."""
        forget = f"{_SAVE}\x1b[{self._rows};1H{_CLEAR}\x1b[r{_RESTORE}" if self._rows else ""
        self._rows = rows
        self._write(f"{forget}\n\x1b[1A{_SAVE}\x1b[1;{rows - 1}r{_RESTORE}")

    def _write(self, text: str) -> None:
        try:
            os.write(self._terminal.fd, text.encode())
        except OSError:  # the terminal has gone; the script's output will tell
            self._ended.set()


def progress_line(progress: Progress, columns: int, *, unicode: bool) -> str:
    """What is known so far, in one line: `profiling  12.3 s  11840 samples  hottest fib 43 %`."""
    parts = [f"profiling {progress.elapsed_ns / 1e9:5.1f} s", f"{progress.samples:,} samples"]
    if progress.hottest is not None:
        parts.append(f"{visible(progress.hottest, unicode=unicode)} {progress.hottest_share:.0%}")
    return cut(" \u00b7 ".join(parts) if unicode else " | ".join(parts), 0, columns - 1)
