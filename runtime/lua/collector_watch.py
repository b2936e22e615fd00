"""Whether the garbage collector of a running VM is at work, seen from outside.

Lua's collector works in steps, each made at once by an allocation that comes when one is due. Since 5.4.4 what all
states of a VM share (`global_State` in lstate.h) holds a flag that is set while a step is made, so that an allocation
in it does not start another (`gcstopem`, set in `singlestep` of lgc.c). The collections of the generational mode do
without it: they are told by the state of the collector, which is the same whenever none of them is under way.

Where both are is learned from a VM made for that, once for each build of Lua.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

from runtime.lua.c_api import ALLOCATOR
from runtime.lua.resume_chain import ResumeChain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from runtime.lua.c_api import CApi

_BYTES = 320
"""What is searched of a `global_State`."""
_STATES_END = 16
"""No state of the collector has so high a number."""

_MAIN = b'return tostring(package.loadlib(..., "lua_pushthread")())'

_CYCLES = b"""
local rested, working, stepped, generational = ...
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
  if done then break end
end
pcall(collectgarbage, "generational")
generational()
"""


class Look(NamedTuple):
    """What was seen at a moment."""

    is_stepping: bool
    state: int


class CollectorWatch:
    """Looks at the collector of one VM. From any thread, as long as the VM is there."""

    def __init__(self, api: CApi, runtime: Any, chain: ResumeChain) -> None:
        """Raises LookupError where this build shows nothing."""
        layout = _layout_of(api, type(runtime))
        self._stepping = ctypes.c_uint8.from_address(chain.global_state + layout.stepping_at)
        self._state = ctypes.c_uint8.from_address(chain.global_state + layout.state_at)
        self._rest, self._young_rest = layout.rest, layout.young_rest

    def look(self) -> Look:
        """What can be seen of it now."""
        stepping = self._stepping
        # A step is made of small ones, and the flag is not set between those: some nanoseconds each time.
        return Look(bool(stepping.value or stepping.value or stepping.value), self._state.value)

    def was_at_work(self, then: Look, now: Look, *, asked: bool) -> bool:
        """Whether it was at a look, if it is not at a later one. `asked`: whether the script was in `collectgarbage`,
        which is over now."""
        if then.is_stepping:
            return True
        if then.state in (self._rest, now.state):
            return False
        return asked or now.state == self._young_rest


class _Layout(NamedTuple):
    """Where in a `global_State` of one build of Lua its collector is seen."""

    stepping_at: int
    """The byte with the flag."""
    state_at: int
    """The byte with the state."""
    rest: int
    """That state between two cycles."""
    young_rest: int
    """The same in the generational mode."""


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
        runtime.execute(_CYCLES, noting(rested), working, noting(stepped), noting(generational))
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
    return _Layout(stepping_at, state_at, rested[0][state_at], generational[0][state_at])


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


def _only(found: Iterable[int], problem: str) -> int:
    places = list(found)
    if len(places) != 1:
        raise LookupError(problem)
    return places[0]
