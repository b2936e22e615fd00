from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.dap.framing import Broken, FrameReader, NotOurProtocol, frame

if TYPE_CHECKING:
    from collections.abc import Sequence


def reader_of(data: bytes, cuts: Sequence[int] = (), limit_bytes: int = 1000) -> FrameReader:
    """Reads `data` in pieces."""
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    pieces = [data[start:end] for start, end in pairwise(edges)]
    stream = iter([*pieces, b""])
    return FrameReader(lambda _size: next(stream), limit_bytes)


def everything(reader: FrameReader) -> list[bytes | Broken]:
    found = []
    while (one := reader.next()) is not None:
        found.append(one)
    return found


@given(st.lists(st.binary(max_size=200), max_size=5), st.lists(st.integers(0, 2000)))
def test_what_was_framed_is_read_however_it_is_cut(bodies: list[bytes], cuts: list[int]) -> None:
    data = b"".join(frame(body) for body in bodies)
    assert everything(reader_of(data, cuts)) == bodies


@given(st.lists(st.binary(max_size=60)), st.lists(st.integers(0, 2000)))
def test_any_bytes_at_all_come_to_an_end(pieces: list[bytes], cuts: list[int]) -> None:
    try:
        everything(reader_of(b"Content-Length: 3\r\n\r\n".join(pieces), cuts))
    except NotOurProtocol:
        pass


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length:2\r\n\r\n",
        b"CONTENT-LENGTH :  2 \r\n\r\n",
        b"Content-Length: 2\n\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\nX: y\r\n\r\n",
        b"rubbish in front of it Content-Length: 2\r\n\r\n",
    ],
)
def test_headers_as_clients_write_them(headers: bytes) -> None:
    assert everything(reader_of(headers + b"{}" + frame(b"[]"))) == [b"{}", b"[]"]


def test_after_what_is_broken_the_next_message_is_read() -> None:
    data = b"Content-Length: two\r\n\r\n{}" + frame(b"[1]")
    broken, message = everything(reader_of(data))
    assert isinstance(broken, Broken)
    assert broken.problem == "headers without a Content-Length"
    assert message == b"[1]"
    broken, message = everything(reader_of(b"Content-Length: -4\r\n\r\n" + frame(b"[1]")))
    assert (isinstance(broken, Broken), message) == (True, b"[1]")


def test_what_is_too_long_is_skipped_and_its_beginning_kept() -> None:
    body = b'{"seq": 5, "command": "evaluate", "x": "' + b"y" * 5000 + b'"}'
    broken, message = everything(reader_of(frame(body) + frame(b"[1]"), [2000, 4000]))
    assert isinstance(broken, Broken)
    assert broken.problem == f"a message of {len(body)} bytes is over the limit of 1000"
    assert broken.beginning.startswith(b'{"seq": 5')
    assert message == b"[1]"


def test_an_absurd_length_is_not_waited_for() -> None:
    broken, message = everything(reader_of(b"Content-Length: 99999999999999\r\n\r\n" + frame(b"[1]")))
    assert isinstance(broken, Broken)
    assert message == b"[1]"


def test_endless_headers_are_not_kept() -> None:
    found = everything(reader_of(b"x" * 20_000 + b"\r\n\r\n" + frame(b"[1]"), range(0, 20_000, 100)))
    assert found[-1] == b"[1]"
    assert all(isinstance(one, Broken) for one in found[:-1])


def test_a_browser_finds_nobody() -> None:
    body = frame(b'{"seq": 1, "type": "request", "command": "initialize"}')
    request = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with pytest.raises(NotOurProtocol):
        reader_of(request).next()


def test_the_end_in_the_middle_of_a_message_is_the_end() -> None:
    assert everything(reader_of(frame(b"{}")[:-1])) == []
    assert everything(reader_of(b"Content-Len")) == []
