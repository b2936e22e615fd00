"""A person at the debugger's prompt: keys are pressed in a terminal, and its screen is looked at."""

from __future__ import annotations

import termios
import time
from typing import TYPE_CHECKING

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PATIENCE_S = 30.0
CTRL_C, CTRL_D, UP, TAB, ENTER = "\x03", "\x04", "\x1b[A", "\t", "\r"
PROMPT = "(debug)"


class Typist:
    """A session in a terminal of its own, and the screen as a person sees it."""

    def __init__(self, argv: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self.screen = pyte.HistoryScreen(80, 200)
        self._stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn(
            argv[0],
            list(argv[1:]),
            cwd=str(folder),
            env={"TERM": "xterm-256color", "XDG_STATE_HOME": str(folder / "state"), **env},
            dimensions=(200, 80),
            timeout=PATIENCE_S,
        )
        self._is_raw = False
        self._seen = 0
        self._before: list[str] = []

    @property
    def has_the_terminal(self) -> bool:
        """Whether keys come to the prompt one by one, Ctrl-C among them; after the end, whether that was left so."""
        if not self.child.closed:
            self._look_at_terminal()
        return self._is_raw

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def until(self, *wanted: str) -> list[str]:
        """Wait until what is new since keys were pressed ends in these lines; the new lines."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            lines = self.lines
            new = lines[self._seen :]
            is_there = [line.strip() for line in new[-len(wanted) :]] == list(wanted)
            if is_there and lines != self._before:
                self._seen = len(lines)
                return new
            if not self._feed():
                raise AssertionError(f"the end came before {wanted}: {new}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{wanted} never came: {new}")

    def type(self, text: str) -> None:
        """Press these keys; what was on the last line is new again."""
        self._before = self.lines
        self._seen = max(len(self._before) - 1, 0)
        self.child.send(text)

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while self._feed():
            pass
        self._look_at_terminal()
        self.child.close()
        assert self.child.exitstatus is not None, self.child.signalstatus
        return int(self.child.exitstatus)

    def _look_at_terminal(self) -> None:
        self._is_raw = not termios.tcgetattr(self.child.child_fd)[3] & termios.ECHO

    def _feed(self) -> bool:
        try:
            self._stream.feed(self.child.read_nonblocking(65536, timeout=0.5))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            return False
        return True
