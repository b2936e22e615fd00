"""How a language writes its values: the words, marks and brackets that dumps, traces and the debugger use for it.

Pictures of values are the same for every language (`debug.picture`); their text is in the language of the script that
they come from. An engine names its language, whatever holds a picture keeps that name, and `debug.dialects` has the
words of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from debug.picture import Table

NEUTRAL = "lua"
"""The language whose words are used where none is named."""

_NOUNS = ("pair", "pairs")


@dataclass(frozen=True, slots=True)
class TypeNames:
    """What the debugger calls the types of values."""

    nothing: str = "nil"
    boolean: str = "boolean"
    integer: str = "number"
    float: str = "number"
    string: str = "string"
    fields: str = "table"
    """Containers of fields, without a class."""
    elements: str = "table"
    """Containers of elements alone, without a class."""


def _function(kind: str | None, name: str | None, place: str | None, address: str) -> str:
    del kind
    return f"function{f' {name}' if name else ''} ({'builtin' if place is None else place}){address}"


def _opaque(type_: str, text: str | None, address: str) -> str:
    return f"<{type_}{address}{'' if text is None else f': {text}'}>"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One language's way. The defaults are Lua's. What its functions are given is one safe line each."""

    nothing: str = "nil"
    truth: tuple[str, str] = ("false", "true")
    number: Callable[[float], str] = repr
    numbers: Mapping[str, str] = field(default_factory=dict)
    """What `picture.Number` says, by how it is written."""
    types: TypeNames = TypeNames()

    # Containers
    plain: tuple[str, str] = ("table", "table")
    """What containers of fields and of elements are called that have no class; may be empty."""
    has_sizes_in_names: bool = False
    """`Map(2)`; else `Map (2 pairs)`."""
    says: Callable[[str | None, str, str], str] | None = None
    """(kind, class, text): what stands for class and text of a value that says something of itself. None: the class,
    and after it the text as a string."""
    first_index: int = 1
    """Of an array's elements."""
    are_mixed_arrays: bool = False
    """Whether what has elements and pairs is an array with fields; else a map with numbered fields."""
    items: tuple[str, str] = ("item", "items")
    left_items: tuple[str, str] = ("element", "elements")
    """The same where they are left out."""
    pairs: tuple[str, str] = _NOUNS
    entries: tuple[str, str] = _NOUNS
    """Pairs of kind `map`."""

    # What is in them
    joint: str = " = "
    entry_joint: str = " = "
    """Between the key and value of kind `map`; its keys are written as values where it is another than `joint`."""
    comma: str = ""
    """At the end of a line that another one follows."""
    padding: str = ""
    """Within braces on one line."""
    is_name: Callable[[str], bool] = str.isidentifier
    """Whether a key is written without quotes."""
    literal_key: str = "[{}]"
    """Keys that are strings or numbers."""
    other_key: str = "[{}]"

    # What cannot be looked into
    function: Callable[[str | None, str | None, str | None, str], str] = _function
    """(kind, name, place, address with a blank before it or nothing)"""
    opaque: Callable[[str, str | None, str], str] = _opaque
    """(type, text, address with a blank before it or nothing)"""
    known_types: frozenset[str] = frozenset()
    """Types that `opaque` knows: they are not cut, however short strings are."""

    def is_array(self, table: Table) -> bool:
        """Whether a container is written in brackets, its elements without keys."""
        if table.kind is not None:
            return table.kind == "array"
        if self.are_mixed_arrays:
            return bool(table.items) or table.item_count > 0
        if table.items or table.pairs:
            return bool(table.items) and not table.pairs
        return table.item_count > 0 and not table.pair_count


LUA = Dialect()
