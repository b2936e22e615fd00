"""Profiles one VM: chooses how samples are taken, starts and stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.lua.async_hook import AsyncHook
from runtime.lua.samples import Samples
from runtime.lua.stack_texts import StackTexts
from runtime.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.recorder import Recorder
    from runtime.bridge import DebugBridge
    from runtime.lua.function_names import FunctionNames
    from runtime.lua.steady_hook import SteadyHook
    from runtime.lua.ticks import Ticks

_STEADY = "this build of Lua cannot be reached from outside: it counts its instructions, and runs about half as fast"
_TAKEN = "another script has LuaJIT's profiler: of this one, only what is interpreted is sampled"
_UNSEEN = "this build of Lua does not show {} at work: that time is the calling line's"
_OLD = "LuaJIT 2.0 has no profiler: the script is interpreted"


class Profiler:
    """Fills a recorder while its VM runs."""

    def __init__(self, recorder: Recorder, names: FunctionNames, is_ending: Callable[[], bool]) -> None:
        """`is_ending` tells whether the script is being stopped, or exits."""
        self.with_memory = recorder.settings.memory
        self._recorder = recorder
        self._texts = StackTexts(recorder, names)
        self._samples = Samples(recorder, self._texts, is_ending)
        self._sampler: Sampler | None = None
        self._narrowed = False
        self._ticks: Ticks | None = None

    def host(self, bridge: DebugBridge) -> dict[bytes, Any]:
        """What `profile.lua` and the prelude call."""

        def profile_start() -> bool:
            was_active = recorder.active and self._narrowed
            done = bridge.profile_start()
            if not was_active:
                self._narrowed = True
                self._wake()
            return done

        def profile_stop() -> bool:
            samples.drain()
            if self._ticks is not None:
                self._ticks.pause()
            return bridge.profile_stop()

        recorder, samples = self._recorder, self._samples
        return {
            b"profile_start": profile_start,
            b"profile_stop": profile_stop,
            b"sample": samples.note,
            b"describe": self._texts.describe,
        }

    def attach(
        self,
        hook: AsyncHook | SteadyHook,
        runtime: Any,
        functions: tuple[Any, Any, Any],
        name_builtins: Any,
        variant: str,
        load: Callable[..., Any],
    ) -> None:
        """`functions` are what `profile.lua` returns, `name_builtins` is from `picture.lua`. `load` runs a file of
        ours in the VM."""
        sample_other, sample, write_with = functions
        recorder = self._recorder
        recorder.fallback = None
        if not isinstance(hook, AsyncHook):
            recorder.collector, recorder.fallback = "count hook", _STEADY
            hook.sample_with(sample, self._samples.is_due)
        elif hook.jit_profile is not None and hook.jit_profile.call(sample_other):
            recorder.collector = "jit.profile"
            if not self.with_memory:
                write = self._samples.writer(load)
                if write is not None:
                    write_with(write)
            from runtime.lua.jit_profile import CAN_SIGNAL

            if CAN_SIGNAL:
                from runtime.lua.jit_ticks import JitTicks

                rate_hz = recorder.settings.rate_hz
                self._ticks = JitTicks(hook, hook.jit_profile, self._samples, rate_hz)
        else:
            recorder.collector = "async hook"
            if variant == "luajit":
                recorder.fallback = _TAKEN
            elif variant == "luajit2.0":
                recorder.fallback = _OLD
            from runtime.lua.hook_sampler import HookSampler

            self._ticks = HookSampler(hook, runtime, sample, self._samples, name_builtins, variant)
            if recorder.fallback is None and self._ticks.unseen:
                recorder.fallback = _UNSEEN.format(" and ".join(self._ticks.unseen))

    def start(self, thread: int) -> None:
        """The VM is about to run on that thread."""
        self._recorder.begin()
        self._samples.begin()
        ticks = self._ticks
        if ticks is not None:
            rate_hz = ticks.begin()

            def look() -> None:
                # Before: after it the VM is about to ask for Python's lock.
                self._samples.drain_many()
                ticks.tick(thread)

            self._sampler = Sampler(self._recorder, look, rate_hz)
            self._sampler.start()

    def stop(self) -> None:
        """The VM has run."""
        sampler, self._sampler = self._sampler, None
        if self._ticks is not None:
            self._ticks.end()
        if sampler is not None:
            sampler.stop()
        self._samples.drain()
        self._recorder.end()

    def close(self) -> None:
        """Before the VM ends."""
        if self._ticks is not None:
            self._ticks.close()
            self._ticks = None

    def _wake(self) -> None:
        """Sampling was switched on, on the VM's thread."""
        self._samples.begin()
        if self._ticks is not None:
            self._ticks.go_on()
        if self._sampler is not None:
            self._sampler.wake()
