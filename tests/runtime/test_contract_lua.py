"""Every rule of the `Debug` contract, on every Lua there is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from debug.config import DebugConfig
from debug.level import LEVEL_NAMES
from debug.manager import DebugManager
from runtime.engine import Limits, Script
from runtime.lua.engine import EngineOptions, LuaEngine
from tests.scenarios.plain import logged, plain, warned
from tests.scenarios.scenario import marks, resolved
from tests.scenarios.table import SCENARIOS, rows

if TYPE_CHECKING:
    from tests.scenarios.scenario import Scenario

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit2.0", "luajit")


@pytest.mark.parametrize(
    ("variant", "scenario"),
    [pytest.param(*row, id=f"{row[0]}-{row[1].name}") for row in rows("lua", VARIANTS)],
)
def test_rule(variant: str, scenario: Scenario) -> None:
    text = scenario.script["lua"]
    manager = DebugManager(DebugConfig(level=scenario.level, capture_limit=scenario.capture_limit))
    # The limit is only there so that a rule that hangs fails.
    options = EngineOptions(limits=Limits(timeout_s=30))
    engine = LuaEngine(manager, variant=variant, options=options)
    try:
        result = engine.run(Script(name="rules.lua", text=text.encode()))
    finally:
        engine.close()
    assert result.error is None, scenario.rule
    lines = marks(text)
    if scenario.returns is not None:
        assert resolved(scenario.returns, lines) == tuple(plain(value) for value in result.values), (
            scenario.rule
        )
    if scenario.entries is not None:
        assert resolved(scenario.entries, lines) == logged(manager), scenario.rule
    assert scenario.warnings == warned(manager), scenario.rule
    assert manager.dropped == 0 or scenario.capture_limit < 10_000


def test_row_names_are_unique() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert sorted(set(names)) == sorted(names)


def test_a_level_that_one_script_sets_holds_for_the_next_and_the_running() -> None:
    manager = DebugManager()
    first, second = LuaEngine(manager, variant="lua5.4"), LuaEngine(manager, variant="luajit")
    try:
        first.run(Script(name="a.lua", text=b"Debug.setLevel('trace') Debug.addModuleFilter('no', false)"))
        result = second.run(
            Script(name="b.lua", text=b"Debug.trace('heard') Debug.info('x', 'no') return Debug.getLevel()")
        )
    finally:
        first.close()
        second.close()
    assert result.values == ("TRACE",)
    assert [entry.message for entry in manager.entries()] == ["heard"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_timer_that_runs_when_its_script_ends_is_unfinished(variant: str) -> None:
    manager = DebugManager()
    engine = LuaEngine(manager, variant=variant)
    engine.run(Script(name="a.lua", text=b"kept = Debug.timer('kept')"))
    engine.close()
    engine = LuaEngine(manager, variant=variant)
    text = b"return Debug.memorySnapshot().active_trackers, Debug.performanceReport():match('unfinished')"
    result = engine.run(Script(name="b.lua", text=text))
    engine.close()
    assert result.values == (0, "unfinished")


@pytest.mark.parametrize("variant", ["luajit2.0", "luajit"])
def test_a_tostring_that_never_ends_is_held_where_loops_are_compiled(variant: str) -> None:
    program = f"""
from debug.manager import DebugManager
from runtime.engine import Script
from runtime.lua.engine import LuaEngine
text = b"Debug.dump(setmetatable({{}}, {{__tostring = function() while true do end end}})) return 'through'"
print(LuaEngine(DebugManager(), variant={variant!r}).run(Script("a.lua", text)).values, flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "('through',)\n", done.stderr


def test_levels_are_named_as_the_contract_names_them() -> None:
    assert LEVEL_NAMES == ("off", "error", "warn", "info", "debug", "trace")
