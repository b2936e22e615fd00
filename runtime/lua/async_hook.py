"""Reaching a running Lua VM from another thread, at no cost while nobody does.

lupa's shared objects export Lua's C API (Linux, macOS). `lua_sethook` may be called while the VM runs:
it makes the VM call back within a few instructions. The callback takes the hook away again and calls the
*service*, a Lua function that fetches what was asked for (new levels, a stop), or takes a sample for the profiler.

Hooks belong to a coroutine (LuaJIT: to the VM), so `arm` follows the chain from the main thread to the
coroutine that runs (see `resume_chain`), while nothing is freed (see `AllocatorTap`).

LuaJIT's compiled loops look at no hook: see `jit_profile`. Where none of this is possible there is `SteadyHook`.
"""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any

from runtime.lua.c_api import AllocatorTap, CApiUnavailable, load
from runtime.lua.resume_chain import ResumeChain

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from runtime.lua.jit_flags import JitFlags
    from runtime.lua.jit_profile import JitProfile

_MASK_COUNT = 8
_HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_SERVICE_KEY = b"llmspell.service"

_REGISTER = b"""
local library, service = ...
local main = package.loadlib(library, "lua_pushthread")()
local registry = debug.getregistry()
registry["llmspell.service"], registry["llmspell.main"] = service, main
return tostring(main)
"""

_KEEP = b"local key, value = ... debug.getregistry()[key] = value"

_NO_HOOK = (None, 0, 0)

_MOST_SAVED = 1_000
"""Hooks of the script's own that are remembered while ours is in their place."""


class HookUnavailable(Exception):
    """This build of lupa does not let itself be reached from outside (no exported C API, as on Windows)."""


class AsyncHook:
    """Makes one VM call its service soon, from any thread.

    Raises `HookUnavailable` where that is not possible here.
    """

    thread: int | None
    """The thread that runs the VM now."""

    def __init__(self, module: ModuleType, runtime: Any, variant: str, service: Any) -> None:
        """`module` is the lupa module, `service` a Lua function."""
        try:
            api = load(module, variant)
            text = runtime.execute(_REGISTER, api.path, service)
            self.main = int(text.split(b"0x")[1], 16)
            is_luajit = variant.startswith("luajit")
            self.chain = None if is_luajit else ResumeChain(api, runtime, self.main)
        except (CApiUnavailable, LookupError, ValueError) as error:
            raise HookUnavailable(str(error)) from error
        self.api = api
        self._callback = _HOOK(self._called)
        self._address = ctypes.cast(self._callback, ctypes.c_void_p).value
        self._saved: dict[int, tuple[int | None, int, int]] = {}
        self._closed = False
        self.lock = threading.RLock()
        """Held by whoever reads the VM's memory."""
        self._tap = AllocatorTap(api, self.main, self.lock)
        # A coroutine that waits with our hook may still run in a finalizer, when this object is gone.
        runtime.execute(_KEEP, self._callback)
        self._arming = False
        self._service_due = False
        self.sampler: Callable[[int], None] | None = None
        """Called, too, where the hook is; finds out whether it is meant."""
        self.thread: int | None = None
        self.jit_profile: JitProfile | None = None
        self._jit_flags: JitFlags | None = None
        if is_luajit:
            self._reach_compiled_code(runtime)

    def _reach_compiled_code(self, runtime: Any) -> None:
        from runtime.lua.jit_flags import JitFlags
        from runtime.lua.jit_profile import JitProfile

        self.jit_profile = JitProfile(runtime)
        assert self._address is not None
        try:
            self._jit_flags = JitFlags(self.api, self.main, self._address)
        except LookupError:  # then a signal that gets lost stays lost
            pass

    def arm(self) -> None:
        """The VM calls its service within a few instructions. May be lost where it is just switching coroutines:
        repeat until it was served."""
        self._service_due = True
        with self.lock:
            self._reach(self._arm_one)
            if self.jit_profile is not None and self.thread is not None:
                self.jit_profile.interrupt(self.thread)

    def heal(self) -> None:
        """For a VM of LuaJIT that no signal reaches any more: it may have lost one. Changes nothing where it has not;
        repeat it while it does not answer."""
        with self.lock:
            self._reach(self._arm_one)

    def arm_for_sample(self, look: Callable[[int], None]) -> None:
        """The VM calls the sampler within a few instructions. First `look` is called with the state that runs."""
        with self.lock:
            self._reach(self._arm_without_hook, look)

    def _reach(self, arm_one: Callable[[int], None], look: Callable[[int], None] | None = None) -> None:
        """Arm what runs now and all that waits for it; with the lock held."""
        if self._closed or self._arming:  # by a signal handler, which came in the middle of it
            return
        self._arming = True
        chain = self.chain
        try:
            if chain is None or not chain.is_long():
                self._arm_all((self.main,), arm_one, look)
            elif threading.get_ident() == self.thread:
                self._arm_all((self.main, *chain.from_main()), arm_one, look)
            else:
                self._tap.open()
                try:
                    self._arm_all((self.main, *chain.from_main()), arm_one, look)
                finally:
                    self._tap.close()
        finally:
            self._arming = False

    def _arm_all(
        self, states: tuple[int, ...], arm_one: Callable[[int], None], look: Callable[[int], None] | None
    ) -> None:
        if look is not None:
            look(states[-1])
        for state in states:
            arm_one(state)

    def has_other(self, state: int) -> bool:
        """Whether a hook of somebody else is set, the script's own."""
        return self.api.gethook(state) not in (None, self._address)

    def _arm_without_hook(self, state: int) -> None:
        # A hook of the script's own may count instructions or lines: taken away a thousand times a second, it would
        # not do what it should.
        hook = self.api.gethook(state)
        if hook is None:
            self._saved[state] = _NO_HOOK
            self.api.sethook_without_gil(state, self._address, _MASK_COUNT, 1)

    def disarm(self) -> None:
        """Take every hook off the main thread; for a VM that does not run any more."""
        with self.lock:
            self.thread = None
            if not self._closed:
                self.api.sethook(self.main, None, 0, 0)

    def close(self) -> None:
        """Before the VM ends."""
        self.disarm()
        with self.lock:
            if self.chain is not None and not self._closed:
                self.chain.close()
            self._closed = True
        if self.jit_profile is not None:
            self.jit_profile.close()

    def _arm_one(self, state: int) -> None:
        api = self.api
        current = api.gethook(state)
        if current == self._address:
            # LuaJIT may have updated its dispatch table at the same moment: make it again.
            if self.chain is None:
                if self._jit_flags is not None and self._jit_flags.is_signalled:
                    self._jit_flags.forget_signal()
                api.sethook(state, None, 0, 0)
                api.sethook(state, self._address, _MASK_COUNT, 1)
            return
        if len(self._saved) >= _MOST_SAVED:  # of coroutines that never ran again
            self._saved.clear()
        self._saved[state] = (current, api.gethookmask(state), api.gethookcount(state))
        api.sethook(state, self._address, _MASK_COUNT, 1)

    def _called(self, state: int, _activation: int) -> None:
        """In the VM's own thread, with hooks off until it returns."""
        api = self.api
        hook, mask, count = self._saved.pop(state, _NO_HOOK)
        api.sethook(state, hook, mask, count)
        # A coroutine that was armed while it waited for the one that ran comes late, and finds nothing to do.
        if self.sampler is not None:
            self.sampler(state)
        if self._jit_flags is not None and self._jit_flags.is_calling_back:
            return  # the service may raise an error; it is asked for again
        if self._service_due:
            self._service_due = False
            api.call_registered(state, _SERVICE_KEY)
