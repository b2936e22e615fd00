"""Which coroutine of a running VM runs: the chain of threads that wait for one another, read from outside.

While a thread sits in `coroutine.resume(co)`, its topmost value is the coroutine and the one below the
function `resume`; in a function made by `coroutine.wrap`, its topmost value is that function, a C closure
whose only upvalue is the coroutine. Values are compared by address and never followed: what lies on the
stack of a running thread may be stale. The closure is read by `MemoryReader`; where in it the function
and the upvalue lie is learned from a closure of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.lua.c_api import TYPE_FUNCTION, TYPE_THREAD, MemoryReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.lua.c_api import CApi

_LONGEST = 200
"""Coroutines that resume one another: Lua's own limit on nested C calls."""

_CLOSURE_WORDS = 8

_SAMPLES = b"""
local registry = debug.getregistry()
local wrapped = coroutine.wrap(function() coroutine.yield(tostring(coroutine.running())) end)
registry["llmspell.resume"], registry["llmspell.wrapped"] = coroutine.resume, wrapped
return wrapped()
"""


class ResumeChain:
    """The threads of one VM that wait for one another, main thread first."""

    def __init__(self, api: CApi, runtime: Any, main: int) -> None:
        """Raises LookupError where this build's closures cannot be read."""
        self._api = api
        self._main = main
        self._memory = MemoryReader()
        thread = int(runtime.execute(_SAMPLES).split(b"0x")[1], 16)
        self._resume = self._registered(b"llmspell.resume", api.topointer)
        wrapper = self._registered(b"llmspell.wrapped", api.topointer)
        self._function = self._registered(b"llmspell.wrapped", api.tocfunction)
        words = self._memory.words(wrapper, _CLOSURE_WORDS)
        if words is None or self._function not in words or thread not in words:
            raise LookupError("a C closure of this Lua cannot be read")
        self._function_at, self._thread_at = words.index(self._function), words.index(thread)

    def from_main(self) -> Iterator[int]:
        """Every thread of the chain past the main one."""
        state = self.next(self._main)
        for _ in range(_LONGEST):
            if state is None:
                return
            yield state
            state = self.next(state)

    def next(self, state: int) -> int | None:
        """The coroutine that `state` waits for, or None where it runs itself."""
        api = self._api
        if not api.is_in_c(state):
            return None
        kind = api.type(state, -1)
        if kind == TYPE_FUNCTION:
            words = self._memory.words(api.topointer(state, -1) or 0, _CLOSURE_WORDS)
            if words is not None and words[self._function_at] == self._function:
                return words[self._thread_at]
        elif kind == TYPE_THREAD and api.topointer(state, -2) == self._resume:
            thread: int | None = api.topointer(state, -1)
            return thread
        return None

    def close(self) -> None:
        """Give back what it held."""
        self._memory.close()

    def _registered(self, key: bytes, read: Any) -> int:
        api = self._api
        api.getfield(self._main, api.registry, key)
        address: int = read(self._main, -1)
        api.settop(self._main, -2)
        return address
