"""Has LuaJIT's own profiler take samples, at any rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.lua.async_hook import AsyncHook
    from runtime.lua.jit_profile import JitProfile
    from runtime.lua.samples import Samples

PATIENCE_NS = 20_000_000
"""How long a VM may not answer before it is taken for one that has lost a signal. A function of C may take longer: to
it this changes nothing."""


class JitTicks:
    """Sends the signals to one VM, and sees to it that they are answered."""

    def __init__(self, hook: AsyncHook, profile: JitProfile, samples: Samples) -> None:
        self._hook = hook
        self._profile = profile
        self._samples = samples
        self._patient_until_ns = 0
        self._answered_ns = 0

    def tick(self, thread: int) -> None:
        """Have a sample taken soon by the VM that runs on that thread."""
        now_ns, answered_ns = self._samples.now_ns(), self._samples.latest_ns()
        if answered_ns != self._answered_ns:
            self._answered_ns = answered_ns
            self._patient_until_ns = now_ns + PATIENCE_NS
        elif now_ns > self._patient_until_ns:
            self._patient_until_ns = now_ns + PATIENCE_NS
            self._hook.heal()
        self._profile.interrupt(thread)
