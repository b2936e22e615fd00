"""Makes samples of what is on the shadow stack at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.recorder import FrameKey
from runtime.js.profile.async_waits import AsyncWaits
from runtime.js.profile.layout import RESUMED, STACK_BYTE, STACK_WORDS, WAITED_BYTE
from runtime.js.profile.places import NOT_ASYNC

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder
    from runtime.js.profile.places import Places

WAITING = FrameKey("(waiting)", "outside")
"""Nothing runs until a timer is due."""
EVENT_LOOP = FrameKey("(event loop)", "outside")
"""JavaScript runs that was not rewritten and was called by nobody that was: what `eval` made, what hosts need."""

_DEEP = 256
"""Stacks of more places are not remembered: they are rarely the same again."""
_MAX_KNOWN = 50_000


class Samples:
    """Fills a recorder; `take` on one thread."""

    def __init__(self, recorder: Recorder, places: Places, memory: memoryview) -> None:
        """`memory` is as `layout` describes it, and valid until the last call."""
        self._recorder = recorder
        self._places = places
        self._memory = memory
        self._words = memory[STACK_BYTE:WAITED_BYTE].cast("i")
        self._waits = AsyncWaits(recorder, places, memory)
        self._last_ns = recorder.now_ns()
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
        self._waits.advance(weight)
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
        self._waits.end()
        self._words.release()

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
            thread = self._waits.thread(places[0].async_number)
        return self._recorder.stack([place.frame for place in places]), thread
