"""The few functions of Lua's C API that we call, typed for ctypes.

What differs between the Lua versions (pseudo-indices, `lua_pcall`, `lua_gc`) is settled here.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from types import ModuleType

ALLOCATOR = ctypes.CFUNCTYPE(
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t
)
"""`lua_Alloc`."""

_SPARE_SLOTS = 20
"""What a C function may push without asking for room (LUA_MINSTACK)."""


class CApiUnavailable(Exception):
    """This build of lupa exports no C API (Windows)."""


class CApi:
    """One VM's shared object. Every method takes a `lua_State` address as `state`."""

    def __init__(self, path: str, variant: str) -> None:
        library = ctypes.PyDLL(path)  # PyDLL: the GIL is kept, the calls are short
        state, index = ctypes.c_void_p, ctypes.c_int
        old = variant in ("lua5.1", "luajit", "luajit2.0")

        def function(name: str, result: Any, *arguments: Any) -> Any:
            found = getattr(library, name)
            found.restype, found.argtypes = result, arguments
            return found

        self.path = path.encode()
        self.registry = -10000 if old else -((2**31 - 1) // 2 + 1000) if variant == "lua5.5" else -1001000
        self.sethook = function("lua_sethook", None, state, ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
        unlocked = ctypes.CDLL(path).lua_sethook
        unlocked.restype, unlocked.argtypes = None, self.sethook.argtypes
        self.sethook_without_gil: Callable[[int, int | None, int, int], None] = unlocked
        """The same, and the GIL is free meanwhile: the VM calls the hook at once, and need not wait for it."""
        self.gethook = function("lua_gethook", ctypes.c_void_p, state)
        self.gethookmask = function("lua_gethookmask", ctypes.c_int, state)
        self.gethookcount = function("lua_gethookcount", ctypes.c_int, state)
        self.tocfunction = function("lua_tocfunction", ctypes.c_void_p, state, index)
        self.getfield = function("lua_getfield", None, state, index, ctypes.c_char_p)
        self.settop = function("lua_settop", None, state, index)
        self.getstack = function("lua_getstack", ctypes.c_int, state, ctypes.c_int, ctypes.c_void_p)
        self.getinfo = function("lua_getinfo", ctypes.c_int, state, ctypes.c_char_p, ctypes.c_void_p)
        self.checkstack = function("lua_checkstack", ctypes.c_int, state, ctypes.c_int)
        self.pushthread = function("lua_pushthread", ctypes.c_int, state)
        self.xmove = function("lua_xmove", None, state, state, ctypes.c_int)
        self.getallocf = function("lua_getallocf", ctypes.c_void_p, state, ctypes.c_void_p)
        self.setallocf = function("lua_setallocf", None, state, ctypes.c_void_p, ctypes.c_void_p)
        if old:
            call = function("lua_pcall", ctypes.c_int, state, index, index, index)
            self.pcall: Callable[[int, int], int] = lambda on, arguments: call(on, arguments, 0, 0)
        else:
            callk = function(
                "lua_pcallk", ctypes.c_int, state, index, index, index, ctypes.c_ssize_t, ctypes.c_void_p
            )
            self.pcall = lambda on, arguments: callk(on, arguments, 0, 0, 0, None)

    def call_registered(self, state: int, key: bytes, threads: Sequence[int] = ()) -> None:
        """Call the Lua function that the registry holds under `key` with `threads`, or without where there is no room
        for them; its errors are dropped."""
        if threads and not self.checkstack(state, len(threads) + _SPARE_SLOTS):
            threads = ()
        self.getfield(state, self.registry, key)
        for thread in threads:
            self.pushthread(thread)
            self.xmove(thread, state, 1)
        if self.pcall(state, len(threads)) != 0:
            self.settop(state, -2)


class AllocatorTap:
    """While open, every call of the VM's allocator waits for `lock` first, on the VM's thread.

    So whoever holds the lock can be sure that nothing of the VM is freed. Opening and closing is one store
    each, from any thread.
    """

    def __init__(self, api: CApi, main: int, lock: AbstractContextManager[Any]) -> None:
        user_data = ctypes.c_void_p()
        self._api = api
        self._main = main
        self._lock = lock
        self._own = api.getallocf(main, ctypes.byref(user_data))
        self._user_data = user_data.value
        self._allocate = ALLOCATOR(self._own)
        self._callback = ALLOCATOR(self._pass)
        self._address = ctypes.cast(self._callback, ctypes.c_void_p).value

    def open(self) -> None:
        """From any thread, with the lock held."""
        _pause_collections()
        self._api.setallocf(self._main, self._address, self._user_data)

    def close(self) -> None:
        """From any thread, with the lock held."""
        self._api.setallocf(self._main, self._own, self._user_data)
        _resume_collections()

    def _pass(self, user_data: int, pointer: int | None, old_size: int, new_size: int) -> Any:
        with self._lock:
            pass
        return self._allocate(user_data, pointer, old_size, new_size)


_pausing = threading.RLock()
_pauses = 0
_was_enabled = False


def _pause_collections() -> None:
    """A collection of Python's could free objects of a VM in the middle of one of its allocations."""
    global _pauses, _was_enabled
    with _pausing:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1


def _resume_collections() -> None:
    global _pauses
    with _pausing:
        _pauses -= 1
        if _pauses == 0 and _was_enabled:
            gc.enable()


_loaded: dict[str, CApi] = {}


def load(module: ModuleType, variant: str) -> CApi:
    """The C API of that lupa module. Raises `CApiUnavailable`."""
    path = module.__file__
    if path is None:
        raise CApiUnavailable("the Lua module has no file")
    if path not in _loaded:
        try:
            _loaded[path] = CApi(path, variant)
        except (OSError, AttributeError) as error:
            raise CApiUnavailable(str(error)) from error
    return _loaded[path]
