"""What the records mean that a script writes into the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from debug.entry import PictureText

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.bridge import DebugBridge
    from runtime.js.output import ScriptOutput

PICTURE = 8
"""Added to the level of an entry whose message is a picture."""

WRITE, WARNING, FAILURE, RESULT = 16, 19, 20, 21
"""`[WRITE, descriptor, text]`, `[WARNING, cause, message]`, `[FAILURE, description]`, `[RESULT, picture]`. A kind
below 16 is an entry: `[level, Unix time in ms, message, module?, picture of its data?]`."""


class Records:
    """Handles them, in the order in which they were written."""

    def __init__(
        self, bridge: DebugBridge, output: ScriptOutput, wait_for_entries: Callable[[], None] | None
    ) -> None:
        self._bridge = bridge
        self._emit = bridge.emit
        self._output = output
        self._wait_for_entries = wait_for_entries
        self._entries_out = True
        self.failure: dict[str, Any] | None = None
        """The first failure that the run ended with."""
        self.result: str | None = None

    def handle(self, records: list[list[Any]]) -> None:
        """Never raises for what a script has written."""
        emit = self._emit
        ordered = self._wait_for_entries is not None
        for record in records:
            kind = record[0]
            if kind < WRITE:
                if ordered:
                    self._entries_out = False
                    if self._output.is_waiting:
                        self._output.flush()
                message = record[2]
                count = len(record)
                emit(
                    kind & 7,
                    PictureText(message.encode()) if kind & PICTURE else message,
                    record[3] if count > 3 else None,
                    PictureText(record[4].encode()) if count > 4 else None,
                    record[1] * 1_000_000,
                )
            else:
                self._other(kind, record)
        self._output.flush()

    def _other(self, kind: int, record: list[Any]) -> None:
        if kind == WRITE:
            if not self._entries_out and self._wait_for_entries is not None:
                self._entries_out = True
                self._wait_for_entries()
            self._output.add(record[1], record[2])
        elif kind == WARNING:
            self._bridge.warn(record[1], record[2])
        elif kind == FAILURE:
            if self.failure is None:
                self.failure = record[1]
        elif kind == RESULT:
            self.result = record[1]
