"""Where time comes from. Passed in, so that a test turns the clock itself."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Clock:
    """Two readings in nanoseconds."""

    monotonic_ns: Callable[[], int] = time.perf_counter_ns
    """Never goes back; its zero means nothing. For durations."""
    time_ns: Callable[[], int] = time.time_ns
    """Unix time. For timestamps."""


SYSTEM_CLOCK = Clock()


class ManualClock:
    """A clock that stands still until it is told to move, for tests. `clock` is what to pass on."""

    def __init__(self, now_ns: int = 0, unix_ns: int = 0) -> None:
        self.now_ns = now_ns
        self.unix_ns = unix_ns
        self.clock = Clock(monotonic_ns=lambda: self.now_ns, time_ns=lambda: self.unix_ns)

    def advance(self, duration_ns: int) -> None:
        """Let `duration_ns` go by on both readings."""
        self.now_ns += duration_ns
        self.unix_ns += duration_ns
