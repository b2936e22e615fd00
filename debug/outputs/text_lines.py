"""An entry as one line of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from debug.entry import iso_timestamp
from debug.level import Level
from debug.text_safety import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from debug.entry import Entry

_LEVELS = {level: f"Z {level.name:<5}  " for level in Level}


class TextLines:
    """Writes entries as `2026-11-23T09:17:00.123456Z INFO   cache.user  message  {"k":1}`, one line each."""

    def __init__(self) -> None:
        self._second = -1
        self._prefix = ""

    def lines(self, entries: Iterable[Entry]) -> list[str]:
        """A line for each entry, without its line end. Control characters are escaped."""
        written: list[str] = []
        second, prefix = self._second, self._prefix
        for entry in entries:
            now, rest_ns = divmod(entry.time_ns, 1_000_000_000)
            if now != second:
                second, prefix = now, iso_timestamp(entry.time_ns)[:-7]
            message = entry.message
            if not message.isprintable():
                message = printable(message)
            head = f"{prefix}{rest_ns // 1000:06d}{_LEVELS[entry.level]}"
            if entry.module:
                head = f"{head}{printable(entry.module)}  "
            if entry.metadata is not None:
                message = f"{message}  {_data_text(entry.metadata)}"
            written.append(head + message)
        self._second, self._prefix = second, prefix
        return written


def _data_text(metadata: Any) -> str:
    from debug.outputs.json_text import encode  # most entries have no data and need no encoder

    return printable(encode(metadata).decode())
