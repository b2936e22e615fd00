"""The parts of the profiler's benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.benchmarks.profile import cost, exports

if TYPE_CHECKING:
    from scripts.benchmarks.measure import Part

PARTS: dict[str, Part] = {
    "lua5.4": cost.lua,
    "luajit": cost.luajit,
    "javascript": cost.javascript,
    "python": cost.python,
    "exports": exports.rows,
}
