"""Reaching a running VM from outside: wherever the script is, whatever hook it set, and where that is not possible."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import ErrorKind, RunResult, Script, StopReason
from runtime.lua import async_hook, c_api
from runtime.lua.async_hook import AsyncHook
from runtime.lua.c_api import CApiUnavailable
from runtime.lua.engine import LuaEngine
from runtime.lua.memory_reader import MemoryReader
from runtime.lua.resume_chain import ResumeChain
from runtime.lua.steady_hook import SteadyHook
from runtime.lua.variants import VARIANTS as LUAS

if TYPE_CHECKING:
    from collections.abc import Callable

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit")
PUC = VARIANTS[:-1]

PLACES = {
    "the main loop": "Debug.info('up') while true do end",
    "a function": "local function f() while true do end end Debug.info('up') f()",
    "a recursion": "local function f(n) if n > 0 then f(n - 1) end end Debug.info('up') while true do f(50) end",
    "a coroutine": "coroutine.resume(coroutine.create(function() Debug.info('up') while true do end end))",
    "a wrap": "coroutine.wrap(function() Debug.info('up') while true do end end)()",
    "nested wraps": """
local function nest(n)
  if n == 0 then Debug.info("up") while true do end end
  coroutine.wrap(function() nest(n - 1) end)()
end
nest(30)""",
    "coroutines in coroutines": """
local function nest(n)
  if n == 0 then Debug.info("up") while true do end end
  local co = coroutine.create(nest)
  assert(coroutine.resume(co, n - 1))
end
nest(30)""",
    "a wrap in a coroutine": """
local co = coroutine.create(function()
  coroutine.wrap(function() Debug.info("up") while true do end end)()
end)
assert(coroutine.resume(co))""",
    "a generator that is resumed all the time": """
local next_one = coroutine.wrap(function() while true do coroutine.yield(1) end end)
Debug.info("up")
while true do next_one() end""",
    "ever new coroutines": "Debug.info('up') while true do coroutine.wrap(function() return {} end)() end",
    "a metamethod": """
local t = setmetatable({}, {__index = function() Debug.info("up") while true do end end})
return t.x""",
    "a sort comparator": "table.sort({3, 1, 2}, function(a, b) Debug.info('up') while true do end end)",
    "a gsub callback": "return (('x'):gsub('x', function() Debug.info('up') while true do end end))",
    "a pcall": "Debug.info('up') while true do pcall(error) end",
    "a coroutine in a sort comparator": """
table.sort({3, 1, 2}, function(a, b)
  coroutine.wrap(function() Debug.info("up") while true do end end)()
end)""",
    "a compiled loop": "local x = 0 for i = 1, 999 do x = x + i end Debug.info('up') while true do x = (x + 1) % 7 end",
}


class _Run:
    """A script on a thread of its own, which has logged an entry."""

    def __init__(self, variant: str, text: str, manager: DebugManager | None = None) -> None:
        self.manager = manager or DebugManager()
        up = threading.Event()
        self.manager.attach(lambda _entry: up.set())
        self.engine = LuaEngine(self.manager, variant)
        self._results: list[RunResult] = []
        self._thread = threading.Thread(target=self._work, args=(text,))
        self._thread.start()
        assert up.wait(30)

    def _work(self, text: str) -> None:
        self._results.append(self.engine.run(Script("reach.lua", text.encode())))
        self.engine.close()

    def result(self) -> RunResult:
        self._thread.join(30)
        assert not self._thread.is_alive(), "the script was not reached"
        return self._results[0]

    def stopped(self) -> RunResult:
        self.engine.stop(StopReason.INTERRUPT)
        return self.result()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES.keys())
def test_a_stop_reaches(text: str, variant: str) -> None:
    result = _Run(variant, text).stopped()
    assert result.exit_code == 130
    assert result.error is not None
    assert result.error.kind is ErrorKind.INTERRUPTED


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_level_reaches_a_coroutine(variant: str) -> None:
    run = _Run(
        variant,
        """
