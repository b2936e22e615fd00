"""Scripts on threads: how much faster two are than one after the other; how soon one hears of a level."""

from __future__ import annotations

import threading
import time
from statistics import median
from typing import TYPE_CHECKING

from debug.config import DebugConfig
from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import Script, StopReason
from scripts.benchmarks.lua.runner import engine, run
from scripts.benchmarks.measure import BenchmarkError, Row, compare, wall_ns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.lua.engine import LuaEngine
    from scripts.benchmarks.measure import Effort

CPU_BOUND = """
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
return fib({size})
"""
SPINNING = 'while true do Debug.debug("seen") end'
SETTLE_S = 0.02
"""Between two trials: long enough that the script is back in its quiet loop (compiled again, on LuaJIT)."""
PATIENCE_S = 10.0


def rows(effort: Effort) -> Iterator[Row]:
    """Two scripts at once; a new level in a spinning script on Lua 5.4 and LuaJIT."""
    yield _two_at_once(effort)
    for variant, bound_ms in (("lua5.4", 5.0), ("luajit", 50.0)):
        yield _level_reaches(effort, variant, bound_ms)


def _two_at_once(effort: Effort) -> Row:
    script = CPU_BOUND.format(size=32 if effort.scale == 1 else 30)
    manager = DebugManager()
    with engine(manager) as first, engine(manager) as second:

        def one_after_the_other() -> None:
            run(first, script)
            run(second, script)

        def at_once() -> None:
            failures: list[BenchmarkError] = []

            def guarded(lua: LuaEngine) -> None:
                try:
                    run(lua, script)
                except BenchmarkError as failure:  # raised below: a thread has nobody to raise it to
                    failures.append(failure)

            threads = [threading.Thread(target=guarded, args=(lua,)) for lua in (first, second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if failures:
                raise failures[0]

        found = compare(lambda: wall_ns(one_after_the_other), lambda: wall_ns(at_once), effort.rounds)
    return Row(
        "two CPU-bound scripts on two threads, speed-up over one after the other",
        found.ratio,
        1.8,
        at_least=True,
        note=f"{found.ours / 1e6:.0f} ms one after the other, {found.peer / 1e6:.0f} ms at once",
    )


def _level_reaches(effort: Effort, variant: str, bound_ms: float) -> Row:
    """Milliseconds from the change on one thread to the first entry of the script that spins on another."""
    manager = DebugManager(DebugConfig(level=Level.INFO))
    heard = threading.Event()
    heard_at_ns: list[int] = []

    def listen(_raw: Any) -> None:
        if not heard.is_set():
            heard_at_ns.append(time.perf_counter_ns())
            heard.set()

    manager.attach(listen)
    delays_ms: list[float] = []
    with engine(manager, variant) as lua:
        script = Script(name="spinning.lua", text=SPINNING.encode())
        spinning = threading.Thread(target=lua.run, args=(script,), daemon=True)
        spinning.start()
        try:
            for _ in range(effort.rounds * 4):
                time.sleep(SETTLE_S)
                heard_at_ns.clear()
                heard.clear()
                changed_ns = time.perf_counter_ns()
                manager.set_level(Level.DEBUG)
                if not heard.wait(PATIENCE_S):
                    raise BenchmarkError(f"{variant}: the new level never reached the spinning script")
                manager.set_level(Level.INFO)
                delays_ms.append((heard_at_ns[0] - changed_ns) / 1e6)
        finally:
            while spinning.is_alive():
                lua.stop(StopReason.INTERRUPT)
                spinning.join(0.2)
    return Row(
        f"a level changed from another thread reaches a spinning script, {variant}",
        median(delays_ms),
        bound_ms,
        unit="ms",
        note=f"median of {len(delays_ms)}; the longest {max(delays_ms):.2f} ms",
    )
