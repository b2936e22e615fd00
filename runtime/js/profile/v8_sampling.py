"""The collector where V8's own profiler is to be had. What is rewritten is async functions alone, which tell how long
they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.js.profile import rewrite
from runtime.js.profile.async_waits import AsyncWaits
from runtime.js.profile.v8_profiler import Unavailable, V8Profiler
from runtime.js.profile.v8_samples import V8Samples

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder, Settings
    from runtime.js.profile.functions import Functions
    from runtime.js.profile.places import Places
    from runtime.js.rewritten import Probes

PIECE_NS = 250_000_000
"""How long a piece is sampled before it is taken over."""


class V8Sampling:
    """A `Collector`."""

    name = "V8's profiler"
    runs_plain = "{} cannot be rewritten: how long its async functions wait is not known"

    def __init__(
        self,
        recorder: Recorder,
        profiler: V8Profiler,
        places: Places,
        functions: Functions,
        memory: memoryview,
    ) -> None:
        self._recorder = recorder
        self._profiler = profiler
        self._places = places
        self._waits = AsyncWaits(recorder, places, memory)
        self._samples = V8Samples(recorder, functions, profiler.take, self._waits.thread_of)
        self._last_ns = 0
        self._due_ns = 0

    def plant(self, text: bytes, name: str, _is_module: bool) -> Probes | None:
        """See `Collector.plant`."""
        return rewrite.plant_waits(text, name, self._places)

    def begin(self) -> None:
        """See `Collector.begin`."""
        self._profiler.begin()
        self._last_ns = self._recorder.now_ns()
        self._due_ns = self._last_ns + PIECE_NS
        self._samples.begin()

    go_on = begin

    def tick(self) -> None:
        """See `Collector.tick`."""
        now = self._recorder.now_ns()
        self._waits.advance(now - self._last_ns)
        self._last_ns = now
        if now >= self._due_ns:
            self._due_ns = now + PIECE_NS
            self._samples.drain()
            self._profiler.request_piece()

    def wait(self, _: bool) -> None:
        """V8 itself tells that it is idle."""

    def pause(self) -> None:
        """See `Collector.pause`."""
        self._profiler.end()
        self._samples.drain()
        self._profiler.give_back()

    def end(self, isolate: Any) -> None:
        """See `Collector.end`."""
        isolate.within(self.pause)
        self._profiler.close()
        self._waits.end()


def open_profiler(isolate: Any, settings: Settings) -> V8Profiler | None:
    """V8's profiler of an isolate that runs nothing yet; None where there is none."""
    if not isolate.has_bell:
        return None
    made: list[V8Profiler] = []

    def make() -> None:
        try:
            made.append(V8Profiler(isolate.library, settings.rate_hz, with_lines=settings.lines))
        except Unavailable:
            pass

    isolate.within(make)
    return made[0] if made else None
