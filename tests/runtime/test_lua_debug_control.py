"""Scripts of Lua that are reached while they run or stand still: pauses, orders, ends, limits."""

from __future__ import annotations

from threading import Event, Timer
from typing import TYPE_CHECKING

import pytest

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import LogOutput, SessionError, Stopped
from debug.debugger.inspector import Limits as SessionLimits
from debug.debugger.places import AtLine
from debug.debugger.rules import Rules
from debug.debugger.session import Session
from debug.manager import DebugManager
from runtime.countdown import Countdown
from runtime.engine import ErrorKind, Limits, Script, StopReason
from runtime.lua.debugger.target import LuaTarget
from runtime.lua.engine import LuaEngine
from runtime.options import EngineOptions
from scenarios.debug_run import FOREVER_S, THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., DebugRun]

ENGINES = ["lua5.1", "lua5.4", "lua5.5", "luajit"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def debug(engine: str, tmp_path: Path) -> Iterator[Start]:
    made: list[DebugRun] = []

    def start(text: str, limits: Limits | None = None) -> DebugRun:
        session_limits = SessionLimits(FOREVER_S, FOREVER_S, FOREVER_S)
        run = DebugRun(engine, tmp_path, text, limits=limits, session_limits=session_limits)
        made.append(run)
        return run

    yield start
    for run in made:
        run.close()


LOOPS = {
    "empty": "local go = true\nlocal on = go -- @go\nwhile go do end\nreturn 5",
    "hot": (
        "local go, n = true, 0\nlocal on = go -- @go\nwhile go do\n  n = n + 1 -- @body\n"
        "  if n > 1e6 then n = 0 end\nend\nreturn 5"
    ),
    "in a coroutine": (
        "local go = true\nlocal co = coroutine.wrap(function()\n  local on = go -- @go\n"
        "  while go do end\nend)\nco()\nreturn 5"
    ),
}


def looping(run: DebugRun) -> None:
    """The script is on its way into its loop."""
    id_ = run.break_at("go", Rules(log_message="it goes"))
    run.start()
    run.client.wait_for(LogOutput)
    run.session.breakpoints.remove(id_)


@pytest.mark.parametrize("text", LOOPS.values(), ids=LOOPS)
def test_a_running_loop_is_paused(text: str, debug: Start) -> None:
    run = debug(text)
    looping(run)
    run.session.pause(THREAD)
    stop = run.next_stop()
    assert stop.reason == "pause"
    with pytest.raises(SessionError, match="is stopped"):
        run.session.pause(THREAD)
    run.value("go = false")
    run.go_on()
    assert run.finish().values == (5,)


def test_a_breakpoint_that_is_set_in_a_running_loop(debug: Start) -> None:
    run = debug(LOOPS["hot"])
    looping(run)
    for _ in range(3):
        at = run.session.breakpoints.set_lines(run.path, [Wanted(AtLine(run.path, run.line("body")))])[0]
        stop = run.next_stop()
        assert stop.breakpoints == (at.id,)
        run.session.breakpoints.set_lines(run.path, [])
        run.go_on()
    run.session.breakpoints.set_lines(
        run.path, [Wanted(AtLine(run.path, run.line("body")), Rules("n == 700"))]
    )
    run.next_stop()
    assert run.value("n") == "700"
    run.value("go = false")
    run.session.disconnect()
    assert run.finish().values == (5,)


STOPPED = "local a = 1\nlocal ok, e = pcall(function()\n  a = 2 -- @at\n  while true do end\nend)\nreturn e"


@pytest.mark.parametrize(
    ("reason", "kind", "code"),
    [
        (StopReason.INTERRUPT, ErrorKind.INTERRUPTED, 130),
        (StopReason.TERMINATE, ErrorKind.TERMINATED, 143),
    ],
)
def test_a_stopped_script_is_ended(reason: StopReason, kind: ErrorKind, code: int, debug: Start) -> None:
    run = debug(STOPPED)
    run.break_at("at")
    run.start()
    run.next_stop()
    run.engine.stop(reason)
    result = run.finish()
    assert result.error is not None
    assert (result.error.kind, result.exit_code) == (kind, code)


def test_the_session_ends_a_script(debug: Start) -> None:
    run = debug(STOPPED)
    run.break_at("at")
    run.start()
    run.next_stop()
    run.session.terminate()
    assert run.finish().exit_code == 143
    assert len(run.client.of(Stopped)) == 1


def test_a_script_is_let_go(debug: Start) -> None:
    run = debug("local n = 0\nfor i = 1, 3 do\n  n = n + i -- @at\nend\nreturn n")
    run.break_at("at")
    run.start()
    run.next_stop()
    run.session.disconnect()
    assert run.finish().values == (6,)


def test_a_script_that_is_ended_while_it_evaluates(debug: Start) -> None:
    run = debug("local a = 1 -- @at\nreturn a")
    run.break_at("at")
    run.start()
    run.next_stop()
    frame = run.top()
    from threading import Thread

    failed: list[str] = []

    def evaluate() -> None:
        try:
            run.session.inspector.evaluate("while true do end", frame)
        except SessionError as error:
            failed.append(str(error))

    asking = Thread(target=evaluate)
    asking.start()
    run.engine.stop(StopReason.INTERRUPT)
    assert run.finish().exit_code == 130
    asking.join(FOREVER_S)
    assert len(failed) == 1


def warnings_of(run: DebugRun) -> list[str]:
    return [str(entry.message) for entry in run.manager.entries() if entry.module == "llmspell.debug"]


def test_a_stop_that_fails_is_told_once_and_the_script_goes_on(
    debug: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ValueError("no such hit")

    monkeypatch.setattr("runtime.lua.debugger.target.read_hit", fail)
    run = debug("local n = 0\nfor i = 1, 3 do\n  n = n + i -- @at\nend\nreturn n")
    run.break_at("at")
    run.start()
    assert run.finish().values == (6,)
    (told,) = warnings_of(run)
    assert "debugger: the script was not stopped, or goes on" in told
    assert "no such hit" in told
    assert not run.client.of(Stopped)


def test_a_stop_whose_requests_fail_is_over(debug: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = debug("local n = 1 -- @at\nn = 2 -- @then\nreturn n")
    run.break_at("at")

    def fail(*_given: object) -> None:
        raise ValueError("nobody asks")

    monkeypatch.setattr("runtime.lua.debugger.target.LuaTarget._next_request", fail)
    run.start()
    assert run.finish().values == (2,)
    (told,) = warnings_of(run)
    assert "nobody asks" in told


def test_orders_are_taken_after_a_failure(debug: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = debug("local n = 1 -- @at\nn = 2 -- @then\nn = 3 -- @third\nreturn n")
    run.break_at("at")
    run.break_at("then")
    take, fails = LuaTarget._next_order, Event()

    def take_or_fail(target: LuaTarget) -> object:
        if fails.is_set():
            fails.clear()
            raise ValueError("no orders")
        return take(target)

    monkeypatch.setattr(LuaTarget, "_next_order", take_or_fail)
    run.start()
    run.next_stop()
    fails.set()
    run.go_on()
    assert run.where(run.next_stop()) == "then"
    run.break_at("third")
    run.go_on()
    assert run.where(run.next_stop()) == "third"
    run.go_on()
    assert run.finish().values == (3,)
    assert len(warnings_of(run)) == 1


def test_no_time_passes_while_a_countdown_is_paused() -> None:
    now, over = [0.0], Event()
    countdown = Countdown(100.0, over.set, lambda: now[0])
    countdown.start()
    now[0] = 40.0
    assert countdown.left_s == pytest.approx(60.0)
    countdown.pause()
    now[0] = 1000.0
    assert countdown.left_s == pytest.approx(60.0)
    countdown.start()
    now[0] = 1059.0
    countdown.pause()
    assert countdown.left_s == pytest.approx(1.0)
    countdown.cancel()
    countdown.start()
    assert not over.is_set()


def test_a_countdown_that_is_over_says_so() -> None:
    over = Event()
    countdown = Countdown(0.0, over.set)
    countdown.start()
    assert over.wait(FOREVER_S)
    countdown.cancel()


def test_a_limit_of_time_ends_a_debugged_script(debug: Start) -> None:
    run = debug("while true do end", Limits(timeout_s=0.05))
    run.start()
    assert run.finish().exit_code == 124


def test_a_limit_of_memory_and_the_sandbox_are_kept(debug: Start, engine: str) -> None:
    if engine == "luajit":
        pytest.skip("LuaJIT has no limit of memory here")
    run = debug(
        "local t = {}\nfor i = 1, 3 do t[i] = i -- @at\nend\nreturn #t",
        Limits(max_memory_bytes=64 << 20, sandbox=True),
    )
    run.break_at("at")
    run.start()
    run.next_stop()
    assert run.scope("Locals")["t"] == "{}"
    run.session.disconnect()
    assert run.finish().values == (3,)


def test_without_a_debugger_nothing_of_it_is_there(engine: str) -> None:
    plain = LuaEngine(DebugManager(), engine)
    result = plain.run(
        Script("x.lua", b"local a = 1\nreturn debug.getinfo(load, 'S').what, Debug.breakpoint()")
    )
    plain.close()
    assert result.values[0] == "C"


def test_finalizers_are_not_stopped_in(debug: Start) -> None:
    run = debug(
        "local function last()\n  count = 1 -- @at\nend\n"
        "local p = newproxy and newproxy(true) or setmetatable({}, {__gc = last})\n"
        "if newproxy then getmetatable(p).__gc = last end\nreturn 1"
    )
    run.break_at("at")
    run.start()
    assert run.finish().values == (1,)
    run.engine.close()
    assert not run.client.of(Stopped)


def test_a_script_that_had_to_be_ended_at_every_instruction_is_let_go_of(engine: str) -> None:
    debugged = LuaEngine(DebugManager(), engine, EngineOptions(debugger=Session()))
    timer = Timer(0.2, debugged.stop, (StopReason.INTERRUPT,))
    timer.start()
    catches = b"while true do pcall(function() while true do end end) end"
    assert debugged.run(Script("a.lua", catches)).exit_code == 130
    timer.join()
    debugged.close()
