"""Profiles one run: by V8's own profiler, or where that is not to be had by a shadow stack that scripts keep."""

from __future__ import annotations

from contextlib import contextmanager
from json import dumps
from typing import TYPE_CHECKING, Any

from runtime.js.profile.heap_watch import HeapWatch
from runtime.js.profile.places import Places
from runtime.js.profile.shadow_stack import ShadowStack, memory_source
from runtime.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.profile.recorder import Recorder
    from runtime.bridge import DebugBridge
    from runtime.js.host_calls import HostCalls
    from runtime.js.profile.collector import Collector
    from runtime.js.rewritten import Probes
    from runtime.js.sources import Sources

_NO_HEAP = "this build of V8 does not tell from outside what its heap holds"
_NO_PROFILER = (
    "V8's own profiler is not to be had here: scripts note their functions themselves, calls are slower"
)


class Profiler:
    """Fills a recorder while one isolate runs: `install`, then it begins with the script; `stop`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._places = Places()
        self._isolate: Any = None
        self._has_plain = False
        self._heap: HeapWatch | None = None
        self._collector: Collector | None = None
        self._sampler: Sampler | None = None
        recorder.fallback = None

    def named(self, expression: str) -> str:
        """An expression with the same value, in whose functions V8 sees the `sourceURL` at its end. It does so in a
        text that `eval` got; one that it got from the host has a name already."""
        return f"(0,eval)({dumps(expression)})"

    def plant(self, text: bytes, name: str, _path: str | None, is_module: bool) -> Probes | None:
        """What is planted in a text; None where that runs plain."""
        assert self._collector is not None
        probes = self._collector.plant(text, name, is_module)
        if probes is None:
            self.runs_plain(name)
        return probes

    def runs_plain(self, name: str) -> None:
        """A text runs as it was written. The first one is told of."""
        if self._collector is not None and not self._has_plain:
            self._has_plain = True
            self._note(self._collector.runs_plain.format(name))

    def register(self, calls: HostCalls, bridge: DebugBridge) -> None:
        """Let the script say what is sampled."""

        def profile_start(_: Any) -> bool:
            collector = self._collector
            if collector is not None and self._recorder.active:
                collector.pause()
            done = bridge.profile_start()
            if collector is not None:
                collector.go_on()
            if self._sampler is not None:
                self._sampler.wake()
            return done

        def profile_stop(_: Any) -> bool:
            if self._collector is not None and self._recorder.active:
                self._collector.pause()
            return bridge.profile_stop()

        calls.register("debug.profile_start", profile_start)
        calls.register("debug.profile_stop", profile_stop)
        calls.register("profile.begin", lambda _: self._begin())

    def install(self, isolate: Any, sources: Sources) -> None:
        """Before anything else runs in it."""
        self._isolate = isolate
        memory = isolate.evaluate(memory_source())
        recorder = self._recorder
        if recorder.settings.memory:
            self._heap = HeapWatch(recorder, isolate.heap_limit_bytes)
        self._collector = self._new_collector(isolate, sources, memory)
        recorder.collector = self._collector.name

    def _new_collector(self, isolate: Any, sources: Sources, memory: memoryview) -> Collector:
        from runtime.js.profile.functions import Functions
        from runtime.js.profile.v8_sampling import V8Sampling, open_profiler

        v8 = open_profiler(isolate, self._recorder.settings)
        if v8 is None:
            self._note(_NO_PROFILER)
            return ShadowStack(self._recorder, self._places, memory)
        return V8Sampling(self._recorder, v8, self._places, Functions(sources.get), memory)

    def _note(self, problem: str) -> None:
        told = self._recorder.fallback
        self._recorder.fallback = problem if told is None else f"{told}; {problem}"

    def _begin(self) -> None:
        """The script is about to run; on its thread."""
        self._recorder.begin()
        heap, collector = self._heap, self._collector
        if heap is not None and not heap.begin():
            self._note(_NO_HEAP)
        if collector is None:
            return
        collector.begin()

        def tick() -> None:
            collector.tick()
            if heap is not None:
                heap.look()

        self._sampler = Sampler(self._recorder, tick)
        self._sampler.start()

    def stop(self) -> None:
        """The script has run; its memory is still there."""
        sampler, self._sampler = self._sampler, None
        if sampler is not None:
            sampler.stop()
        collector, self._collector = self._collector, None
        if collector is not None:
            collector.end(self._isolate)
        self._recorder.end()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While the event loop waits, outside of the isolate."""
        collector = self._collector
        if collector is None:
            yield
            return
        collector.wait(True)
        try:
            yield
        finally:
            collector.wait(False)
