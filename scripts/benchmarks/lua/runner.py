"""Lua scripts as benchmarks run them: whole scripts through the engine, which hand back numbers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from debug.config import DebugConfig
from debug.manager import DebugManager
from runtime.engine import Script
from runtime.lua.engine import LuaEngine
from runtime.options import EngineOptions
from scripts.benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def engine(manager: DebugManager, variant: str = "lua5.4") -> Iterator[LuaEngine]:
    """An engine with a fresh VM, closed at the end."""
    made = LuaEngine(manager, variant=variant, options=EngineOptions())
    try:
        yield made
    finally:
        made.close()


def run(lua: LuaEngine, text: str) -> tuple[float, ...]:
    """Run a script to its end; the numbers that it returned."""
    result = lua.run(Script(name="benchmark.lua", text=text.encode()))
    if result.error is not None:
        raise BenchmarkError(result.error.message)
    return tuple(float(value) for value in result.values if isinstance(value, int | float))


def run_fresh(text: str, variant: str = "lua5.4", config: DebugConfig | None = None) -> tuple[float, ...]:
    """Run a script in a VM and with a manager of its own; the numbers that it returned."""
    with engine(DebugManager(config or DebugConfig()), variant) as lua:
        return run(lua, text)
