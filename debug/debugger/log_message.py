"""The text of a logpoint, taken apart: `total is {total}, \\{not this\\}`.

What stands in braces is an expression; braces in it nest, and in its strings they do not count. `\\{` and `\\}` are
braces, `\\\\` before one a backslash; any other backslash is itself.
"""

from __future__ import annotations

from typing import NamedTuple

from debug.debugger.events import SessionError

_QUOTES = "\"'`"


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
    literal: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character == "\\" and text[at + 1 : at + 2] in ("{", "}", "\\"):
            # Two backslashes are one only where that matters, so that `C:\\\\temp` may be written as it is meant.
            if text[at + 1] == "\\" and text[at + 2 : at + 3] not in ("{", "}"):
                literal.append("\\")
                at += 1
                continue
            literal.append(text[at + 1])
            at += 2
        elif character == "{":
            end = _end_of_expression(text, at)
            expression = text[at + 1 : end].strip()
            if not expression:
                raise SessionError("an empty {} in the message: write \\{\\} for braces")
            expressions.append(expression)
            pieces.append("".join(literal))
            literal.clear()
            at = end + 1
        else:
            literal.append(character)
            at += 1
    return LogMessage((*pieces, "".join(literal)), tuple(expressions))


def _end_of_expression(text: str, start: int) -> int:
    """Where the brace that opens at `start` closes."""
    depth = 0
    quote = ""
    at = start
    while at < len(text):
        character = text[at]
        if quote:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in _QUOTES:
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise SessionError(
        f"the brace before {text[start + 1 : start + 21]!r} is not closed: write \\{{ for a brace"
    )
