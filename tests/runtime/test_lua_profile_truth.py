"""Profiles of Lua tell the truth: scripts that time their own parts, against the shares that the profile gives them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from debug.manager import DebugManager
from debug.profile.recorder import Recorder
from runtime.engine import Script
from runtime.lua import async_hook
from runtime.lua.c_api import CApiUnavailable
from runtime.lua.engine import LuaEngine
from runtime.options import EngineOptions
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from debug.profile.model import Profile

VARIANTS = ("lua5.1", "lua5.4", "lua5.5", "luajit")

UNSEEN = {
    "lua5.1": "this build of Lua does not show the garbage collector at work: that time is the calling line's",
}
"""What the report says of a VM that does not tell all."""
PUC = VARIANTS[:-1]
NEAR = 0.05
ATTEMPTS = 3
"""A share may be off by chance, once in ten times: not three times running."""

# `measured(name, f, ...)` runs a part and adds up its time; `size(n)` is a loop of so many milliseconds.
HEAD = """
local clock = Debug.timer("clock")
local times, order = {}, {}
local function measured(name, f, ...)
  local from = clock:elapsed()
  f(...)
  if not times[name] then times[name] = 0 order[#order + 1] = name end
  times[name] = times[name] + clock:elapsed() - from
end
local function loops_of(f)
  f(1000)
  local n = 1000
  repeat
    n = n * 2
    local from = clock:elapsed()
    f(n)
    local took = clock:elapsed() - from
  until took > 4
  return n
end
"""

TAIL = """
local from = clock:elapsed()
repeat round() until clock:elapsed() - from > 500
return times
"""


class Shares(NamedTuple):
    """Of the sampled time, by name of a function, and of a thread."""

    self_time: Counter[str]
    total_time: Counter[str]
    threads: Counter[str]
    below: Counter[tuple[str, str]]
    """Of a function somewhere below another that it was called from, directly."""


def run(variant: str, text: str) -> tuple[dict[str, float], Profile]:
    """What the script returns, and its profile from `profileStart` on."""
    recorder = Recorder()
    engine = LuaEngine(DebugManager(), variant, EngineOptions(recorder=recorder))
    result = engine.run(Script("truth.lua", text.encode()))
    profile = recorder.profile(script="truth.lua", engine=variant)
    engine.close()
    assert result.error is None, result.error
    times: dict[str, float] = plain(result.values[0])
    return times, profile


def shares(profile: Profile) -> Shares:
    found = Shares(Counter(), Counter(), Counter(), Counter())
    total = profile.sampled_ns
    for weight, innermost, thread in zip(
        profile.samples.weight_ns, profile.samples.stack, profile.samples.thread, strict=True
    ):
        share = weight / total
        names, stack = [], innermost
        while stack >= 0:
            parent, place = profile.stacks[stack].parent, profile.stacks[stack].place
            names.append(profile.functions[profile.places[place].function].name)
            stack = parent
        found.self_time[names[0]] += share
        for name in set(names):
            found.total_time[name] += share
        for pair in set(zip(names[1:], names, strict=False)):
            found.below[pair] += share
        found.threads[profile.threads[thread].name] += share
    return found


def near(variant: str, text: str, kinds: dict[str, str], *, whole: bool = True) -> None:
    """The measured share of each part, and that of what the profile says: `self NAME`, `total NAME`, `thread NAME` or
    `OUTER>INNER`."""
    seen = []
    for _ in range(ATTEMPTS):
        times, profile = run(variant, HEAD + text + TAIL)
        assert profile.fallback == UNSEEN.get(variant)
        found = shares(profile)
        assert sum(found.self_time.values()) == pytest.approx(1)
        assert set(kinds) <= set(times)
        outer = sum(times.values()) if whole else times["whole"]
        off = {}
        for part, kind in kinds.items():
            what, _, name = kind.partition(" ")
            if what == "self":
                share = found.self_time[name]
            elif what == "total":
                share = found.total_time[name]
            elif what == "thread":
                share = sum(value for key, value in found.threads.items() if key.startswith(name))
            else:
                share = found.below[tuple(what.split(">"))]  # type: ignore[index]
            off[part] = (round(times[part] / outer, 3), round(share, 3))
        if all(abs(expected - share) <= NEAR for expected, share in off.values()):
            return
        seen.append(off)
    pytest.fail(f"measured and sampled shares: {seen}")


SPIN = """
local function %s(n)
  local x = 0
  for i = 1, n do x = (x * 3 + i) %% 1000003 end
  return x
end
"""


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_functions_three_to_one(variant: str) -> None:
    text = (
        SPIN % "heavy"
        + SPIN % "light"
        + """
local n = loops_of(light)
Debug.profileStart()
local function round()
  measured("heavy", heavy, 3 * n)
  measured("light", light, n)
end
"""
    )
    near(variant, text, {"heavy": "self heavy", "light": "self light"})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_leaf_and_its_caller(variant: str) -> None:
    text = (
        SPIN % "leaf"
        + """
local n = loops_of(leaf)
local function caller()
  local x = 0
  for i = 1, 2 * n do x = (x * 3 + i) % 1000003 end
  measured("leaf", leaf, n)
  return x
end
Debug.profileStart()
local function round() measured("whole", caller) end
"""
    )
    near(variant, text, {"leaf": "self leaf", "whole": "total caller"}, whole=False)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_function_that_is_busy_in_c(variant: str) -> None:
    text = (
        SPIN % "spin"
        + """
local n = loops_of(spin)
local function copies() for i = 1, 10 do local s = ("x"):rep(1000000 + i):upper() end end
Debug.profileStart()
local function round()
  measured("copies", copies)
  measured("spin", spin, n)
end
"""
    )
    near(variant, text, {"copies": "total copies", "spin": "self spin"})


@pytest.mark.parametrize("variant", PUC)
def test_functions_of_c_have_their_own_time(variant: str) -> None:
    text = (
        SPIN % "spin"
        + """
local n = loops_of(spin)
local function reps() for i = 1, 10 do local s = ("x"):rep(1000000 + i) end end
local text = ("ab"):rep(2000)
local function finds() for i = 1, 200 do local at = text:find("ac", 1, true) end end
local function bytes() local n, byte = 0, string.byte for i = 1, #text do n = n + byte(text, i) end return n end
Debug.profileStart()
local function round()
  measured("reps", reps)
  measured("finds", finds)
  measured("bytes", bytes)
  measured("spin", spin, n)
end
"""
    )
    kinds = {
        "reps": "self string.rep",
        "finds": "self string.find",
        "bytes": "total bytes",
        "spin": "self spin",
    }
    near(variant, text, kinds)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_recursion(variant: str) -> None:
    text = (
        SPIN % "spin"
        + """
local n = loops_of(spin)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
Debug.profileStart()
local function round()
  measured("fib", fib, 22)
  measured("spin", spin, n)
end
"""
    )
    near(variant, text, {"fib": "self fib", "spin": "total spin"})


@pytest.mark.parametrize("variant", VARIANTS)
def test_coroutines(variant: str) -> None:
    text = (
        SPIN % "spin"
        + """
local n = loops_of(spin)
local function worker(n) while true do spin(n) n = coroutine.yield() end end
local function other() spin(n) end
local kept, generator = coroutine.create(worker), coroutine.wrap(worker)
local function resumed() assert(coroutine.resume(kept, n)) end
Debug.profileStart()
local function round()
  measured("resumed", resumed)
  measured("generator", generator, 2 * n)
  measured("other", other)
end
"""
    )
    near(variant, text, {"other": "total other"})
    _, profile = run(variant, HEAD + text + TAIL)
    names = {thread.name.split()[0] for thread in profile.threads}
    assert names == {"main", "worker"}
    near(variant, text.replace('"generator"', '"resumed"'), {"resumed": "thread worker"})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_closure_that_a_builtin_calls(variant: str) -> None:
    text = (
        SPIN % "spin"
        + """
local n = loops_of(spin)
local function replace(c) spin(n) return c end
local function less(a, b) spin(n) return a < b end
local function replaced() return (("abcd"):gsub(".", replace)) end
local function sorted() table.sort({3, 1, 2}, less) end
Debug.profileStart()
local function round()
  measured("gsub", replaced)
  measured("sort", sorted)
end
"""
    )
    near(variant, text, {"gsub": "string.gsub>replace", "sort": "table.sort>less"})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_vm_that_cannot_be_reached_is_sampled_all_the_same(
    variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_c_api(*_arguments: object) -> None:
        raise CApiUnavailable("exports nothing")

    monkeypatch.setattr(async_hook, "load", no_c_api)
    text = (
        SPIN % "heavy"
        + SPIN % "light"
        + """
local n = loops_of(light)
Debug.profileStart()
local function round()
  measured("heavy", coroutine.wrap(heavy), 3 * n)
  measured("light", light, n)
end
"""
    )
    for attempt in range(ATTEMPTS):
        times, profile = run(variant, HEAD + text + TAIL)
        assert profile.collector == "count hook"
        assert profile.fallback is not None
        expected = times["heavy"] / sum(times.values())
        found = shares(profile)
        if abs(found.self_time["heavy"] - expected) <= NEAR:
            break
        assert attempt + 1 < ATTEMPTS, (expected, found.self_time)
    assert any(name.startswith("heavy truth.lua:") for name in found.threads)


COLLECTING = ("lua5.4", "lua5.5")
"""What of the Lua VMs shows its collector."""


@pytest.mark.parametrize("variant", [*COLLECTING, "luajit"])
def test_collections_that_the_script_asks_for(variant: str) -> None:
    text = (
        SPIN % "spin"
        + """
local n = loops_of(spin)
local live = {}
for i = 1, 20000 do live[i] = {i} end
Debug.profileStart()
local function round()
  measured("collections", collectgarbage)
  measured("spin", spin, n)
end
"""
    )
    near(variant, text, {"collections": "self (garbage collector)", "spin": "self spin"})


@pytest.mark.parametrize("mode", ["incremental", "generational"])
@pytest.mark.parametrize("variant", COLLECTING)
@pytest.mark.parametrize("made", ["{n}", "'number ' .. n", "string.format('%d', n)"])
def test_collections_that_come_by_themselves(variant: str, made: str, mode: str) -> None:
    """The collector is let go for one allocation at a time, which has it make a step, and is timed with that."""
    text = f"""
collectgarbage("{mode}")
local live, n = {{}}, 0
for i = 1, 20000 do live[i] = {{i}} end
local function work() for i = 1, 100000 do n = n + 1 local made = {made} end end
local function steps()
  for i = 1, 30 do
    collectgarbage("restart")
    n = n + 1
    local made = {made}
    collectgarbage("stop")
  end
end
collectgarbage("stop")
Debug.profileStart()
local function round()
  measured("work", work)
  measured("steps", steps)
end
"""
    near(variant, text, {"steps": "self (garbage collector)"})


def under(profile: Profile, name: str) -> tuple[int, int]:
    """The time of the collector below that function, and all time below it."""
    collector = whole = 0
    for weight_ns, innermost in zip(profile.samples.weight_ns, profile.samples.stack, strict=True):
        functions, stack = [], innermost
        while stack >= 0:
            functions.append(profile.functions[profile.places[profile.stacks[stack].place].function])
            stack = profile.stacks[stack].parent
        if name in (function.name for function in functions):
            whole += weight_ns
            collector += weight_ns if functions[0].kind == "gc" else 0
    return collector, whole


@pytest.mark.parametrize("variant", VARIANTS)
def test_without_garbage_nothing_is_collected(variant: str) -> None:
    """Growing tables owe the collector more and more, and it does not come."""
    text = (
        SPIN % "spin"
        + """
collectgarbage()
local kept = {}
local function round()
  spin(100000)
  for i = #kept + 1, #kept + 1000 do kept[i] = i end
end
"""
    )
    _, profile = run(variant, HEAD + text + TAIL)
    assert under(profile, "round")[0] <= 0.01 * profile.sampled_ns
