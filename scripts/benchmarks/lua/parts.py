"""The parts of Lua's benchmarks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scripts.benchmarks import start_up
from scripts.benchmarks.lua import calls, entries, growth, resident, threads

if TYPE_CHECKING:
    from scripts.benchmarks.measure import Part

PARTS: dict[str, Part] = {
    "calls": calls.rows,
    "entries": entries.rows,
    "start-up": partial(start_up.row, script="hello.lua", text='print("hello")\n', peer="-e 1", bound=1.3),
    "threads": threads.rows,
    "resident": resident.rows,
    "growth": growth.tables,
}
