"""One output's queue and its writer thread."""

from __future__ import annotations

import os
import threading
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from debug.level import Level
from debug.outputs.base import OutputClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from debug.entry import Entry
    from debug.outputs.base import Output
    from debug.outputs.pace import Pace

_STEP_S: Final = 0.0005
"""How long a script sleeps at a time while it waits for room."""

_LONGEST_REST_S: Final = 1.0


class Marker:
    """Stands in a queue behind the entries that somebody waits for."""

    __slots__ = ("reached",)

    def __init__(self) -> None:
        self.reached = threading.Event()


class Lane:
    """Takes items of the fan-out and writes them to one output, in order, on a thread of its own.

    Producers append to `queue` themselves (that is the hot path) and call `wake` where `asleep` is true and
    `make_room` where the queue is full. Everything else happens on the writer thread.
    """

    def __init__(
        self,
        output: Output,
        shape: Callable[[Sequence[Any]], list[Entry]],
        capacity: int,
        on_failure: Callable[[str, str], None],
        pace: Pace,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.output = output
        self.capacity = capacity
        self.lossless = output.lossless
        self.queue: deque[Any] = deque()
        self.asleep = True
        """True while the writer waits to be woken, or there is none (not started yet, or switched off)."""
        self.on = True
        self.dropped = 0
        self._shape = shape
        self._on_failure = on_failure
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._in_flight = 0
        self._unflushed = 0
        self._flushed_at = 0.0
        self._taken = 0
        """Entries that the output took, ever."""
        self._markers = 0
        self._waiting = 0
        self._stalled_at = -1
        """What `_taken` was when a script lost patience; while it stays, the next ones do not wait."""
        self._closing = False
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self._process = os.getpid()

    # Called by producers

    def wake(self) -> None:
        """Start the writer, or ring for it. On a lane that is off, let go of what was queued."""
        if not self.on:
            with self._lock:
                self.dropped += self._let_go()
            return
        if self._process != os.getpid():
            self.after_fork(keep_queue=True)
        self.asleep = False
        if self._thread is None:
            self._start()
        else:
            self._bell.put(None)

    def make_room(self) -> bool:
        """True where an item may be appended to the full queue; else it is counted as dropped.

        A lane that may lose lets its oldest go. A lossless one makes the caller wait while the writer gets
        anywhere, and `patience_s` where it does not; after that items are dropped at once until it does.
        """
        if not self.on:
            self.wake()
            with self._lock:
                self.dropped += 1
            return False
        if not self.lossless:
            self._drop_oldest()
            return True
        if threading.current_thread() is self._thread:
            return True  # The writer cannot wait for itself; what it has to say is little.
        if self.asleep:
            self.wake()
        if self._wait_for_room():
            return True
        with self._lock:
            self.dropped += 1
        return False

    def _drop_oldest(self) -> None:
        with self._lock:
            markers: list[Marker] = []
            # Markers take no room: they are put back, and each stands for somebody who waits.
            while len(self.queue) + len(markers) >= self.capacity + self._markers:
                try:
                    oldest = self.queue.popleft()
                except IndexError:
                    break
                if isinstance(oldest, Marker):
                    markers.append(oldest)
                else:
                    self.dropped += 1
            self.queue.extendleft(reversed(markers))

    def _wait_for_room(self) -> bool:
        with self._lock:
            self._waiting += 1
        try:
            taken, since = self._taken, self._clock()
            while len(self.queue) >= self.capacity:
                if not self.on:
                    return False
                if self._taken != taken:
                    taken, since = self._taken, self._clock()
                elif self._stalled_at == taken or self._clock() - since >= self._pace.patience_s:
                    self._stalled_at = taken
                    return False
                self._sleep(_STEP_S)
            return True
        finally:
            with self._lock:
                self._waiting -= 1

    # Called by the owner

    @property
    def pending(self) -> int:
        """Entries that are queued, being written or not flushed yet."""
        return max(0, len(self.queue) - self._markers) + self._in_flight + self._unflushed

    @property
    def idle(self) -> bool:
        """True where nothing is queued, written or to be flushed."""
        return not self.on or not (self.queue or self._in_flight or self._unflushed)

    def mark(self) -> Marker:
        """Put a marker behind all that was put so far; it is reached when that is written and flushed."""
        marker = Marker()
        if self._process != os.getpid():
            self.after_fork(keep_queue=False)
        with self._lock:
            if not self.on or (self.asleep and self.idle):
                marker.reached.set()
                return marker
            self._markers += 1
            self.queue.append(marker)
        if self._thread is None:
            self.wake()
        else:
            self._bell.put(None)
        return marker

    def close(self) -> None:
        """Have the writer end when its queue is empty, and close the output. Does not wait."""
        if self._process != os.getpid():
            self.after_fork(keep_queue=False)
        with self._lock:
            self._closing = True
            unstarted = self._thread is None
            if unstarted:
                self._thread = threading.current_thread()
        if unstarted:
            self._run()
        else:
            self._bell.put(None)

    def wait_closed(self, timeout_s: float) -> bool:
        """Wait for the writer to end; False where it did not in that time."""
        return self._ended.wait(timeout_s)

    def after_fork(self, *, keep_queue: bool) -> None:
        """In a forked child: a new writer, and nothing of what the parent is going to write."""
        self._begin()
        if not keep_queue:
            self.queue.clear()
        self._in_flight = self._markers = self._waiting = 0
        self._unflushed = 0
        self._stalled_at = -1
        self.asleep = True
        forget = getattr(self.output, "after_fork", None)
        if forget is not None:
            forget()

    # The writer

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None:
                self._bell.put(None)
                return
            thread = threading.Thread(target=self._run, name=f"llmspell {self.output.name}", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # No more threads to be had, or the interpreter is ending: `mark` and `close` write instead.
                self.asleep = True
                return
            self._thread = thread

    def _run(self) -> None:
        queue, pace = self.queue, self._pace
        crowded = True
        while self.on:
            if not queue:
                self._flush()
                if self._closing and not queue:
                    break
                if not queue:
                    self._rest()
                continue
            before = len(queue)
            self._write_burst()
            if self._unflushed and self._clock() - self._flushed_at >= pace.flush_every_s:
                self._flush()
            # A script that logs gets a turn; one that waits for room, or has ended, would only lose time.
            pressed = self._waiting or self._markers or self._closing
            self._sleep(0 if pressed or not crowded else pace.yield_s)
            crowded = len(queue) > before - pace.burst and bool(queue)
        self._end()

    def _rest(self) -> None:
        """Sleep until somebody rings, then let entries gather, unless somebody waits for them."""
        self.asleep = True
        if not self.queue and not self._closing:
            try:
                # A signal can end a producer between `asleep = False` and the bell; then this limit wakes us.
                self._bell.get(timeout=_LONGEST_REST_S)
            except Empty:
                return
        self.asleep = False
        if not (self._markers or self._closing):
            try:
                self._bell.get(timeout=self._pace.gather_s)
            except Empty:
                pass

    def _write_burst(self) -> None:
        queue = self.queue
        items: list[Any] = []
        markers: list[Marker] = []
        self._in_flight = min(len(queue), self._pace.burst)
        try:
            for _ in range(self._in_flight):
                item = queue.popleft()
                if isinstance(item, Marker):
                    markers.append(item)
                    break
                items.append(item)
        except IndexError:
            pass  # A producer dropped the oldest meanwhile.
        self._in_flight = len(items)
        if items:
            entries = self._shape(items)
            if self._persist(lambda: self.output.write(entries)):
                if not self._unflushed:
                    self._flushed_at = self._clock()
                self._unflushed += len(items)
                self._taken += len(items)
                self._in_flight = 0
                if any(entry.level is Level.ERROR for entry in entries):
                    self._flush()
            else:
                self._in_flight = 0
                with self._lock:
                    self.dropped += len(items)
        if markers:
            self._flush()
            with self._lock:
                self._markers -= 1
            markers[0].reached.set()

    def _flush(self) -> None:
        if self._unflushed and self._persist(self.output.flush):
            self._unflushed = 0
            self._flushed_at = self._clock()

    def _persist(self, action: Callable[[], None]) -> bool:
        """Do it, with backoff while it fails; False where the lane had to be switched off."""
        pause_s = self._pace.backoff_s
        for attempt in range(1, self._pace.attempts + 1):
            if not self.on:
                return False
            try:
                action()
                return True
            except OutputClosed:
                self._switch_off()
                return False
            except Exception as error:  # the border to an output, which may raise anything
                if attempt == self._pace.attempts:
                    self._switch_off()
                    self._report(error)
                    return False
                self._sleep(pause_s)
                pause_s *= 2
        return False

    def _report(self, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        try:
            self._on_failure(self.output.name, reason)
        except Exception:  # the border to whoever listens; the other outputs and the script go on
            return

    def _switch_off(self) -> None:
        with self._lock:
            self.on = False
            self.asleep = True
            self.dropped += self._unflushed + self._let_go()
            self._unflushed = 0

    def _let_go(self) -> int:
        """Empty the queue; how many entries were in it."""
        entries = 0
        while True:
            try:
                item = self.queue.popleft()
            except IndexError:
                return entries
            if isinstance(item, Marker):
                self._markers -= 1
                item.reached.set()
            else:
                entries += 1

    def _end(self) -> None:
        try:
            self.output.close()
        except OutputClosed:
            pass
        except Exception as error:  # the border to an output
            if self.on:
                self._report(error)
        with self._lock:
            self.on = False
            self.asleep = True
            self.dropped += self._let_go()
        self._ended.set()
