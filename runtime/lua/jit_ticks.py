"""Has LuaJIT's own profiler take samples, at any rate."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from runtime.lua.ticks import Ticks
from runtime.thread_timer import ThreadTimer

if TYPE_CHECKING:
    from runtime.lua.async_hook import AsyncHook
    from runtime.lua.jit_profile import JitProfile
    from runtime.lua.samples import Samples

LOOKS_HZ = 50.0
"""How often a VM that a timer signals is looked after."""

PATIENCE_NS = 20_000_000
"""How long a VM may not answer a signal before it is taken for one that has lost it. A function of C may take longer:
to it this changes nothing."""


class JitTicks(Ticks):
    """Sends the signals to one VM, and sees to it that they are answered.

    A timer of the kernel sends them where there is one: a thread that wakes for each costs more than the sample.
    """

    def __init__(self, hook: AsyncHook, profile: JitProfile, samples: Samples, rate_hz: float) -> None:
        self._hook = hook
        self._profile = profile
        self._samples = samples
        self._period_ns = round(1e9 / rate_hz)
        self._timer: ThreadTimer | None = None
        self._patient_until_ns = 0
        self._answered_ns = 0

    def begin(self) -> float | None:
        try:
            self._timer = ThreadTimer(signal.SIGPROF, threading.get_native_id())
        except OSError:
            return None
        self._timer.start(self._period_ns)
        return LOOKS_HZ

    def tick(self, thread: int) -> None:
        now_ns, answered_ns = self._samples.now_ns(), self._samples.latest_ns()
        if answered_ns != self._answered_ns:
            self._answered_ns = answered_ns
            self._patient_until_ns = now_ns + self._period_ns + PATIENCE_NS
        elif now_ns > self._patient_until_ns:
            self._patient_until_ns = now_ns + self._period_ns + PATIENCE_NS
            self._hook.heal()
        if self._timer is None:
            self._profile.interrupt(thread)

    def pause(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def go_on(self) -> None:
        if self._timer is not None:
            self._timer.start(self._period_ns)

    def end(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.close()
