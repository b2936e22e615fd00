"""Where commands come from: a terminal, a file, a pipe."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from debug.text_safety import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROMPT = "(debug) "


class Reader(Protocol):
    """Gives one line after the other."""

    @property
    def is_interactive(self) -> bool:
        """Whether a person types, who may stop the script with Ctrl-C."""

    @property
    def is_taking_keys(self) -> bool:
        """Whether a line is being typed: a Ctrl-C then is for the line, one after it for what the line sets going."""

    def read(self) -> str | None:
        """The next line; None at the end. Raises KeyboardInterrupt where the line was given up."""

    def close(self) -> None:
        """Leave the terminal as it was, also while another thread reads."""


class ScriptedReader:
    """Lines of a file, which are shown as if they were typed; `#` begins a comment."""

    is_interactive = False
    is_taking_keys = False

    def __init__(self, lines: Iterable[str], say: Callable[[str], None]) -> None:
        self._lines = iter(lines)
        self._say = say

    def read(self) -> str | None:
        """The next command; None at the end."""
        for line in self._lines:
            text = line.strip()
            if text and not text.startswith("#"):
                self._say(f"{PROMPT}{printable(text)}\n")
                return text
        return None

    def close(self) -> None:
        """Nothing to do."""


class PlainReader:
    """Lines of a descriptor, without a key more: what follows may be for the script.

    A person behind a terminal that can do nothing is prompted, what comes through a pipe is shown.
    """

    def __init__(self, fd: int, say: Callable[[str], None]) -> None:
        self._fd = fd
        self._say = say
        self.is_interactive = os.isatty(fd)
        self.is_taking_keys = False

    def read(self) -> str | None:
        """The next line; None at the end."""
        if self.is_interactive:
            self._say(PROMPT)
        line = self._line()
        if line is None:
            return None
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not self.is_interactive:
            self._say(f"{PROMPT}{printable(text)}\n")
        return text

    def close(self) -> None:
        """Nothing to do."""

    def _line(self) -> bytes | None:
        self.is_taking_keys = True
        line = self._bytes()
        self.is_taking_keys = False
        return line

    def _bytes(self) -> bytes | None:
        line = b""
        while not line.endswith(b"\n"):
            try:
                byte = os.read(self._fd, 1)
            except OSError:
                byte = b""
            if not byte:
                return line or None
            line += byte
        return line
