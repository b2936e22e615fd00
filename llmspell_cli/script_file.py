"""Reading the script that a command was given."""

from __future__ import annotations

import os
import stat
import sys

from llmspell_cli.errors import CommandLineProblem, Problem
from runtime.engine import Script

STANDARD_INPUT = "-"


def read_script(name: str, arguments: tuple[str, ...]) -> Script:
    """The script of that name; `-` reads standard input. Raises `CommandLineProblem`."""
    if name == STANDARD_INPUT:
        return Script("stdin", sys.stdin.buffer.read() if sys.stdin is not None else b"", None, arguments)
    try:
        with open(name, "rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError
            text = file.read()
    except (OSError, ValueError) as error:
        raise CommandLineProblem([_problem(name, error)]) from None
    return Script(name, text, name, arguments)


def _problem(name: str, error: OSError | ValueError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(f"there is no script {name}", hint=_near(name))
    if isinstance(error, IsADirectoryError):
        return Problem(f"{name} is a directory, not a script")
    reason = error.strerror if isinstance(error, OSError) else None
    return Problem(f"cannot read {name}: {(reason or str(error)).lower()}")


def _near(name: str) -> str | None:
    from debug.nearest import nearest
    from runtime.registry import SUFFIXES

    folder, base = os.path.split(name)
    try:
        files = [entry.name for entry in os.scandir(folder or ".") if entry.is_file()]
    except OSError:
        return f"there is no directory {folder}" if folder else None
    close = next((f"{base}{suffix}" for suffix in SUFFIXES if f"{base}{suffix}" in files), None)
    close = close or nearest(base, files)
    return f"did you mean {os.path.join(folder, close)}?" if close else None
