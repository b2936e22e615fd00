"""The line that tells how far a run is, on a terminal that knows scrolling regions."""

from __future__ import annotations

import os
import pty
import threading
from typing import TYPE_CHECKING

import pyte
import pytest

from debug.profile.recorder import Progress
from llmspell_cli import live_line
from llmspell_cli.live_line import LiveLine, progress_line
from llmspell_cli.render.terminal import detect

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS, COLUMNS = 8, 60


class Tty:
    """A terminal of a few rows, whose screen can be looked at."""

    def __init__(self) -> None:
        import fcntl
        import struct
        import termios

        self.master, self.fd = pty.openpty()
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)

    def write(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def rows(self) -> list[str]:
        """What the screen shows now."""
        import select

        while select.select([self.master], [], [], 0)[0]:
            self._stream.feed(os.read(self.master, 65536))
        return [line.rstrip() for line in self.screen.display]


@pytest.fixture
def tty() -> Iterator[Tty]:
    made = Tty()
    yield made
    os.close(made.fd)
    os.close(made.master)


def test_the_line_stays_below_what_the_script_prints(tty: Tty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_line, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(live_line, "EVERY_S", 0.001)
    drawn = threading.Semaphore(0)

    def progress() -> Progress:
        drawn.release()
        return Progress(12_300_000_000, 11840, "fib", 0.43)

    def wait_for_the_line() -> None:
        while drawn.acquire(blocking=False):
            pass
        for _ in range(2):  # the second time it was asked, the first line was out
            assert drawn.acquire(timeout=30)

    tty.write("".join(f"before {number}\r\n" for number in range(ROWS)))
    terminal = detect(tty.fd, "never", {"TERM": "xterm", "LANG": "C.UTF-8"})
    line = LiveLine(terminal, progress)
    wait_for_the_line()
    expected = "profiling  12.3 s · 11,840 samples · fib 43%"
    assert tty.rows()[-1] == expected
    tty.write("".join(f"printed {number}\r\n" for number in range(20)))
    tty.write("a line that has not ended")
    wait_for_the_line()
    rows = tty.rows()
    assert rows[-1] == expected
    assert rows[-2] == "a line that has not ended"
    assert rows[-3] == "printed 19"
    line.stop()
    line.stop()
    tty.write(", and has now\r\n")
    rows = tty.rows()
    assert not any("profiling" in row for row in rows)
    assert "a line that has not ended, and has now" in rows
    tty.write("".join(f"after {number}\r\n" for number in range(ROWS)))
    assert tty.rows()[-2] == f"after {ROWS - 1}"  # the whole screen scrolls again


def test_a_line_is_cut_where_it_does_not_fit() -> None:
    progress = Progress(1_000_000_000, 5, "long_\x1bname" * 20, 1.0)
    assert len(progress_line(progress, 40, unicode=True)) == 39
    assert "\x1b" not in progress_line(progress, 400, unicode=True)
    assert progress_line(Progress(0, 0, None, 0.0), 80, unicode=False) == "profiling   0.0 s | 0 samples"
