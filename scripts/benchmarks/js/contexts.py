"""Resident memory of a further context: scripts that wait, side by side in one process of their own."""

from __future__ import annotations

import subprocess
import sys
import threading
from statistics import median
from typing import TYPE_CHECKING

from scripts.benchmarks.measure import BenchmarkError, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

FIRST = 5
"""Contexts that stand before the measuring starts: what all share has been paid for."""
FURTHER = 50
SCRIPT = b'setTimeout(() => {}, 3600e3); Debug.info("waiting", "server.http");'
PATIENCE_S = 60.0


def rows(effort: Effort) -> Iterator[Row]:
    """What each of many contexts adds, all of them alive, after a script has run there."""
    found = [_each_bytes() for _ in range(1 if effort.scale < 1 else 3)]
    yield Row(
        f"resident memory of a further context, over {FURTHER} that are alive",
        median(found) / 1e6,
        2.0,
        unit="MB",
        note="scripts that have logged and wait for a timer, each on a thread",
    )


def _each_bytes() -> float:
    done = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{FURTHER} contexts: {done.stderr.strip()}")
    return float(done.stdout)


def _tell() -> None:
    """Start the scripts, each on a thread, and print the bytes that one of the later ones took."""
    from debug.manager import DebugManager
    from debug.memory import resident_bytes
    from runtime.engine import Script, StopReason
    from runtime.js.engine import JsEngine

    manager = DebugManager()
    engines: list[JsEngine] = []
    threads: list[threading.Thread] = []
    waiting = threading.Semaphore(0)
    manager.attach(lambda _raw: waiting.release())

    def resident_with(count: int) -> int:
        while len(engines) < count:
            engines.append(JsEngine(manager))
            script = Script(name="waits.js", text=SCRIPT)
            threads.append(threading.Thread(target=engines[-1].run, args=(script,)))
            threads[-1].start()
            if not waiting.acquire(timeout=PATIENCE_S):
                raise BenchmarkError("a script never came to wait")
        found = resident_bytes()
        if found is None:
            raise BenchmarkError("this system does not tell the resident memory of a process")
        return found

    try:
        before = resident_with(FIRST)
        print((resident_with(FIRST + FURTHER) - before) / FURTHER)
    finally:
        for engine in engines:
            engine.stop(StopReason.TERMINATE)
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    _tell()
