"""The fan-out: nothing lost, nothing twice, and no output hurts the script or another output."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debug.entry import PictureText
from debug.level import Level
from debug.outputs.base import OutputClosed
from debug.outputs.fan_out import FanOut
from debug.outputs.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from debug.entry import Entry, RawEntry, Unshaped

BRISK = Pace(gather_s=0.0, yield_s=0.0, backoff_s=0.0)
"""Waits for nothing but the output."""

LONG_S = 30.0
"""A wait that ends early unless something hangs."""


class Collecting:
    """Keeps what it is given, and the order of the calls."""

    def __init__(self, name: str = "collecting", *, lossless: bool = True) -> None:
        self.name = name
        self.lossless = lossless
        self.calls: list[str] = []
        self._buffer: list[Entry] = []
        self.entries: list[Entry] = []
        self.threads: set[int] = set()

    def write(self, entries: Sequence[Entry]) -> None:
        self.threads.add(threading.get_ident())
        self.calls.append(f"write {' '.join(entry.message for entry in entries)}")
        self._buffer.extend(entries)

    def flush(self) -> None:
        self.calls.append("flush")
        self.entries.extend(self._buffer)
        self._buffer.clear()

    def close(self) -> None:
        self.flush()
        self.calls.append("close")

    @property
    def sequences(self) -> list[int]:
        return [entry.sequence for entry in self.entries]


class Unreliable(Collecting):
    """Fails now and then, as the protocol allows: `write` takes all or nothing, `flush` goes on."""

    def __init__(self, name: str, failures: Callable[[], bool], error: Exception | None = None) -> None:
        super().__init__(name)
        self._failures = failures
        self._error = error or OSError(28, "No space left on device")
        self.attempts = 0

    def _try(self) -> None:
        self.attempts += 1
        if self._failures():
            raise self._error

    def write(self, entries: Sequence[Entry]) -> None:
        self._try()
        super().write(entries)

    def flush(self) -> None:
        self._try()
        super().flush()

    def close(self) -> None:
        """Closing what is flushed already does not fail."""
        assert not self._buffer
        self.calls.append("close")


class Gated(Collecting):
    """Blocks in `write` until the gate opens."""

    def __init__(self, name: str = "gated", *, lossless: bool = True) -> None:
        super().__init__(name, lossless=lossless)
        self.gate = threading.Event()
        self.reached = threading.Event()

    def write(self, entries: Sequence[Entry]) -> None:
        self.reached.set()
        assert self.gate.wait(LONG_S)
        super().write(entries)


class FakeTime:
    """A clock that sleeping moves on, so that no wait takes time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept_s: list[float] = []

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.slept_s.append(seconds)
        time.sleep(0)


def raw(sequence: int, level: Level = Level.INFO, message: str | None = None) -> RawEntry:
    return (sequence, 1_700_000_000_000_000_000, int(level), message or str(sequence), "m", None, "a.lua")


def put_all(fan_out: FanOut, count: int, start: int = 0) -> None:
    for sequence in range(start, start + count):
        fan_out.put(raw(sequence))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_output_gets_every_entry_in_order(count: int) -> None:
    outputs = [Collecting(str(i)) for i in range(count)]
    fan_out = FanOut(outputs, pace=BRISK)
    put_all(fan_out, 3000)
    assert fan_out.flush(LONG_S)
    assert [output.sequences for output in outputs] == [list(range(3000))] * count
    assert (fan_out.idle, fan_out.pending, fan_out.dropped) == (True, 0, 0)
    assert fan_out.close(LONG_S)
    assert all(output.calls[-1] == "close" for output in outputs)
    assert all(threading.get_ident() not in output.threads for output in outputs)


def test_an_entry_is_shaped_once_however_many_outputs() -> None:
    shaped: list[int] = []

    def shape(entry: Unshaped) -> Entry:
        from debug.entry import shape as standard

        shaped.append(entry[0])
        return standard(entry)

    outputs = [Collecting(str(i)) for i in range(3)]
    fan_out = FanOut(outputs, shape=shape, pace=BRISK)
    put_all(fan_out, 1000)
    assert fan_out.close(LONG_S)
    assert sorted(shaped) == list(range(1000))
    assert outputs[0].entries[7] is outputs[2].entries[7]


