"""The lines of a script around one of them, read from its file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from itertools import islice

_CLIP = 200_000
"""Characters of a line that are kept; nobody is shown more."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line and its number, counted from 1; without its line end."""

    number: int
    text: str


def read_around(path: str, line: int, context: int) -> tuple[SourceLine, ...]:
    """Line `line` of the file and up to `context` lines before and after; empty where that cannot be read.

    Not an error: a frame without its source is still worth showing. Only plain files are opened, so that
    a pipe is not waited for.
    """
    first = max(line - context, 1)
    try:
        if line < 1 or not stat.S_ISREG(os.stat(path).st_mode):
            return ()
        with open(path, encoding="utf-8-sig", errors="backslashreplace", newline=None) as file:
            texts = list(islice(file, first - 1, line + context))
    except (OSError, ValueError):
        return ()
    lines = tuple(SourceLine(first + index, text[:_CLIP].rstrip("\n")) for index, text in enumerate(texts))
    return lines if any(found.number == line for found in lines) else ()
