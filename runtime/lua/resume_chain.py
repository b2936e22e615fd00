"""Which coroutine of a running VM runs: the chain of threads that wait for one another, read from outside.

While a thread sits in `coroutine.resume(co)`, its topmost value is the coroutine and the one below the
function `resume`; in a function made by `coroutine.wrap`, its topmost value is that function, a C closure
whose only upvalue is the coroutine.

A running VM may be moving its stack at this moment, so Lua's API cannot be asked: memory is read as it lies,
by `MemoryReader`, and taken for what it should be only where every word fits. Where in a `lua_State` the top
of the stack is found and where in a closure its function is learned from samples, not written down here. A
stale value can lead to a coroutine that is not running; a hook on that does no harm.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from runtime.lua.memory_reader import MemoryReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.lua.c_api import CApi

_LONGEST = 200
"""Coroutines that resume one another: Lua's own limit on nested C calls."""

_STATE_WORDS = 20
_CLOSURE_WORDS = 8
_WORD = 8
_VALUE_BYTES = 16
_NEAR_BYTES = 65536
"""The global state lies so near to the main thread, with which it is allocated."""

_SAMPLES = b"""
local registry = debug.getregistry()
local wrapped = coroutine.wrap(function() coroutine.yield(coroutine.running()) end)
registry["llmspell.resume"], registry["llmspell.wrapped"] = coroutine.resume, wrapped
local thread = wrapped()
registry["llmspell.thread"] = thread
return tostring(thread)
"""


class ResumeChain:
    """The threads of one VM that wait for one another, main thread first."""

    def __init__(self, api: CApi, runtime: Any, main: int) -> None:
        """Raises LookupError where this build lays out its memory in another way."""
        self._api = api
        self._main = main
        # The main thread is there as long as its VM: it can be read without asking the kernel.
        self._main_words = (ctypes.c_uint64 * _STATE_WORDS).from_address(main)
        self._memory = MemoryReader()
        try:
            self._learn(runtime)
        except (LookupError, ValueError):
            self._memory.close()
            raise

    def _learn(self, runtime: Any) -> None:
        """How this build lays out its memory, from samples."""
        main = self._main
        thread = int(runtime.execute(_SAMPLES).split(b"0x")[1], 16)
        self._top_at = self._find_top()
        self._resume, _ = self.registered(b"llmspell.resume")
        self._thread_tag = self.registered(b"llmspell.thread")[1] & 0xFF
        wrapper, tag = self.registered(b"llmspell.wrapped")
        self._closure_tag = tag & 0xFF
        self._function = self._wrap_function()
        closure = self._read(wrapper, _CLOSURE_WORDS)
        self.function_at = _index(closure, self._function)
        """Which word of a closure is its C function."""
        # Past the function: before it stand links of the collector, and one of them may lead there, too.
        self._thread_at = _index(closure, thread, self.function_at + 1)
        mine, other = self._read(main, _STATE_WORDS), self._read(thread, _STATE_WORDS)
        self._kind = other[1] & 0xFF
        shared = [
            at for at, word in enumerate(mine) if word == other[at] and 0 < abs(word - main) < _NEAR_BYTES
        ]
        if not shared:
            raise LookupError("a lua_State of this build does not show its global state")
        # Words that are not set yet may hold anything; the global state lies nearest.
        self._global_at = min(shared, key=lambda at: abs(mine[at] - main))
        self.global_state = mine[self._global_at]
        """The address of what all states of the VM share."""

    def is_long(self) -> bool:
        """Whether the main thread seems to wait for a coroutine."""
        return self._next(self._main) is not None

    def from_main(self) -> Iterator[int]:
        """Every thread of the chain past the main one."""
        state = self._next(self._main)
        for _ in range(_LONGEST):
            if state is None:
                return
            yield state
            state = self._next(state)

    def close(self) -> None:
        """Give back what it held."""
        self._memory.close()

    def word(self, state: int, at: int) -> int | None:
        """A word of a `lua_State`, or None where there is none any more. From any thread."""
        if state == self._main:
            return self._main_words[at]
        words = self._memory.words(state + at * _WORD, 1)
        return None if words is None else words[0]

    def _next(self, state: int) -> int | None:
        """The coroutine that `state` waits for, or None where it runs itself."""
        top = self.word(state, self._top_at)
        values = None if top is None else self._memory.words(top - 2 * _VALUE_BYTES, 4)
        if values is None:
            return None
        below, _, topmost, tag = values
        tag &= 0xFF
        candidate = None
        if tag == self._thread_tag:
            if below == self._resume:
                candidate = topmost
        elif tag == self._closure_tag:
            closure = self._memory.words(topmost, _CLOSURE_WORDS)
            if closure is not None and closure[self.function_at] == self._function:
                candidate = closure[self._thread_at]
        return candidate if candidate is not None and self._is_thread(candidate) else None

    def _is_thread(self, address: int) -> bool:
        words = self._memory.words(address, _STATE_WORDS)
        return (
            words is not None
            and words[1] & 0xFF == self._kind
            and words[self._global_at] == self.global_state
        )

    def _find_top(self) -> int:
        """Which word of a `lua_State` is the top of its stack: the one that a push moves by a value."""
        before = self._read(self._main, _STATE_WORDS)
        self._api.getfield(self._main, self._api.registry, b"llmspell.resume")
        after = self._read(self._main, _STATE_WORDS)
        self._api.settop(self._main, -2)
        moved = [at for at, word in enumerate(after) if word - before[at] == _VALUE_BYTES]
        if len(moved) != 1:
            raise LookupError("a lua_State of this build does not show the top of its stack")
        return moved[0]

    def registered(self, key: bytes, state: int | None = None) -> tuple[int, int]:
        """A registered value as it lies on the stack: the value itself and the word with its tag. Raises LookupError.
        On the VM's thread; `state` is what runs there, the main thread where nothing else is said."""
        state = state or self._main
        self._api.getfield(state, self._api.registry, key)
        return self.pop(state)

    def pop(self, state: int) -> tuple[int, int]:
        """The same for what lies on top of the stack, which it takes away."""
        top = self._read(state, _STATE_WORDS)[self._top_at]
        value, tag = self._read(top - _VALUE_BYTES, 2)
        self._api.settop(state, -2)
        return value, tag

    def _wrap_function(self) -> int:
        """The C function of what `coroutine.wrap` makes."""
        self._api.getfield(self._main, self._api.registry, b"llmspell.wrapped")
        address: int = self._api.tocfunction(self._main, -1) or 0
        self._api.settop(self._main, -2)
        return address

    def _read(self, address: int, count: int) -> tuple[int, ...]:
        words = self._memory.words(address, count)
        if words is None:
            raise LookupError("the memory of this build cannot be read")
        return words


def _index(words: tuple[int, ...], wanted: int, start: int = 0) -> int:
    if wanted not in words[start:]:
        raise LookupError("a C closure of this build is laid out in another way")
    return words.index(wanted, start)
