"""A time limit is of the time that a script runs: what somebody thinks while it is stopped is no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from runtime.engine import Limits
from runtime.options import EngineOptions
from runtime.registry import create
from scenarios.debug_run import DebugRun

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "lua5.4": "local n = 1 -- @at\nreturn n",
    "js": "let n = 1; // @at\nn++;",
}
LIMIT_S = 300.0


@pytest.mark.parametrize("engine", TEXTS)
def test_no_time_passes_while_it_is_stopped(engine: str, tmp_path: Path) -> None:
    name = "script.js" if engine == "js" else "script.lua"
    run = DebugRun(engine, tmp_path, TEXTS[engine], limits=Limits(timeout_s=LIMIT_S), name=name)
    run.break_at("at")
    run.start()
    run.next_stop()
    run.names()  # it is answered when it stands still
    left_s = run.engine.time_left_s()
    assert left_s is not None
    assert left_s < LIMIT_S
    run.names()
    assert run.engine.time_left_s() == left_s
    run.go_on()
    run.finish()
    ended_s = run.engine.time_left_s()
    assert ended_s is not None
    assert ended_s < left_s
    assert run.engine.time_left_s() == ended_s  # what its finalizers have
    run.close()


@pytest.mark.parametrize("engine", TEXTS)
def test_a_script_that_has_not_begun_has_all_of_it(engine: str) -> None:
    options = EngineOptions(limits=Limits(timeout_s=LIMIT_S))
    assert create(engine, DebugManager(), options).time_left_s() == LIMIT_S
    assert create(engine, DebugManager(), EngineOptions()).time_left_s() is None
