"""Resident memory after many entries, against few: each count in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING

from scripts.benchmarks.measure import BenchmarkError, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

MANY = 5_000_000
FEW = 50_000
RING = 10_000
TURNS = 3


def rows(effort: Effort) -> Iterator[Row]:
    """Entries far past what the ring holds: what has left it is given back."""
    many: list[int] = []
    few: list[int] = []
    for _ in range(1 if effort.scale < 1 else TURNS):
        many.append(_resident_after(MANY))
        few.append(_resident_after(FEW))
    yield Row(
        f"resident memory after {MANY:,} entries with a ring of {RING:,}, against after {FEW:,}",
        median(first / second for first, second in zip(many, few, strict=True)),
        1.1,
        note=f"{median(many) / 1e6:.1f} MB against {median(few) / 1e6:.1f} MB",
    )


def _resident_after(entries: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(entries)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(f"after {entries:,} entries: {done.stderr.strip()}")
    return int(done.stdout)


def _log_and_tell(entries: int) -> None:
    """Log from one script, then print this process's resident bytes while the engine still stands."""
    from debug.config import DebugConfig
    from debug.manager import DebugManager
    from debug.memory import resident_bytes
    from scripts.benchmarks.lua.runner import engine, run

    manager = DebugManager(DebugConfig(capture_limit=RING))
    with engine(manager) as lua:
        run(lua, f'for i = 1, {entries} do Debug.info("request " .. i .. " served", "server.http") end')
        found = resident_bytes()
    if found is None:
        raise BenchmarkError("this system does not tell the resident memory of a process")
    if manager.dropped != entries - RING:
        raise BenchmarkError(f"{manager.dropped:,} entries left the ring, not {entries - RING:,}")
    print(found)


if __name__ == "__main__":
    _log_and_tell(int(sys.argv[1]))
