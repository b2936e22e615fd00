"""The text of a logpoint, taken apart: `total is {total}, \\{not this\\}`.

What stands in braces is an expression; braces in it nest, and in its strings they do not count. Of the backslashes
right before a brace two are one, and a single one makes the brace a character; elsewhere a backslash is itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from debug.debugger.events import SessionError

_BEFORE_BRACE = re.compile(r"(\\*)([{}])")
_STRING = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`""", re.DOTALL)


class LogMessage(NamedTuple):
    """Literal pieces with expressions between them: there is one piece more than there are expressions."""

    pieces: tuple[str, ...]
    expressions: tuple[str, ...]

    def text(self, values: tuple[str, ...]) -> str:
        """The message with the values of its expressions."""
        between = zip(values, self.pieces[1:], strict=False)
        return self.pieces[0] + "".join(part for pair in between for part in pair)


def parse(text: str) -> LogMessage:
    """The message that `text` is. Raises SessionError for a brace without its other, and for an empty expression."""
    pieces: list[str] = []
    expressions: list[str] = []
    literal = ""
    at = 0
    while (found := _BEFORE_BRACE.search(text, at)) is not None:
        backslashes, brace = found.groups()
        literal += text[at : found.start()] + "\\" * (len(backslashes) // 2)
        at = found.end()
        if len(backslashes) % 2 or brace == "}":
            literal += brace
            continue
        end = _end_of_expression(text, at)
        expression = text[at:end].strip()
        if not expression:
            raise SessionError("an empty {} in the message: write \\{} for braces")
        expressions.append(expression)
        pieces.append(literal)
        literal = ""
        at = end + 1
    return LogMessage((*pieces, literal + text[at:]), tuple(expressions))


def _end_of_expression(text: str, start: int) -> int:
    """Where the brace closes that was opened before `start`."""
    # What looks like a string may be none, as in JavaScript's /'/: then braces are all there is to go by.
    for string in (_STRING, None):
        depth = 1
        at = start
        while at < len(text):
            found = string.match(text, at) if string is not None else None
            if found is not None:
                at = found.end()
                continue
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if depth == 0:
                return at
            at += 1
    raise SessionError(f"the brace before {text[start : start + 20]!r} is not closed: write \\{{ for a brace")
