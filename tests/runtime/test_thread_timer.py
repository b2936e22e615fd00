"""Signals that a timer of the kernel sends to one thread."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from runtime.thread_timer import ThreadTimer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def arrived() -> Iterator[list[int]]:
    """The signals that Python has seen."""
    seen: list[int] = []
    before = signal.signal(signal.SIGUSR2, lambda number, _frame: seen.append(number))
    yield seen
    signal.signal(signal.SIGUSR2, before)


def test_it_signals_until_it_is_stopped_and_again_when_it_is_started(arrived: list[int]) -> None:
    timer = ThreadTimer(signal.SIGUSR2, threading.get_native_id())
    for _ in range(2):
        timer.start(1_000_000)
        before = len(arrived)
        while len(arrived) < before + 5:
            signal.pause()
        timer.stop()
    timer.close()


def test_one_comes_at_each_multiple_of_the_period_and_no_more() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    timer = ThreadTimer(signal.SIGUSR2, threading.get_native_id())
    period_ns = 2_000_000
    begun = time.monotonic_ns() // period_ns
    timer.start(period_ns)
    for count in range(1, 51):
        signal.sigwait({signal.SIGUSR2})
        assert time.monotonic_ns() // period_ns >= begun + count
    timer.close()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR2})


def test_one_that_cannot_be_had_whole_is_not_had(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    check = ThreadTimer._check

    def counted(timer: ThreadTimer, name: str, *arguments: object) -> None:
        if name in done:
            raise OSError("no more of them")
        check(timer, name, *arguments)
        done.append(name)

    monkeypatch.setattr(ThreadTimer, "_check", counted)
    with pytest.raises(OSError, match="no more"):
        ThreadTimer(signal.SIGUSR2, threading.get_native_id())
    assert done == ["timer_create", "timer_delete"]


def test_it_reaches_the_thread_that_was_named() -> None:
    """It is blocked everywhere: where it is pending, it was sent."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    found: list[int] = []

    def wait() -> None:
        timer = ThreadTimer(signal.SIGUSR2, threading.get_native_id())
        timer.start(1)
        found.append(signal.sigwait({signal.SIGUSR2}))
        timer.close()

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert found == [signal.SIGUSR2]
    assert signal.SIGUSR2 not in signal.sigpending()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR2})


def test_a_thread_of_nobody_is_an_error() -> None:
    with pytest.raises(OSError):
        ThreadTimer(signal.SIGUSR2, 2**22 + 1)


def test_where_there_is_none_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(OSError, match="only Linux"):
        ThreadTimer(signal.SIGUSR2, threading.get_native_id())
