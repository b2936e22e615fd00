"""What has no room for probes runs all the same, and a breakpoint in it says why it never stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import BreakpointChanged, Stopped
from debug.debugger.places import AtFunction, AtLine
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from debug.debugger.events import BreakpointInfo

LUA = ["lua5.1", "lua5.4", "lua5.5", "luajit"]

FULL = "\n".join(f"local v{n} = {n} -- @v{n}" for n in range(199))
LIMIT = "cannot be stopped in: with probes it passes a limit of Lua: "


@pytest.fixture
def runs() -> Iterator[list[DebugRun]]:
    begun: list[DebugRun] = []
    yield begun
    for run in begun:
        run.close()


def told(run: DebugRun, breakpoint: int) -> BreakpointInfo:
    """What was told last of a breakpoint."""
    changes = [one.breakpoint for one in run.client.of(BreakpointChanged)]
    return [one for one in changes if one.id == breakpoint][-1]


@pytest.mark.parametrize("engine", LUA)
def test_a_main_chunk_without_a_free_local(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    text = FULL + "\nlocal function f(x)\n  x = x + 1 -- @in\n  return x -- @ret\nend\nreturn f(v7) -- @last"
    run = DebugRun(engine, tmp_path, text)
    runs.append(run)
    within, last = run.break_at("in"), run.break_at("last")
    run.start()
    assert run.where(run.next_stop()) == "in"
    message = told(run, last).message
    assert message is not None
    assert message.startswith(LIMIT)
    assert "200" in message
    assert "near" not in message
    assert run.session.breakpoints.add(AtLine(run.path, run.line("v3"))).message == message
    assert told(run, within).verified
    assert run.step("over").location is not None  # to the end of the function; what called it has no probes
    run.session.step(THREAD, "over")
    assert run.finish().values == (8,)
    assert len(run.client.of(Stopped)) == 2


@pytest.mark.parametrize("engine", ["lua5.1", "luajit"])
def test_a_function_without_room(engine: str, tmp_path: Path, runs: list[DebugRun]) -> None:
    variables = "\n".join(f"local v{n} = {n}" for n in range(60))
    names = "\n".join(
        f"  local w{n} = v{n % 60}" for n in range(200)
    )  # no local is free in it, and no upvalue
    text = f"{variables}\nlocal function full()\n{names}\n  return 1 -- @in\nend\nreturn full() -- @last"
    run = DebugRun(engine, tmp_path, text)
    runs.append(run)
    inside, last = run.break_at("in"), run.break_at("last")
    named = run.session.breakpoints.add(AtFunction("full")).id
    run.start()
    assert run.where(run.next_stop()) == "last"
    for id_ in (inside, named):
        info = told(run, id_)
        assert not info.verified
        assert info.message is not None
        assert info.message.startswith(LIMIT)
    assert told(run, last).verified
    run.session.step(THREAD, "into")
    assert run.finish().values == (1,)
    assert len(run.client.of(Stopped)) == 1


def test_javascript_that_uses_our_names(tmp_path: Path, runs: list[DebugRun]) -> None:
    from runtime.js.planted import PREFIX

    run = DebugRun("js", tmp_path, f"let {PREFIX}h = 1;\n{PREFIX}h++; // @at", name="script.js")
    runs.append(run)
    at = run.break_at("at")
    run.start()
    assert run.finish().exit_code == 0
    assert told(run, at).message == "cannot be stopped in: it uses names of the debugger"
