"""Tells a client of a request that takes long, so that the person can cancel it."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

from debug.dap.types import ProgressEndEventBody, ProgressStartEventBody, ProgressUpdateEventBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.dap.line import Line

AFTER_S = 1.0
_EVERY_S = 1.0


class Progress:
    """Of one request. While it is entered a thread waits; nothing is told of what is done soon.

    `wait` waits for an event for so many seconds, and says whether it happened.
    """

    def __init__(
        self, line: Line, seq: int, title: str, wait: Callable[[Event, float], bool] = Event.wait
    ) -> None:
        self._line = line
        self._seq = seq
        self._title = title
        self._wait = wait
        self._done = Event()
        self._thread = Thread(target=self._tell, name="llmspell-dap-progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _tell(self) -> None:
        if self._wait(self._done, AFTER_S):
            return
        id_ = str(self._seq)
        body = ProgressStartEventBody(id_, self._title, request_id=self._seq, cancellable=True)
        self._line.event("progressStart", body)
        passed_s = AFTER_S
        while not self._wait(self._done, _EVERY_S):
            passed_s += _EVERY_S
            self._line.event("progressUpdate", ProgressUpdateEventBody(id_, f"{passed_s:.0f} s"))
        self._line.event("progressEnd", ProgressEndEventBody(id_))