return coroutine.wrap(function()
  Debug.info("up")
  repeat Debug.trace("heard") until #Debug.getCapturedEntries(2) == 2
  return "done"
end)()""",
    )
    run.manager.set_level(Level.TRACE)
    result = run.result()
    assert result.values == ("done",)


HOOKED = """
local count, other = 0, 0
local function hook() count = count + 1 end
%s
debug.sethook(hook, "", 100)
Debug.info("up")
repeat other = other + 1 until Debug.getLevel() == "TRACE" -- set from outside, by way of a hook
local before, same = count, debug.gethook() == hook
for i = 1, 100000 do other = other + 1 end
debug.sethook()
return same, count > before, (debug.gethook()) == nil
"""


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_hook_of_the_script_is_kept(variant: str) -> None:
    text = HOOKED % ("jit.off()" if variant == "luajit" else "")
    run = _Run(variant, text)
    for _ in range(200):
        run.engine._knock()
    run.manager.set_level(Level.TRACE)
    assert run.result().values == (True, True, True)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_hook_that_outlives_its_vm_does_no_harm(variant: str) -> None:
    engine = LuaEngine(DebugManager(), variant)
    assert engine.run(Script("a.lua", b"x = 0")).exit_code == 0
    vm = engine._vm
    assert vm is not None
    runtime, hook = vm._runtime, vm._hook
    assert isinstance(hook, AsyncHook)
    api, main, address = hook.api, hook.main, hook._address
    engine.close()
    del vm, hook, engine
    api.sethook(main, address, 8, 1)
    assert runtime.execute(b"for i = 1, 1000 do x = x + 1 end return x") == 1000


# Where a VM cannot be reached from outside


def _no_c_api(*_arguments: object) -> Any:
    raise CApiUnavailable("exports nothing")


def _no_memory(*_arguments: object) -> None:
    return None


def _other_layout(*_arguments: object) -> Any:
    raise LookupError("laid out in another way")


FAILURES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "no C API": lambda patch: patch.setattr(async_hook, "load", _no_c_api),
    "memory that cannot be read": lambda patch: patch.setattr(MemoryReader, "words", _no_memory),
    "another layout": lambda patch: patch.setattr(ResumeChain, "_find_top", _other_layout),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_what_fails_its_test_is_not_used(
    failure: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    failure(monkeypatch)
    engine = LuaEngine(DebugManager(), "lua5.4")
    assert engine.run(Script("a.lua", b"return 1")).values == (1,)
    assert engine._vm is not None
    assert isinstance(engine._vm._hook, SteadyHook)
    engine.close()


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every VM made in this test is one that cannot be reached from outside."""
    monkeypatch.setattr(async_hook, "load", _no_c_api)


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES.keys())
def test_a_stop_reaches_by_the_steady_hook(text: str, variant: str) -> None:
    assert _Run(variant, text).stopped().exit_code == 130


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_level_reaches_by_the_steady_hook(variant: str) -> None:
    text = "local n = 0 Debug.info('up') repeat n = n + 1 Debug.trace('heard') until #Debug.getCapturedEntries(2) == 2"
    run = _Run(variant, text)
    run.manager.set_level(Level.TRACE)
    assert run.result().exit_code == 0


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_hook_of_the_script_carries_the_steady_one(variant: str) -> None:
    text = HOOKED % ("jit.off()" if variant == "luajit" else "")
    run = _Run(variant, text)
    run.manager.set_level(Level.TRACE)
    assert run.result().values == (True, True, True)


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("variant", VARIANTS)
def test_hooks_answer_as_ever_beside_the_steady_one(variant: str) -> None:
    text = b"""
local lines = {}
local function hook(event, line) lines[#lines + 1] = event end
local none = debug.gethook()
debug.sethook(hook, "l", 0)
local x = 1
local f, mask, count = debug.gethook()
debug.sethook()
local co = coroutine.create(function() coroutine.yield(debug.gethook()) end)
local _, inside = coroutine.resume(co)
debug.sethook(co, hook, "l")
local own = debug.gethook(co) == hook
return none, f == hook, mask, count, #lines > 1, lines[1], inside, own, pcall(debug.sethook, 1, 2, 3)
"""
    engine = LuaEngine(DebugManager(), variant)
    result = engine.run(Script("h.lua", text))
    engine.close()
    assert result.values[:8] == (None, True, "l", 0, True, "line", None, True)


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("variant", PUC)
def test_finalizers_are_left_alone_after_a_stop(variant: str) -> None:
    """They still run when the VM ends, whatever asked the script to."""
    done: list[int] = []
    text = """
local function finalize() local x = 0 for i = 1, 20000 do x = x + i end done(x) end
if newproxy then
  keep = newproxy(true)
  getmetatable(keep).__gc = finalize
else
  keep = setmetatable({}, {__gc = finalize})
end
Debug.info("up")
while true do end"""
    manager = DebugManager()
    up = threading.Event()
    manager.attach(lambda _entry: up.set())
    engine = LuaEngine(manager, variant)
    original = engine._new_vm

    def with_done(*arguments: Any) -> Any:
        vm = original(*arguments)
        vm._runtime.globals()[b"done"] = done.append
        return vm

    engine._new_vm = with_done  # type: ignore[method-assign]
    stopper = threading.Thread(target=lambda: (up.wait(30), engine.stop(StopReason.INTERRUPT)))
    stopper.start()
    assert engine.run(Script("f.lua", text.encode())).exit_code == 130
    stopper.join()
    engine.close()
    assert done == [200010000]


