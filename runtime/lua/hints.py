"""What may help with the common errors of Lua at run time: which name was nil, what it may have been meant to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from debug.nearest import nearest
from runtime.lua.columns import column_of, container_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHAT = (
    r"attempt to (?P<what>call|index|perform (?:arithmetic|bitwise operation) on|concatenate|get length of)"
)
_NEW = re.compile(_WHAT + r" an? (?P<type>[\w*]+) value(?: \((?P<kind>[\w ]+) '(?P<name>[^']*)'\))?")
"""Lua 5.3 and later."""
_OLD = re.compile(_WHAT + r" (?P<kind>\w+) '(?P<name>[^']*)' \(an? (?P<type>[\w*]+) value\)")
"""Lua 5.1, 5.2 and LuaJIT."""

_NO_NAMES = ("?", "integer index", "for iterator")
"""What stands where Lua knows no name."""

_NEVER_SET = "was it ever set, did a function return nothing?"

_BY_MESSAGE = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (
            r"undefined symbol: lua|symbol not found in flat namespace '?_lua",
            "this is a C module: run with --c-modules",
        ),
        (
            r"^module '.*' not found",
            "`require` looks beside the script first; LUA_PATH adds other places",
        ),
        (r"stack overflow", "a function calls itself without an end, or very deeply"),
        (
            r"bad argument #1 to '(?:ipairs|pairs|for iterator)' \(table expected, got n",
            f"what the loop goes through is nil: {_NEVER_SET}",
        ),
        (
            r"calling '\w+' on bad self|FILE\* expected, got",
            "a method is called with `:`, as in `file:write(...)`",
        ),
        (
            r"attempt to compare (?:nil with|\w+ with nil|two nil)",
            f"a side of the comparison is nil: {_NEVER_SET}",
        ),
        (
            r"attempt to compare (?:number with string|string with number)",
            "text and numbers have no order between them: `tonumber` reads a number from a text",
        ),
        (
            r"attempt to (?:perform arithmetic on a string value|\w+ a 'string' with|\w+ a '\w+' with a 'string')",
            "this text is no number; `..` joins texts",
        ),
        (r"number has no integer representation", "math.floor takes the fraction away"),
        (
            r"malformed pattern",
            "in a pattern `%` goes before a magic character; find(text, plain, 1, true) takes none",
        ),
        (r"cannot resume dead coroutine", "it has returned or failed before; coroutine.status tells"),
    )
)


class Advice(NamedTuple):
    """A hint, and where in the line the error is, from 1."""

    hint: str | None = None
    column: int | None = None


def for_runtime(message: str, names: Sequence[str], line: str | None) -> Advice:
    """`names` are those the script can reach, members of tables as `table.member`; `line` is the source's."""
    found = _NEW.search(message) or _OLD.search(message)
    if found is None:
        return Advice(next((hint for pattern, hint in _BY_MESSAGE if pattern.search(message)), None))
    what, value_type, kind, name = found["what"], found["type"], found["kind"], found["name"]
    if name in _NO_NAMES:
        name = None
    column = column_of(line, name, kind, what) if name else None
    if value_type != "nil":
        return Advice(_for_value(value_type, what, name, message, line), column)
    return Advice(_for_nil(name, kind, names, line) if name else f"a value here is nil: {_NEVER_SET}", column)


def _for_value(value_type: str, what: str, name: str | None, message: str, line: str | None) -> str | None:
    """A value that is there, but of a type that does not do."""
    if name == "self" and value_type != "table":
        return _colon(value_type)
    if what == "call" and value_type == "table" and ("for iterator" in message or _is_loop(line)):
        return "a loop over a table is written `for key, value in pairs(t) do`"
    if what == "concatenate":
        return f"a {value_type} does not become text by itself: tostring makes it one"
    return next((hint for pattern, hint in _BY_MESSAGE if pattern.search(message)), None)


def _for_nil(name: str, kind: str, names: Sequence[str], line: str | None) -> str:
    if kind in ("field", "method"):
        container = container_of(line, name)
        meant = _member(name, container, names)
        if (
            meant is None
            and kind == "method"
            and not any(known.startswith(f"{container}.") for known in names)
        ):
            meant = _member(name, "string", names)
        return f"there is no {kind} `{name}`" + (f"; did you mean `{meant}`?" if meant else "")
    if kind == "global":
        if name in names:
            return f"`{name}` is nil here"
        close = nearest(name, [known for known in names if "." not in known])
        return f"no variable `{name}` was set" + (f"; did you mean `{close}`?" if close else "")
    if name == "self":
        return _colon("nil")
    return f"`{name}` is nil here: {_NEVER_SET}"


def _colon(value_type: str) -> str:
    a = "" if value_type == "nil" else "a "
    return f"`self` is {a}{value_type} here: was the method called with `.` where it takes `:`?"


def _member(name: str, container: str | None, names: Sequence[str]) -> str | None:
    """The nearest member of that table, as `table.member`."""
    if container is None:
        return None
    prefix = container + "."
    close = nearest(name, [known[len(prefix) :] for known in names if known.startswith(prefix)])
    return None if close is None or close == name else prefix + close


def _is_loop(line: str | None) -> bool:
    return line is not None and re.search(r"\bfor\b.*\bin\b", line) is not None