def test_no_thread_starts_before_there_is_an_entry() -> None:
    before = threading.active_count()
    output = Collecting()
    fan_out = FanOut([output])
    assert fan_out.flush(LONG_S)
    assert threading.active_count() == before
    assert fan_out.close(LONG_S)
    assert output.calls == ["flush", "close"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3000), st.integers(1, 600))
def test_failures_lose_nothing_and_repeat_nothing(seed: int, count: int, capacity: int) -> None:
    dice = random.Random(seed)
    flaky = Unreliable("flaky", lambda: dice.random() < 0.3)
    steady = Collecting("steady")
    failed: list[str] = []
    fan_out = FanOut(
        [flaky, steady],
        capacity=capacity,
        on_failure=lambda name, _reason: failed.append(name),
        pace=BRISK._replace(attempts=100),
    )
    put_all(fan_out, count)
    assert fan_out.flush(LONG_S)
    assert fan_out.close(LONG_S)
    assert failed == []
    assert flaky.sequences == steady.sequences == list(range(count))


def test_an_output_that_keeps_failing_is_switched_off_with_one_word() -> None:
    broken = Unreliable("file /full", lambda: True)
    steady = Collecting("steady")
    failed: list[tuple[str, str]] = []
    fake = FakeTime()
    fan_out = FanOut(
        [broken, steady],
        capacity=100,
        on_failure=lambda *what: failed.append(what),
        pace=Pace(gather_s=0.0, yield_s=0.0),
        clock=fake.clock,
        sleep=fake.sleep,
    )
    put_all(fan_out, 1000)
    assert fan_out.flush(LONG_S)
    put_all(fan_out, 1000, start=1000)
    assert fan_out.close(LONG_S)
    assert failed == [("file /full", "[Errno 28] No space left on device")]
    assert steady.sequences == list(range(2000))
    assert fan_out.dropped_by_output == {"file /full": 2000}
    assert [pause for pause in fake.slept_s if pause >= 0.05][:5] == [0.05, 0.1, 0.2, 0.4, 0.8]


def test_a_flush_that_keeps_failing_switches_the_output_off_too() -> None:
    class Unflushable(Collecting):
        def flush(self) -> None:
            raise OSError("the disk is gone")

    failed: list[tuple[str, str]] = []
    fan_out = FanOut([Unflushable()], on_failure=lambda *what: failed.append(what), pace=BRISK)
    put_all(fan_out, 10)
    assert fan_out.close(LONG_S)
    assert failed == [("collecting", "the disk is gone")]
    assert fan_out.dropped == 10


def test_an_output_nobody_reads_ends_without_a_word() -> None:
    closed = Unreliable("pipe", lambda: True, OutputClosed())
    failed: list[str] = []
    fan_out = FanOut([closed], on_failure=lambda name, _reason: failed.append(name), pace=BRISK)
    put_all(fan_out, 10)
    assert fan_out.flush(LONG_S)
    assert fan_out.close(LONG_S)
    assert (failed, closed.attempts) == ([], 1)


def test_a_listener_that_raises_hurts_nobody() -> None:
    def listener(_name: str, _reason: str) -> None:
        raise RuntimeError("listener")

    broken, steady = Unreliable("broken", lambda: True), Collecting("steady")
    fan_out = FanOut([broken, steady], on_failure=listener, pace=BRISK)
    put_all(fan_out, 10)
    assert fan_out.close(LONG_S)
    assert steady.sequences == list(range(10))


