"""What of the host a script gets: the shims in `host/`, what they call in Python, and the text that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.js.sources import Source

if TYPE_CHECKING:
    from runtime.engine import Script
    from runtime.js.host_calls import HostCalls
    from runtime.js.sources import Sources

PREFIX = "(function (exports, require, module, __filename, __dirname) {"
"""What a script is the body of, as in node."""


@dataclass(frozen=True, slots=True)
class MainSource:
    """The script, and the expression whose value is the function that runs it."""

    source: Source
    wrapped: str


class Host:
    """The host of one run."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._main: MainSource | None = None

    def register(self, calls: HostCalls, sources: Sources) -> None:
        """Register what the shims call."""

    def sources(self) -> list[tuple[str, str]]:
        """The shims: file names and texts."""
        return []

    def main_source(self) -> MainSource:
        """The script's text as it is run."""
        if self._main is None:
            text = script_text(self._script.text)
            source = Source(self._script.name, text, len(PREFIX))
            self._main = MainSource(source, f"{PREFIX}{text}\n}})\n//# sourceURL={source.url}")
        return self._main


def script_text(text: bytes) -> str:
    """The text as V8 takes it: without a byte order mark, a first line with `#!` made a comment."""
    decoded = text.decode("utf-8-sig", "replace")
    return "//" + decoded[2:] if decoded.startswith("#!") else decoded
