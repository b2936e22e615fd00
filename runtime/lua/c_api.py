"""The few functions of Lua's C API that we call, typed for ctypes, and a way to read memory that may be gone.

What differs between the Lua versions (pseudo-indices, `lua_pcall`, `lua_gc`) is settled here.
"""

from __future__ import annotations

import ctypes
import gc
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import ModuleType

_ALLOCATOR = ctypes.CFUNCTYPE(
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t
)


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
        self.gethook = function("lua_gethook", ctypes.c_void_p, state)
        self.gethookmask = function("lua_gethookmask", ctypes.c_int, state)
        self.gethookcount = function("lua_gethookcount", ctypes.c_int, state)
        self.tocfunction = function("lua_tocfunction", ctypes.c_void_p, state, index)
        self.getfield = function("lua_getfield", None, state, index, ctypes.c_char_p)
        self.settop = function("lua_settop", None, state, index)
        self.getallocf = function("lua_getallocf", ctypes.c_void_p, state, ctypes.c_void_p)
        self.setallocf = function("lua_setallocf", None, state, ctypes.c_void_p, ctypes.c_void_p)
        if old:
            call = function("lua_pcall", ctypes.c_int, state, index, index, index)
            self.pcall: Callable[[int], int] = lambda on: call(on, 0, 0, 0)
        else:
            callk = function(
                "lua_pcallk", ctypes.c_int, state, index, index, index, ctypes.c_ssize_t, ctypes.c_void_p
            )
            self.pcall = lambda on: callk(on, 0, 0, 0, 0, None)


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
        self._allocate = _ALLOCATOR(self._own)
        self._callback = _ALLOCATOR(self._pass)
        self._address = ctypes.cast(self._callback, ctypes.c_void_p).value
        self._collecting = False
        self.is_open = False

    def open(self) -> None:
        """From any thread."""
        if not self.is_open:
            self.is_open = True
            # A collection of Python's could free objects of this VM in the middle of one of its allocations.
            self._collecting = gc.isenabled()
            gc.disable()
            self._api.setallocf(self._main, self._address, self._user_data)

    def close(self) -> None:
        """From any thread."""
        if self.is_open:
            self.is_open = False
            self._api.setallocf(self._main, self._own, self._user_data)
            if self._collecting:
                gc.enable()

    def _pass(self, user_data: int, pointer: int | None, old_size: int, new_size: int) -> Any:
        with self._lock:
            pass
        return self._allocate(user_data, pointer, old_size, new_size)


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


class MemoryReader:
    """Reads memory of this process that may have been freed: what is not mapped yields None, not a crash.

    The kernel checks the address: `write` to a pipe fails with EFAULT where it cannot read.
    """

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        os.set_blocking(self._in, False)
        write = ctypes.CDLL(None).write
        write.restype, write.argtypes = ctypes.c_ssize_t, (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
        self._write = write

    def words(self, address: int, count: int) -> tuple[int, ...] | None:
        """`count` machine words at `address`."""
        size = count * 8
        written = self._write(self._in, address, size)
        if written <= 0:
            return None
        got = os.read(self._out, written)
        return tuple(memoryview(got).cast("Q")) if written == size else None

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._out)
        os.close(self._in)