def test_a_blocked_lossless_output_holds_the_script_only_for_a_while() -> None:
    fake = FakeTime()
    gated = Gated()
    fan_out = FanOut(
        [gated],
        capacity=10,
        pace=Pace(gather_s=0.0, burst=4, yield_s=0.0),
        clock=fake.clock,
        sleep=fake.sleep,
    )
    fan_out.put(raw(0))
    assert gated.reached.wait(LONG_S)
    put_all(fan_out, 10, start=1)
    assert fan_out.dropped == 0
    started_s = fake.now_s
    put_all(fan_out, 100, start=11)
    # Patience is lost once, not once an entry.
    assert 2.0 <= fake.now_s - started_s < 2.1
    assert fan_out.dropped == 100
    assert fan_out.pending == 11
    gated.gate.set()
    assert fan_out.flush(LONG_S)
    assert gated.sequences == list(range(11))
    put_all(fan_out, 50, start=1000)
    assert fan_out.close(LONG_S)
    assert gated.sequences == [*range(11), *range(1000, 1050)]


def test_a_slow_lossless_output_loses_nothing() -> None:
    class Slow(Collecting):
        def write(self, entries: Sequence[Entry]) -> None:
            time.sleep(0.001)
            super().write(entries)

    slow = Slow()
    fan_out = FanOut([slow], capacity=5, pace=BRISK._replace(burst=3))
    put_all(fan_out, 200)
    assert fan_out.close(LONG_S)
    assert (slow.sequences, fan_out.dropped) == (list(range(200)), 0)


def test_what_a_stuck_output_is_left_with_counts_as_missed() -> None:
    gated, collecting = Gated(), Collecting()
    fan_out = FanOut([gated, collecting], pace=BRISK)
    put_all(fan_out, 20)
    assert gated.reached.wait(LONG_S)
    assert fan_out.dropped_by_output == {}
    assert not fan_out.close(0.0)
    assert fan_out.dropped_by_output.get(gated.name) == 20
    gated.gate.set()


def test_a_lossy_output_lets_the_oldest_go_and_counts_them() -> None:
    gated = Gated(lossless=False)
    fan_out = FanOut([gated], capacity=10, pace=BRISK._replace(burst=1))
    fan_out.put(raw(0))
    assert gated.reached.wait(LONG_S)
    put_all(fan_out, 100, start=1)
    assert fan_out.dropped == 90
    gated.gate.set()
    assert fan_out.close(LONG_S)
    assert gated.sequences == [0, *range(91, 101)]


def test_a_flush_is_not_forgotten_when_a_lossy_queue_overflows() -> None:
    gated = Gated(lossless=False)
    fan_out = FanOut([gated], capacity=10, pace=BRISK._replace(burst=1))
    fan_out.put(raw(0))
    assert gated.reached.wait(LONG_S)
    flushed: list[bool] = []
    waiter = threading.Thread(target=lambda: flushed.append(fan_out.flush(LONG_S)))
    waiter.start()
    while not fan_out._lanes[0].queue:
        time.sleep(0)
    put_all(fan_out, 100, start=1)
    assert fan_out.dropped == 90
    gated.gate.set()
    waiter.join(LONG_S)
    assert flushed == [True]
    assert fan_out.close(LONG_S)
    assert gated.sequences == [0, *range(91, 101)]


def test_flush_and_close_give_up_in_time() -> None:
    gated = Gated()
    fan_out = FanOut([gated], pace=BRISK)
    fan_out.put(raw(0))
    assert not fan_out.flush(0.01)
    assert not fan_out.close(0.01)
    assert fan_out.pending == 1
    gated.gate.set()


def test_an_error_is_flushed_at_once() -> None:
    gated = Gated()
    fan_out = FanOut([gated], pace=BRISK._replace(burst=1, flush_every_s=1e9))
    fan_out.put(raw(0))
    assert gated.reached.wait(LONG_S)
    fan_out.put(raw(1))
    fan_out.put(raw(2, Level.ERROR))
    fan_out.put(raw(3))
    gated.gate.set()
    assert fan_out.flush(LONG_S)
    assert gated.calls == ["write 0", "write 1", "write 2", "flush", "write 3", "flush"]


