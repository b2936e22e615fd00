"""An entry's data as a tree, where it is too long for the line. What is folded away is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmspell_cli.render.data_text import key_text, scalar_text, string_text, value_line
from llmspell_cli.render.text import ellipsis
from llmspell_cli.render.theme import DIM, KEY, PLAIN, STRING
from llmspell_cli.render.tree import Branch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmspell_cli.render.theme import Style

MAX_ROWS = 100
"""Rows one entry's data may take."""

MAX_ITEMS = 20
"""Items shown of one list or map."""

MAX_DEPTH = 6
MAX_STRING = 200
"""Characters shown of one string."""

_SMALL = 60
"""Characters of a list or map that still goes on its key's line."""

_WORD = 30
"""Characters of a string that may stand in a row with others."""

_KEYLESS = object()
"""Stands for the key of a list's item: languages count from 0 or from 1, so no number is shown."""


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
        name: tuple[tuple[str, Style], ...] = ()
        if key is not _KEYLESS:
            # No space: rich would break the line there where the value is one long word.
            name = ((key_text(key, unicode=self._unicode), KEY), ("=", DIM))
        if not isinstance(value, dict | list | tuple):
            return Branch((*name, self._scalar(value)))
        line, whole = value_line(value, _SMALL, unicode=self._unicode)
        if whole:
            return Branch((*name, (line, PLAIN)))
        if not isinstance(value, dict):
            flat = self._flat_list(value)
            if flat is not None:
                return Branch((*name, *flat))
        kind = "keys" if isinstance(value, dict) else "items"
        if depth + 1 >= MAX_DEPTH:
            return Branch((*name, (self._more(len(value), kind), DIM)))
        pairs = value.items() if isinstance(value, dict) else ((_KEYLESS, item) for item in value)
        label = (*name, (f"{len(value)} {kind}", DIM))
        return Branch(label, self.branches(pairs, len(value), depth + 1))

    def _flat_list(self, items: Sequence[Any]) -> tuple[tuple[str, Style], ...] | None:
        """A list of numbers, short words and the like: in a row, as many as go; None for any other list."""
        taken: list[str] = []
        length = 0
        for item in items[:MAX_STRING]:
            if isinstance(item, dict | list | tuple) or (isinstance(item, str) and len(item) > _WORD):
                return None
            text, _ = self._scalar(item)
            length += len(text) + 2
            if length > MAX_STRING:
                break
            taken.append(text)
        rest = len(items) - len(taken)
        row = f"[{', '.join(taken)}{', ' if rest else ']'}"
        return ((row, PLAIN), (self._more(rest, "more]"), DIM)) if rest else ((row, PLAIN),)

    def _scalar(self, value: Any) -> tuple[str, Style]:
        if not isinstance(value, str):
            return scalar_text(value), PLAIN
        if len(value) <= MAX_STRING:
            return string_text(value, unicode=self._unicode), STRING
        head = string_text(value[:MAX_STRING], unicode=self._unicode)
        return f"{head} {self._more(len(value) - MAX_STRING, 'more characters')}", STRING

    def _more(self, count: int, what: str) -> str:
        return f"{ellipsis(unicode=self._unicode)} {count} {what}"
