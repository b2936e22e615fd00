"""Makes text of scripts safe to show: one line, and nothing in it that drives a terminal.

Text of scripts may hold lone surrogates: U+DC80 to U+DCFF stand for the bytes 80 to FF that were no UTF-8
(Python's `surrogateescape`), the others come from JavaScript. They are shown as `\\xff` and `\\ud800`.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, line separators, what turns the writing direction, and lone surrogates.

The joiners that emoji and scripts such as Persian need are no danger and stay.
"""

_UNSAFE_QUOTED = re.compile(_UNSAFE.pattern[:-1] + r'"\\]')

_SURROGATE = re.compile("[\ud800-\udfff]")

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def without_surrogates(text: str) -> str:
    """`text` with lone surrogates as escapes, so that it can be encoded; otherwise as it is."""
    return text if text.isascii() else _SURROGATE.sub(_escape, text)


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
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte; from \x80 on only bytes are written like this
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"
