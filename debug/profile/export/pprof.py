"""Gzipped pprof (https://github.com/google/pprof/blob/main/proto/profile.proto), read by `go tool pprof` and others.

The message is written by hand: of protobuf it needs two wire types (https://protobuf.dev/programming-guides/encoding/),
and a stack's locations are encoded once for all samples on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.export.paths import paths
from debug.profile.store import compressed
from debug.profile.weights import allocated_by_stack, weights_by_thread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from debug.profile.model import Profile

_VARINT, _BYTES = 0, 2


def export(profile: Profile) -> bytes:
    """The profile as pprof: samples by stack and thread, with the label `thread`."""
    return compressed(b"".join(_message(profile)))


def _message(profile: Profile) -> Iterator[bytes]:
    strings = _Strings()
    kinds = [("samples", "count"), ("time", "nanoseconds")]
    if profile.allocations:
        kinds.append(("alloc_space", "bytes"))
    for kind, unit in kinds:
        yield _bytes(1, _number(1, strings[kind]) + _number(2, strings[unit]))
    yield from _samples(profile, strings)
    # Without a mapping `go tool pprof` takes the locations for addresses without symbols.
    yield _bytes(
        3, _number(1, 1) + _number(5, strings[profile.script]) + _number(7, 1) + _number(8, 1) + _number(9, 1)
    )
    for number, place in enumerate(profile.places, 1):
        line = _number(1, place.function + 1) + _number(2, place.line or 0)
        yield _bytes(4, _number(1, number) + _number(2, 1) + _bytes(4, line))
    for number, function in enumerate(profile.functions, 1):
        name = strings[function.name]
        body = _number(1, number) + _number(2, name) + _number(3, name)
        yield _bytes(5, body + _number(4, strings[function.file or ""]) + _number(5, function.line or 0))
    yield _number(9, profile.started_unix_ns)
    yield _number(10, profile.duration_ns)
    yield _bytes(11, _number(1, strings["time"]) + _number(2, strings["nanoseconds"]))
    yield _number(12, round(1e9 / profile.rate_hz))
    comment = f"{profile.script} ({profile.engine}, {profile.collector}), llmspell {profile.tool_version}"
    yield _number(13, strings[comment])
    yield _number(14, strings["time"])
    for text in strings.all():
        yield _bytes(6, text.encode())


def _samples(profile: Profile, strings: _Strings) -> Iterator[bytes]:
    weights = weights_by_thread(profile)
    columns = [one.self_ns for one in weights]
    counts = [one.samples for one in weights]
    thread_key = strings["thread"]
    labels = [
        _bytes(3, _number(1, thread_key) + _number(2, strings[thread.name])) for thread in profile.threads
    ]
    allocated = allocated_by_stack(profile) if profile.allocations else []
    no_bytes = b"\0" if profile.allocations else b""
    taken: list[list[int]] = [[] for _ in profile.stacks]
    for thread, count in enumerate(counts):
        for stack, number in enumerate(count):
            if number:
                taken[stack].append(thread)
    place_ids = [_varint(number) for number in range(1, len(profile.places) + 1)]
    stacks = profile.stacks

    def join(callers: bytes | None, stack: int) -> bytes:
        place = place_ids[stacks[stack].place]
        return place if callers is None else place + callers  # the innermost comes first

    for stack, path in enumerate(paths([one.parent for one in stacks], join)):
        if taken[stack] or (allocated and allocated[stack]):
            locations = _bytes(1, path)
            for thread in taken[stack]:
                values = _varint(counts[thread][stack]) + _varint(columns[thread][stack]) + no_bytes
                yield _bytes(2, locations + _bytes(2, values) + labels[thread])
            if allocated and allocated[stack]:
                yield _bytes(2, locations + _bytes(2, b"\0\0" + _varint(allocated[stack])))


class _Strings:
    """The table of strings; the first is empty."""

    def __init__(self) -> None:
        self._numbers = {"": 0}

    def __getitem__(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def all(self) -> Iterable[str]:
        """In the order of their numbers."""
        return self._numbers


def _varint(number: int) -> bytes:
    if number < 0x80:
        return _SMALL[number]
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


_SMALL = [bytes((number,)) for number in range(0x80)]


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(number)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content
