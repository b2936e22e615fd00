"""What a script and the programs it runs write to standard output and standard error, handed on piece by piece."""

from __future__ import annotations

import os
import sys
from codecs import getincrementaldecoder
from threading import Thread
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
    """As a context: descriptors 1 and 2 lead to `take(descriptor, text)`, which is called on threads of ours."""

    def __init__(self, take: Callable[[int, str], None]) -> None:
        self._take = take
        self._kept: dict[int, int] = {}
        self._threads: list[Thread] = []

    def __enter__(self) -> CapturedOutput:
        for descriptor in (STDOUT, STDERR):
            reading, writing = os.pipe()
            self._kept[descriptor] = os.dup(descriptor)
            os.dup2(writing, descriptor)
            os.close(writing)
            thread = Thread(target=self._read, args=(descriptor, reading), daemon=True)
            thread.start()
            self._threads.append(thread)
        _buffer_lines()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lead the descriptors back, when all that was written has been handed on."""
        flush_all(0)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        for descriptor, kept in self._kept.items():
            os.dup2(kept, descriptor)  # closes the last writing end of ours, and with it the reading
            os.close(kept)
        self._kept.clear()
        for thread in self._threads:
            thread.join(_LAST_S)

    def _read(self, descriptor: int, reading: int) -> None:
        decoder = getincrementaldecoder("utf-8")("backslashreplace")
        while piece := os.read(reading, _PIECE_BYTES):
            if text := decoder.decode(piece):
                self._take(descriptor, text)
        if text := decoder.decode(b"", final=True):
            self._take(descriptor, text)
        os.close(reading)


def _buffer_lines() -> None:
    """Have C write each line of standard output when it is complete: to a pipe it writes in large pieces."""
    import ctypes

    library = ctypes.CDLL(None)
    stdout = ctypes.c_void_p.in_dll(library, "__stdoutp" if sys.platform == "darwin" else "stdout")
    library.setvbuf.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t)
    library.setvbuf(stdout, None, _IOLBF, 0)
