"""The flags of a LuaJIT VM that hooks and its profiler share.

LuaJIT's handler of the profiling signal sets one of them and makes the table of instructions lead to the profiler,
which takes the flag away. A signal that comes in the moment in which the VM itself makes that table anew, as it does
when it begins and ends to record a trace, may leave the flag set and the table without the profiler (LuaJIT's issue
1460 tells of the same with threads). Then compiled code leaves to the interpreter at each line, some thirty times as
slow, and no further signal does anything. Without the flag, setting a hook makes the table anew.

Another is set while the profiler calls back. An error there ends the whole process, so no hook may raise one.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from runtime.lua.memory_reader import MemoryReader

if TYPE_CHECKING:
    from runtime.lua.c_api import CApi

_CALLING_BACK, _SIGNALLED = 0x20, 0x80
"""HOOK_VMEVENT and HOOK_PROFILE in lj_obj.h."""
_LINE, _COUNT = 4, 8
_MASKS = (0, _COUNT, _LINE, _LINE | _COUNT, 0)
_RARELY = 1_000_000_000
_STATE_WORDS, _SHARED_WORDS = 4, 64
"""What is searched of a `lua_State`, and of what all states of a VM share (`global_State`)."""


class JitFlags:
    """Those of one VM.

    Raises `LookupError` where this build lays its memory out in another way.
    """

    def __init__(self, api: CApi, main: int, hook: int) -> None:
        """`hook` is any C function that may be set as a hook. For a VM that does not run, and has no hook."""
        reader = MemoryReader()
        try:
            address = _find_mask(api, main, hook, reader)
        finally:
            reader.close()
        self._mask = ctypes.c_uint8.from_address(address)

    @property
    def is_signalled(self) -> bool:
        """Whether a signal has come that the profiler has not looked at."""
        return bool(self._mask.value & _SIGNALLED)

    @property
    def is_calling_back(self) -> bool:
        """Whether the profiler's callback runs. On the VM's thread."""
        return bool(self._mask.value & _CALLING_BACK)

    def forget_signal(self) -> None:
        """As if it had not come; the hook that is set next makes the table anew."""
        self._mask.value &= ~_SIGNALLED


def _find_mask(api: CApi, main: int, hook: int, reader: MemoryReader) -> int:
    """The byte that holds the mask of the hook: the one that is what was set, each time."""
    for shared in reader.words(main, _STATE_WORDS) or ():
        if not reader.words(shared, _SHARED_WORDS):
            continue
        seen = []
        for mask in _MASKS:
            api.sethook(main, hook if mask else None, mask, _RARELY)
            seen.append(_bytes(reader, shared))
        found = [at for at, values in enumerate(zip(*seen, strict=True)) if values == _MASKS]
        if len(found) == 1:
            return shared + found[0]
    raise LookupError("the mask of the hook was not found")


def _bytes(reader: MemoryReader, address: int) -> bytes:
    return b"".join(word.to_bytes(8, "little") for word in reader.words(address, _SHARED_WORDS) or ())
