"""Reaching a running Lua VM from another thread, at no cost while nobody does.

lupa's shared objects export Lua's C API (Linux, macOS). `lua_sethook` may be called while the VM runs:
it makes the VM call back within a few instructions. The callback takes the hook away again and calls the
*service*, a Lua function that fetches what was asked for (new levels, a stop).

Hooks belong to a coroutine (LuaJIT: to the VM), so `arm` follows the chain from the main thread to the
coroutine that runs (see `resume_chain`). Looking at a running VM from outside is not safe: it may free what is
looked at, or be moving its stack. So the chain is walked on the VM's own thread, when it next makes an object (see
`AllocatorTap`). A VM that makes none for a while moves and frees nothing either: that one is walked from outside.

LuaJIT's compiled loops look at no hook. `jit.profile` makes them leave to the interpreter every 10 ms; it
serves one VM of a process at a time, the others are reached when they next leave compiled code.
"""

from __future__ import annotations

import ctypes
import threading
import time
from typing import TYPE_CHECKING, Any

from runtime.lua.c_api import AllocatorTap, CApiUnavailable, load
from runtime.lua.resume_chain import ResumeChain

if TYPE_CHECKING:
    from types import ModuleType

_MASK_COUNT = 8
_HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_SERVICE_KEY = b"llmspell.service"

_REGISTER = b"""
local library, service = ...
local main = package.loadlib(library, "lua_pushthread")()
debug.getregistry()["llmspell.service"] = service
return tostring(main)
"""

_SILENCE_S = 0.002
"""A VM that did not call its allocator for this long is spinning without it."""

_profiled_vm = threading.Lock()
"""Held for the one VM of the process that `jit.profile` serves."""


class HookUnavailable(Exception):
    """This build of lupa does not let itself be reached from outside (no exported C API, as on Windows)."""


class AsyncHook:
    """Makes one VM call its service soon, from any thread.

    Raises `HookUnavailable` where that is not possible here.
    """

    def __init__(self, module: ModuleType, runtime: Any, variant: str, service: Any) -> None:
        """`module` is the lupa module, `service` a Lua function."""
        try:
            api = load(module, variant)
            text = runtime.execute(_REGISTER, api.path, service)
            self._main = int(text.split(b"0x")[1], 16)
            is_luajit = variant.startswith("luajit")
            self._chain = None if is_luajit else ResumeChain(api, runtime, self._main)
        except (CApiUnavailable, LookupError, ValueError) as error:
            raise HookUnavailable(str(error)) from error
        self._api = api
        self._callback = _HOOK(self._called)
        self._address = ctypes.cast(self._callback, ctypes.c_void_p).value
        self._saved: dict[int, tuple[int | None, int, int]] = {}
        self._closed = False
        self._lock = threading.RLock()
        self._tap = AllocatorTap(api, self._main, self._allocating)
        self._silent_since = 0.0
        self.thread: int | None = None
        self._stop_profiler = _start_profiler(runtime) if is_luajit else None

    def arm(self) -> None:
        """The VM calls its service within a few instructions. May be lost where it is just switching coroutines:
        repeat until it was served."""
        with self._lock:
            if self._closed:
                return
            self._arm_one(self._main)
            if self._chain is None:
                return
            if threading.get_ident() == self.thread:
                self._arm_chain()
            elif not self._tap.is_open:
                self._silent_since = time.monotonic()
                self._tap.open()
            elif time.monotonic() - self._silent_since > _SILENCE_S:
                self._arm_chain()

    def _arm_chain(self) -> None:
        assert self._chain is not None
        for state in self._chain.from_main():
            self._arm_one(state)
        self._tap.close()

    def _allocating(self, is_new: bool) -> None:
        """On the VM's thread. Waits while another thread walks the chain."""
        with self._lock:
            self._silent_since = time.monotonic()
            if is_new and self._tap.is_open:
                self._arm_chain()

    def disarm(self) -> None:
        """Take every hook off the main thread; for a VM that does not run."""
        with self._lock:
            if not self._closed:
                self._tap.close()
                self._api.sethook(self._main, None, 0, 0)

    def close(self) -> None:
        """Before the VM ends."""
        self.disarm()
        with self._lock:
            self._closed = True
        if self._stop_profiler is not None:
            self._stop_profiler()
            self._stop_profiler = None
            _profiled_vm.release()

    def _arm_one(self, state: int) -> None:
        api = self._api
        current = api.gethook(state)
        if current == self._address:
            if self._chain is None:  # LuaJIT may have updated its dispatch table at the same moment: make it again
                api.sethook(state, None, 0, 0)
                api.sethook(state, self._address, _MASK_COUNT, 1)
            return
        self._saved[state] = (current, api.gethookmask(state), api.gethookcount(state))
        api.sethook(state, self._address, _MASK_COUNT, 1)

    def _called(self, state: int, _activation: int) -> None:
        """In the VM's own thread, with hooks off until it returns."""
        api = self._api
        hook, mask, count = self._saved.pop(state, (None, 0, 0))
        api.sethook(state, hook, mask, count)
        self._tap.close()
        api.getfield(state, api.registry, _SERVICE_KEY)
        if api.pcall(state) != 0:
            api.settop(state, -2)


def _start_profiler(runtime: Any) -> Any:
    """Start `jit.profile` for this VM; what stops it, or None where it is not to be had."""
    if not _profiled_vm.acquire(blocking=False):
        return None
    try:
        return runtime.execute(
            b'local profile = require("jit.profile") profile.start("li10", function() end) return profile.stop'
        )
    except Exception:  # LuaJIT 2.0 has no jit.profile
        _profiled_vm.release()
        return None
