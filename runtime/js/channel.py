"""What crosses between a script and Python: one SharedArrayBuffer, a ring of records and an area for answers.

The script writes lines of ASCII into the ring, and waits where it is full; a thread of Python drains it while the
script runs. A line that begins with `[` is a record, a JSON array; any other is an entry, which is handed on unread
(`debug.entry.read_line`). One that ends with `TORN` was never finished: the script ran out of stack within.

A request is a record, too, so what was logged before it has been handled before it; its answer is written into the
answer area, in pieces where it is longer. Requests are answered by the bell, on the isolate's thread, or where there
is none by the draining thread.

    word 0   where the script writes next   1   where Python reads next   (both count bytes and wrap at 2^32)
    word 2   level that any module may pass at   3   level without a module   4   changes whenever levels do
    word 5   the number of the request that is answered, times 2, plus 1 where more of the answer follows
    word 6   length of the answer in bytes
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from json import JSONDecoder
from operator import methodcaller
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

RING_BYTES = 1 << 20
ANSWER_BYTES = 1 << 16
HEADER_BYTES = 64

WRITE, READ, FLOOR, BASE, GENERATION, ANSWERED, ANSWER_LENGTH = range(7)

REQUEST, MORE = 17, 18
"""Kinds of records that the channel itself understands: `[REQUEST, number, name, argument]`, `[MORE, number]`."""

TORN = b"\x18"
"""No JSON holds it: control characters are escaped."""

IDLE_S = 0.005
"""How long the draining thread sleeps where the ring is empty."""

GATHER_S = 0.001
"""How long it sleeps where the ring is not: what is taken in small pieces costs both sides more."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that were written in a row: entries, and the records that came after them."""

    entries: list[bytes]
    records: list[list[Any]]


class Channel:
    """Python's side.

    `handle` gets what is drained at a time, save the requests, which `answer` gets; each on one thread at a time.
    """

    def __init__(
        self,
        memory: memoryview,
        handle: Callable[[list[Stretch]], None],
        answer: Callable[[str, Any], str],
        *,
        ring_bytes: int = RING_BYTES,
        answer_bytes: int = ANSWER_BYTES,
    ) -> None:
        """`memory` is valid until `close`. `handle` and `answer` may not raise; an answer is ASCII."""
        self._header: memoryview | None = memory[:HEADER_BYTES].cast("i")
        self._ring = memory[HEADER_BYTES : HEADER_BYTES + ring_bytes]
        self._answers = memory[HEADER_BYTES + ring_bytes : HEADER_BYTES + ring_bytes + answer_bytes]
        self._mask = ring_bytes - 1
        self._crowded_bytes = ring_bytes >> 2
        self._handle = handle
        self._answer = answer
        self._tail = b""
        self._request: list[Any] | None = None
        self._rest = b""
        self._lock = Lock()  # one drains at a time
        self._levels_lock = Lock()
        self._ending = Event()
        self._thread: Thread | None = None
        self.answers_by_polling = False
        """Whether the draining thread answers requests; the bell does not, then."""

    def start(self) -> None:
        """Drain from now on."""
        self._thread = Thread(target=self._drain_until_end, name="llmspell-js-channel", daemon=True)
        self._thread.start()

    def on_bell(self) -> None:
        """On the isolate's thread, the script blocked: answer its request."""
        self.drain()
        self._answer_request()

    def drain(self) -> int:
        """Handle what is in the ring; how many bytes that was."""
        with self._lock:
            return self._drain()

    def set_levels(self, floor: int, base: int) -> None:
        """Let the script see other levels, from any thread, while it runs."""
        with self._levels_lock:
            header = self._header
            if header is not None:
                header[FLOOR] = floor
                header[BASE] = base
                header[GENERATION] = (header[GENERATION] + 1) & 0x7FFFFFFF

    def close(self) -> None:
        """Handle what is left, end the thread, and let go of the memory. The script has ended."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self.drain()
        with self._levels_lock, self._lock:
            self._header = None
            del self._ring, self._answers

    def _drain_until_end(self) -> None:
        while not self._ending.is_set():
            drained_bytes = self.drain()
            if self.answers_by_polling and self._request is not None:
                self._answer_request()
            elif drained_bytes < self._crowded_bytes:
                self._ending.wait(GATHER_S if drained_bytes else IDLE_S)

    def _drain(self) -> int:
        header = self._header
        if header is None:
            return 0
        start, end = header[READ], header[WRITE]
        count = (end - start) & 0xFFFFFFFF
        if count == 0:
            return 0
        first, ring = start & self._mask, self._ring
        last = first + count
        span = bytes(ring[first:last])
        if last > len(ring):
            span += bytes(ring[: last - len(ring)])
        header[READ] = end
        whole = span.rfind(b"\n")
        if whole < 0:
            self._tail += span
            return count
        lines = self._tail + span[:whole] if self._tail else span[:whole]
        self._tail = span[whole + 1 :]
        self._take(_stretches(lines))
        return count

    def _take(self, stretches: list[Stretch]) -> None:
        # A request is the last thing that a script has written: it waits. One in the middle was given up.
        records = stretches[-1].records if stretches else []
        if records and records[-1][0] in (REQUEST, MORE):
            self._request = records.pop()
            if not records and len(stretches) == 1 and not stretches[0].entries:
                return
        self._handle(stretches)

    def _answer_request(self) -> None:
        request, self._request = self._request, None
        if request is None:
            return
        if request[0] == REQUEST:
            self._rest = self._answer(request[2], request[3]).encode("ascii")
        header = self._header
        if header is None:
            return
        piece, self._rest = self._rest[: len(self._answers)], self._rest[len(self._answers) :]
        self._answers[: len(piece)] = piece
        header[ANSWER_LENGTH] = len(piece)
        header[ANSWERED] = request[1] << 1 | bool(self._rest)


def _stretches(text: bytes) -> list[Stretch]:
    if b"\n" not in text and text.startswith(b"["):
        records = _records([text])
        return [Stretch([], records)] if records else []
    lines = text.split(b"\n")
    if TORN in text:
        lines = [line for line in lines if not line.endswith(TORN)]
    if lines and b"\n[" not in text and not text.startswith(b"["):
        return [Stretch(lines, [])]
    stretches: list[Stretch] = []
    entries: list[bytes] = []
    for is_record, run in groupby(lines, methodcaller("startswith", b"[")):
        if is_record:
            stretches.append(Stretch(entries, _records([*run])))
            entries = []
        else:
            entries = [*run]
    if entries:
        stretches.append(Stretch(entries, []))
    return stretches


_read = JSONDecoder().raw_decode


def _records(lines: list[bytes]) -> list[list[Any]]:
    """What the lines hold; one that is no JSON costs only itself."""
    try:
        records: list[list[Any]] = _read(f"[{b','.join(lines).decode('ascii')}]")[0]
        return records
    except ValueError:
        return [] if len(lines) == 1 else [record for line in lines for record in _records([line])]
