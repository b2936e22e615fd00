"""The clock of the profiler: a thread that looks at a script so many times a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.recorder import Recorder


class Sampler:
    """Calls `tick` so many times a second while a recorder is active; sleeps otherwise. One `start` and one `stop`."""

    def __init__(self, recorder: Recorder, tick: Callable[[], None], rate_hz: float | None = None) -> None:
        """`tick` is called on a thread of its own, and brings a sample sooner or later. At the recorder's own rate,
        unless told otherwise."""
        self._recorder = recorder
        self._period_ns = 1e9 / (rate_hz or recorder.settings.rate_hz)
        self._tick = tick
        self._ended = False
        self._bell = threading.Lock()  # released to wake the thread: cheaper to wait for than an Event
        self._bell.acquire()
        self._thread = threading.Thread(target=self._run, name="llmspell-sampler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """The recorder may be active again."""
        try:
            self._bell.release()
        except RuntimeError:  # it rang already
            pass

    def stop(self) -> None:
        """`tick` is not called any more when this returns."""
        self._ended = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        recorder, tick, wait = self._recorder, self._tick, self._bell.acquire
        period_ns = self._period_ns
        due = recorder.now_ns() + period_ns
        while not self._ended:
            if not recorder.active:
                wait()
                due = recorder.now_ns() + period_ns
                continue
            left_ns = due - recorder.now_ns()
            if left_ns > 0 and wait(timeout=left_ns / 1e9):
                continue
            tick()
            due = max(due, recorder.now_ns() - period_ns) + period_ns
