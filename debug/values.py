"""The language-neutral picture of a value, and its text.

A prelude walks a value in the script's own language and writes its picture as JSON; this module decodes
that JSON into the structs below and turns them into text, JSON types or (elsewhere) a tree. Limits on depth,
elements, pairs and string length are applied by the walker, which says what it left out.

The JSON: `null`, booleans, strings and finite numbers stand for themselves (`1.0` is a float, `1` an integer);
everything else is an object whose `t` names the struct, e.g. `{"t":"table","items":[1,2],"item_count":2}`.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Number(msgspec.Struct, frozen=True, tag_field="t", tag="number"):
    """A number that JSON has no literal for: `nan`, `inf`, `-inf`, a BigInt."""

    text: str


class Text(msgspec.Struct, frozen=True, tag_field="t", tag="text"):
    """A string that was cut; `length` is the whole length, in the language's own unit (bytes in Lua)."""

    value: str
    length: int


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """A key and its value: `[key, value]` in JSON."""

    key: Value
    value: Value


class Table(msgspec.Struct, frozen=True, tag_field="t", tag="table", omit_defaults=True):
    """A container: Lua table, JS object, array, Map, Set, Python dict or dataclass.

    An array has only `items`, a map only `pairs`, a mixed Lua table both. The counts are of the whole
    value; where they exceed what is held, the walker cut it. Pairs come in a stable order.
    """

    items: tuple[Value, ...] = ()
    item_count: int = 0
    pairs: tuple[Pair, ...] = ()
    pair_count: int = 0
    type_name: str | None = None
    """The class: a Lua metatable's `__name`, `Map`, `Set`, a dataclass's name."""
    text: str | None = None
    """What the value says of itself (`__tostring`), where it has something to say."""
    metatable: bool = False
    """True where a Lua metatable is set."""
    address: str | None = None
    cut: bool = False
    """True where `max_depth` was reached: the counts are known, the content was not walked."""


class Function(msgspec.Struct, frozen=True, tag_field="t", tag="function", omit_defaults=True):
    """A function, by name and the place where it was defined; a builtin has no source."""

    name: str | None = None
    source: str | None = None
    line: int | None = None
    address: str | None = None


class Opaque(msgspec.Struct, frozen=True, tag_field="t", tag="opaque", omit_defaults=True):
    """A value that cannot be looked into: userdata, thread, promise, symbol."""

    type: str
    """E.g. `userdata`, `thread`."""
    text: str | None = None
    """What it says of itself, or a detail such as a thread's status."""
    address: str | None = None


class Reference(msgspec.Struct, frozen=True, tag_field="t", tag="ref"):
    """A value met again on its own path; `path` leads back to it from the root `$`, e.g. `$.a[1]`."""

    path: str


Value: TypeAlias = None | bool | int | float | str | Number | Text | Table | Function | Opaque | Reference
