"""A VM from its making to its end: what it holds is given back, what a script replaces is not what Debug uses."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from debug.config import DebugConfig
from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import Limits, RunResult, Script
from runtime.lua.engine import EngineOptions, LuaEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit", "luajit2.0")
LIMITED = VARIANTS[:-1]


def _run(variant: str, text: str, limits: Limits | None = None) -> tuple[RunResult, list[str]]:
    """The result, and the warnings of `Debug` about itself."""
    manager = DebugManager(DebugConfig(level=Level.TRACE))
    engine = LuaEngine(manager, variant, EngineOptions(limits=limits or Limits()))
    result = engine.run(Script("vm.lua", text.encode()))
    engine.close()
    return result, [entry.message for entry in manager.entries() if entry.module == "llmspell.debug"]


# What it holds


class _Token:
    pass


@pytest.fixture
def no_collections() -> Iterator[None]:
    """Nothing is freed but by its last reference."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collections")
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "error('x')",
        "error({})",
        "os.exit(3, true)",
        "local x = = 1",
        "local t = Debug.timer('x') Debug.info({t}) Debug.stackTrace({capture_locals = true}) Debug.jsonReport()",
        "keep = Debug.getCapturedEntries() keep.python = python",
        "coroutine.wrap(function() Debug.info('x') coroutine.yield() end)()",
        "python.eval('1/0')",
        "pcall(python.eval, '1/0')",
    ],
)
def test_a_closed_engine_gives_its_vm_back(variant: str, text: str) -> None:
    engine = LuaEngine(DebugManager(), variant)
    make = engine._new_vm
    tokens: list[weakref.ref[_Token]] = []

    def with_token(*arguments: Any) -> Any:
        vm, token = make(*arguments), _Token()
        vm._runtime.globals()[b"token"] = token
        tokens.append(weakref.ref(token))
        return vm

    engine._new_vm = with_token  # type: ignore[method-assign]
    engine.run(Script("a.lua", text.encode()))
    assert tokens[0]() is not None
    engine.close()
    assert tokens[0]() is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_finalizers_run_at_the_end_though_an_exception_went_through(variant: str) -> None:
    manager = DebugManager()
    engine = LuaEngine(manager, variant)
    text = b"""
local function bye() Debug.info("bye") end
if newproxy then keep = newproxy(true) getmetatable(keep).__gc = bye else keep = setmetatable({}, {__gc = bye}) end
pcall(python.eval, "1/0")"""
    engine.run(Script("a.lua", text))
    assert manager.entries() == []
    engine.close()
    assert [entry.message for entry in manager.entries()] == ["bye"]


def _resident_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("variant", ["lua5.1", "lua5.4", "luajit"])
def test_hundreds_of_engines_leave_nothing_behind(variant: str) -> None:
    """A VM kept would cost 100 KB each time, a descriptor kept one of some thousand."""
    manager = DebugManager(DebugConfig(capture_limit=100))
    text = b"""
local t = {} for i = 1, 2000 do t[i] = {i} end
Debug.info({t}) Debug.stackTrace() Debug.timer("a"):stop()
coroutine.wrap(function() pcall(python.eval, "1/0") end)()
error("x")"""

    def once() -> None:
        engine = LuaEngine(manager, variant)
        assert engine.run(Script("a.lua", text)).exit_code == 1
        engine.close()

    for _ in range(50):
        once()
    before, descriptors = _resident_bytes(), len(os.listdir("/proc/self/fd"))
    for _ in range(300):
        once()
    assert len(os.listdir("/proc/self/fd")) <= descriptors
    assert _resident_bytes() - before < 10_000_000


# What a script does to its own world

