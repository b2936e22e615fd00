"""The text of a line that an error speaks of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from debug.entry import readable

if TYPE_CHECKING:
    from runtime.engine import Script

_MOST_BYTES = 10_000_000
"""Of a module's file that are read to find a line."""


def line_of(script: Script, source: str | None, line: int | None) -> str | None:
    """The line, from 1, of the script or of a module that lies in a file; None where it cannot be had."""
    if source is None or line is None or line < 1:
        return None
    text = text_of(script, source)
    lines = text.split(b"\n", line)
    if not text or len(lines) < line:
        return None
    found = lines[line - 1]
    if line == 1:
        found = found.removeprefix(b"\xef\xbb\xbf")
    return readable(found).rstrip("\r")


def text_of(script: Script, source: str) -> bytes:
    """The script's text, or that of a module's file; empty where it cannot be had."""
    if source == script.name:
        return script.text
    try:
        if not os.path.isfile(source):  # a pipe would be waited for
            return b""
        with open(os.fsencode(source), "rb") as file:
            return file.read(_MOST_BYTES)
    except (OSError, ValueError):
        return b""
