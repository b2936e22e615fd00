"""The script's own standard output and standard error."""

from __future__ import annotations

import os
import re

_LONE = re.compile("[\ud800-\udfff]")


class ScriptOutput:
    """Writes text as UTF-8 to the two descriptors; one that nobody reads any more takes no further text."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[str]] = {}
        self._closed: set[int] = set()

    def add(self, fd: int, text: str) -> None:
        """Write it with the next `flush`; text of the other descriptor comes out first."""
        if fd not in self._waiting:
            self.flush()
            self._waiting[fd] = []
        self._waiting[fd].append(text)

    @property
    def is_waiting(self) -> bool:
        """Whether there is anything to flush."""
        return bool(self._waiting)

    def flush(self) -> None:
        """Bring it out. Waits where the reader is slow."""
        waiting, self._waiting = self._waiting, {}
        for fd, texts in waiting.items():
            if fd not in self._closed:
                self._write(fd, _encode("".join(texts)))

    def _write(self, fd: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(fd, rest) :]
            except BlockingIOError:
                _wait_until_writable(fd)
            except OSError:  # the reader has gone
                self._closed.add(fd)
                return


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE.sub("\ufffd", text).encode()


def _wait_until_writable(fd: int) -> None:
    import select

    select.select([], [fd], [])
