"""Where in a line of Lua a name stands that an error speaks of."""

from __future__ import annotations

import re

_STRING_OR_COMMENT = re.compile(r"--.*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_OPERATOR = r"(?:[-+*/%^&|]|~(?!=)|<<|>>)"

_BEFORE = {
    "get length of": re.compile(r"#\s*(?:[\w.:\[\]]*)$"),
    "concatenate": re.compile(r"\.\.\s*(?:[\w.:\[\]]*)$"),
    "perform arithmetic on": re.compile(_OPERATOR + r"\s*(?:[\w.:\[\]]*)$"),
    "perform bitwise operation on": re.compile(_OPERATOR + r"\s*(?:[\w.:\[\]]*)$"),
}
_AFTER = {
    "call": re.compile(r"\s*[({\"'\[]"),
    "index": re.compile(r"\s*(?:\.(?!\.)|:|\[)"),
    "concatenate": re.compile(r"\s*\.\."),
    "perform arithmetic on": re.compile(r"\s*" + _OPERATOR),
    "perform bitwise operation on": re.compile(r"\s*" + _OPERATOR),
}


def column_of(line: str | None, name: str, kind: str | None = None, what: str | None = None) -> int | None:
    """Where `name` stands in the line, from 1; None where that is not certain.

    `kind` is Lua's word for it (`local`, `field`...), `what` was attempted with it (`index`, `call`...): of
    several places they tell which can be meant.
    """
    if line is None or not name:
        return None
    word = re.escape(name)
    if re.match(r"\w", name):
        word = r"(?<!\w)" + word
    if re.search(r"\w$", name):
        word += r"(?!\w)"
    places = [found.span() for found in re.finditer(word, line)]
    if kind is not None and len(places) > 1:
        places = [span for span in places if _fits_kind(line, span, kind)]
        if len(places) > 1:
            places = [span for span in places if _fits_use(line, span, what)]
    return places[0][0] + 1 if len(places) == 1 else None


def container_of(line: str | None, name: str) -> str | None:
    """What a field is taken from: `string` in `string.fromat`; None where that is no plain name, or not certain."""
    if line is None:
        return None
    found = re.findall(rf"(?<![\w.:\])])(\w+)\s*[.:]\s*{re.escape(name)}(?!\w)", line)
    return found[0] if len(set(found)) == 1 else None


def _fits_kind(line: str, span: tuple[int, int], kind: str) -> bool:
    if any(one.start() < span[0] < one.end() for one in _STRING_OR_COMMENT.finditer(line)):
        return False
    is_member = re.search(r"(?<!\.)[.:]\s*$", line[: span[0]]) is not None
    return is_member == (kind in ("field", "method"))


def _fits_use(line: str, span: tuple[int, int], what: str | None) -> bool:
    if what is None:
        return True
    before, after = _BEFORE.get(what), _AFTER.get(what)
    return (before is not None and before.search(line[: span[0]]) is not None) or (
        after is not None and after.match(line[span[1] :]) is not None
    )
