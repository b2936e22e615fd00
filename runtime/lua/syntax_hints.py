"""What may help with the common errors that Lua's compiler finds: habits from other languages, a missing word."""

from __future__ import annotations

import re
from typing import NamedTuple

from runtime.lua.columns import column_of

_UNCLOSED = re.compile(r"'(?P<end>[^']+)' expected \(to close '(?P<begin>[^']+)' at line (?P<line>\d+)\)")
_NEAR = re.compile(r" near '(?P<token>.*)'$", re.DOTALL)
_VARIABLE = re.compile(r"variable '(\w+)'")

_BY_LINE = tuple(
    (re.compile(token), re.compile(pattern), hint)
    for token, pattern, hint in (
        (r"[-+]", r"[\w\])]\s*\+\+|\+\+\s*\w", "Lua has no `++`: write `i = i + 1`"),
        (
            r"[-+*/%^.|&]+=?|=",
            r"[\w\])]\s*(?:[-+*/%^|&]|\.\.)=(?!=)",
            "Lua has no `{found}`: write `x = x {operator} y`",
        ),
        (r"!=?", r"!=", "not equal is written `~=`"),
        (r"!", r"!", "not is written `not`"),
        (r"&&?", r"&&", "and is written `and`"),
        (r"\|\|?", r"\|\|", "or is written `or`"),
        (r"/[/*]?|\*", r"^\s*/[/*]", "a comment begins with `--`, one of several lines is `--[[ ... ]]`"),
        (r"//?", r"//", "`//` divides since Lua 5.3"),
        (r".*", r"^\s*(?:var|let|const|int|float|string)\s+\w", "a variable is declared with `local`"),
        (r"\W*\\?\w*\W*", r"[^\x00-\x7f]", "names are made of the letters a to z, digits and `_`"),
    )
)
"""What stands near the error, what its line holds, and the hint."""


class SyntaxAdvice(NamedTuple):
    """A hint, and where in the line the error is, from 1."""

    hint: str | None = None
    column: int | None = None


def for_syntax(message: str, line: str | None, text: bytes) -> SyntaxAdvice:
    """`line` is the source's at the error, `text` the whole of it."""
    near = _NEAR.search(message)
    token = near["token"] if near else None
    column = column_of(line, token) if token else None
    variable = _VARIABLE.search(message)
    if column is None and variable:
        column = column_of(line, variable[1])
    return SyntaxAdvice(_hint(message, token, line, text), column)


def _hint(message: str, token: str | None, line: str | None, text: bytes) -> str | None:
    unclosed = _UNCLOSED.search(message)
    if unclosed:
        said = f"the `{unclosed['begin']}` in line {unclosed['line']} has no `{unclosed['end']}`"
        below = b"\n".join(text.split(b"\n")[int(unclosed["line"]) - 1 :])
        if unclosed["begin"] == "if" and re.search(rb"\belse[ \t]+if\b", below):
            said += "; `else if` opens another `if`, `elseif` does not"
        return said
    if "unfinished string" in message:
        return "a string in quotes ends on its line; `[[ ... ]]` holds several"
    if "'=' or 'in' expected" in message:
        return "a loop is written `for i = 1, 10 do` or `for key, value in pairs(t) do`"
    if "'then' expected" in message and token == "=":
        return "comparing is written `==`"
    if token is not None and line is not None:
        for near, pattern, hint in _BY_LINE:
            found = pattern.search(line) if near.fullmatch(token) else None
            if found:
                operator = re.sub(r"^[\w\])]\s*", "", found[0])
                return hint.format(found=operator, operator=operator.rstrip("="))
    if "'then' expected" in message:
        return "the condition of an `if` ends with `then`"
    if "'do' expected" in message:
        return "the head of a loop ends with `do`"
    return None
