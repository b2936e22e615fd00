"""The JSON form of a value's picture: what `Debug.logWithData` keeps with an entry."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from debug.dialect import LUA
from debug.dump_options import COMPACT
from debug.dump_text import Writer, to_text
from debug.picture import Number, Table, Text
from debug.text_safety import without_surrogates

if TYPE_CHECKING:
    from debug.dialect import Dialect
    from debug.picture import Value

_CUT = "…"
"""The key that tells of pairs left out."""

_LARGEST_INTEGER = 2**64


def to_metadata(value: Value, dialect: Dialect = LUA) -> dict[str, Any]:
    """`value` as JSON types. What is no map becomes the map's only entry, `value`.

    An array becomes a list, a map a dict with text as keys, a mixed table a dict with its indices as keys, an error
    with fields a dict with its `name` and `message` before them. What JSON cannot hold is text as a compact dump
    shows it. Where the walker cut, the last element or the key `…` says how much is left out.
    """
    if isinstance(value, Table):
        shown = _empty_form(value, dialect)
        if isinstance(shown, dict):
            _fill(value, shown, dialect)
            return shown
    return {"value": to_json_types(value, dialect)}


def to_json_types(value: Value, dialect: Dialect = LUA) -> Any:
    """`value` as JSON types, as in `to_metadata`, but an array stays a list and a scalar a scalar."""
    if not isinstance(value, Table):
        return to_json_scalar(value, dialect)
    shown = _empty_form(value, dialect)
    if isinstance(shown, list | dict):
        _fill(value, shown, dialect)
    return shown


def to_json_scalar(value: Value, dialect: Dialect = LUA) -> bool | int | float | str | None:
    """A JSON scalar as it is; anything else as text."""
    if isinstance(value, str):
        return without_surrogates(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        # Encoders refuse what is longer.
        return value if -_LARGEST_INTEGER < value < _LARGEST_INTEGER else to_text(value, COMPACT)
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    if isinstance(value, Number):
        return without_surrogates(value.text)
    if isinstance(value, Text):
        return f"{without_surrogates(value.value)}… ({value.length} in all)"
    return to_text(value, COMPACT, dialect=dialect)


def _fill(table: Table, shown: list[Any] | dict[str, Any], dialect: Dialect) -> None:
    """Write the content of `table`, and of all tables in it, into `shown`; with a stack of its own."""
    waiting = [(table, shown)]
    while waiting:
        source, target = waiting.pop()
        place = target.append if isinstance(target, list) else _KeyedPlace(target)
        if isinstance(place, _KeyedPlace) and source.kind == "error":
            place.put("name", without_surrogates(source.type_name or ""))
            place.put("message", without_surrogates(source.text or ""))
        for index, item in enumerate(source.items, dialect.first_index):
            form = _form(item, dialect)
            if isinstance(place, _KeyedPlace):
                place.put(str(index), form)
            else:
                place(form)
            if isinstance(item, Table) and isinstance(form, list | dict):
                waiting.append((item, form))
        if isinstance(place, _KeyedPlace):
            for pair in source.pairs:
                form = _form(pair.value, dialect)
                place.put(_key_text(pair.key, dialect), form)
                if isinstance(pair.value, Table) and isinstance(form, list | dict):
                    waiting.append((pair.value, form))
        rest = _left_out(source, dialect)
        if rest:
            if isinstance(place, _KeyedPlace):
                place.put(_CUT, rest)
            else:
                place(f"{_CUT} {rest}")


class _KeyedPlace:
    """Puts values into a dict; two keys that have the same text (`1` and `"1"`) both keep theirs."""

    def __init__(self, target: dict[str, Any]) -> None:
        self._target = target
        self._repeated: dict[str, int] = {}

    def put(self, key: str, value: Any) -> None:
        name = key
        while name in self._target:
            self._repeated[key] = self._repeated.get(key, 1) + 1
            name = f"{key} ({self._repeated[key]})"
        self._target[name] = value


def _form(value: Value, dialect: Dialect) -> Any:
    """What `value` becomes; a container still empty."""
    return _empty_form(value, dialect) if isinstance(value, Table) else to_json_scalar(value, dialect)


def _empty_form(table: Table, dialect: Dialect) -> list[Any] | dict[str, Any] | str:
    """What `table` becomes, still empty; text where it has no content that could be shown."""
    if table.cut or (not _has_content(table) and table.text is not None):
        return to_text(table, COMPACT, dialect=dialect)
    return [] if _is_list(table) else {}


def _is_list(table: Table) -> bool:
    if table.pairs or table.pair_count > 0:
        return False
    return bool(table.items) or table.item_count > 0 or table.kind in ("array", "set")


def _has_content(table: Table) -> bool:
    return not table.cut and (bool(table.items) or bool(table.pairs))


def _key_text(key: Value, dialect: Dialect) -> str:
    if isinstance(key, str):
        return without_surrogates(key)
    return to_text(key, COMPACT, dialect=dialect)


def _left_out(table: Table, dialect: Dialect) -> str:
    items, pairs = len(table.items), len(table.pairs)
    if table.item_count <= items and table.pair_count <= pairs:
        return ""
    return Writer(COMPACT, dialect).left(table, items, pairs)