def test_a_written_entry_waits_no_longer_for_its_flush_than_the_pace_says() -> None:
    fake = FakeTime()

    class Timed(Gated):
        def write(self, entries: Sequence[Entry]) -> None:
            super().write(entries)
            fake.now_s += 0.04

    timed = Timed()
    pace = Pace(gather_s=0.0, burst=1, yield_s=0.0, flush_every_s=0.1)
    fan_out = FanOut([timed], pace=pace, clock=fake.clock, sleep=fake.sleep)
    fan_out.put(raw(0))
    assert timed.reached.wait(LONG_S)
    put_all(fan_out, 7, start=1)
    timed.gate.set()
    assert fan_out.close(LONG_S)
    gaps = " ".join("f" if call == "flush" else "w" for call in timed.calls[:-2]).split(" f")
    assert max(gap.count("w") for gap in gaps) <= 4
    assert timed.sequences == list(range(8))


def test_an_entry_that_cannot_be_shaped_is_told_and_takes_none_with_it() -> None:
    one, two = Collecting("one"), Collecting("two")
    for outputs in ([one], [two, Collecting()]):
        fan_out = FanOut(outputs, pace=BRISK)
        fan_out.put(raw(0))
        fan_out.put((1, 0, 99, "no such level", None, None, ""))
        fan_out.put((2, 0, 3, PictureText(b"{"), None, None, ""))
        fan_out.put(raw(3))
        assert fan_out.close(LONG_S)
    for output in (one, two):
        assert output.sequences == [0, 1, 2, 3]
        assert output.entries[1].message.startswith("entry that cannot be shown: IndexError")
        assert "undecodable" in output.entries[2].message


def test_the_writer_may_log_itself_while_the_queue_is_full() -> None:
    fan_outs: list[FanOut] = []
    broken = Unreliable("broken", lambda: True)
    gated = Gated("steady")
    fan_outs.append(
        FanOut(
            [broken, gated],
            capacity=2,
            on_failure=lambda _name, reason: fan_outs[0].put(raw(99, message=reason)),
            pace=BRISK,
        )
    )
    fan_outs[0].put(raw(0))
    gated.gate.set()
    assert fan_outs[0].flush(LONG_S)
    assert fan_outs[0].close(LONG_S)
    assert gated.sequences == [0, 99]


def test_many_threads_lose_nothing() -> None:
    dice = random.Random(1)
    outputs = [Collecting("a"), Unreliable("b", lambda: dice.random() < 0.1), Collecting("c")]
    fan_out = FanOut(outputs, capacity=500, pace=BRISK._replace(attempts=100))
    threads = [threading.Thread(target=put_all, args=(fan_out, 500, start * 500)) for start in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert fan_out.close(LONG_S)
    assert fan_out.dropped == 0
    for output in outputs:
        assert sorted(output.sequences) == list(range(16 * 500))
        for start in range(16):
            own = [number for number in output.sequences if number // 500 == start]
            assert own == sorted(own)


def run(program: str, path: Path) -> list[str]:
    """Run a program in a process of its own; the lines of the file that it logged to."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, timeout=60, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [line.rsplit("  ", 1)[1] for line in path.read_text().splitlines()]


PROGRAM = """
import os, sys, warnings
warnings.simplefilter("ignore")  # Python 3.12 warns of any fork while a thread runs
from debug.outputs.fan_out import FanOut
from debug.outputs.file import FileOutput
fan_out = FanOut([FileOutput(sys.argv[1])])
def put(text, count):
    for i in range(count):
        fan_out.put((i, 0, 3, f"{text}{i}", None, None, ""))
"""


def test_what_was_put_is_written_when_the_process_ends(tmp_path: Path) -> None:
    lines = run(PROGRAM + "put('x', 2000)", tmp_path / "a.log")
    assert lines == [f"x{i}" for i in range(2000)]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_a_forked_child_writes_its_own_entries_only(tmp_path: Path) -> None:
    program = PROGRAM + (
        "put('before', 2000)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    put('child', 50)\n"
        "    os._exit(0 if fan_out.close(20) else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "put('after', 50)\n"
        "assert fan_out.close(20)\n"
    )
    lines = run(program, tmp_path / "a.log")
    expected = [
        f"{text}{i}" for text, count in (("before", 2000), ("child", 50), ("after", 50)) for i in range(count)
    ]
    assert sorted(lines) == sorted(expected)
