"""What the profiler of a run needs of the way in which samples are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from runtime.js.rewritten import Probes


class Collector(Protocol):
    """Fills a recorder."""

    name: str
    """What a profile calls it."""
    runs_plain: str
    """What is missing of a text, named in it, that runs as it was written although it should not."""

    def plant(self, text: bytes, name: str, is_module: bool, /) -> Probes | None:
        """What is planted in a text before it runs; None where that is not possible."""

    def begin(self) -> None:
        """The script is about to run; on the isolate's thread, within a call of the script's world."""

    def tick(self) -> None:
        """So often as there are to be samples, on a thread of its own, while the recorder is active."""

    def wait(self, is_waiting: bool, /) -> None:
        """The event loop waits, outside of the isolate, or goes on."""

    def pause(self) -> None:
        """Nothing is to be sampled until `go_on`: the recorder is still active, but not for long. As `begin`."""

    def go_on(self) -> None:
        """Something is to be sampled again. As `begin`."""

    def end(self, isolate: Any, /) -> None:
        """The script has run, and nothing ticks; its memory is still there."""
