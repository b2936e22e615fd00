"""What the records mean that a script writes into the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runtime.bridge import DebugBridge
    from runtime.js.channel import Stretch
    from runtime.js.output import ScriptOutput

WRITE, WARNING, FAILURE, RESULT = 16, 19, 20, 21
"""`[WRITE, descriptor, text]`, `[WARNING, cause, message]`, `[FAILURE, description]`, `[RESULT, picture]`."""


class Records:
    """Handles them, in the order in which they were written."""

    def __init__(
        self, bridge: DebugBridge, output: ScriptOutput, wait_for_entries: Callable[[], None] | None
    ) -> None:
        self._bridge = bridge
        self._output = output
        self._wait_for_entries = wait_for_entries
        self._entries_out = True
        self.failure: dict[str, Any] | None = None
        """The first failure that the run ended with."""
        self.result: str | None = None

    def handle(self, stretches: Sequence[Stretch]) -> None:
        """Never raises for what a script has written."""
        for stretch in stretches:
            if stretch.entries:
                if self._wait_for_entries is not None:
                    self._entries_out = False
                    if self._output.is_waiting:
                        self._output.flush()
                self._bridge.emit_lines(stretch.entries)
            for record in stretch.records:
                self._take(record)
        self._output.flush()

    def _take(self, record: list[Any]) -> None:
        kind = record[0]
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
