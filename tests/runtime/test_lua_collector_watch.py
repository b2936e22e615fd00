"""Whether Lua's collector is at work: what is seen from outside, against what its allocator is asked for meanwhile."""

from __future__ import annotations

import ctypes
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from debug.manager import DebugManager
from debug.profile.recorder import Recorder
from runtime.engine import Script
from runtime.lua import hook_sampler
from runtime.lua.c_api import ALLOCATOR, CApi, load
from runtime.lua.collector_watch import CollectorWatch, Look
from runtime.lua.engine import LuaEngine
from runtime.lua.resume_chain import ResumeChain
from runtime.lua.variants import VARIANTS
from runtime.options import EngineOptions

SHOWN = ("lua5.4", "lua5.5")
NOT_SHOWN = ("lua5.1", "lua5.2", "lua5.3")

MAIN = b'return tostring(package.loadlib(..., "lua_pushthread")())'


class Vm(NamedTuple):
    runtime: Any
    api: CApi
    main: int
    chain: ResumeChain


def vm(variant: str) -> Vm:
    module = import_module(VARIANTS[variant].module)
    runtime = module.LuaRuntime(encoding=None)
    api = load(module, variant)
    main = int(runtime.execute(MAIN, api.path).split(b"0x")[1], 16)
    return Vm(runtime, api, main, ResumeChain(api, runtime, main))


def looks_at_frees(one: Vm, watch: CollectorWatch, text: bytes) -> list[Look]:
    """What was seen at each time that memory was given back while `text` ran."""
    seen: list[Look] = []
    user_data = ctypes.c_void_p()
    own = one.api.getallocf(one.main, ctypes.byref(user_data))
    allocate = ALLOCATOR(own)

    def watched(user_data: int, pointer: int | None, old_size: int, new_size: int) -> Any:
        if pointer and new_size < old_size:
            seen.append(watch.look())
        return allocate(user_data, pointer, old_size, new_size)

    callback = ALLOCATOR(watched)
    script = one.runtime.compile(text)
    one.api.setallocf(one.main, ctypes.cast(callback, ctypes.c_void_p), user_data)
    try:
        script()
    finally:
        one.api.setallocf(one.main, own, user_data)
    return seen


# Without buffers of the string library: Lua 5.5 frees what they hold by the allocator there was when they were made.
MAKE = b"""
local kept = {}
for i = 1, 20000 do
  kept[i % 100 + 1] = {i, function() return i end}
  local text = "a" .. i
end
"""
GROW = b"""
collectgarbage("stop")
local made = {}
for i = 1, 10000 do made["key " .. i] = i end -- each time that it has grown, what it was is given back
"""


@pytest.mark.parametrize("mode", [b"incremental", b"generational"])
@pytest.mark.parametrize("variant", SHOWN)
def test_it_is_at_work_whenever_it_frees(variant: str, mode: bytes) -> None:
    one = vm(variant)
    watch = CollectorWatch(one.api, one.runtime, one.chain)
    one.runtime.execute(b"collectgarbage('" + mode + b"') collectgarbage()")
    now = watch.look()
    seen = looks_at_frees(one, watch, MAKE)
    at_work = [watch.was_at_work(look, now, asked=False) for look in seen]
    assert len(at_work) > 10_000
    assert at_work.count(False) < 20  # tables and the stack that grew
    asked = [
        watch.was_at_work(look, now, asked=True) for look in looks_at_frees(one, watch, b"collectgarbage()")
    ]
    assert len(asked) > 100
    assert asked.count(False) < 5


@pytest.mark.parametrize("mode", [b"incremental", b"generational"])
@pytest.mark.parametrize("variant", SHOWN)
def test_what_a_script_gives_back_itself_is_not_collected(variant: str, mode: bytes) -> None:
    one = vm(variant)
    watch = CollectorWatch(one.api, one.runtime, one.chain)
    one.runtime.execute(b"collectgarbage('" + mode + b"')" + MAKE)
    seen = looks_at_frees(one, watch, GROW)
    at_work = [watch.was_at_work(look, watch.look(), asked=False) for look in seen]
    assert len(at_work) > 10
    assert not any(at_work)


@pytest.mark.parametrize("variant", NOT_SHOWN)
def test_where_it_is_not_shown_nothing_is_said(variant: str) -> None:
    one = vm(variant)
    with pytest.raises(LookupError):
        CollectorWatch(one.api, one.runtime, one.chain)
    assert kinds(variant) == {"script", "native"}


def test_a_build_that_is_laid_out_otherwise_is_profiled_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gc" in kinds("lua5.4")

    def refuse(*_arguments: object) -> None:
        raise LookupError("laid out in another way")

    monkeypatch.setattr(hook_sampler, "CollectorWatch", refuse)
    assert kinds("lua5.4") == {"script", "native"}


def kinds(variant: str) -> set[str]:
    """The kinds of functions in the profile of a script that has much collected."""
    text = MAKE + b"for i = 1, 300 do collectgarbage() end"
    recorder = Recorder()
    engine = LuaEngine(DebugManager(), variant, EngineOptions(recorder=recorder))
    result = engine.run(Script("p.lua", text))
    profile = recorder.profile(script="p.lua", engine=variant)
    engine.close()
    assert result.error is None, result.error
    return {function.kind for function in profile.functions}
