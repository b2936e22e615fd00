"""Making LuaJIT's compiled code look at hooks now and then.

Compiled loops look at none. `jit.profile` makes them leave to the interpreter every 10 ms; it serves one VM of a
process at a time, the others are reached when they next leave compiled code. LuaJIT 2.0 has none, and is made to
interpret.
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
profile.start("li10", function() end)
return profile.stop
"""

_served_vm = threading.Lock()
"""Held for the one VM of the process that `jit.profile` serves."""


class JitProfile:
    """Started for one VM of LuaJIT, if no other has it."""

    def __init__(self, runtime: Any) -> None:
        self._stop: Callable[[], None] | None = None
        if not _served_vm.acquire(blocking=False):
            return
        self._stop = runtime.execute(_START)
        if self._stop is None:
            _served_vm.release()

    def close(self) -> None:
        """Stop it, so that another VM can have it."""
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()
            _served_vm.release()
