"""A file descriptor that whole lines are written to: nothing lost, nothing twice, whatever fails."""

from __future__ import annotations

import errno
import os

from debug.outputs.base import OutputClosed

_LARGEST_WRITE_BYTES = 1 << 18


class ByteSink:
    """Buffers bytes for a descriptor. After a failure, `flush` goes on at the byte where it stopped."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._held = bytearray()
        self._sent = 0
        """Bytes of `_held` that are written already."""

    @property
    def held_bytes(self) -> int:
        """Bytes that are not written yet."""
        return len(self._held) - self._sent

    def take(self, lines: bytes) -> None:
        """Buffer whole lines. Never fails."""
        self._held += lines

    def flush(self) -> int:
        """Write all; how many bytes that were.

        Raises `OutputClosed` where nobody reads any more, `OSError` for anything else.
        """
        written = 0
        with memoryview(self._held) as view:
            while self._sent < len(view):
                try:
                    count = os.write(self.fd, view[self._sent : self._sent + _LARGEST_WRITE_BYTES])
                except BlockingIOError:
                    self._wait_writable()
                    continue
                except BrokenPipeError as error:
                    raise OutputClosed from error
                except OSError as error:
                    # EBADF: the descriptor was closed under us; like a pipe nobody reads.
                    if error.errno == errno.EBADF:
                        raise OutputClosed from error
                    raise
                self._sent += count
                written += count
        self._held.clear()
        self._sent = 0
        return written

    def start_line_again(self) -> None:
        """Go back to the start of the line that was being written: it continues in another file."""
        self._sent = self._held.rfind(b"\n", 0, self._sent) + 1
        del self._held[: self._sent]
        self._sent = 0

    def forget(self) -> None:
        """Let go of what is buffered."""
        self._held = bytearray()
        self._sent = 0

    def _wait_writable(self) -> None:
        """Somebody made the descriptor non-blocking (another process can): wait as a blocking one does."""
        import select

        poller = select.poll()
        poller.register(self.fd, select.POLLOUT)
        poller.poll()
