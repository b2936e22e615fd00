"""Whether the garbage collector of a running VM is at work, seen from outside.

Lua's collector works in steps, each made at once by an allocation that comes when one is due. Since 5.4.4 what all
states of a VM share (`global_State` in lstate.h) holds a flag that is set while a step is made, so that an allocation
in it does not start another (`gcstopem`, set in `singlestep` of lgc.c). The collections of the generational mode do
without it: they are told by the state of the collector, which is the same whenever none of them is under way.

Between the small steps that a step is made of the flag is not set, and a thread may be made to wait just there. So it
is looked several times, and in 5.4 also whether a step that was due has ended by the time that the hook is called.

Where all this is found is learned from a VM made for that, once for each build of Lua.
"""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from runtime.lua.c_api import ALLOCATOR
from runtime.lua.resume_chain import ResumeChain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from runtime.lua.c_api import CApi

_BYTES = 320
"""What is searched of a `global_State`."""
_WORD = 8
_STATES_END = 16
"""No state of the collector has so high a number."""

_AGAIN = range(10)
"""How often it is looked again within a cycle: for about half a microsecond."""

_STOPPED_BYTES = 2000
"""What a step of 5.4 lets be allocated before the next where the collector is stopped (`luaC_step` in lgc.c); others
let more."""

_MAIN = b'return tostring(package.loadlib(..., "lua_pushthread")())'

_CYCLES = b"""
local rested, working, stepped, generational, counted = ...
local live = {}
for i = 1, 100 do live[i] = {{}, "string " .. i} end
-- Small steps, so that there are some: the first is understood by 5.4, the second by 5.5.
pcall(collectgarbage, "incremental", 0, 1, 0)
pcall(collectgarbage, "param", "stepmul", 10)
for i = 1, 4 do
  live[i] = nil
  working(true)
  collectgarbage()
  working(false)
  rested()
end
for i = 1, 1000 do
  local done = collectgarbage("step", 0)
  stepped()
  live[-i] = {}
  counted((collectgarbage("count")))
  if done then break end
end
pcall(collectgarbage, "generational")
generational()
"""


class Look(NamedTuple):
    """What was seen at a moment."""

    is_stepping: bool
    state: int
    base: int
    owed_bytes: int


class CollectorWatch:
    """Looks at the collector of one VM. From any thread, as long as the VM is there."""

    def __init__(self, api: CApi, runtime: Any, chain: ResumeChain) -> None:
        """Raises LookupError where this build shows nothing."""
        layout = _layout_of(api, type(runtime))
        self._stepping = ctypes.c_uint8.from_address(chain.global_state + layout.stepping_at)
        self._state = ctypes.c_uint8.from_address(chain.global_state + layout.state_at)
        self._base, self._owed_bytes = ctypes.c_int64(0), ctypes.c_int64(0)
        if layout.base_at is not None:
            self._base = ctypes.c_int64.from_address(chain.global_state + layout.base_at)
            self._owed_bytes = ctypes.c_int64.from_address(chain.global_state + layout.base_at + _WORD)
        self._rest, self._marking = layout.rest, layout.marking

    def look(self) -> Look:
        """What can be seen of it now."""
        stepping, state = self._stepping, self._state.value
        is_stepping = stepping.value != 0
        if not is_stepping and state != self._rest:
            # A step is made of small ones, and between those the flag is not set: some nanoseconds each time.
            for _ in _AGAIN:
                if stepping.value:
                    is_stepping = True
                    break
        return Look(is_stepping, state, self._base.value, self._owed_bytes.value)

    def was_at_work(self, then: Look, now: Look, *, asked: bool) -> bool:
        """Whether it was at a look, if it is not at a later one. `asked`: whether the script was in `collectgarbage`,
        which is over now."""
        if then.is_stepping:
            return True
        if then.state == self._rest:
            return False
        if then.state == self._marking and then.owed_bytes > 0 and then.base != now.base:
            return now.owed_bytes < -_STOPPED_BYTES
        return then.state != now.state and (asked or now.state == self._marking)


