"""The parts of the debugger's benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.benchmarks.debug import cost, waiting

if TYPE_CHECKING:
    from scripts.benchmarks.measure import Part

PARTS: dict[str, Part] = {
    "lua5.4": cost.lua,
    "luajit": cost.luajit,
    "javascript": cost.javascript,
    "python": cost.python,
    "waiting": waiting.rows,
}