REPLACED = r"""
local D, keep, g = Debug, {}, {}
for _, library in ipairs({"string", "table", "math", "coroutine", "debug", "os", "io"}) do
  for name, f in pairs(_G[library]) do
    if type(f) == "function" then keep[#keep + 1] = {_G[library], name, f} end
  end
end
for name, f in pairs(_G) do if type(f) == "function" then g[name] = f end end
local raise = error
local function bad() raise("a replaced function was called") end
for i = 1, #keep do keep[i][1][keep[i][2]] = bad end
for name in g.next, g do _G[name] = bad end

D.info("one", "m.x") D.debug("two") D.trace(nil) D.warn({1}) D.error("three", "m")
D.log("warn", {1, {2}}) D.log("what", "x") D.logWithData("info", "d", {a = {1, {2}}}, "m")
local out = {}
out[1] = D.dump({a = 1, 2, 3, f = bad, [1.5] = 0 / 0}, "label") .. D.dumpCompact("x") .. D.dumpVerbose({{{}}})
out[2] = D.dumpWithOptions({1}, {max_depth = 1})
out[3] = D.stackTrace({capture_locals = true})
out[4] = #D.stackTraceJson({capture_upvalues = true}).frames
local t = D.timer("x") t:lap("l") t:child("k"):stop() t:elapsed()
out[5] = D.recordEvent(t.id, "e", {x = 1})
t:stop()
out[6] = D.time("y", function(a) return a end, 5)
out[7] = D.performanceReport() .. D.jsonReport() .. D.flameGraph()
out[8] = D.memoryStats().used_bytes > 0
out[9] = D.memorySnapshot().active_trackers
out[10] = #D.getCapturedEntries()
D.addModuleFilter("a.*") D.addAdvancedFilter("x", "regex") out[11] = D.removeModuleFilter("a.*")
D.getFilterSummary() D.clearModuleFilters() D.setDefaultFilterEnabled(true)
D.setLevel("debug") out[12] = D.getLevel() D.setEnabled(true) D.isEnabled() D.breakpoint() D.clearCaptured()
for i = 1, #keep do keep[i][1][keep[i][2]] = keep[i][3] end
for name, f in g.next, g do _G[name] = f end
return out[4], out[5], out[6], out[8], out[9], out[11], out[12]
"""


@pytest.mark.parametrize("variant", VARIANTS)
def test_replaced_functions_are_not_what_debug_uses(variant: str) -> None:
    result, warnings = _run(variant, REPLACED)
    assert result.error is None
    assert result.values == (1, True, 5, True, 0, True, "DEBUG")
    assert warnings == []


CALLS = """
Debug.info({1, a = "x"}) Debug.info() Debug.stackTrace() Debug.timer("t"):stop()
assert(Debug.time("x", function(a) return a end, 7) == 7)
assert(Debug.dump({x = "y"}) == 'table (1 pair) {\\n  x = "y"\\n}')
Debug.stackTraceJson({capture_locals = true}) Debug.performanceReport() Debug.getCapturedEntries()
"""

