"""Makes text of scripts safe to show: one line, and nothing in it that drives a terminal."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, line separators, what turns the writing direction, and lone surrogates.

The joiners that emoji and scripts such as Persian need are no danger and stay.
"""

_UNSAFE_QUOTED = re.compile(_UNSAFE.pattern[:-1] + r'"\\]')

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def printable(text: str) -> str:
    """`text` with control characters and their like as escapes; a backslash stays one, so it reads well."""
    return text if text.isprintable() else _UNSAFE.sub(_escape, text)


def quote(text: str) -> str:
    """`text` as a literal in double quotes: unambiguous, one line, harmless to a terminal."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{_UNSAFE_QUOTED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    short = _SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
