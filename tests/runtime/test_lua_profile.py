"""Profiles of Lua beside everything else that a script may do."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from debug.config import DebugConfig
from debug.level import Level
from debug.manager import DebugManager
from debug.profile.recorder import Recorder, Settings
from runtime.engine import ErrorKind, Limits, RunResult, Script, StopReason
from runtime.lua.engine import LuaEngine
from runtime.lua.function_names import FunctionNames
from runtime.lua.native_calls import NativeCalls
from runtime.lua.samples import OWN_HOOK
from runtime.options import EngineOptions
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from debug.profile.model import Profile

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit2.0", "luajit")
PUC = VARIANTS[:5]

# `busy(ms)` works for so long by the clock.
BUSY = """
local clock = Debug.timer("clock")
local function busy(ms)
  local from, x = clock:elapsed(), 0
  repeat for i = 1, 500 do x = (x * 3 + i) % 1000003 end until clock:elapsed() - from > ms
end
"""


def profiled(
    variant: str,
    text: str,
    *,
    settings: Settings | None = None,
    limits: Limits | None = None,
    manager: DebugManager | None = None,
    meanwhile: Callable[[LuaEngine], None] | None = None,
) -> tuple[RunResult, Profile]:
    recorder = Recorder(settings)
    manager = manager or DebugManager()
    engine = LuaEngine(manager, variant, EngineOptions(limits=limits or Limits(), recorder=recorder))
    other: list[threading.Thread] = []
    if meanwhile is not None:
        act = meanwhile
        up = threading.Event()
        manager.attach(lambda _entry: up.set())
        other.append(threading.Thread(target=lambda: (up.wait(30), act(engine))))
        other[0].start()
    result = engine.run(Script("p.lua", text.encode()))
    for thread in other:
        thread.join()
    profile = recorder.profile(script="p.lua", engine=variant, exit_code=result.exit_code)
    engine.close()
    return result, profile


def stacks(profile: Profile) -> list[list[tuple[str, int | None]]]:
    """Name and line of each frame of each sample, outermost first."""
    found = []
    for innermost in profile.samples.stack:
        frames: list[tuple[str, int | None]] = []
        stack = innermost
        while stack >= 0:
            parent, number = profile.stacks[stack].parent, profile.stacks[stack].place
            place = profile.places[number]
            frames.insert(0, (profile.functions[place.function].name, place.line))
            stack = parent
        found.append(frames)
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_frames_are_the_scripts_own(variant: str) -> None:
    text = BUSY + "local M = {}\nfunction M.work() busy(60) end\nDebug.time('timed', M.work) -- @here"
    result, profile = profiled(variant, text)
    assert result.exit_code == 0
    here = text.splitlines().index("Debug.time('timed', M.work) -- @here") + 1
    assert any(
        frames[:1] == [("(main)", here)] and ("M.work", here - 1) in frames for frames in stacks(profile)
    )
    assert {function.file for function in profile.functions if function.kind == "script"} == {"p.lua"}
    assert not [function for function in profile.functions if "llmspell" in (function.file or "")]
    main = next(function for function in profile.functions if function.name == "(main)")
    assert (main.kind, main.line) == ("script", None)
    assert profile.sampled_ns <= profile.active_ns


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_deep_recursion_keeps_both_ends(variant: str) -> None:
    depth = 190_000 if variant in PUC[1:] else 10_000
    text = (
        BUSY
        + f"""
local function deep(n) if n == 0 then busy(100) return 0 end local r = deep(n - 1) return r + 1 end
local depth = deep({depth})
return depth
"""
    )
    result, profile = profiled(variant, text)
    assert result.values == (depth,)
    deepest = [frames for frames in stacks(profile) if ("(frames left out)", None) in frames]
    assert deepest
    assert any(frames[0][0] == "(main)" and frames[-1][0] in ("busy", "deep") for frames in deepest)
    assert max(map(len, deepest)) < 200


@pytest.mark.parametrize("variant", VARIANTS)
def test_many_coroutines_are_one_thread_for_each_body(variant: str) -> None:
    text = (
        BUSY
        + """
