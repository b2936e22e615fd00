"""The sources of a session, for its client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.events import SessionError, SourceInfo

if TYPE_CHECKING:
    from debug.debugger.loaded import LoadedSource
    from debug.debugger.script import Scripts
    from debug.debugger.source import FunctionSpan


class Sources:
    """What a client may know of sources. From any thread."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    def all(self) -> tuple[SourceInfo, ...]:
        """Those of the scripts that run, in the order in which they were loaded."""
        with self._scripts.lock:
            return tuple(loaded.info for loaded in self._scripts.sources())

    def text(self, source: int) -> str:
        """A source as it was loaded. Raises SessionError where there is none of that id."""
        return self._find(source).source.text

    def functions(self, source: int) -> tuple[FunctionSpan, ...]:
        """The functions in a source, the main chunk first. Raises SessionError."""
        return self._find(source).source.functions

    def changed_on_disk(self, source: int) -> bool:
        """Whether its file now reads otherwise than when it was loaded, or is gone. Raises SessionError."""
        found = self._find(source).source
        path, text = found.path, found.text
        if path is None:
            return False
        try:
            with open(path, "rb") as file:
                read = file.read()
        except OSError:
            return True
        return not _is_same_text(read, text)

    def _find(self, source: int) -> LoadedSource:
        with self._scripts.lock:
            found = next((one for one in self._scripts.sources() if one.info.id == source), None)
        if found is None:
            raise SessionError(f"there is no source {source}")
        return found


def _is_same_text(read: bytes, text: str) -> bool:
    # How an undecodable byte was kept is its engine's matter; ends of lines and a mark in front change no statement.
    for errors in ("surrogateescape", "backslashreplace", "replace"):
        if _plain(read.decode("utf-8", errors)) == _plain(text):
            return True
    return False


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
