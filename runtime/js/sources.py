"""The texts of scripts and modules as their authors wrote them, and what V8's positions in them mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import dumps, loads
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

_TRACE_SOURCE = re.compile(r'"source":("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was given to V8 as the body of a function, all of it on its own lines."""

    name: str
    """How messages call it."""
    text: str
    location: str = ""
    """How stacks call it that a script reads: a path, or of an ES module a URL. Its name, where it is no file."""
    prefix_length: int = 0
    """Characters that stand before the text on its first line."""

    columns: Callable[[int, int], int] | None = None
    """Of a text that was rewritten on its own lines: the column in it of a line and column that V8 tells."""

    @property
    def url(self) -> str:
        """The location in a form that `sourceURL` takes: without spaces and quotes."""
        location = self.shown_location
        return quote(location) if any(one.isspace() or one in "'\"" for one in location) else location

    @property
    def shown_location(self) -> str:
        """The location, or else the name."""
        return self.location or self.name

    def line(self, number: int) -> str | None:
        """The text of a line, counted from 1."""
        at = 0
        for _ in range(number - 1):
            at = self.text.find("\n", at) + 1
            if at == 0:
                return None
        end = self.text.find("\n", at)
        return self.text[at : end if end >= 0 else None].rstrip("\r") if number > 0 else None

    def column(self, line: int, column: int) -> int:
        """The column in the text, where V8 counts `column`; both count from 1."""
        if self.columns is not None:
            return self.columns(line, column)
        return max(1, column - self.prefix_length) if line == 1 else column


class Sources:
    """All texts of a run, by the name that V8 knows them by."""

    def __init__(self) -> None:
        self._by_url: dict[str, Source] = {}
        self._known: dict[str, Source] = {}
        self._compiled: dict[str, Callable[[int, int], int]] = {}

    def add(self, source: Source) -> None:
        """Keep a text, so that errors can show its lines and functions can be found in it."""
        self._by_url[source.url] = source
        for known in (source.url, source.shown_location, source.name):
            self._known[known] = source

    def add_compiled(self, url: str, columns: Callable[[int, int], int]) -> None:
        """Keep the columns of a text that was rewritten when the script had it compiled. One without a name is known by
        `<eval>` and its SHA-256.
        """
        self._compiled[url] = columns

    def column(self, url: str | None, line: int, column: int) -> int:
        """The column in the text as it was written."""
        source = self.get(url)
        if source is not None:
            return source.column(line, column)
        compiled = None if url is None else self._compiled.get(url)
        return column if compiled is None else compiled(line, column)

    def get(self, url: str | None) -> Source | None:
        """The text of that `sourceURL`, location or name."""
        return None if url is None else self._known.get(url)

    def places(self, asked: list[tuple[str, int, int]]) -> list[str]:
        """What stands in a stack for V8's `(sourceURL, line, column)`: `location:line:column` of the original."""
        return [self._place(*one) for one in asked]

    def _place(self, url: str, line: int, column: int) -> str:
        source = self._by_url.get(url)
        if source is None:
            return f"{url}:{line}:{self.column(url, line, column)}"
        return f"{source.shown_location}:{line}:{source.column(line, column)}"

    def names(self, trace_json: str) -> str:
        """A trace with sources called by their names."""
        return _TRACE_SOURCE.sub(self._named, trace_json)

    def _named(self, found: re.Match[str]) -> str:
        source = self._by_url.get(loads(found[1]))
        return found[0] if source is None else f'"source":{dumps(source.name)}'

    def locate(self, function_text: str) -> tuple[str, int | None] | None:
        """Where a function stands, by its text; without a line where that text is there more than once."""
        found: tuple[str, int | None] | None = None
        for source in self._by_url.values():
            at = source.text.find(function_text)
            if at < 0:
                continue
            if found is not None:
                return None
            again = source.text.find(function_text, at + 1) >= 0
            found = (source.name, None if again else source.text.count("\n", 0, at) + 1)
        return found
