"""Where scripts of Lua stop: breakpoints and steps, by program, commands and the places that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from debug.debugger.events import LogOutput, Stopped, ThreadEnded
from debug.debugger.places import AtFunction
from debug.debugger.rules import Rules
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENGINES = ["lua5.1", "lua5.4", "lua5.5", "luajit"]


class Row(NamedTuple):
    """Breaks at `@start`; each command leads to a place, the last one perhaps to the end."""

    name: str
    text: str
    commands: str


ROWS = [
    Row(
        "line by line",
        "local a = 1 -- @start\na = a + 1 -- @two\nreturn a -- @three",
        "over two, into three, over end",
    ),
    Row(
        "over a call",
        "local function f() return 1 end\nlocal a = f() -- @start\nreturn a -- @next",
        "over next",
    ),
    Row(
        "into a call and out of it",
        "local function f(x)\n  local y = x -- @in\n  return y -- @ret\nend\n"
        "local a = f(1) -- @start\nreturn a -- @next",
        "into in, over ret, out next",
    ),
    Row(
        "over the end of a function",
        "local function f()\n  local y = 1 -- @start\nend\nf()\nlocal z = 1 -- @after\nreturn z",
        "over after",
    ),
    Row(
        "a sibling call in the same statement is no part of the frame",
        "local function f(x)\n  local y = x -- @in\n  return y -- @ret\nend\n"
        "local a = f(1) + f(2) -- @start\n"
        "return a -- @next",
        "into in, over ret, over next",
    ),
    Row(
        "nor is a callback that is called again",
        "local t = {1, 2, 3}\nlocal n = 0\nlocal function each(v)\n  n = n + v -- @in\nend\n"
        "for _ = 1, 1 do\n  (string.gsub)('abc', '.', function(c) each(#c) end) -- @start\nend\n"
        "return n -- @after",
        "over after",
    ),
    Row(
        "recursion: over stays at its depth",
        "local function fact(n)\n  if n == 0 then return 1 end -- @test\n"
        "  local below = fact(n - 1) -- @call\n"
        "  return n * below -- @ret\nend\nlocal r = fact(4) -- @start\nreturn r -- @end",
        "into test, over call, into test, over call, over ret, over ret, out end",
    ),
    Row(
        "a tail call ends its frame",
        "local function g(x)\n  return x -- @g\nend\nlocal function f(x)\n  return g(x) -- @f\nend\n"
        "local a = f(1) -- @start\nreturn a -- @next",
        "into f, over next",
    ),
    Row(
        "into a tail call",
        "local function g(x)\n  return x -- @g\nend\nlocal function f(x)\n  return g(x) -- @f\nend\n"
        "local a = f(1) -- @start\nreturn a -- @next",
        "into f, into g, out next",
    ),
    Row(
        "through pcall",
        "local function bad()\n  error('x') -- @bad\nend\nlocal ok = pcall(bad) -- @start\n"
        "return ok -- @next",
        "into bad, over next",
    ),
    Row(
        "out of a callback of a builtin",
        "local t = {3, 1, 2}\ntable.sort(t, function(a, b)\n  return a < b -- @less\nend)\n"
        "local x = 1 -- @start\n"
        "table.sort(t, function(a, b) -- @sort\n  return a < b -- @other\nend)\nreturn t -- @next",
        "over sort, into other, out next",
    ),
    Row(
        "over a yield stays in the coroutine",
        "local co = coroutine.create(function()\n  local a = 1 -- @start\n  coroutine.yield(a) -- @yield\n"
        "  a = 2 -- @again\nend)\ncoroutine.resume(co)\nlocal b = 1\n"
        "coroutine.resume(co) -- @second\nreturn b -- @last",
        "over yield, over again, over last",
    ),
    Row(
        "out of a coroutine stops in what resumed it",
        "local co = coroutine.create(function()\n  local a = 1 -- @start\n  coroutine.yield(a) -- @yield\n"
        "  a = 2 -- @again\nend)\ncoroutine.resume(co)\nlocal b = 1 -- @between\n"
        "coroutine.resume(co)\nreturn b -- @last",
        "out between",
    ),
    Row(
        "into a resume",
        "local co = coroutine.wrap(function()\n  local a = 1 -- @body\n  return a -- @ret\nend)\n"
        "local x = co() -- @start\nreturn x -- @next",
        "into body, over ret, over next",
    ),
    Row(
        "over a resume",
        "local co = coroutine.wrap(function()\n  local a = 1 -- @body\n  coroutine.yield(a)\nend)\n"
        "local x = co() -- @start\nreturn x -- @next",
        "over next",
    ),
    Row(
        "a loop on one line is one step",
        "local n = 0 -- @start\nfor i = 1, 5 do n = n + i end -- @loop\nreturn n -- @end",
        "over loop, over end",
    ),
    Row(
        "conditions of loops",
        "local n = 0 -- @start\nwhile n < 2 do -- @while\n  n = n + 1 -- @body\nend\nreturn n -- @end",
        "over while, over body, over while, over body, over while, over end",
    ),
    Row(
        "continue comes by again",
        "local n = 0\nfor i = 1, 2 do\n  n = n + i -- @start\nend\nreturn n",
        "continue start, continue end of script",
    ),
]


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


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_steps(row: Row, engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    run = debug(runs, engine, tmp_path, row.text)
    run.break_at("start")
    run.start()
    assert run.where(run.next_stop()) == "start"
    for command in row.commands.split(", "):
        kind, _, place = command.partition(" ")
        if place.startswith("end of script") or (place == "end" and "@end" not in row.text):
            run.session.step(THREAD, kind) if kind != "continue" else run.go_on()  # type: ignore[arg-type]
            run.client.wait_for(ThreadEnded)
            break
        if kind == "continue":
            run.go_on()
            stop = run.next_stop()
        else:
            stop = run.step(kind)
        assert run.where(stop) == place, command
    else:
        run.go_on()
    result = run.finish()
    assert result.error is None


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
