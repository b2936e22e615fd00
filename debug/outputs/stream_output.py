"""What the outputs share that write to a stream somebody else opened and closes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from debug.outputs.base import OutputClosed
from debug.outputs.byte_sink import ByteSink

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from debug.entry import Entry

_BUFFER_BYTES = 1 << 16


class StreamOutput(ABC):
    """Writes entries to a file descriptor, or to a text stream that has none (a `StringIO`)."""

    lossless = True
    most_queued = 4096
    """Somebody may be watching: what is shown is never far behind the script, and ends soon after it."""

    def __init__(
        self, stream: int | TextIO, *, name: str, before_burst: Callable[[], None] | None = None
    ) -> None:
        self.name = name
        self._before_burst = before_burst
        self._sink: ByteSink | _TextSink
        fd = stream if isinstance(stream, int) else _descriptor(stream)
        if fd is None:
            assert not isinstance(stream, int)
            self._sink = _TextSink(stream)
        else:
            self._sink = ByteSink(fd)

    @abstractmethod
    def encoded(self, entries: Sequence[Entry]) -> bytes:
        """The entries as whole lines."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Buffer the entries; where the buffer is full, write it first."""
        if self._sink.held_bytes >= _BUFFER_BYTES:
            self.flush()
        self._sink.take(self.encoded(entries))

    def flush(self) -> None:
        """Write what is buffered. Raises `OutputClosed` where nobody reads any more, `OSError` otherwise."""
        if self._sink.held_bytes:
            if self._before_burst is not None:
                self._before_burst()
            self._sink.flush()

    def close(self) -> None:
        """Write what is buffered; the stream stays open."""
        self.flush()

    def after_fork(self) -> None:
        """Forget what the parent is going to write."""
        self._sink.forget()


class _TextSink:
    """A text stream with the manners of a `ByteSink`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._held: list[str] = []

    @property
    def held_bytes(self) -> int:
        return sum(map(len, self._held))

    def take(self, lines: bytes) -> None:
        self._held.append(lines.decode())

    def flush(self) -> int:
        text = "".join(self._held)
        try:
            if self._held:
                self._stream.write(text)
                # Taken, even where flushing fails: the stream holds it now.
                self._held.clear()
            self._stream.flush()
        except BrokenPipeError as error:
            raise OutputClosed from error
        except ValueError as error:
            if self._stream.closed:
                raise OutputClosed from error
            raise
        return len(text)

    def forget(self) -> None:
        self._held = []


def _descriptor(stream: TextIO) -> int | None:
    """The stream's descriptor, with what the stream buffers written before; None where it has none."""
    try:
        fd = stream.fileno()
        stream.flush()
    except (OSError, ValueError, AttributeError):
        return None
    return fd
