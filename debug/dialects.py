"""The dialect of each language (see `debug.dialect`)."""

from __future__ import annotations

from debug.dialect import LUA, NEUTRAL, Dialect, TypeNames
from debug.text_safety import quote

# JavaScript, as node's `util.inspect` and the consoles of browsers write it

_OPAQUE_WORDS = {
    "undefined": "undefined",
    "getter": "[Getter]",
    "setter": "[Setter]",
    "getter and setter": "[Getter/Setter]",
}
_BOXES = frozenset({"Number", "String", "Boolean", "BigInt", "Symbol"})
_HOLDERS = frozenset(
    {"ArrayBuffer", "SharedArrayBuffer", "DataView", "Promise", "WeakMap", "WeakSet", "WeakRef"}
)


def _js_number(value: float) -> str:
    """`Number::toString` of ECMA-262: the shortest digits, as Python has them, without exponent from 1e-6 to 1e21."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    mantissa, _, exponent = text.partition("e")
    power = int(exponent)
    if not -7 < power < 21:
        return f"{mantissa}e{power:+d}"
    from decimal import Decimal

    return f"{Decimal(text):f}"


def _js_says(kind: str | None, name: str, text: str) -> str:
    if kind == "error":
        return f"[{name}: {text}]" if text else f"[{name}]"
    return text if name in ("Date", "RegExp") else f"{name} {text}"


def _js_function(kind: str | None, name: str | None, place: str | None, address: str) -> str:
    sort = kind or "Function"
    joint = " " if sort == "class" else ": "
    named = f"{joint}{name}" if name else "" if place else " (anonymous)"
    return f"[{sort}{named}{f' ({place})' if place else ''}]{address}"


def _js_opaque(type_: str, text: str | None, address: str) -> str:
    word = _OPAQUE_WORDS.get(type_)
    if word is not None:
        return word
    if text is None:
        return f"<{type_}>{address}"
    if type_ == "symbol":
        return text
    if type_ in _BOXES:
        return f"[{type_}: {quote(text) if type_ == 'String' else text}]{address}"
    return f"{type_} {{ {text} }}{address}" if type_ in _HOLDERS else f"<{type_}: {text}>{address}"


def _is_js_name(key: str) -> bool:
    return key.isidentifier() or ("$" in key and key.replace("$", "_").isidentifier())


JAVASCRIPT = Dialect(
    nothing="null",
    number=_js_number,
    numbers={"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"},
    types=TypeNames("null", fields="object", elements="array"),
    plain=("", "Array"),
    has_sizes_in_names=True,
    first_index=0,
    are_mixed_arrays=True,
    says=_js_says,
    left_items=("item", "items"),
    pairs=("property", "properties"),
    entries=("entry", "entries"),
    joint=": ",
    entry_joint=" => ",
    comma=",",
    padding=" ",
    is_name=_is_js_name,
    literal_key="{}",
    function=_js_function,
    opaque=_js_opaque,
    known_types=frozenset({"symbol", *_OPAQUE_WORDS, *_BOXES, *_HOLDERS}),
)

PYTHON = Dialect(
    nothing="None",
    truth=("False", "True"),
    types=TypeNames("None", "bool", "int", "float", "str", "dict", "list"),
)

_DIALECTS = {NEUTRAL: LUA, "javascript": JAVASCRIPT, "python": PYTHON}


def dialect_of(language: str) -> Dialect:
    """The words of a language, named as `debug.debugger.target.Target` does; of one that has none of its own, Lua's."""
    return _DIALECTS.get(language, LUA)