WORLDS = {
    "strings without methods": "debug.getmetatable('').__index = nil",
    "strings that raise": "debug.setmetatable('', {__index = function() error('mine') end})",
    "numbers with methods": "debug.setmetatable(1, {__index = function() error('mine') end})",
    "nil with methods": "debug.setmetatable(nil, {__index = function() return 5 end, __call = print})",
    "functions with methods": "debug.setmetatable(print, {__index = error, __tostring = error})",
    "strict globals": """
setmetatable(_G, {__index = function(_, k) error("undefined " .. k, 2) end, __newindex = error})""",
    "timers without methods": """
local methods = getmetatable(Debug.timer("x")).__index
local stop = methods.stop
methods.stop = function(self) if Debug.getLevel() then return stop(self) end end""",
    "no libraries": "string, table, math, os, io, coroutine = nil",
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_in_every_world(variant: str, world: str) -> None:
    result, warnings = _run(variant, f"{world}\n{CALLS}return true")
    assert result.error is None
    assert result.values == (True,)
    assert warnings == []


PLACES = {
    "a coroutine": "local function place(f) coroutine.wrap(f)() end",
    "a coroutine in a coroutine": """
local function place(f) coroutine.wrap(function() coroutine.wrap(f)() end)() end""",
    "a hook": """
local function place(f)
  if jit then jit.off() end
  debug.sethook(function() debug.sethook() f() end, "", 1)
  for i = 1, 100 do end
end""",
    "a finalizer": """
local function place(f)
  local key = {}
  if newproxy then
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = f
  else
    setmetatable({}, {__gc = f})
  end
  collectgarbage() collectgarbage()
end""",
    "a metamethod": "local function place(f) return setmetatable({}, {__index = f}).x end",
    "a comparator": "local function place(f) table.sort({2, 1}, function(a, b) f() return a < b end) end",
    "a handler": "local function place(f) xpcall(error, f) end",
    "a __tostring": """
local function place(f) tostring(setmetatable({}, {__tostring = function() f() return "x" end})) end""",
    "a __tostring that is dumped": """
local function place(f) Debug.dump(setmetatable({}, {__tostring = function() f() return "x" end})) end""",
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_in_every_place(variant: str, place: str) -> None:
    text = f"{place}\nlocal done = 0\nplace(function()\n{CALLS}\ndone = done + 1 end)\nreturn done > 0"
    result, warnings = _run(variant, text)
    assert result.error is None
    assert result.values == (True,)
    assert warnings == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_where_the_stack_is_nearly_full(variant: str) -> None:
    """The same depth is reached and the same error raised as without; entries are there."""
    text = """
local n, logged = 0, 0
local function f()
  n = n + 1
  if n % 1000 == 0 then Debug.info("deep") Debug.stackTrace({max_depth = 2}) Debug.timer("d"):stop() end
  return 1 + f()
end
local ok, e = pcall(f)
Debug.info("after")
local entries = Debug.getCapturedEntries(1)
return ok, n > 1000, (tostring(e):find("stack overflow", 1, true)) ~= nil, entries[1].message"""
    result, _ = _run(variant, text)
    assert result.error is None
    assert result.values == (False, True, True, "after")


@pytest.mark.parametrize("variant", LIMITED)
def test_where_memory_is_nearly_out(variant: str) -> None:
    """Debug's own needs may fail then, and do not become the script's error."""
    text = """
local keep = {}
local ok = pcall(function()
  while true do keep[#keep + 1] = ("x"):rep(20000) .. #keep end
end)
local good = pcall(function()
  for i = 1, 20 do Debug.info({i, "x"}) Debug.stackTrace() Debug.dump({i}) Debug.timer("t"):stop() end
end)
keep = nil
collectgarbage()
return ok, good, Debug.dump({1}) ~= nil"""
    if variant == "luajit":  # a VM that has run out is not to be used on: the engine says so
        assert _run(variant, text, Limits(max_memory_bytes=8_000_000))[0].exit_code in (0, 1)
        return
    result, _ = _run(variant, text, Limits(max_memory_bytes=8_000_000))
    assert result.error is None
    if variant == "lua5.1":  # does not collect when it runs out: the script's own next table finds no memory
        assert (result.values[0], result.values[2]) == (False, True)
    else:
        assert result.values == (False, True, True)


FULL = """
local keep, filler, calls, failed = {}, {}, 0, 0
local function try(f) calls = calls + 1 if not pcall(f) then failed = failed + 1 end end
local function info() Debug.info("x") end
local function dump() Debug.dump(keep) end
local function trace() Debug.stackTrace() end
local function timer() Debug.timer("t"):stop() end
local function entries() Debug.getCapturedEntries() end
local function level() Debug.setLevel("info") end
pcall(function() while true do keep[#keep + 1] = ("x"):rep(20000) .. #keep end end)
pcall(function() for i = 1, 10000000 do filler[i] = {} end end)
for i = 1, 20 do try(info) try(dump) try(trace) try(timer) try(entries) try(level) end
keep, filler = nil, nil
collectgarbage()
Debug.info("after")
return calls, Debug.getCapturedEntries(1)[1].message"""


@pytest.mark.parametrize("variant", [name for name in LIMITED if name != "luajit"])
def test_calls_into_a_full_heap_leave_the_process_whole(variant: str) -> None:
    """Lua jumps where it finds no memory; never out of running Python code. A call may fail, nothing breaks."""
    result, _ = _run(variant, FULL, Limits(max_memory_bytes=8_000_000))
    if result.error is None:
        assert result.values == (120, "after")
    else:
        assert result.error.message.startswith("not enough memory")
