"""The parts of JavaScript's benchmarks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scripts.benchmarks import start_up
from scripts.benchmarks.js import calls, contexts, cpu, entries, growth

if TYPE_CHECKING:
    from scripts.benchmarks.measure import Part

PARTS: dict[str, Part] = {
    "calls": calls.rows,
    "entries": entries.rows,
    "start-up": partial(
        start_up.row, script="hello.js", text='console.log("hello")\n', peer="hello.js", bound=2.5
    ),
    "cpu": cpu.rows,
    "contexts": contexts.rows,
    "growth": growth.tables,
}
