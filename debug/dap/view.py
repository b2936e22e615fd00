"""Places and sources between the debugger, which counts lines and characters from 1 and knows paths, and a client,
which counts columns in UTF-16 code units, from 0 or 1, and may know URIs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from debug.dap.client_info import ClientInfo
from debug.dap.errors import RequestError
from debug.dap.types import Module, Source, StackFrame
from debug.debugger.events import SessionError
from debug.debugger.loaded import file_key, is_same_file

if TYPE_CHECKING:
    from debug.debugger.events import Location, SourceInfo
    from debug.debugger.session import Session
    from debug.debugger.views import FrameInfo

_FRAME_HINTS: dict[str, Literal["label", "subtle"] | None] = {
    "script": None,
    "native": "subtle",
    "boundary": "label",
}


class Span(NamedTuple):
    """A place as a client counts; None what is not known."""

    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class View:
    """A session's places as one client sees them. From any thread."""

    def __init__(self, session: Session) -> None:
        self.client = ClientInfo()
        """What is known of it so far."""
        self._session = session
        self._wide_lines: dict[int, list[str] | None] = {}
        """Of the sources met: their lines, or None where each character is one UTF-16 code unit anyhow."""

    # To the client

    def span(self, location: Location) -> Span:
        """Where something is."""
        if location.line == 0:
            return Span(0)
        return Span(
            self.line(location.line),
            self._column(location.source, location.line, location.column),
            self.line(location.end_line) if location.end_line else None,
            self._column(location.source, location.end_line, location.end_column),
        )

    def frame(self, frame: FrameInfo) -> StackFrame:
        """A function that runs."""
        hint = _FRAME_HINTS[frame.kind]
        location = frame.location
        if location is None:
            # Without a path or a reference a client shows the name, and has nothing to open.
            source = Source(name=frame.source_name) if frame.source_name else None
            return StackFrame(frame.id, frame.name, 0, 0, source, presentation_hint=hint)
        span = self.span(location)
        return StackFrame(
            frame.id,
            frame.name,
            span.line,
            self.client.first_column if span.column is None else span.column,
            self.source_at(location),
            span.end_line,
            span.end_column,
            module_id=location.source,
            presentation_hint=hint,
        )

    def module(self, info: SourceInfo) -> Module:
        """A loaded source as a module."""
        path = None if info.path is None else self.path(info.path)
        status = (
            "can be stopped in" if info.unstoppable is None else f"cannot be stopped in: {info.unstoppable}"
        )
        return Module(info.id, info.name, path, symbol_status=status)

    def line(self, line: int) -> int:
        """A line of ours."""
        return line - 1 + self.client.first_line

    def source_at(self, location: Location) -> Source:
        """The source that something is in."""
        return self._source(location.source, location.name, location.path)

    def source(self, info: SourceInfo, origin: str | None = None) -> Source:
        """A loaded source."""
        return self._source(info.id, info.name, info.path, origin)

    def path(self, path: str) -> str:
        """A path of ours."""
        if not self.client.uris:
            return path
        from pathlib import Path

        return Path(path).as_uri() if os.path.isabs(path) else path

    def column_in(self, text: str, offset: int) -> int:
        """A place in a text of the client's, so many characters from its beginning."""
        return _units(text[:offset]) + self.client.first_column

    # From the client

    def line_of(self, line: int) -> int:
        """A line of the client's."""
        return line + 1 - self.client.first_line

    def column_of(self, file: str | int, line: int, column: int | None) -> int | None:
        """A column of the client's, in a line of ours of a source or file."""
        if column is None:
            return None
        units = column - self.client.first_column
        text = self._line_of_file(file, line)
        return units + 1 if text is None else _characters(text, units) + 1

    def offset_of(self, text: str, column: int) -> int:
        """A column of the client's, as characters from the beginning of a text of its."""
        return _characters(text, column - self.client.first_column)

    def file_of(self, source: Source) -> str | int:
        """What the client means: a path, or a `SourceInfo.id`. Raises RequestError."""
        if source.source_reference:
            return source.source_reference
        path = source.path
        if not path:
            raise RequestError("the source has neither a path nor a sourceReference")
        if path.startswith("file:"):
            # Late: most clients send paths, and this is a good part of the adapter's start.
            from urllib.parse import urlsplit
            from urllib.request import url2pathname

            parts = urlsplit(path)
            if parts.netloc not in ("", "localhost"):
                raise RequestError(f"{path} is on another machine")
            path = url2pathname(parts.path)
        if "\0" in path:
            raise RequestError(f"{path!r} is no path")
        return path

    def latest(self, file: str | int) -> SourceInfo | None:
        """What was loaded last of a path, or the source of a `SourceInfo.id`."""
        every = reversed(self._session.sources.all())
        if isinstance(file, int):
            return next((info for info in every if info.id == file), None)
        key = file_key(file)
        return next((info for info in every if info.path and is_same_file(file_key(info.path), key)), None)

    def _source(self, id_: int, name: str, path: str | None, origin: str | None = None) -> Source:
        if path is None:
            return Source(name=name, source_reference=id_, origin=origin)
        return Source(name=os.path.basename(path), path=self.path(path), origin=origin)

    def _column(self, source: int, line: int, column: int) -> int | None:
        if column == 0:
            return None
        lines = self._lines(source)
        if lines is not None and 0 < line <= len(lines):
            column = _units(lines[line - 1][: column - 1]) + 1
        return column - 1 + self.client.first_column

    def _lines(self, source: int) -> list[str] | None:
        if source not in self._wide_lines:
            try:
                text = self._session.sources.text(source)
            except SessionError:
                return None  # its script has just ended
            self._wide_lines[source] = None if text.isascii() else text.split("\n")
        return self._wide_lines[source]

    def _line_of_file(self, file: str | int, line: int) -> str | None:
        """A line with wide characters in it; None where there are none, and where it cannot be read."""
        if isinstance(file, int):
            lines = self._lines(file)
        else:
            try:
                with open(file, encoding="utf-8", errors="replace") as opened:
                    lines = opened.read().split("\n")
            except (OSError, ValueError):
                return None
        return lines[line - 1] if lines is not None and 0 < line <= len(lines) else None


def _units(text: str) -> int:
    """How many UTF-16 code units a text is."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def _characters(text: str, units: int) -> int:
    """How many characters of a text so many UTF-16 code units are; past its end each is one."""
    passed = 0
    for index, character in enumerate(text):
        if passed >= units:
            return index
        passed += 2 if character > "\uffff" else 1
    return len(text) + max(0, units - passed)
