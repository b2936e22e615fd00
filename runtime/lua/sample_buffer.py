"""Where LuaJIT writes samples without calling Python, and Python takes them while the script runs.

Only the VM's thread writes. Where there is no room it asks for some; the whole buffer is empty then.

    header  int32   where the next row begins     int32  where the newest does, 0 where there is none yet
    row     int64 s, int64 ns: the clock     int32 length     int32 state     the text, filled up to 8 bytes

Rows are read by any thread: of a row that is not the newest a sampling period has passed since it was written.
"""

from __future__ import annotations

import ctypes
import sys
import time
from struct import Struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE_BYTES = 1 << 20

_HEADER = Struct("ii")
_ROW = Struct("qqii")


class SampleBuffer:
    """Raises `OSError` where its clock is not that of `time.perf_counter_ns`."""

    def __init__(self, size_bytes: int = SIZE_BYTES) -> None:
        if sys.platform != "linux" or sys.maxsize < 1 << 32:
            raise OSError(
                "a struct timespec is known to be two numbers of 8 bytes only on Linux with 64 bits"
            )
        clock = ctypes.CDLL(None).clock_gettime
        self._clock_address = ctypes.cast(clock, ctypes.c_void_p).value
        self._buffer = ctypes.create_string_buffer(size_bytes)
        self._memory = memoryview(self._buffer).cast("B")
        self._forget()

    def writer(
        self, load: Callable[..., Any], make_room: Callable[[], object], note: Callable[..., object]
    ) -> Any:
        """A Lua function that writes a text and a state; None where the VM has no `ffi`.

        `load` runs `sample_buffer.lua` with its arguments. `make_room` has to call `take_all`. `note` gets what is
        longer than the whole buffer.
        """
        return load(
            b"sample_buffer.lua",
            ctypes.addressof(self._buffer),
            len(self._memory),
            _ROW.size,
            self._clock_address,
            time.CLOCK_MONOTONIC,
            make_room,
            note,
        )

    def newest_ns(self) -> int:
        """When the newest sample was taken; 0 where there is none since `take_all`. From any thread."""
        newest = _HEADER.unpack_from(self._memory)[1]
        return _clock_ns(*_ROW.unpack_from(self._memory, newest)[:2]) if newest else 0

    def take_settled(self) -> Iterator[tuple[int, bytes, bytes]]:
        """The clock, text and state of those that were not taken yet, without the newest. From any thread, but not
        from two at once."""
        return self._take_until(_HEADER.unpack_from(self._memory)[1])

    def take_all(self) -> list[tuple[int, bytes, bytes]]:
        """All that were not taken yet. On the VM's thread."""
        rows = list(self._take_until(_HEADER.unpack_from(self._memory)[0]))
        self._forget()
        return rows

    def _forget(self) -> None:
        self._taken = _HEADER.size
        _HEADER.pack_into(self._memory, 0, self._taken, 0)

    def _take_until(self, end: int) -> Iterator[tuple[int, bytes, bytes]]:
        memory = self._memory
        while self._taken < end:
            seconds, nanoseconds, length, state = _ROW.unpack_from(memory, self._taken)
            text_at = self._taken + _ROW.size
            self._taken = text_at + length + -length % 8
            text = bytes(memory[text_at : text_at + length])
            yield _clock_ns(seconds, nanoseconds), text, bytes((state,))


def _clock_ns(seconds: int, nanoseconds: int) -> int:
    return seconds * 1_000_000_000 + nanoseconds
