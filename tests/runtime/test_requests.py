"""What is asked of a running script from outside, on a clock that stands still."""

from __future__ import annotations

import threading

from runtime.lua.requests import GRACE_S, Requests


class _Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_nothing_is_asked() -> None:
    requests = Requests(lambda: None)
    assert requests.poll() == (False, None, 0)
    requests.end()


def test_levels_are_fetched_once() -> None:
    requests = Requests(lambda: None)
    requests.ask_for_levels()
    assert requests.poll() == (True, None, 0)
    assert requests.poll() == (False, None, 0)
    requests.end()


def test_a_stop_leaves_time_to_clean_up_and_then_presses() -> None:
    clock = _Clock()
    requests = Requests(lambda: None, clock)
    requests.ask_to_stop(b"stop!")
    assert requests.poll() == (False, b"stop!", 1)
    assert requests.stop_delivered
    assert requests.poll() == (False, None, 0)
    clock.seconds += GRACE_S
    assert requests.poll() == (False, b"stop!", 2)
    requests.end()


def test_a_second_stop_changes_nothing() -> None:
    clock = _Clock()
    requests = Requests(lambda: None, clock)
    requests.ask_to_stop(b"stop!")
    assert requests.poll() == (False, b"stop!", 1)
    requests.ask_to_stop(b"other")
    assert requests.poll() == (False, None, 0)
    clock.seconds += GRACE_S
    assert requests.poll() == (False, b"stop!", 2)
    requests.end()


def test_the_time_to_clean_up_starts_when_that_begins() -> None:
    clock = _Clock()
    requests = Requests(lambda: None, clock)
    requests.ask_to_stop(b"stop!")
    requests.poll()
    clock.seconds += GRACE_S * 0.9
    requests.let_clean_up()
    clock.seconds += GRACE_S * 0.9
    assert requests.poll() == (False, None, 0)
    requests.end()


def test_it_knocks_until_it_is_heard() -> None:
    knocks = threading.Semaphore(0)
    requests = Requests(knocks.release)
    requests.ask_for_levels()
    for _ in range(5):
        assert knocks.acquire(timeout=30)
    requests.poll()
    requests.end()


def test_finalizers_are_not_stopped() -> None:
    requests = Requests(lambda: None)
    requests.ask_to_stop(b"stop!")
    requests.end()
    assert requests.poll() == (False, None, 0)


def test_a_signal_handler_may_ask_in_the_middle_of_asking() -> None:
    """Both run on the main thread: a lock that it cannot take again would hold it for good."""
    inside: list[int] = []

    def knock() -> None:
        if not inside:
            inside.append(1)
            requests.ask_to_stop(b"stop!")

    requests = Requests(knock)
    with requests._lock:
        requests.ask_for_levels()
    assert requests.poll() == (True, b"stop!", 1)
    requests.end()
