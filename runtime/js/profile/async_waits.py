"""How long async functions wait: what is planted in them takes the time from the memory that `layout` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js.profile.layout import WAITED_BYTE, WAITING_BYTE

if TYPE_CHECKING:
    from debug.profile.recorder import FrameKey, Recorder
    from runtime.js.profile.places import Places


class AsyncWaits:
    """Of one run."""

    def __init__(self, recorder: Recorder, places: Places, memory: memoryview) -> None:
        """`memory` is valid until `end`."""
        self._recorder = recorder
        self._places = places
        self._memory = memory
        self._clock = memory[:8].cast("d")
        self._active_ns = 0

    def advance(self, duration_ns: int) -> None:
        """So much of the sampled time has passed."""
        self._active_ns += duration_ns
        self._clock[0] = self._active_ns / 1e6

    def thread(self, number: int) -> int:
        """The thread that an async function is by itself, by its number."""
        frame = self._places.async_functions[number]
        return self._recorder.thread(f"{frame.name} {frame.file}:{frame.line_defined}", "async")

    def thread_of(self, frame: FrameKey) -> int:
        """The same of a function; 0 where it is not async."""
        number = self._places.async_number(frame)
        return 0 if number is None else self.thread(number)

    def end(self) -> None:
        """Say how long each has waited, and let go of the memory."""
        if self._active_ns:
            self._tell()
        self._clock.release()

    def _tell(self) -> None:
        waited = self._memory[WAITED_BYTE:WAITING_BYTE].cast("d")
        waiting = self._memory[WAITING_BYTE:].cast("i")
        now_ms = self._active_ns / 1e6
        for number in range(min(len(self._places.async_functions), len(waiting))):
            total_ms = waited[number] + waiting[number] * now_ms
            if total_ms > 0:
                self._recorder.suspended(self.thread(number), round(total_ms * 1e6))
        waited.release()
        waiting.release()
