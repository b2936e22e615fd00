"""An entry's data on one line: `user=ada tries=3 tags=[a, b]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from debug.text_safety import quote
from llmspell_cli.render.text import ellipsis, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAX_DEPTH = 32
"""Nesting past which one line shows only that there is more."""

_MAX_INT_BITS = 4000
"""Python refuses to write longer integers in decimal; they are shown in hexadecimal."""

_RESERVED = frozenset(("true", "false", "null", "nan", "inf"))
_NEEDS_QUOTES = frozenset(" \"'\\=,:{}[]()")


def one_line(data: Mapping[str, Any], limit: int, *, unicode: bool) -> tuple[str, bool]:
    """`key=value` for each pair, and whether that is all: an ellipsis stands past `limit` characters."""
    return _join(_pairs(data, limit, unicode), limit, unicode)


def value_line(value: Any, limit: int, *, unicode: bool) -> tuple[str, bool]:
    """The same for one value."""
    return _join(_pieces(value, limit, unicode, 0), limit, unicode)


def key_text(key: object, *, unicode: bool) -> str:
    """A key as it stands before `=` or `:`; quoted where it could be misread."""
    return string_text(key, unicode=unicode) if isinstance(key, str) else scalar_text(key)


def string_text(text: str, *, unicode: bool) -> str:
    """A string bare where nothing else reads like it, else in quotes."""
    if text[:1].isalpha() and _NEEDS_QUOTES.isdisjoint(text) and text.isprintable() and text not in _RESERVED:
        return visible(text, unicode=unicode)
    return visible(quote(text), unicode=unicode)


def scalar_text(value: object) -> str:
    """A number, boolean or null as JSON writes it. Anything else is named by its type."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return str(value) if value.bit_length() < _MAX_INT_BITS else hex(value)
    if type(value) is float:
        return repr(value)
    return f"<{type(value).__name__}>"


def _pairs(data: Mapping[str, Any], limit: int, unicode: bool) -> Iterator[str]:
    for index, (key, value) in enumerate(data.items()):
        if index:
            yield " "
        yield key_text(key, unicode=unicode)
        yield "="
        yield from _pieces(value, limit, unicode, 1)


def _pieces(value: Any, limit: int, unicode: bool, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield _bounded_string(value, limit, unicode)
    elif depth > _MAX_DEPTH and isinstance(value, dict | list | tuple):
        yield ellipsis(unicode=unicode)
    elif isinstance(value, dict):
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            if index:
                yield ", "
            yield key_text(key, unicode=unicode)
            yield ": "
            yield from _pieces(item, limit, unicode, depth + 1)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ", "
            yield from _pieces(item, limit, unicode, depth + 1)
        yield "]"
    else:
        yield scalar_text(value)


def _bounded_string(text: str, limit: int, unicode: bool) -> str:
    if len(text) <= limit:
        return string_text(text, unicode=unicode)
    head = string_text(text[:limit], unicode=unicode)
    return f"{head}{ellipsis(unicode=unicode)} ({len(text)} characters)"


def _join(pieces: Iterator[str], limit: int, unicode: bool) -> tuple[str, bool]:
    taken: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > limit:
            room = limit - (length - len(piece))
            mark = ellipsis(unicode=unicode)
            return "".join(taken) + (piece if len(piece) <= 2 * limit else piece[:room] + mark) + mark, False
        taken.append(piece)
    return "".join(taken), True
