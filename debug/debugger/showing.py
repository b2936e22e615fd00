"""The text and the type of a value, as its language calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dialects import dialect_of
from debug.values import COMPACT, DEFAULT, Function, Number, Opaque, Reference, Table, Text, to_text

if TYPE_CHECKING:
    from debug.dialect import TypeNames
    from debug.values import Value


def line_of(value: Value, language: str) -> str:
    """A value on one line."""
    return to_text(value, COMPACT, dialect=dialect_of(language))


def whole_of(value: Value, language: str) -> str:
    """All of a value that its picture has, over as many lines as it takes."""
    return value if isinstance(value, str) else to_text(value, DEFAULT, dialect=dialect_of(language))


def type_of(value: Value, language: str) -> str:
    """The name of a value's type."""
    dialect = dialect_of(language)
    types = dialect.types
    if value is None:
        return types.nothing
    if isinstance(value, Function):
        return "function"
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, Table):
        if value.type_name is not None:
            return value.type_name
        return types.elements if dialect.is_array(value) else types.fields
    if isinstance(value, Number):
        is_bigint = value.text.endswith("n") and value.text[:-1].lstrip("-").isdigit()
        return "bigint" if is_bigint else types.float
    return types.fields if isinstance(value, Reference) else _type_of_scalar(value, types)


def _type_of_scalar(value: bool | int | float | str | Text, types: TypeNames) -> str:
    if isinstance(value, bool):
        return types.boolean
    if isinstance(value, int):
        return types.integer
    return types.float if isinstance(value, float) else types.string
