"""A time limit that a stopped script does not use up."""

from __future__ import annotations

import time
from threading import Lock, Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Countdown:
    """Calls `over` once, after so much time in which it was not paused. From any thread."""

    def __init__(
        self, seconds: float, over: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._left_s = seconds
        """As it was when it was paused last."""
        self._over = over
        self._clock = clock
        self._lock = Lock()
        self._timer: Timer | None = None
        self._since_s = 0.0
        self._ended = False

    @property
    def left_s(self) -> float:
        """What is left; below 0 past its end."""
        with self._lock:
            return self._left_s if self._timer is None else self._left_s - (self._clock() - self._since_s)

    def start(self) -> None:
        """Let it run, from the start or after a pause."""
        with self._lock:
            if self._timer is not None or self._ended:
                return
            self._since_s = self._clock()
            self._timer = Timer(max(self._left_s, 0.0), self._over)
            self._timer.daemon = True
            self._timer.start()

    def pause(self) -> None:
        """Let no time pass for it."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
                self._left_s -= self._clock() - self._since_s

    def cancel(self) -> None:
        """For good."""
        self.pause()
        with self._lock:
            self._ended = True
