"""Where scripts of Lua stop: breakpoints and steps, by program, commands and the places that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import LogOutput, Stopped, ThreadEnded
from debug.debugger.places import AtFunction
from debug.debugger.rules import Rules
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENGINES = ["lua5.1", "lua5.4", "lua5.5", "luajit"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def runs() -> Iterator[list[DebugRun]]:
    made: list[DebugRun] = []
    yield made
    for run in made:
        run.close()


def debug(runs: list[DebugRun], engine: str, folder: Path, text: str) -> DebugRun:
    run = DebugRun(engine, folder, text)
    runs.append(run)
    return run


def test_a_step_from_an_outer_frame(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    text = (
        "local function h()\n  return 1 -- @h\nend\nlocal function g()\n  local x = h()\n"
        "  return x + 1 -- @g\nend\n"
        "local y = g()\nreturn y -- @main"
    )
    run = debug(runs, engine, tmp_path, text)
    run.break_at("h")
    run.start()
    run.next_stop()
    outer = run.frame(1)
    run.session.step(THREAD, "over", frame=outer)
    assert run.where(run.next_stop()) == "g"


def test_out_of_an_outer_frame(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    text = (
        "local function h()\n  local a = 1 -- @h\n  return a\nend\nlocal function g()\n"
        "  local x = h()\n  return x\nend\n"
        "local y = g()\nreturn y -- @main"
    )
    run = debug(runs, engine, tmp_path, text)
    run.break_at("h")
    run.start()
    run.next_stop()
    run.session.step(THREAD, "over", frame=run.frame(1))
    stop = run.next_stop()
    assert stop.location is not None
    assert stop.location.line == 7
    run.session.step(THREAD, "out")
    assert run.where(run.next_stop()) == "main"


def test_conditions_hits_and_logpoints(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    text = (
        "local limit = 7\nlocal function f(i, ...)\n  local double = i * 2\n"
        "  return double, limit -- @at\nend\n"
        "for i = 1, 10 do f(i) end\nglobal_name = 3\nfor i = 1, 10 do\n  f(i) -- @second\nend"
    )
    run = debug(runs, engine, tmp_path, text)
    held = run.break_at("at", Rules(condition="double == 8 and limit == 7 -- so it is"))
    run.break_at(
        "second",
        Rules(log_message="i is {i}, {global_name} {('x'):rep(i)} {nothing.at.all}", hit_condition="2"),
    )
    run.start()
    stop = run.next_stop()
    assert (run.where(stop), stop.breakpoints) == ("at", (held,))
    assert run.value("i") == "4"
    run.session.breakpoints.remove(held)
    run.go_on()
    run.finish()
    run.client.wait_for(ThreadEnded)
    told = run.client.of(LogOutput)
    assert len(told) == 1
    assert told[0].text.startswith("i is 2, 3 xx ")
    assert "attempt to index" in told[0].text


@pytest.mark.parametrize(
    "condition", ["x ==", "error('no')", "nothing.here", "1 end os.exit(3) do local _ = 1"]
)
def test_a_condition_that_fails_is_a_stop(
    condition: str, engine: str, tmp_path: Path, runs: list[DebugRun]
) -> None:
    run = debug(runs, engine, tmp_path, "local a = 1\nlocal b = a -- @at\nreturn b")
    run.break_at("at", Rules(condition=condition))
    run.start()
    stop = run.next_stop()
    assert stop.text is not None
    assert stop.text.startswith(f"the condition {condition!r} failed: ")
    run.go_on()
    assert run.finish().error is None


def test_a_condition_without_an_end_is_ended(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    run = debug(runs, engine, tmp_path, "local a = 1\nlocal b = a -- @at\nreturn b")
    run.break_at("at", Rules(condition="(function() while true do end end)()"))
    run.start()
    stop = run.next_stop()
    assert stop.text is not None
    assert "it takes too long" in stop.text
    run.go_on()
    result = run.finish()
    assert (result.error, result.values) == (None, (1,))


def test_functions_loaded_text_and_modules(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    (tmp_path / "mod.lua").write_text("local M = {}\nfunction M.inner(x)\n  return x + 1\nend\nreturn M\n")
    text = (
        "local mod = require('mod')\nlocal made = (loadstring or load)('local q = ...\\nreturn q', '=made')\n"
        "local a = mod.inner(1)\nlocal b = made(a) -- @made\nreturn b"
    )
    run = debug(runs, engine, tmp_path, text)
    run.session.breakpoints.add(AtFunction("M.inner"))
    run.break_at("made")
    run.start()
    stop = run.next_stop()
    assert stop.location is not None
    assert (stop.location.path, stop.location.line) == (str(tmp_path / "mod.lua"), 3)
    assert run.names() == ["M.inner", "(main)"]
    run.go_on()
    run.next_stop()
    stop = run.step("into")
    assert stop.location is not None
    assert (stop.location.name, stop.location.path, stop.location.line) == ("made", None, 1)


def test_what_a_script_sees_of_itself_is_the_same(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    text = (
        "local function f(a)\n  local t = debug.traceback('here') -- @in\n"
        "  return t, debug.getinfo(1, 'l').currentline,\n"
        "    debug.getlocal(1, 2)\nend\nreturn f(1)"
    )
    run = debug(runs, engine, tmp_path, text)
    run.break_at("in")
    run.start()
    run.next_stop()
    assert "llmspell" not in run.value("debug.traceback()")
    run.go_on()
    watched = run.finish().values
    from debug.manager import DebugManager
    from runtime.engine import Script
    from runtime.lua.engine import LuaEngine

    plain_engine = LuaEngine(DebugManager(), engine)
    plain = plain_engine.run(Script("script.lua", text.encode(), run.path))
    plain_engine.close()
    assert watched == plain.values


def test_breakpoint_statements(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    text = (
        "local a = 1\nDebug.breakpoint(a == 2)\nDebug.breakpoint(false)\nDebug.breakpoint(a == 1) -- @yes\n"
        "local function f()\n  Debug.breakpoint() -- @always\nend\nf()\nreturn a"
    )
    run = debug(runs, engine, tmp_path, text)
    run.start()
    stop = run.next_stop()
    assert (stop.reason, run.where(stop), run.value("a")) == ("statement", "yes", "1")
    run.go_on()
    stop = run.next_stop()
    assert (stop.reason, run.where(stop), run.names()) == ("statement", "always", ["f", "(main)"])
    run.session.disconnect()
    assert run.finish().values == (1,)
    assert len(run.client.of(Stopped)) == 2
