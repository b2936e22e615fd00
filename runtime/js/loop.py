"""The Python half of the event loop: the clock, waiting, microtasks, and the rejections that nobody handles.

Timers are kept in JavaScript (`host/loop.js`), which says how long nothing is due; waiting is done here, outside of
the isolate, so that a script that sleeps can be stopped at once.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

DRAINED = -1
"""What a turn answers where nothing is left to run."""

LONGEST_WAIT_S = 3600.0
"""One wait, so that no clock overflows."""


class HostCalls(Protocol):
    """Where the functions are registered that JavaScript calls by name."""

    def register(self, name: str, function: Callable[[Any], Any], /) -> None:
        """`function` takes and returns JSON types and runs with the script blocked."""


def register(calls: HostCalls, clock_ns: Callable[[], int] = time.perf_counter_ns) -> None:
    """Give JavaScript its clock (milliseconds since now), microtasks and the watch over promises."""
    from runtime.js.promises import Promises

    started_ns = clock_ns()
    promises = Promises()
    calls.register("clock.now", lambda _: (clock_ns() - started_ns) / 1e6)
    calls.register("loop.microtasks", lambda _: promises.run_microtasks())
    calls.register("loop.watch_promises", promises.watch)


def run(turn: Callable[[], float], wait: Callable[[float], bool], first_ms: float = 0) -> bool:
    """Turn until nothing is left; False where `wait` said that the script is to stop.

    `turn` returns the milliseconds until something is due. `wait(seconds)` returns True where it was interrupted.
    `first_ms` is what the turn before this call returned.
    """
    due_ms = first_ms
    while due_ms != DRAINED:
        if due_ms > 0 and wait(min(due_ms / 1000, LONGEST_WAIT_S)):
            return False
        due_ms = turn()
    return True