local function body(i) for turn = 1, 3 do busy(0.001) coroutine.yield(i) end return i end
local all, sum = {}, 0
for i = 1, 3000 do all[i] = coroutine.create(body) end
for turn = 1, 3 do for i = 1, 3000 do local _, n = coroutine.resume(all[i], i) sum = sum + n end end
for i = 1, 3000 do sum = sum + coroutine.wrap(body)(i) end
return sum
"""
    )
    result, profile = profiled(variant, text)
    assert result.values == (4 * 3000 * 3001 // 2,)
    line = (
        text.splitlines().index(
            next(one for one in text.splitlines() if one.startswith("local function body"))
        )
        + 1
    )
    assert {(thread.name, thread.kind) for thread in profile.threads} == {
        ("main", "main"),
        (f"body p.lua:{line}", "coroutine"),
    }
    inside = [stack for stack, thread in zip(stacks(profile), profile.samples.thread, strict=True) if thread]
    assert sum(stack[0][0] == "(main)" for stack in inside) > len(inside) / 2


@pytest.mark.parametrize("variant", VARIANTS)
def test_coroutines_in_coroutines_stand_on_one_another(variant: str) -> None:
    text = (
        BUSY
        + """
local function nest(n)
  if n == 0 then busy(100) return end
  coroutine.wrap(function() nest(n - 1) end)()
end
nest(50)
return "whole"
"""
    )
    result, profile = profiled(variant, text, settings=Settings(rate_hz=5000))
    assert result.values == ("whole",)
    depths = {
        sum(name == "nest" for name, _ in frames) for frames in stacks(profile) if frames[-1][0] == "busy"
    }
    assert 51 in depths


@pytest.mark.parametrize("variant", VARIANTS)
def test_tail_calls_errors_and_pcall_are_as_ever(variant: str) -> None:
    text = (
        BUSY
        + """
local function tail(n) if n == 0 then return "end" end return tail(n - 1) end
local caught = 0
local from = clock:elapsed()
repeat
  local ok, message = pcall(function() error("thrown", 0) end)
  if not ok and message == "thrown" then caught = caught + 1 end
  assert(select(2, xpcall(function() local x = nil + 1 end, function(m) return "handled" end)) == "handled")
  assert(tail(1000) == "end")
until clock:elapsed() - from > 100
error({caught > 0})
"""
    )
    result, profile = profiled(variant, text)
    assert result.error is not None
    assert plain(result.error.value) == [True]
    assert profile.samples.stack


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "hook", ['"", 1000000', '"", 1000', '"l"', '"cr"'], ids=["seldom", "often", "lines", "calls"]
)
def test_a_hook_of_the_script_works_on_and_is_said_to_be_in_the_way(variant: str, hook: str) -> None:
    text = f"""
if jit then jit.off() end
local count = 0
local function hook() count = count + 1 end
debug.sethook(hook, {hook})
local x = 0
local function f(i) return (x * 3 + i) % 1000003 end
for i = 1, 1500000 do
  x = f(i)
end
local f, mask, every = debug.gethook()
debug.sethook()
return count, f == hook
"""
    counts = []
    for recorded in (False, True):
        if recorded:
            result, profile = profiled(variant, text)
        else:
            engine = LuaEngine(DebugManager(), variant)
            result = engine.run(Script("p.lua", text.encode()))
            engine.close()
        count, same = result.values
        assert same is True
        assert isinstance(count, (int, float))
        counts.append(count)
    assert counts[1] == pytest.approx(counts[0], rel=0.001, abs=2)
    if profile.collector == "async hook":
        assert profile.fallback == OWN_HOOK


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_stop_ends_it_and_what_was_sampled_is_there(variant: str) -> None:
    text = BUSY + "busy(50) Debug.info('up') while true do pcall(busy, 1000) end"
    result, profile = profiled(variant, text, meanwhile=lambda engine: engine.stop(StopReason.INTERRUPT))
    assert result.exit_code == 130
    assert profile.fallback != OWN_HOOK
    assert any(frames[-1][0] == "busy" for frames in stacks(profile))


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_exit_keeps_its_code_and_what_was_sampled(variant: str) -> None:
    result, profile = profiled(
        variant, BUSY + "coroutine.wrap(function() busy(50) pcall(os.exit, 7) busy(50) end)()"
    )
    assert result.exit_code == profile.exit_code == 7
    assert profile.fallback != OWN_HOOK
    assert any(frames[-1][0] == "busy" for frames in stacks(profile))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_timeout_and_a_level_reach_it(variant: str) -> None:
    manager = DebugManager()
    text = (
        BUSY
        + """
