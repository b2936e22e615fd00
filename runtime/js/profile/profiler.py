"""Profiles one run: its scripts are rewritten, and their shadow stack is sampled from a thread of its own."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from json import dumps
from typing import TYPE_CHECKING, Any

from runtime.js.planted import as_written
from runtime.js.profile import layout, rewrite
from runtime.js.profile.heap_watch import HeapWatch
from runtime.js.profile.places import Places
from runtime.js.profile.samples import Samples
from runtime.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.profile.recorder import Recorder
    from runtime.bridge import DebugBridge
    from runtime.js.host_calls import HostCalls
    from runtime.js.rewritten import Probes

COLLECTOR = "shadow stack"

_NO_HEAP = "this build of V8 does not tell from outside what its heap holds"

_PLAIN = "{} cannot be rewritten: its time is that of its callers"


class Profiler:
    """Fills a recorder while one isolate runs: `install`, `start`, `stop`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._places = Places()
        self._heap: HeapWatch | None = None
        self._samples: Samples | None = None
        self._sampler: Sampler | None = None
        recorder.collector = COLLECTOR
        recorder.fallback = None

    def plant(self, text: bytes, name: str, _path: str | None, is_module: bool) -> Probes | None:
        """What is planted in a text; None where that runs plain."""
        probes = rewrite.plant(
            text, name, self._places, is_module=is_module, with_lines=self._recorder.settings.lines
        )
        if probes is None:
            self.runs_plain(name)
        return probes

    def runs_plain(self, name: str) -> None:
        """A text runs as it was written."""
        if self._recorder.fallback is None:
            self._recorder.fallback = _PLAIN.format(name)

    def register(self, calls: HostCalls, bridge: DebugBridge) -> None:
        """Let the script say what is sampled."""

        def profile_start(_: Any) -> bool:
            done = bridge.profile_start()
            if self._samples is not None:
                self._samples.begin()
            if self._sampler is not None:
                self._sampler.wake()
            return done

        calls.register("debug.profile_start", profile_start)
        calls.register("profile.begin", lambda _: self._begin())

    def install(self, isolate: Any) -> None:
        """Before anything else runs in it."""
        memory = isolate.evaluate(_source())
        if self._recorder.settings.memory:
            self._heap = HeapWatch(isolate.heap_limit_bytes)
        self._samples = Samples(self._recorder, self._places, memory, self._heap)

    def _begin(self) -> None:
        """The script is about to run; on its thread."""
        self._recorder.begin()
        if self._heap is not None and not self._heap.begin():
            self._recorder.fallback = self._recorder.fallback or _NO_HEAP
        if self._samples is not None:
            self._samples.begin()
            self._sampler = Sampler(self._recorder, self._samples.take)
            self._sampler.start()

    def stop(self) -> None:
        """The script has run; its memory is still there."""
        sampler, self._sampler = self._sampler, None
        if sampler is not None:
            sampler.stop()
        samples, self._samples = self._samples, None
        if samples is not None:
            samples.end()
        self._recorder.end()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While the event loop waits, outside of the isolate."""
        samples = self._samples
        if samples is None:
            yield
            return
        samples.wait(True)
        try:
            yield
        finally:
            samples.wait(False)


def _source() -> str:
    """Makes the stack and the class of activations known to what is rewritten, and nobody else; its value is the
    memory."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), "shadow_stack.js"))
    source = text[text.index(b"(function") :].decode().rstrip()
    memory = (
        f"new Int32Array(new SharedArrayBuffer({layout.SIZE_BYTES}),{layout.STACK_BYTE},{layout.STACK_WORDS})"
    )
    figures = dumps(
        {
            "stack_words": layout.STACK_WORDS,
            "waited_byte": layout.WAITED_BYTE,
            "waiting_byte": layout.WAITING_BYTE,
            "max_async": layout.MAX_ASYNC,
            "resumed": layout.RESUMED,
        }
    )
    return (
        f"{as_written()}const {layout.STACK}={memory},{layout.ACTIVATION}={source}({layout.STACK},{figures});"
        f"{layout.STACK}.buffer\n"
        "//# sourceURL=llmspell:profile"
    )
