"""The Python half of the event loop: the clock, microtasks, and the rejections that nobody handles.

Timers are kept in JavaScript (`host/loop.js`), which says how long nothing is due; the engine waits, outside of the
isolate, so that a script that sleeps can be stopped at once.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.js.host_calls import HostCalls


def register(calls: HostCalls, clock_ns: Callable[[], int] = time.perf_counter_ns) -> None:
    """Give JavaScript its clock (milliseconds since now), microtasks and the watch over promises."""
    from runtime.js.promises import Promises
    from runtime.js.throws import Throws

    started_ns = clock_ns()
    promises, throws = Promises(), Throws()
    calls.register("clock.now", lambda _: (clock_ns() - started_ns) / 1e6)
    calls.register("loop.microtasks", lambda _: promises.run_microtasks())
    calls.register("loop.watch_promises", promises.watch)
    calls.register("loop.promise_state", promises.state)
    calls.register("loop.watch_throws", throws.watch)
    calls.register("loop.run", lambda _: throws.run())