return coroutine.wrap(function()
  Debug.info("up")
  repeat Debug.trace("heard") busy(1) until #Debug.getCapturedEntries(2) == 2
  return "done"
end)()"""
    )
    result, _ = profiled(
        variant, text, manager=manager, meanwhile=lambda _engine: manager.set_level(Level.TRACE)
    )
    assert result.values == ("done",)
    result, profile = profiled(variant, "while true do end", limits=Limits(timeout_s=0.2))
    assert result.exit_code == 124
    assert profile.samples.stack


@pytest.mark.parametrize("variant", [*PUC, "luajit"])
def test_limits_hold(variant: str) -> None:
    if variant != "luajit":
        text = BUSY + "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end"
        result, profile = profiled(variant, text, limits=Limits(max_memory_bytes=10_000_000))
        assert result.error is not None
        assert result.error.kind is ErrorKind.MEMORY
    text = BUSY + "busy(50) return debug == nil or debug.sethook == nil, package.loadlib == nil"
    result, profile = profiled(variant, text, limits=Limits(sandbox=True))
    assert result.error is not None or result.values[0] is True
    result, profile = profiled(variant, BUSY + "busy(100)", limits=Limits(sandbox=True))
    assert result.exit_code == 0
    assert any(frames[-1][0] == "busy" for frames in stacks(profile))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_script_narrows_what_is_sampled(variant: str) -> None:
    text = (
        BUSY
        + """
local function before() busy(60) end
local function inside() busy(60) end
local start, stop = Debug.profileStart, Debug.profileStop
before()
local answers = {start(1, {}), (inside())}
answers[2] = stop(nil)
before()
answers[3] = start()
inside()
answers[4] = stop()
before()
return answers
"""
    )
    result, profile = profiled(variant, text)
    assert plain(result.values[0]) == [True] * 4
    names = {name for frames in stacks(profile) for name, _ in frames}
    assert "inside" in names
    assert "before" not in names
    assert [mark.name for mark in profile.marks] == ["profileStart", "profileStop"] * 2
    assert profile.sampled_ns <= profile.active_ns < profile.duration_ns
    assert profile.sampled_ns > profile.active_ns / 2


@pytest.mark.parametrize("variant", VARIANTS)
def test_memory_is_followed(variant: str) -> None:
    text = (
        BUSY
        + """
local function fills() local t = {} for i = 1, 100000 do t[i] = {i} end return t end
local function idle() busy(3) end
local kept = {}
for i = 1, 8 do kept[i] = fills() idle() end
return collectgarbage("count") * 1024
"""
    )
    result, profile = profiled(variant, text, settings=Settings(memory=True))
    held = result.values[0]
    assert isinstance(held, (int, float))
    assert profile.heap[-1].used_bytes == pytest.approx(held, rel=0.5)
    assert [one.at_ns for one in profile.heap] == sorted(one.at_ns for one in profile.heap)
    by_name = dict.fromkeys(("fills", "idle", "busy", "(main)"), 0)
    for one in profile.allocations:
        place = profile.places[profile.stacks[one.stack].place]
        name = profile.functions[place.function].name
        by_name[name] = by_name.get(name, 0) + one.allocated_bytes
    assert by_name["fills"] > 0.5 * sum(by_name.values())


@pytest.mark.parametrize("variant", VARIANTS)
def test_without_the_setting_no_memory_is_followed(variant: str) -> None:
    _, profile = profiled(variant, BUSY + "busy(50)")
    assert (profile.heap, profile.allocations) == ([], [])


def test_of_two_vms_of_luajit_one_is_sampled_otherwise_and_says_so() -> None:
    first = LuaEngine(DebugManager(), "luajit")
    assert first.run(Script("first.lua", b"return 1")).exit_code == 0  # its VM stays until `close`
    try:
        _, profile = profiled("luajit", BUSY + "jit.off() busy(100)")
    finally:
        first.close()
    assert profile.collector == "async hook"
    assert profile.fallback is not None
    assert "interpreted" in profile.fallback
    assert profile.samples.stack


def test_luajit_tells_its_states() -> None:
    text = (
        BUSY
        + """
