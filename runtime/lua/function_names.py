"""What a Lua function is called where it is defined: the same whoever calls it, as `getinfo` would not have it."""

from __future__ import annotations

import os
import re

_FUNCTION = re.compile(rb"\bfunction\b")
_NAME = rb"[A-Za-z_][\w]*(?:\s*[.:]\s*[A-Za-z_]\w*)*"
_NAMED = re.compile(rb"\bfunction\s+(" + _NAME + rb")\s*\(")
_ASSIGNED = re.compile(rb"(" + _NAME + rb")\s*(?:<\s*\w+\s*>\s*)?=\s*\(*\s*function\b")
_SPACE = re.compile(rb"\s+")

_LONGEST_BYTES = 5_000_000
"""Of a file that is read for names."""


class FunctionNames:
    """Finds names in the text of the definitions."""

    def __init__(self, script: str, text: bytes) -> None:
        """`script` is what the chunk of `text` is called."""
        self._lines: dict[bytes, list[bytes]] = {b"@" + os.fsencode(script): text.splitlines()}

    def name(self, source: bytes, line: int) -> str | None:
        """The name at a line, from 1, of a chunk of that `source` (as `getinfo` tells it); None where the line defines
        no function or several, or one without a name, or cannot be read."""
        lines = self._lines.get(source)
        if lines is None:
            lines = self._lines[source] = _read(source)
        if not 1 <= line <= len(lines):
            return None
        text = lines[line - 1]
        if len(_FUNCTION.findall(text)) != 1:
            return None
        found = _NAMED.search(text) or _ASSIGNED.search(text)
        if found is None:
            return None
        return _SPACE.sub(b"", found[1]).decode("utf-8", "backslashreplace")


def _read(source: bytes) -> list[bytes]:
    if source.startswith(b"="):
        return []
    if not source.startswith(b"@"):
        return source[:_LONGEST_BYTES].splitlines()
    try:
        with open(os.fsdecode(source[1:]), "rb") as file:
            return file.read(_LONGEST_BYTES).splitlines()
    except (OSError, ValueError):
        return []
