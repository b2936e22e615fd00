"""Samples that LuaJIT writes into memory: in order, none lost, whatever their size."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lupa.luajit21
import pytest

import runtime.lua
from runtime.lua.sample_buffer import SampleBuffer

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(runtime.lua.__file__).parent

Rows = list[tuple[int, bytes, bytes]]


class Writing:
    """One VM and a buffer, whose rows end in `rows`."""

    def __init__(self, size_bytes: int, before: bytes = b"") -> None:
        self.rows: Rows = []
        self.too_long: list[bytes] = []
        self.rooms = 0
        vm = lupa.luajit21.LuaRuntime(encoding=None)
        vm.execute(before)

        def load(name: bytes, *arguments: Any) -> Any:
            return vm.compile((FOLDER / name.decode()).read_bytes())(*arguments)

        def note(text: bytes, _state: bytes) -> None:
            self.too_long.append(text)

        self.buffer = SampleBuffer(size_bytes)
        self.write: Callable[[bytes, bytes], None] = self.buffer.writer(load, self._make_room, note)

    def _make_room(self) -> None:
        self.rooms += 1
        self.rows += self.buffer.take_all()


@pytest.mark.parametrize("size_bytes", [48, 100, 1000, 1 << 20])
def test_all_come_in_order(size_bytes: int) -> None:
    writing = Writing(size_bytes)
    texts = [b"%d:%d " % (i, i) * (i % 5) for i in range(300)]
    began_ns = time.perf_counter_ns()
    for i, text in enumerate(texts):
        writing.write(text, b"NIC"[i % 3 : i % 3 + 1])
        if i % 7 == 0:
            writing.rows += writing.buffer.take_settled()
    writing.rows += writing.buffer.take_all()
    assert sorted([text for _, text, _ in writing.rows] + writing.too_long) == sorted(texts)
    kept = [text for text in texts if text not in writing.too_long]
    assert [text for _, text, _ in writing.rows] == kept
    clocks = [at_ns for at_ns, _, _ in writing.rows]
    assert clocks == sorted(clocks)
    assert began_ns <= clocks[0] <= clocks[-1] <= time.perf_counter_ns()
    assert {state for _, _, state in writing.rows} <= {b"N", b"I", b"C"}
    assert bool(writing.rooms) == (size_bytes <= 1000)
    assert bool(writing.too_long) == (size_bytes < 100)


def test_the_newest_is_not_settled() -> None:
    writing = Writing(1 << 12)
    assert writing.buffer.newest_ns() == 0
    assert list(writing.buffer.take_settled()) == []
    writing.write(b"first", b"N")
    first_ns = writing.buffer.newest_ns()
    assert list(writing.buffer.take_settled()) == []
    writing.write(b"second", b"I")
    assert list(writing.buffer.take_settled()) == [(first_ns, b"first", b"N")]
    assert [text for _, text, _ in writing.buffer.take_all()] == [b"second"]
    assert writing.buffer.take_all() == []


def test_without_ffi_there_is_no_writer() -> None:
    assert Writing(1000, b"package.preload.ffi, package.loaded.ffi = nil, nil").write is None


def test_a_script_can_declare_what_it_likes() -> None:
    """It uses the same function of C by a declaration of its own."""
    vm = lupa.luajit21.LuaRuntime(encoding=None)

    def load(name: bytes, *arguments: Any) -> Any:
        return vm.compile((FOLDER / name.decode()).read_bytes())(*arguments)

    buffer = SampleBuffer(1000)
    write = buffer.writer(load, buffer.take_all, print)
    write(b"before", b"N")
    text = b"""
local ffi = require("ffi")
ffi.cdef("typedef struct timespec { long tv_sec, tv_nsec; } timespec; int clock_gettime(int, timespec *);")
local t = ffi.new("timespec")
return ffi.C.clock_gettime(1, t)
"""
    assert vm.execute(text) == 0
    write(b"after", b"N")
    assert [text for _, text, _ in buffer.take_all()] == [b"before", b"after"]
