"""The console where it is no terminal: one plain line an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.outputs.stream_output import StreamOutput
from debug.outputs.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from debug.entry import Entry


class ConsoleOutput(StreamOutput):
    """Writes plain lines to a stream, usually standard error. A pipe that nobody reads ends it quietly."""

    def __init__(
        self,
        stream: int | TextIO,
        *,
        name: str = "console",
        before_burst: Callable[[], None] | None = None,
    ) -> None:
        """`before_burst` is called before each write, e.g. to flush what the script has printed so far."""
        super().__init__(stream, name=name, before_burst=before_burst)
        self._text = TextLines()

    def encoded(self, entries: Sequence[Entry]) -> bytes:
        """The entries as lines."""
        lines = self._text.lines(entries)
        lines.append("")
        return "\n".join(lines).encode("utf-8", "backslashreplace")
