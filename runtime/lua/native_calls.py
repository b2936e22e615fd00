"""Which C function a running VM is in, read from outside.

A hook is called when a C function has returned: it cannot tell that one ran, nor which. So each tick of the profiler
looks first. A `lua_State` leads to the record of the call that is under way (a `CallInfo`), that to the slot of the
stack where the function lies; memory is read as it lies (see `resume_chain`, and why nothing worse than a wrong guess
can come of it). Where these are found is learned from a call of which the answer is known.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

from debug.entry import readable
from runtime.lua.memory_reader import MemoryReader

if TYPE_CHECKING:
    from runtime.lua.c_api import CApi
    from runtime.lua.resume_chain import ResumeChain

_STATE_WORDS = 20
_CALL_WORDS = 4
_CLOSURE_WORDS = 8
_WORD = 8
_DEBUG_BYTES = 1024
"""More than any `lua_Debug` takes."""

_PYTHON = "(Python function)"
_UNKNOWN = "(C function)"
_KEY = b"llmspell.native"
_NAME_KEY = b"llmspell.name_natives"

_SAMPLES = b"""
local name_builtins, put, look = ...
local registry, getinfo, gmatch, wrap = debug.getregistry(), debug.getinfo, string.gmatch, coroutine.wrap
local function add(f, name)
  registry["llmspell.native"] = f
  put(name)
end
registry["llmspell.name_natives"] = function()
  for f, name in next, name_builtins() do
    if getinfo(f, "S").what == "C" then add(f, name) end
  end
  add(gmatch("", ""), "string.gmatch iterator")
  add(wrap(function() end), "coroutine.wrap function")
  registry["llmspell.native"] = nil
end
registry["llmspell.native"] = wrap(function() end)
look()
"""


class Call(NamedTuple):
    """A call of a C function that was under way."""

    record: int
    """The address of its `CallInfo`."""
    caller: int
    """That of the call that made it."""
    function: int
    """The address of the C function."""


class NativeCalls:
    """Looks at the calls of one VM."""

    def __init__(self, api: CApi, runtime: Any, main: int, chain: ResumeChain, name_builtins: Any) -> None:
        """`name_builtins` is a Lua function that returns a table of names by function. Raises LookupError where this
        build lays out its memory in another way. For a VM that does not run."""
        self._api = api
        self._main = main
        self._chain = chain
        self._memory = MemoryReader()
        self._names: dict[int, str] = {}
        self._naming = main
        problems: list[LookupError] = []

        def look() -> None:
            try:
                self._learn()
            except LookupError as problem:  # through Lua it would come as another
                problems.append(problem)

        runtime.execute(_SAMPLES, name_builtins, self._put_name, look)
        if problems:
            self._memory.close()
            raise problems[0]
        api.call_registered(main, _NAME_KEY)

    def running(self, state: int) -> Call | None:
        """The call of a C function that `state` is in, or None where it executes Lua. From any thread."""
        record = self._chain.word(state, self._call_at)
        words = None if record is None else self._memory.words(record, _CALL_WORDS)
        value = None if words is None else self._memory.words(words[self._function_at], 2)
        if record is None or words is None or value is None:
            return None
        caller = record - self._record_bytes if self._caller_at is None else words[self._caller_at]
        address, tag = value[0], value[1] & 0xFF
        if tag == self._closure_tag:
            closure = self._memory.words(address, _CLOSURE_WORDS)
            if closure is None:
                return None
            address = closure[self._chain.function_at]
            # Lua 5.1 does not tell functions of C and of Lua by the tag.
            return (
                Call(record, caller, address)
                if self._light_tag is not None or address in self._names
                else None
            )
        return Call(record, caller, address) if tag == self._light_tag else None

    def known_name(self, call: Call) -> str | None:
        """What its function is called, if that was found out before."""
        return self._names.get(call.function)

    def name(self, call: Call, state: int) -> str:
        """What its function is called. On the thread that runs `state`, in a hook."""
        self._naming = state
        self._api.call_registered(state, _NAME_KEY)  # a library was loaded since
        return self._names.setdefault(call.function, _UNKNOWN)

    def current(self, state: int) -> int:
        """The record of the call that `state` is in. On the thread that runs it, in a hook."""
        return _word(state + self._call_at * _WORD)

    def caller(self, record: int) -> int:
        """The record of the call that made this one. On the thread that runs it, in a hook."""
        if self._caller_at is None:
            return record - self._record_bytes
        return _word(record + self._caller_at * _WORD)

    def close(self) -> None:
        """Give back what it held."""
        self._memory.close()

    def _put_name(self, name: bytes) -> None:
        address, tag = self._chain.registered(_KEY, self._naming)
        if tag & 0xFF == self._closure_tag:
            address = self._words(address, _CLOSURE_WORDS)[self._chain.function_at]
        self._names[address] = readable(name)

    def _learn(self) -> None:
        """From the call of a function of Python, which Lua made and in which this runs."""
        function, caller = self._function_at_level(0), self._function_at_level(1)
        self._closure_tag = self._chain.registered(_KEY)[1] & 0xFF
        self._light_tag = function[1] if function[1] != self._closure_tag else None
        self._call_at, self._function_at = self._find_call(function)
        record = self._words(self._main, _STATE_WORDS)[self._call_at]
        self._record_bytes = 0
        self._caller_at: int | None = None
        for at, word in enumerate(self._words(record, _CALL_WORDS)):
            if self._is_call_of(word, caller):
                self._caller_at = at
                break
        else:  # Lua 5.1 has them in an array
            for size in range(4 * _WORD, 16 * _WORD, _WORD):
                if self._is_call_of(record - size, caller):
                    self._record_bytes = size
                    break
            else:
                raise LookupError("a call of this build does not show its caller")
        call = self.running(self._main)
        if self._light_tag is not None:
            if call is None:
                raise LookupError("a call of this build is laid out in another way")
            self._names[call.function] = _PYTHON

    def _find_call(self, function: tuple[int, int]) -> tuple[int, int]:
        for at, record in enumerate(self._words(self._main, _STATE_WORDS)):
            for function_at in (0, 1):
                if self._is_call_of(record, function, function_at):
                    return at, function_at
        raise LookupError("a lua_State of this build does not show its call")

    def _is_call_of(self, record: int, function: tuple[int, int], function_at: int | None = None) -> bool:
        if function_at is None:
            function_at = self._function_at
        slot = self._memory.words(record + function_at * _WORD, 1)
        value = None if slot is None else self._memory.words(slot[0], 2)
        return value is not None and (value[0], value[1] & 0xFF) == function

    def _function_at_level(self, level: int) -> tuple[int, int]:
        """The function that is called there, as it lies on the stack: the value and its tag."""
        api, activation = self._api, ctypes.create_string_buffer(_DEBUG_BYTES)
        if not api.getstack(self._main, level, activation):
            raise LookupError("a call that is under way is not shown")
        api.getinfo(self._main, b"f", activation)
        value, tag = self._chain.pop(self._main)
        return value, tag & 0xFF

    def _words(self, address: int, count: int) -> tuple[int, ...]:
        words = self._memory.words(address, count)
        if words is None:
            raise LookupError("the memory of this build cannot be read")
        return words


def _word(address: int) -> int:
    value: int = ctypes.c_uint64.from_address(address).value
    return value
