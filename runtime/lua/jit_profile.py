"""Making LuaJIT's compiled code look at hooks now and then, and sampling it.

Compiled loops look at none. `jit.profile` makes them leave to the interpreter every 10 ms; it serves one VM of a
process at a time, the others are reached when they next leave compiled code. LuaJIT 2.0 has none, and is made to
interpret.

It goes by the signal of the kernel's profiling timer, which comes with the kernel's tick, often 250 times a second at
most. Whoever wants more samples sends that signal himself, to the thread that runs the VM.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_START = b"""
local found, profile = pcall(require, "jit.profile")
if not found then
  jit.off()
  return nil
end
local call -- what takes samples, if anybody does
profile.start("li10", function(thread, _, state)
  if call then call(thread, state) end
end)
return profile.stop, function(f) call = f end
"""

_served_vm = threading.Lock()
"""Held for the one VM of the process that `jit.profile` serves."""


class JitProfile:
    """Started for one VM of LuaJIT, if no other has it."""

    def __init__(self, runtime: Any) -> None:
        self._stop: Callable[[], None] | None = None
        self._set_call: Callable[[Any], None] | None = None
        if not _served_vm.acquire(blocking=False):
            return
        started = runtime.execute(_START)
        if started is None:
            _served_vm.release()
        else:
            self._stop, self._set_call = started

    def call(self, sample: Any) -> bool:
        """Have it call the Lua function `sample` with the thread and the state that the VM was in. False where this
        VM is not the one that is served."""
        if self._set_call is None:
            return False
        self._set_call(sample)
        return True

    def close(self) -> None:
        """Stop it, so that another VM can have it."""
        stop, self._stop, self._set_call = self._stop, None, None
        if stop is not None:
            stop()
            _served_vm.release()