# Stress: the scripts check what they compute

STRESS = r"""
import importlib, random, sys, threading, time
from runtime.lua.async_hook import AsyncHook
from runtime.lua.variants import VARIANTS

TEXT = b'''
local done = ...
local wrap, yield, create, resume = coroutine.wrap, coroutine.yield, coroutine.create, coroutine.resume
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local function deep(n) if n == 0 then return {} end local t = deep(n - 1) return t end
local function nest(n) if n == 0 then return fib(8) end return wrap(function() return nest(n - 1) end)() end
local function round()
  local sum = 0
  for i = 1, 20 do
    local numbers = wrap(function() for j = 1, 30 do local t = {j} yield(t[1]) end end)
    for j = 1, 20 do sum = sum + numbers() end
    local co = create(function() wrap(function() sum = sum + fib(10) yield(1) end)() deep(500) return 1 end)
    local _, one = resume(co)
    sum = sum + one
  end
  deep(3000)
  local t = {}
  for i = 1, 300 do t[i] = i * 7919 % 301 end
  table.sort(t, function(a, b) return a < b end)
  for i = 2, 300 do assert(t[i - 1] <= t[i]) end
  local x = 0
  for i = 1, 20000 do x = (x * 3 + i) % 1000003 end
  collectgarbage("step")
  return sum + x + nest(30) + #("abc"):gsub(".", function(c) return c .. c end)
end
local expected = round()
repeat assert(round() == expected) until done()
return true
'''

class One:
    def __init__(self, name):
        module = importlib.import_module(VARIANTS[name].module)
        self.runtime = module.LuaRuntime(encoding=None)
        self.served, self.result = 0, None
        service = self.runtime.execute(b"local serve = ... return function() serve() end", self.serve)
        self.hook = AsyncHook(module, self.runtime, name, service)
        self.thread = threading.Thread(target=self.run)

    def serve(self):
        self.served += 1

    def run(self):
        self.hook.thread = threading.get_ident()
        call = self.runtime.eval(
            b"function(t, d) local ok, e = pcall((loadstring or load)(t), d) return ok, tostring(e) end"
        )
        self.result = call(TEXT, lambda: time.monotonic() > end)

def arm(seed):
    chance = random.Random(seed)
    while time.monotonic() < end:
        one = chance.choice(all_of_them)
        for _ in range(chance.choice((1, 1, 1, 5))):
            one.hook.arm()
        time.sleep(chance.choice((0, 0.0001, 0.0003, 0.001)))

threading.stack_size(64 << 20)
end = time.monotonic() + float(sys.argv[1])
all_of_them = [One(name) for name in sys.argv[2:]]
threads = [one.thread for one in all_of_them] + [threading.Thread(target=arm, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for one in all_of_them:
    one.hook.close()
    assert one.result == (True, b"true"), one.result
    assert one.served > 0
print("fine")
"""


def _stress(seconds: float, *variants: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", STRESS, str(seconds), *variants],
        capture_output=True,
        text=True,
        timeout=seconds + 100,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "fine\n"), done.stderr


@pytest.mark.parametrize("variant", VARIANTS)
def test_arming_from_four_threads_changes_nothing(variant: str) -> None:
    _stress(1.5, variant, variant)


@pytest.mark.slow
def test_arming_every_kind_at_once_for_long() -> None:
    _stress(20, *VARIANTS)


@pytest.mark.parametrize("variant", PUC)
def test_a_coroutine_is_read_from_the_upvalue_of_its_wrap_function(variant: str) -> None:
    # Lua links a wrap function to the coroutine made just before it: that word is not the one to read.
    module = import_module(LUAS[variant].module)
    runtime = module.LuaRuntime(encoding=None)
    api = c_api.load(module, variant)
    text = runtime.execute(b'return tostring(package.loadlib(..., "lua_pushthread")())', api.path)
    chain = ResumeChain(api, runtime, int(text.split(b"0x")[1], 16))
    chain.close()
    assert chain._thread_at > chain.function_at
