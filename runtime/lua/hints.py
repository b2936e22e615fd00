"""What may help with the common errors of Lua: which name was nil, what it may have been meant to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from debug.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEW = re.compile(
    r"attempt to (?P<what>call|index|perform arithmetic on|concatenate|get length of) a nil value"
    r"(?: \((?P<kind>\w+) '(?P<name>[^']*)'\))?"
)
"""Lua 5.3 and later."""
_OLD = re.compile(
    r"attempt to (?P<what>call|index|perform arithmetic on|concatenate|get length of) "
    r"(?P<kind>\w+) '(?P<name>[^']*)' \(a nil value\)"
)
"""Lua 5.1, 5.2 and LuaJIT."""
_OPERATION = re.compile(r"attempt to (?:perform arithmetic on|concatenate|compare|get length of)")
_QUOTED = re.compile(
    r"\((?:local|global|field|upvalue|constant|method) '(?P<new>[^']*)'\)"
    r"|(?:local|global|field|upvalue) '(?P<old>[^']*)'"
)
_UNCLOSED = re.compile(r"'(?P<end>[^']+)' expected \(to close '(?P<begin>[^']+)' at line (?P<line>\d+)\)")
_C_MODULE = re.compile(r"undefined symbol: lua|symbol not found in flat namespace '?_lua")


class Advice(NamedTuple):
    """A hint, and the name in the source that the error is about."""

    hint: str | None = None
    name: str | None = None


def for_runtime(message: str, names: Sequence[str]) -> Advice:
    """`names` are those the script can reach, members of global tables as `table.member`."""
    if _C_MODULE.search(message):
        return Advice("this is a C module: run with --c-modules")
    if message.startswith("module '") and "not found" in message:
        return Advice("`require` looks beside the script first; LUA_PATH adds other places")
    if "stack overflow" in message:
        return Advice("a function calls itself without an end, or very deeply")
    found = _NEW.search(message) or _OLD.search(message)
    if found is None:
        named = _QUOTED.search(message) if _OPERATION.search(message) else None
        return Advice(None, (named["new"] or named["old"]) if named else None)
    name, kind = found["name"], found["kind"]
    if not name:
        return Advice("a value here is nil: was it ever set, did a function return nothing?")
    return Advice(_for_name(name, kind, names), name)


def for_syntax(message: str) -> str | None:
    """A hint for what the compiler said."""
    found = _UNCLOSED.search(message)
    if found:
        return f"the `{found['begin']}` in line {found['line']} has no `{found['end']}`"
    if "'=' or 'in' expected" in message:
        return "a loop is written `for i = 1, 10 do` or `for key, value in pairs(t) do`"
    if "'then' expected near '='" in message:
        return "comparing is written `==`"
    if "unexpected symbol near '!'" in message or "near '!='" in message:
        return "not equal is written `~=`, not is written `not`"
    if "syntax error near '+='" in message or "near '+='" in message:
        return "Lua has no `+=`: write `x = x + 1`"
    if "unfinished string" in message:
        return "a string in quotes ends on its line; `[[ ... ]]` holds several"
    return None


def column_of(line: str | None, name: str) -> int | None:
    """Where `name` stands in the line, from 1; None where that is not certain."""
    if line is None or not name:
        return None
    word = re.escape(name)
    if re.match(r"\w", name):
        word = r"(?<!\w)" + word
    if re.search(r"\w$", name):
        word += r"(?!\w)"
    places = [found.start() for found in re.finditer(word, line)]
    return places[0] + 1 if len(places) == 1 else None


def _for_name(name: str, kind: str, names: Sequence[str]) -> str:
    if kind in ("field", "method"):
        members = {full.rpartition(".")[2]: full for full in names if "." in full}
        close = nearest(name, [member for member in members if member != name])
        meant = f"; did you mean `{members[close]}`?" if close else ""
        return f"there is no {kind} `{name}`{meant}"
    if kind == "global":
        if name in names:
            return f"`{name}` is nil here"
        close = nearest(name, [known for known in names if "." not in known])
        meant = f"; did you mean `{close}`?" if close else ""
        return f"no variable `{name}` was set{meant}"
    return f"`{name}` is nil here: was it ever set, did a function return nothing?"
