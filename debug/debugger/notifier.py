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
                taken = self._taken
                self._changed.wait_for(self._has_moved_on(taken), self._patience_s)
                if self._taken == taken and not self._ending:
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

    def join(self, timeout_s: float) -> None:
        """Wait for the last event to be taken, which must have been announced by `end`."""
        if current_thread() is not self._thread:
            self._thread.join(timeout_s)

    def _has_moved_on(self, taken: int) -> Callable[[], bool]:
        return lambda: self._ending or self._taken != taken

    def _hand_over(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ending or bool(self._events))
                if not self._events:
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
