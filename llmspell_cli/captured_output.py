"""What a script and the programs it runs write to standard output and standard error, handed on piece by piece."""

from __future__ import annotations

import os
import select
import sys
from codecs import getincrementaldecoder
from threading import Lock, Thread
from typing import TYPE_CHECKING

from llmspell_cli.streams import flush_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

STDOUT, STDERR = 1, 2
_PIECE_BYTES = 65_536
_IOLBF = 1
_LAST_S = 2.0
"""What a program that outlives the script may still write in."""


class CapturedOutput:
    """Between `start` and `stop`, or as a context, descriptors 1 and 2 lead to `take(descriptor, text)`, which is
    called on threads of ours; with `passes_on` first to where they led before. From any thread."""

    def __init__(self, take: Callable[[int, str], None], *, passes_on: bool = False) -> None:
        self._take = take
        self._passes_on = passes_on
        self._kept: dict[int, int] = {}
        self._threads: list[Thread] = []
        self._changing = Lock()
        self._is_over = False

    def start(self) -> None:
        """Begin, unless it is begun or closed."""
        with self._changing:
            if self._kept or self._is_over:
                return
            for descriptor in (STDOUT, STDERR):
                reading, writing = os.pipe()
                kept = self._kept[descriptor] = os.dup(descriptor)
                os.dup2(writing, descriptor)
                os.close(writing)
                onward = os.dup(kept) if self._passes_on else None
                thread = Thread(target=self._read, args=(descriptor, reading, onward), daemon=True)
                thread.start()
                self._threads.append(thread)
            _buffer_lines()

    def stop(self) -> None:
        """Lead the descriptors back. What was written before is still handed on."""
        with self._changing:
            for descriptor in tuple(self._kept):
                self._lead_back(descriptor)

    def close(self) -> None:
        """Lead them back for good, when all that was written has been handed on."""
        flush_all(0)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        with self._changing:
            self._is_over = True
        self.stop()
        for thread in self._threads:
            thread.join(_LAST_S)

    def __enter__(self) -> CapturedOutput:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lead_back(self, descriptor: int) -> None:
        kept = self._kept.pop(descriptor)
        os.dup2(kept, descriptor)  # closes the last writing end of ours, and with it the reading
        os.close(kept)

    def _read(self, descriptor: int, reading: int, onward: int | None) -> None:
        decoder = getincrementaldecoder("utf-8")("backslashreplace")
        while piece := os.read(reading, _PIECE_BYTES):
            if onward is not None and not _write(onward, piece):
                # Nobody takes it there: who writes is to hear so.
                with self._changing:
                    if descriptor in self._kept:
                        self._lead_back(descriptor)
                break
            if text := decoder.decode(piece):
                self._take(descriptor, text)
        if text := decoder.decode(b"", final=True):
            self._take(descriptor, text)
        os.close(reading)
        if onward is not None:
            os.close(onward)


def _write(descriptor: int, piece: bytes) -> bool:
    """Write all; False where it is not taken."""
    view = memoryview(piece)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            select.select([], [descriptor], [])
        except OSError:
            return False
    return True


def _buffer_lines() -> None:
    """Have C write each line of standard output when it is complete: to a pipe it writes in large pieces."""
    import ctypes

    library = ctypes.CDLL(None)
    stdout = ctypes.c_void_p.in_dll(library, "__stdoutp" if sys.platform == "darwin" else "stdout")
    library.setvbuf.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t)
    library.setvbuf(stdout, None, _IOLBF, 0)
