"""What stands in for `AsyncHook` where a VM cannot be reached from outside: it asks by itself, all the time.

Costs what a count hook costs, about as much again as the script itself on Lua 5.4; LuaJIT is made to interpret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 1_000
"""Instructions between two times that the VM calls its service."""


class SteadyHook:
    """Has a VM call its service every so many instructions, with the members of `AsyncHook`."""

    thread: int | None = None

    def __init__(self, runtime: Any, start: Callable[..., Any], service: Any, *, is_luajit: bool) -> None:
        """`start` runs `steady.lua`."""
        if is_luajit:
            runtime.execute(b"jit.off()")  # compiled code counts no instructions
        # A function of C: an error that is raised at every instruction does not reach it.
        self._sethook: Callable[[], None] | None = runtime.eval(b"debug.sethook")
        end, sample_with = start(service, EVERY, is_luajit)
        self._end: Callable[[], None] | None = end
        self._sample_with: Callable[..., None] | None = sample_with

    def arm(self) -> None:
        """Nothing to do: the VM comes by itself."""

    def sample_with(self, sample: Any, due: Callable[[], bool]) -> None:
        """Call the Lua function `sample` each time that `due` is true."""
        assert self._sample_with is not None
        self._sample_with(sample, due)

    def disarm(self) -> None:
        """After a run."""
        if self._sethook is not None and self._end is not None:
            self._sethook()
            self._end()

    def close(self) -> None:
        """Before the VM ends."""
        self._sethook = self._end = self._sample_with = None
