"""Making LuaJIT's compiled code look at hooks now and then, and sampling it.

Compiled loops look at none. `jit.profile` makes them leave to the interpreter when its signal comes; it serves one VM
of a process at a time, the others are reached when they next leave compiled code. LuaJIT 2.0 has none, and is made to
interpret.

The signal is that of the kernel's profiling timer, which comes with the kernel's tick, often 250 times a second at
most. That timer is stopped: whoever wants something of the VM sends the signal himself, to the thread that runs it, and
where nobody does nothing disturbs it. Where that is not possible (Windows) a timer looks every 10 ms.
"""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from runtime import profiling_signal

if TYPE_CHECKING:
    from collections.abc import Callable

_LOAD = b"""
local found, profile = pcall(require, "jit.profile")
if not found then
  jit.off()
  return nil
end
local pcall, nothing = pcall, type
-- An error in what it calls would end the process. A hook may raise one in any function, but in none of C.
local function start(call)
  profile.start("li10", call and function(thread, _, state) pcall(call, thread, state) end or nothing)
end
start()
return start, profile.stop
"""

CAN_SIGNAL = sys.platform != "win32"
"""Whether the thread that runs the VM can be sent the signal."""

_served_vm = threading.Lock()
"""Held for the one VM of the process that `jit.profile` serves."""


class JitProfile:
    """Started for one VM of LuaJIT, if no other has it."""

    def __init__(self, runtime: Any) -> None:
        self._start: Callable[..., None] | None = None
        self._stop: Callable[[], None] | None = None
        if not _served_vm.acquire(blocking=False):
            return
        if CAN_SIGNAL:
            profiling_signal.ignore_by_default()
        started = runtime.execute(_LOAD)
        if started is None:
            _served_vm.release()
        else:
            self._start, self._stop = started
            _stop_timer()

    def call(self, sample: Any) -> bool:
        """Have it call the Lua function `sample` with the thread and the state that the VM was in. False where this
        VM is not the one that is served."""
        if self._start is None or self._stop is None:
            return False
        self._stop()
        self._start(sample)
        _stop_timer()
        return True

    def interrupt(self, thread: int) -> None:
        """Compiled code leaves to the interpreter soon. `thread` is the one that runs the VM, and does not end
        meanwhile."""
        if CAN_SIGNAL and self._start is not None:
            signal.pthread_kill(thread, signal.SIGPROF)

    def close(self) -> None:
        """Stop it, so that another VM can have it."""
        stop, self._start, self._stop = self._stop, None, None
        if stop is None:
            return
        stop()
        _served_vm.release()


def _stop_timer() -> None:
    if CAN_SIGNAL:
        signal.setitimer(signal.ITIMER_PROF, 0)
