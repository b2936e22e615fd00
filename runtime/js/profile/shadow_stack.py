"""The collector for builds of V8 whose own profiler is not to be had: scripts are rewritten so that they keep a stack
of their functions in shared memory, and that is looked at."""

from __future__ import annotations

import os
import sys
from json import dumps
from typing import TYPE_CHECKING, Any

from runtime.js.planted import as_written
from runtime.js.profile import layout, rewrite
from runtime.js.profile.samples import Samples

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder
    from runtime.js.profile.places import Places
    from runtime.js.rewritten import Probes


class ShadowStack:
    """A `Collector`."""

    name = "shadow stack"
    runs_plain = "{} cannot be rewritten: its time is that of its callers"

    def __init__(self, recorder: Recorder, places: Places, memory: memoryview) -> None:
        self._recorder = recorder
        self._places = places
        self._samples = Samples(recorder, places, memory)
        self.begin = self.go_on = self._samples.begin
        self.tick = self._samples.take
        self.wait = self._samples.wait

    def plant(self, text: bytes, name: str, is_module: bool) -> Probes | None:
        """See `Collector.plant`."""
        with_lines = self._recorder.settings.lines
        return rewrite.plant(text, name, self._places, is_module=is_module, with_lines=with_lines)

    def pause(self) -> None:
        """Every sample is taken over at once."""

    def end(self, _: Any) -> None:
        """See `Collector.end`."""
        self._samples.end()


def memory_source() -> str:
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