local function interpreted() local x = 0 for i = 1, 3000000 do x = (x + i) % 7 end return x end
jit.off(interpreted)
busy(80)
interpreted()
"""
    )
    _, profile = profiled("luajit", text)
    assert {"interpreted", "compiled"} <= set(profile.states_ns)
    assert sum(profile.states_ns.values()) == pytest.approx(profile.sampled_ns, rel=0.01)


def test_where_no_timer_signals_a_thread_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here(*_arguments: object) -> None:
        raise OSError("none here")

    monkeypatch.setattr("runtime.lua.jit_ticks.ThreadTimer", none_here)
    _, profile = profiled("luajit", BUSY + "busy(200)", settings=Settings(rate_hz=500))
    assert profile.collector == "jit.profile"
    assert len(profile.samples.stack) > 20


def test_a_script_that_has_the_jit_profiler_itself_lives() -> None:
    text = (
        BUSY
        + """
local profile = require("jit.profile")
profile.stop()
busy(50)
profile.start("i1", function() end)
busy(50)
profile.stop()
busy(50)
return "lives"
"""
    )
    result, _ = profiled("luajit", text)
    assert result.values == ("lives",)


def test_a_build_that_does_not_show_its_calls_is_sampled_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def other_layout(_self: object) -> None:
        raise LookupError("laid out in another way")

    monkeypatch.setattr(NativeCalls, "_learn", other_layout)
    text = BUSY + "local function reps() for i = 1, 100 do local s = ('x'):rep(1000000 + i) end end reps()"
    _, profile = profiled("lua5.4", text)
    assert any(frames[-1][0] == "reps" for frames in stacks(profile))
    assert not [function for function in profile.functions if function.kind == "native"]


@pytest.mark.parametrize("variant", ["lua5.1", "lua5.4", "luajit"])
def test_a_run_computes_and_logs_the_same_as_without(variant: str) -> None:
    text = """
local out = {}
for i = 1, 300 do
  local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
  out[#out + 1] = co(i) + co(i)
  Debug.info("entry " .. i, "m")
end
table.sort(out, function(a, b) return a > b end)
return out[1], out[300], #Debug.getCapturedEntries()
"""
    seen = []
    for recorder in (None, Recorder(Settings(rate_hz=10_000))):
        manager = DebugManager(DebugConfig(capture_limit=1000))
        engine = LuaEngine(manager, variant, EngineOptions(recorder=recorder))
        result = engine.run(Script("p.lua", text.encode()))
        engine.close()
        seen.append((result.values, [entry.message for entry in manager.entries()]))
    assert seen[0] == seen[1]


class _Token:
    pass


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_closed_engine_gives_its_vm_back(variant: str) -> None:
    engine = LuaEngine(DebugManager(), variant, EngineOptions(recorder=Recorder()))
    make = engine._new_vm
    tokens: list[weakref.ref[_Token]] = []

    def with_token(*arguments: Any) -> Any:
        vm, token = make(*arguments), _Token()
        vm._runtime.globals()[b"token"] = token
        tokens.append(weakref.ref(token))
        return vm

    engine._new_vm = with_token  # type: ignore[method-assign]
    gc.collect()
    gc.disable()
    try:
        engine.run(Script("a.lua", (BUSY + "busy(20)").encode()))
        assert tokens[0]() is not None
        engine.close()
        assert tokens[0]() is None
    finally:
        gc.enable()


# Names of functions


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("local function f(a)", "f"),
        ("function M.work(a)", "M.work"),
        ("function Account:deposit (v)", "Account:deposit"),
        ("local g <const> = function(x)", "g"),
        ("M.a.b = function()", "M.a.b"),
        ("  field = function() end,", "field"),
        ("return function()", None),
        ("call(function()", None),
        ("local f = function() return function() end end", None),
        ("local functional = 1", None),
        ("f = (function() end)", "f"),
    ],
)
def test_a_function_is_called_as_it_is_defined(line: str, name: str | None) -> None:
    names = FunctionNames("s.lua", f"\n{line}\n".encode())
    assert names.name(b"@s.lua", 2) == name
    assert names.name(f"\n{line}".encode(), 2) == name  # a text that was loaded is its own source
    assert names.name(b"@s.lua", 9) is None


def test_names_come_from_files_where_they_can_be_read(tmp_path: Path) -> None:
    module = tmp_path / "module.lua"
    module.write_text("local M = {}\nfunction M.f() end\n")
    names = FunctionNames("s.lua", b"")
    assert names.name(b"@" + bytes(module), 2) == "M.f"
    assert names.name(b"@" + bytes(tmp_path / "none.lua"), 2) is None
    assert names.name(b"=stdin", 1) is None
    assert names.name(b"@a\0b", 1) is None
