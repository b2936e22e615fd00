"""Hands events to a client on a thread of its own, so that no script waits for one."""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread, current_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.events import Client, Event

_FULL = 10_000
"""Events; a script that says more waits until half of them are taken."""


class Notifier:
    """One client's events, in their order."""

    def __init__(self, client: Client, gone: Callable[[Notifier, str], None], patience_s: float) -> None:
        self._client = client
        self._gone = gone
        self._patience_s = patience_s
        self._events: deque[Event] = deque()
        self._changed = Condition()
        self._ending = False
        self._done = False
        self._taken = 0
        self._thread = Thread(target=self._hand_over, name="llmspell-debugger-events", daemon=True)
        self._thread.start()

    def put(self, event: Event) -> None:
        """One more event. Does not wait."""
        with self._changed:
            if not self._ending:
                self._events.append(event)
                self._changed.notify_all()

    def wait_for_room(self) -> None:
        """Wait while the client is far behind. One that takes nothing for the time of its patience has gone."""
        if len(self._events) < _FULL or current_thread() is self._thread:
            return
        with self._changed:
            while not self._ending and len(self._events) > _FULL // 2:
                if not self._wait_for_progress(self._patience_s):
                    break
            else:
                return
        self._gone(self, f"the client has taken no event for {self._patience_s:g} seconds")

    def end(self, last: Event | None) -> None:
        """Take no more events. Those that there are, and `last`, are still handed over; without a last one they are
        dropped. Does not wait."""
        with self._changed:
            self._ending = True
            if last is None:
                self._events.clear()
            else:
                self._events.append(last)
            self._changed.notify_all()

    def join(self, patience_s: float) -> None:
        """Wait for the last event to be taken, which was told by `end`, as long as one is taken within that time."""
        if current_thread() is self._thread:
            return
        with self._changed:
            while not self._done and self._wait_for_progress(patience_s):
                pass

    def _wait_for_progress(self, patience_s: float) -> bool:
        """Whether within that time an event was taken, or this began to end, or has ended. With the condition held."""
        before = (self._taken, self._ending, self._done)
        return self._changed.wait_for(lambda: (self._taken, self._ending, self._done) != before, patience_s)

    def _hand_over(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ending or bool(self._events))
                if not self._events:
                    self._done = True
                    self._changed.notify_all()
                    return
                event = self._events.popleft()
            try:
                self._client.tell(event)
            except Exception as error:
                self._gone(self, f"the client failed: {type(error).__name__}: {error}")
                self.end(None)
            with self._changed:
                self._taken += 1
                self._changed.notify_all()
