"""Messages in a stream of bytes: headers, an empty line, so many bytes of JSON.

The reader takes headers in any case, further ones, lines that end in a bare line feed, and rubbish before a header.
What it cannot read it reports, and looks for the next header.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_BYTES = 32 * 1024 * 1024
"""The longest message that is taken."""

_HEADER_LIMIT_BYTES = 8 * 1024
_SKIP_LIMIT_BYTES = 1024 * 1024 * 1024
"""What claims to be longer than this is not skipped: it is more likely that the length is wrong."""
_READ_BYTES = 64 * 1024
_KEPT_BYTES = 4 * 1024
"""Of a message that is too long: enough to find its number in."""

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*(?=\r?\n)", re.IGNORECASE)
_HTTP = re.compile(rb"[A-Z]{3,10} [^\r\n]{1,4096} HTTP/[0-9.]{1,5}\r?\n")


class Broken(NamedTuple):
    """Something in the stream that is no message."""

    problem: str
    beginning: bytes


class NotOurProtocol(Exception):
    """The other side speaks HTTP: a page in a browser that tries its luck with a local port must find nobody here."""


class FrameReader:
    """Takes messages out of a stream; `read` gives some bytes, at most so many, and none at its end."""

    def __init__(self, read: Callable[[int], bytes], limit_bytes: int = LIMIT_BYTES) -> None:
        self._read = read
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()

    def next(self) -> bytes | Broken | None:
        """The next message; None at the end of the stream, a message cut off there included. Raises NotOurProtocol,
        and what `read` raises."""
        searched = 0
        while (end := _END_OF_HEADERS.search(self._buffer, searched)) is None:
            if len(self._buffer) > _HEADER_LIMIT_BYTES:
                beginning = bytes(self._buffer[:_KEPT_BYTES])
                del self._buffer[:-3]
                return Broken(f"no end of headers within {_HEADER_LIMIT_BYTES} bytes", beginning)
            # What ends the headers may lie across two reads.
            searched = max(0, len(self._buffer) - 3)
            if not self._fill():
                return None
        headers = bytes(self._buffer[: end.end()])
        del self._buffer[: end.end()]
        if _HTTP.match(headers):
            raise NotOurProtocol
        lengths = _LENGTH.findall(headers)
        if not lengths:
            return Broken("headers without a Content-Length", headers[:_KEPT_BYTES])
        length = int(lengths[-1])
        if length > _SKIP_LIMIT_BYTES:
            return Broken(f"a Content-Length of {length} bytes", b"")
        if length > self._limit_bytes:
            return self._skip(length)
        return self._take(length)

    def _take(self, length: int) -> bytes | None:
        while len(self._buffer) < length:
            if not self._fill():
                return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body

    def _skip(self, length: int) -> Broken | None:
        beginning = b""
        left = length
        while left > 0:
            if not self._buffer and not self._fill():
                return None
            beginning = beginning or bytes(self._buffer[: min(left, _KEPT_BYTES)])
            passed = min(left, len(self._buffer))
            del self._buffer[:passed]
            left -= passed
        return Broken(f"a message of {length} bytes is over the limit of {self._limit_bytes}", beginning)

    def _fill(self) -> bool:
        read = self._read(_READ_BYTES)
        self._buffer += read
        return bool(read)


def frame(body: bytes) -> bytes:
    """A message with its header, to be written at once."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
