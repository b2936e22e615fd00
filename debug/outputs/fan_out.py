"""Hands each entry to every output, without ever holding up the script for good."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from debug.entry import Entry, shape
from debug.level import Level
from debug.outputs.lane import Lane
from debug.outputs.pace import STANDARD_PACE
from debug.text_safety import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from debug.entry import Unshaped
    from debug.outputs.base import Output
    from debug.outputs.pace import Pace

DEFAULT_CAPACITY = 65_536
"""Entries a lane holds before the script waits (lossless) or the oldest go."""


class FanOut:
    """Gives every output a queue and a writer thread of its own, so that none can hurt another.

    `put` is the hot path: it only appends, and wakes a writer that sleeps. An output that fails is retried,
    then switched off with one call of `on_failure(name, reason)`, made on its writer thread.
    """

    put: Callable[[Unshaped], None]
    """Take an entry, from any thread. Waits only where a lossless queue is full, and never for good."""

    def __init__(
        self,
        outputs: Sequence[Output],
        *,
        shape: Callable[[Unshaped], Entry] = shape,
        capacity: int = DEFAULT_CAPACITY,
        on_failure: Callable[[str, str], None] = lambda _name, _reason: None,
        pace: Pace = STANDARD_PACE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if capacity < 1:
            raise ValueError("a queue holds one entry at least")
        self._shape = shape
        self._shaping = threading.Lock()
        self._clock = clock
        self._closed = False
        shape_items = self._shape_raws if len(outputs) == 1 else self._shape_shared
        self._lanes = tuple(
            Lane(output, shape_items, _capacity(output, capacity), on_failure, pace, clock, sleep)
            for output in outputs
        )
        self.put = _put_to_one(self._lanes[0]) if len(self._lanes) == 1 else _put_to_all(self._lanes)
        _REGISTERED.add(self)

    @property
    def pending(self) -> int:
        """Entries that some output has not flushed yet, summed over the outputs."""
        return sum(lane.pending for lane in self._lanes)

    @property
    def dropped(self) -> int:
        """Entries that some output did not get, summed over the outputs."""
        return sum(lane.dropped for lane in self._lanes)

    @property
    def dropped_by_output(self) -> dict[str, int]:
        """The same for each output that missed any, after `close` with what was left behind."""
        missed = {lane.output.name: lane.dropped + self._left_behind(lane) for lane in self._lanes}
        return {name: count for name, count in missed.items() if count}

    @property
    def idle(self) -> bool:
        """True where all that was put is written and flushed."""
        return all(lane.idle for lane in self._lanes)

    def flush(self, timeout_s: float = 2.0) -> bool:
        """Wait until all put so far is written and flushed by every output that is on; False: not in time."""
        if self._closed or self.idle:
            return True
        deadline = self._clock() + timeout_s
        markers = [lane.mark() for lane in self._lanes]
        return all(marker.reached.wait(max(0.0, deadline - self._clock())) for marker in markers)

    def close(self, timeout_s: float = 5.0) -> bool:
        """Write what is queued and close the outputs. False: one took too long and is left behind."""
        if self._closed:
            return True
        self._closed = True
        _REGISTERED.discard(self)
        deadline = self._clock() + timeout_s
        for lane in self._lanes:
            lane.close()
        return all(lane.wait_closed(max(0.0, deadline - self._clock())) for lane in self._lanes)

    def after_fork(self) -> None:
        """In a forked child: start anew; the parent writes what it had."""
        self._shaping = threading.Lock()
        for lane in self._lanes:
            lane.after_fork(keep_queue=False)

    def _left_behind(self, lane: Lane) -> int:
        return lane.pending if self._closed and not lane.wait_closed(0) else 0

    def _shape_raws(self, raws: Sequence[Unshaped]) -> list[Entry]:
        try:
            return [*map(self._shape, raws)]
        except Exception:  # the border to a script, which made what cannot be shaped
            return [self._shape_safely(raw) for raw in raws]

    def _shape_shared(self, cells: Sequence[list[Any]]) -> list[Entry]:
        """Shape what stands in cells that the lanes share, each once."""
        with self._shaping:
            for cell in cells:
                if type(cell[0]) is tuple:
                    cell[0] = self._shape_safely(cell[0])
        return [cell[0] for cell in cells]

    def _shape_safely(self, raw: Unshaped) -> Entry:
        try:
            return self._shape(raw)
        except Exception as error:  # the border to a script
            at_ns = raw[1] if isinstance(raw[1], int) else 0
            return Entry(raw[0], at_ns, Level.WARN, f"entry that cannot be shown: {printable(repr(error))}")


def _capacity(output: Output, capacity: int) -> int:
    wanted = getattr(output, "most_queued", None)
    return capacity if wanted is None else min(capacity, wanted)


def _put_to_one(lane: Lane) -> Callable[[Unshaped], None]:
    queue, capacity, append = lane.queue, lane.capacity, lane.queue.append

    def put(raw: Unshaped) -> None:
        if len(queue) >= capacity and not lane.make_room():
            return
        append(raw)
        if lane.asleep:
            lane.wake()

    return put


def _put_to_all(lanes: tuple[Lane, ...]) -> Callable[[Unshaped], None]:
    def put(raw: Unshaped) -> None:
        cell = [raw]
        for lane in lanes:
            queue = lane.queue
            if len(queue) >= lane.capacity and not lane.make_room():
                continue
            queue.append(cell)
            if lane.asleep:
                lane.wake()

    return put


_REGISTERED: weakref.WeakSet[FanOut] = weakref.WeakSet()
"""The fan-outs that are open, for what happens at a fork and at the end of the process."""


def _after_fork_in_child() -> None:
    for fan_out in list(_REGISTERED):
        fan_out.after_fork()


def _at_exit() -> None:
    for fan_out in list(_REGISTERED):
        fan_out.close(2.0)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
atexit.register(_at_exit)
