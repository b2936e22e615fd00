"""Makes samples of what is on the shadow stack at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.recorder import FrameKey
from runtime.js.profile.layout import (
    RESUMED,
    STACK_BYTE,
    STACK_WORDS,
    WAITED_BYTE,
    WAITING_BYTE,
)
from runtime.js.profile.places import NOT_ASYNC

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder
    from runtime.js.profile.heap_watch import HeapWatch
    from runtime.js.profile.places import Places

WAITING = FrameKey("(waiting)", "outside")
"""Nothing runs until a timer is due."""
EVENT_LOOP = FrameKey("(event loop)", "outside")
"""JavaScript runs that was not rewritten and was called by nobody that was: what `eval` made, what hosts need."""

HEAP_PERIOD_NS = 10_000_000
"""Between two points of the heap over time."""

_DEEP = 256
"""Stacks of more places are not remembered: they are rarely the same again."""
_MAX_KNOWN = 50_000


class Samples:
    """Fills a recorder; `take` on one thread."""

    def __init__(
        self, recorder: Recorder, places: Places, memory: memoryview, heap: HeapWatch | None = None
    ) -> None:
        """`memory` is as `layout` describes it, and valid until the last call."""
        self._heap = heap
        self._heap_due_ns = 0
        self._recorder = recorder
        self._places = places
        self._memory = memory
        self._words = memory[STACK_BYTE:WAITED_BYTE].cast("i")
        self._clock = memory[:8].cast("d")
        self._last_ns = recorder.now_ns()
        self._active_ns = 0
        self._known: dict[bytes, tuple[int, int]] = {}
        self._waiting = recorder.stack([WAITING])
        self._event_loop = recorder.stack([EVENT_LOOP])
        self._is_waiting = False

    def begin(self) -> None:
        """The time from now on is sampled."""
        self._last_ns = self._recorder.now_ns()

    def take(self) -> None:
        """A sample, for the time since the last one."""
        now = self._recorder.now_ns()
        weight, self._last_ns = now - self._last_ns, now
        if not self._recorder.active:
            return
        self._active_ns += weight
        self._clock[0] = self._active_ns / 1e6
        if self._heap is not None and now >= self._heap_due_ns:
            self._look_at_heap(now, self._heap)
        depth = self._words[0]
        if depth <= 0:
            self._recorder.sample(now, weight, self._waiting if self._is_waiting else self._event_loop)
            return
        # One copy, as short as may be: the script runs on meanwhile. It may have called something since.
        last = STACK_BYTE + 4 * min(depth + 9, STACK_WORDS)
        copy = bytes(self._memory[STACK_BYTE:last])
        depth = min(int.from_bytes(copy[:4], "little"), len(copy) // 4 - 1)
        if depth > 0:
            self._recorder.sample(now, weight, *self._stack(copy[4 : 4 + 4 * depth]))

    def wait(self, is_waiting: bool) -> None:
        """The event loop waits, or goes on. Called on its thread: nothing of the script runs, or is on its stack."""
        self._words[0] = 0
        self._is_waiting = is_waiting

    def end(self) -> None:
        """Say how long async functions have waited, and let go of the memory."""
        if self._active_ns:
            self._tell_waiting()
        self._words.release()
        self._clock.release()

    def _look_at_heap(self, now: int, heap: HeapWatch) -> None:
        used_bytes = heap.look()
        if used_bytes is not None:
            self._heap_due_ns = now + HEAP_PERIOD_NS
            self._recorder.heap(now, used_bytes)

    def _tell_waiting(self) -> None:
        functions = self._places.async_functions
        waited = self._memory[WAITED_BYTE:WAITING_BYTE].cast("d")
        waiting = self._memory[WAITING_BYTE:].cast("i")
        now_ms = self._active_ns / 1e6
        for number in range(min(len(functions), len(waiting))):
            total_ms = waited[number] + waiting[number] * now_ms
            if total_ms > 0:
                self._recorder.suspended(self._thread(number), round(total_ms * 1e6))
        waited.release()
        waiting.release()

    def _thread(self, number: int) -> int:
        frame = self._places.async_functions[number]
        return self._recorder.thread(f"{frame.name} {frame.file}:{frame.line_defined}", "async")

    def _stack(self, key: bytes) -> tuple[int, int]:
        """`(stack, thread)` of places, outermost first."""
        found = self._known.get(key)
        if found is None:
            found = self._made(key)
            if len(key) <= 4 * _DEEP:
                if len(self._known) >= _MAX_KNOWN:
                    self._known.clear()
                self._known[key] = found
        return found

    def _made(self, key: bytes) -> tuple[int, int]:
        numbers = memoryview(key).cast("i")
        places = [self._places.get(number & ~RESUMED) for number in numbers]
        thread = 0
        if numbers[0] & RESUMED and places[0].async_number != NOT_ASYNC:
            thread = self._thread(places[0].async_number)
        return self._recorder.stack([place.frame for place in places]), thread
