"""The clock of the profiler: a thread that looks at the script so many times a second."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.recorder import Recorder


class Sampler:
    """Calls `take` at the rate of a recorder, and sleeps where that is not active. One `start` and one `stop`."""

    def __init__(self, recorder: Recorder, take: Callable[[], None]) -> None:
        """`take` is called on a thread of its own."""
        self._recorder = recorder
        self._take = take
        self._woken = Event()
        self._ended = False
        self._thread = Thread(target=self._run, name="llmspell-js-sampler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """The recorder may be active again."""
        self._woken.set()

    def stop(self) -> None:
        """`take` is not called any more when this returns."""
        self._ended = True
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        recorder, woken = self._recorder, self._woken
        period_ns = 1e9 / recorder.settings.rate_hz
        due = recorder.now_ns() + period_ns
        while not self._ended:
            left_ns = due - recorder.now_ns()
            if not recorder.active or left_ns > 0:
                if woken.wait(left_ns / 1e9 if recorder.active else None):
                    woken.clear()
                continue
            self._take()
            due = max(due, recorder.now_ns() - period_ns) + period_ns
