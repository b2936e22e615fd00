"""An entry's data as a tree, where it is too long for the line. What is folded away is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmspell_cli.render.data_text import key_text, scalar_text, string_text, value_line
from llmspell_cli.render.text import ellipsis
from llmspell_cli.render.theme import DIM, KEY, PLAIN, STRING
from llmspell_cli.render.tree import Branch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmspell_cli.render.theme import Style

MAX_ROWS = 100
"""Rows one entry's data may take."""

MAX_ITEMS = 20
"""Items shown of one list or map."""

MAX_DEPTH = 6
MAX_STRING = 500
"""Characters shown of one string."""

_SMALL = 40
"""Characters of a list or map that still goes on its key's line."""


def data_branches(data: Mapping[str, Any], *, unicode: bool) -> list[Branch]:
    """A branch for each pair of `data` (JSON types, no cycles)."""
    return _Builder(unicode).branches(data.items(), len(data), 0)


class _Builder:
    def __init__(self, unicode: bool) -> None:
        self._unicode = unicode
        self._rows = 0

    def branches(self, pairs: Iterable[tuple[object, Any]], count: int, depth: int) -> list[Branch]:
        made: list[Branch] = []
        for key, value in pairs:
            if len(made) == MAX_ITEMS or self._rows >= MAX_ROWS:
                break
            made.append(self._branch(key, value, depth))
        if len(made) < count:
            made.append(Branch(((self._more(count - len(made), "more"), DIM),)))
        return made

    def _branch(self, key: object, value: Any, depth: int) -> Branch:
        self._rows += 1
        name = ((key_text(key, unicode=self._unicode), KEY), (": ", DIM))
        if not isinstance(value, dict | list | tuple):
            return Branch((*name, self._scalar(value)))
        line, whole = value_line(value, _SMALL, unicode=self._unicode)
        if whole:
            return Branch((*name, (line, PLAIN)))
        kind = "keys" if isinstance(value, dict) else "items"
        if depth + 1 >= MAX_DEPTH:
            return Branch((*name, (self._more(len(value), kind), DIM)))
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        label = (*name, (f"{len(value)} {kind}", DIM))
        return Branch(label, self.branches(pairs, len(value), depth + 1))

    def _scalar(self, value: Any) -> tuple[str, Style]:
        if not isinstance(value, str):
            return scalar_text(value), PLAIN
        if len(value) <= MAX_STRING:
            return string_text(value, unicode=self._unicode), STRING
        head = string_text(value[:MAX_STRING], unicode=self._unicode)
        return f"{head} {self._more(len(value) - MAX_STRING, 'more characters')}", STRING

    def _more(self, count: int, what: str) -> str:
        return f"{ellipsis(unicode=self._unicode)} {count} {what}"
