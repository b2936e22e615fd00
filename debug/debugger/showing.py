"""The text and the type of a value, as its language calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.values import COMPACT, DEFAULT, Function, Number, Opaque, Reference, Table, Text, to_text

if TYPE_CHECKING:
    from debug.values import Value

_NOTHING = {"javascript": "null", "python": "None"}
_TABLES = {"javascript": ("object", "array"), "python": ("dict", "list")}
"""Containers of fields, and of elements alone."""
_TYPES: dict[str, dict[type, str]] = {
    "lua": {bool: "boolean", int: "number", float: "number", str: "string"},
    "javascript": {bool: "boolean", int: "number", float: "number", str: "string"},
    "python": {bool: "bool", int: "int", float: "float", str: "str"},
}


def line_of(value: Value, language: str) -> str:
    """A value on one line."""
    return _nothing(language) if value is None else to_text(value, COMPACT)


def whole_of(value: Value, language: str) -> str:
    """All of a value that its picture has, over as many lines as it takes."""
    if isinstance(value, str):
        return value
    return _nothing(language) if value is None else to_text(value, DEFAULT)


def type_of(value: Value, language: str) -> str:
    """The name of a value's type."""
    if value is None:
        return _nothing(language)
    types = _TYPES[language]
    if isinstance(value, Text):
        return types[str]
    if isinstance(value, Number):
        return (
            "bigint" if value.text.endswith("n") and value.text[:-1].lstrip("-").isdigit() else types[float]
        )
    if isinstance(value, Function):
        return "function"
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, Table | Reference):
        return _type_of_container(value, language)
    return types[type(value)]


def _type_of_container(value: Table | Reference, language: str) -> str:
    of_fields, of_elements = _TABLES.get(language, ("table", "table"))
    if isinstance(value, Reference):
        return of_fields
    if value.type_name is not None:
        return value.type_name
    return of_elements if value.item_count and not value.pair_count else of_fields


def _nothing(language: str) -> str:
    return _NOTHING.get(language, "nil")