class _Layout(NamedTuple):
    """Where in a `global_State` of one build of Lua its collector is seen."""

    stepping_at: int
    """The byte with the flag."""
    state_at: int
    """The byte with the state."""
    rest: int
    """That state between two cycles."""
    marking: int
    """The state in which it marks, in the generational mode also that between two collections."""
    base_at: int | None
    """The word that only the end of a step changes: what is allocated, less what is owed; that is the next word. Known
    of 5.4 alone, whose steps pay all that is owed: if one was due at a look and has ended since, it was most likely
    under way. Those of 5.5 are short, and may have come after the instruction that was (a long concatenation)."""


_layouts: dict[bytes, _Layout | str] = {}
"""By the path of the build; a text tells why there is none."""


def _layout_of(api: CApi, new_runtime: Callable[..., Any]) -> _Layout:
    found = _layouts.get(api.path)
    if found is None:
        try:
            found = _learn(api, new_runtime(encoding=None))
        except (LookupError, ValueError) as problem:
            found = str(problem)
        _layouts[api.path] = found
    if isinstance(found, str):
        raise LookupError(found)
    return found


def _learn(api: CApi, runtime: Any) -> _Layout:
    """From cycles of the collector of a VM of which nothing else is wanted."""
    main = int(runtime.execute(_MAIN, api.path).split(b"0x")[1], 16)
    chain = ResumeChain(api, runtime, main)
    chain.close()
    shared = (ctypes.c_uint8 * _BYTES).from_address(chain.global_state)
    rested: list[bytes] = []
    stepped: list[bytes] = []
    inside: list[bytes] = []
    generational: list[bytes] = []
    counted: list[tuple[int, bytes]] = []
    is_working = False

    def noting(to: list[bytes]) -> Callable[[], None]:
        return lambda: to.append(bytes(shared))

    def working(value: bool) -> None:
        nonlocal is_working
        is_working = value

    user_data = ctypes.c_void_p()
    own = api.getallocf(main, ctypes.byref(user_data))
    allocate = ALLOCATOR(own)

    def watched(user_data: int, pointer: int | None, old_size: int, new_size: int) -> Any:
        if is_working and pointer and not new_size:
            inside.append(bytes(shared))
        return allocate(user_data, pointer, old_size, new_size)

    callback = ALLOCATOR(watched)
    api.setallocf(main, ctypes.cast(callback, ctypes.c_void_p), user_data)
    try:
        runtime.execute(
            _CYCLES,
            noting(rested),
            working,
            noting(stepped),
            noting(generational),
            lambda kilobytes: counted.append((round(kilobytes * 1024), bytes(shared))),
        )
    finally:
        api.setallocf(main, own, user_data)
    stepping_at = _only(
        (
            at
            for at in range(_BYTES)
            if all(one[at] == 1 for one in inside) and not any(one[at] for one in rested + stepped)
        ),
        "this build does not show that its collector is at work" if inside else "nothing was collected",
    )
    state_at = _only(_states(rested, stepped), "this build does not show the state of its collector")
    return _Layout(stepping_at, state_at, rested[0][state_at], generational[0][state_at], _base(counted))


def _states(rested: list[bytes], stepped: list[bytes]) -> list[int]:
    """The byte after that of the current white, which each cycle swaps with the other (two bits)."""
    found = []
    for white_at in range(_BYTES - 1):
        whites = [one[white_at] for one in rested]
        if (whites[0] ^ whites[1]).bit_count() != 2 or whites != whites[:2] * 2:
            continue
        at_rest = {one[white_at + 1] for one in rested}
        other = {one[white_at + 1] for one in stepped} - at_rest
        if len(at_rest) == 1 and len(other) >= 2 and max(at_rest | other) < _STATES_END:
            found.append(white_at + 1)
    return found


def _base(counted: list[tuple[int, bytes]]) -> int | None:
    """The word that makes with the next one what is allocated."""
    found = [
        at
        for at in range(0, _BYTES - _WORD, _WORD)
        if all((_word(one, at) + _word(one, at + _WORD)) % 2**64 == allocated for allocated, one in counted)
    ]
    return found[0] if len(found) == 1 else None


def _word(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + _WORD], sys.byteorder)


def _only(found: Iterable[int], problem: str) -> int:
    places = list(found)
    if len(places) != 1:
        raise LookupError(problem)
    return places[0]
