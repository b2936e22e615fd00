"""Standard output and standard error, written so that a closed pipe or a full disk is no bug of ours."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from llmspell_cli import exits
from llmspell_cli.errors import LlmspellError

if TYPE_CHECKING:
    from typing import TextIO


class StandardOutputProblem(LlmspellError):
    """Standard output takes nothing more, e.g. because the disk is full."""

    exit_code = exits.SCRIPT_FAILED

    def text(self) -> str:
        """The problem as a person reads it."""
        return f"llmspell: error: cannot write to standard output: {self}\n"


def write_out(text: str) -> None:
    """Write a command's result. A reader that has gone is fine; raises `StandardOutputProblem` otherwise."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except (OSError, ValueError) as error:
        silence(sys.stdout)
        raise StandardOutputProblem(_reason(error)) from error


def say(text: str) -> None:
    """Write to standard error, where there is one that takes it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        silence(sys.stderr)


def flush_all(code: int) -> int:
    """Flush what Python and C still hold; the exit code, which a full disk makes a failure."""
    if (ctypes := sys.modules.get("ctypes")) is not None:  # else no engine that writes through C has run
        ctypes.CDLL(None).fflush(None)
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except BrokenPipeError:
            pass
        except (OSError, ValueError) as error:
            if stream is sys.stdout and code == exits.OK:
                say(StandardOutputProblem(_reason(error)).text())
                code = exits.SCRIPT_FAILED
    return code


def silence(stream: TextIO) -> None:
    """Let what is still buffered for a stream that takes nothing more go nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
