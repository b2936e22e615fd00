"""Entries as JSON on a stream: one document a line, or indented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.outputs import json_text
from debug.outputs.stream_output import StreamOutput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from debug.entry import Entry


class JsonLinesOutput(StreamOutput):
    """Writes JSON documents to a stream. A pipe that nobody reads ends it quietly."""

    def __init__(
        self,
        stream: int | TextIO,
        *,
        pretty: bool = False,
        name: str = "json",
        before_burst: Callable[[], None] | None = None,
    ) -> None:
        """`pretty`: indented, a document over several lines. `before_burst` is called before each write."""
        super().__init__(stream, name=name, before_burst=before_burst)
        self._pretty = pretty

    def encoded(self, entries: Sequence[Entry]) -> bytes:
        """The entries as JSON documents."""
        if self._pretty:
            return b"".join(map(json_text.encode_pretty, entries))
        return json_text.encode_lines(entries)
