"""A log file: appended to, rotated by size, reopened when somebody removed it."""

from __future__ import annotations

import os
import stat
from collections import deque
from typing import TYPE_CHECKING

from debug.outputs.base import OutputError
from debug.outputs.byte_sink import ByteSink
from debug.outputs.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.entry import Entry

FILE_FORMATS = ("text", "json", "json_pretty")

DEFAULT_KEEP = 5

_BUFFER_BYTES = 1 << 16

_STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2, "/dev/fd/1": 1, "/dev/fd/2": 2}
"""Files that are streams of this process."""


class FileOutput:
    """Appends entries to a file, as lines of text or as JSON documents.

    With `max_bytes` the file is renamed to `path.1` before it would grow past that, `path.1` to `path.2` and
    so on, and `keep` of them stay. A file that is removed or renamed under us is made anew at the next flush.
    """

    lossless = True

    def __init__(
        self, path: str, *, format: str = "text", max_bytes: int | None = None, keep: int = DEFAULT_KEEP
    ) -> None:
        """Opens the file; raises `OutputError` where that cannot be, `ValueError` for a bad argument."""
        if format not in FILE_FORMATS:
            raise ValueError(f"format is one of {', '.join(FILE_FORMATS)}, not {format!r}")
        if max_bytes is not None and max_bytes < 1:
            raise ValueError("max_bytes is 1 or more")
        if keep < 0:
            raise ValueError("keep is 0 or more")
        self.name = f"file {path}"
        self._path = os.path.abspath(path)  # the script may change the working directory
        self._shown_path = path
        self._format = format
        self._max_bytes = max_bytes
        self._keep = keep
        self._text = TextLines()
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._sink = ByteSink(self._open())
        self._identity, self._size, self._regular = self._look()
        self._end_torn_line()

    def write(self, entries: Sequence[Entry]) -> None:
        """Buffer the entries; where the buffer is full, write it first."""
        if self._waiting_bytes + self._sink.held_bytes >= _BUFFER_BYTES:
            self.flush()
        for chunk in self._chunks(entries):
            self._waiting.append(chunk)
            self._waiting_bytes += len(chunk)

    def flush(self) -> None:
        """Write what is buffered. Raises `OutputError`; called again, goes on where it failed."""
        if not self._waiting and not self._sink.held_bytes:
            return
        try:
            self._follow_path()
            self._send()
            while self._waiting:
                if self._is_full(self._size, len(self._waiting[0])):
                    self._rotate()
                self._take_what_fits()
                self._send()
        except OSError as error:
            raise OutputError(f"cannot write {self._shown_path!r}: {_reason(error)}") from error

    def close(self) -> None:
        """Write what is buffered and close the file."""
        try:
            self.flush()
        finally:
            os.close(self._sink.fd)

    def after_fork(self) -> None:
        """Forget what the parent is going to write."""
        self._waiting.clear()
        self._waiting_bytes = 0
        self._sink.forget()

    def _chunks(self, entries: Sequence[Entry]) -> Sequence[bytes]:
        """The entries as bytes: in one piece, or where files rotate one piece an entry."""
        if self._format == "text":
            lines = [f"{line}\n".encode("utf-8", "backslashreplace") for line in self._text.lines(entries)]
            return lines if self._max_bytes is not None else (b"".join(lines),)
        from debug.outputs import json_text  # text needs no encoder

        if self._format == "json_pretty":
            documents = [json_text.encode_pretty(entry) for entry in entries]
            return documents if self._max_bytes is not None else (b"".join(documents),)
        encoded = json_text.encode_lines(entries)
        return encoded.splitlines(keepends=True) if self._max_bytes is not None else (encoded,)

    def _take_what_fits(self) -> None:
        fits: list[bytes] = []
        taken = 0
        while self._waiting and not self._is_full(self._size + taken, len(self._waiting[0])):
            chunk = self._waiting.popleft()
            fits.append(chunk)
            taken += len(chunk)
        self._waiting_bytes -= taken
        self._sink.take(b"".join(fits))

    def _send(self) -> None:
        self._size += self._sink.flush()

    def _is_full(self, size_bytes: int, more_bytes: int) -> bool:
        """True where a file of that size may not take so many more; an empty one takes any piece."""
        limit = self._max_bytes
        return limit is not None and self._regular and size_bytes > 0 and size_bytes + more_bytes > limit

    def _follow_path(self) -> None:
        """Open the file anew where its path leads elsewhere now: removed, or rotated by another program."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            self._reopen()
            return
        if (status.st_dev, status.st_ino) != self._identity:
            self._reopen()
        else:
            self._size = status.st_size

    def _rotate(self) -> None:
        """Rename the file and those kept before it. Called again after a failure, it does what is left."""
        if self._keep == 0:
            os.unlink(self._path)
        else:
            free = next((i for i in range(1, self._keep) if not self._exists(i)), self._keep)
            for number in range(free - 1, 0, -1):
                os.replace(f"{self._path}.{number}", f"{self._path}.{number + 1}")
            os.replace(self._path, f"{self._path}.1")
        self._reopen()

    def _exists(self, number: int) -> bool:
        return os.path.lexists(f"{self._path}.{number}")

    def _reopen(self) -> None:
        fd = self._open()
        os.close(self._sink.fd)
        self._sink.fd = fd
        self._sink.start_line_again()
        self._identity, self._size, self._regular = self._look()

    def _open(self) -> int:
        try:
            if (stream := _STREAMS.get(self._path)) is not None:
                return os.dup(
                    stream
                )  # opened anew it would have a place of its own in a file that others write, too
            return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        except FileNotFoundError as error:
            folder = os.path.dirname(self._shown_path) or "."
            raise OutputError(
                f"cannot open {self._shown_path!r}: the folder {folder!r} does not exist"
            ) from error
        except (OSError, ValueError) as error:
            raise OutputError(f"cannot open {self._shown_path!r}: {_reason(error)}") from error

    def _look(self) -> tuple[tuple[int, int], int, bool]:
        """Which file is open, its size in bytes, and whether it is a regular one."""
        status = os.fstat(self._sink.fd)
        return (status.st_dev, status.st_ino), status.st_size, stat.S_ISREG(status.st_mode)

    def _end_torn_line(self) -> None:
        """Start on a line of our own where the file ends within one: a full disk may have torn it."""
        if not self._regular or self._size == 0:
            return
        try:
            with open(self._path, "rb") as file:
                file.seek(-1, os.SEEK_END)
                torn = file.read(1) != b"\n"
        except OSError:
            return  # A file that may be written but not read.
        if torn:
            self._sink.take(b"\n")


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
