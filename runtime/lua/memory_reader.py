"""Reading memory of this process that may be gone."""

from __future__ import annotations

import ctypes
import os


class MemoryReader:
    """Reads memory of this process that may have been freed: what is not mapped yields None, not a crash.

    The kernel checks the address: `write` to a pipe fails with EFAULT where it cannot read.
    """

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        os.set_blocking(self._in, False)
        write = ctypes.CDLL(None).write
        write.restype, write.argtypes = ctypes.c_ssize_t, (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
        self._write = write

    def words(self, address: int, count: int) -> tuple[int, ...] | None:
        """`count` machine words at `address`."""
        size = count * 8
        written = self._write(self._in, address, size)
        if written <= 0:
            return None
        got = os.read(self._out, written)
        return tuple(memoryview(got).cast("Q")) if written == size else None

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._out)
        os.close(self._in)
