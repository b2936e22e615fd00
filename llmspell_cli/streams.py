"""Standard output and standard error, written so that a closed pipe or a full disk is no bug of ours."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from llmspell_cli import exits
from llmspell_cli.errors import LlmspellError

if TYPE_CHECKING:
    from types import ModuleType
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


def hold_standard_descriptors() -> None:
    """Take the numbers 0, 1 and 2 where they are closed, or the next file that is opened would get them, and with
    it what the script prints. As if they were closed, what is read or written there fails."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is this one. Reading from what can only be written fails, and the reverse.
            os.open(os.devnull, os.O_WRONLY if number == 0 else os.O_RDONLY)
            os.set_inheritable(number, True)


def flush_all(code: int) -> int:
    """Flush what Python and C still hold; the exit code, which output that was lost makes a failure."""
    if (ctypes := sys.modules.get("ctypes")) is not None:  # else no engine that writes through C has run
        code = _flush_c(ctypes, code)
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


def _flush_c(ctypes: ModuleType, code: int) -> int:
    """Flush what C holds. What it could not write at any time it remembers for each stream."""
    library = ctypes.CDLL(None, use_errno=True)
    ctypes.set_errno(0)
    library.fflush(None)
    stdout = ctypes.c_void_p.in_dll(library, "__stdoutp" if sys.platform == "darwin" else "stdout")
    if code != exits.OK or not library.ferror(stdout) or is_closed(1):
        return code
    if nobody_reads(1):
        return exits.BROKEN_PIPE
    reason = os.strerror(ctypes.get_errno()) if ctypes.get_errno() else "part of it was lost"
    say(StandardOutputProblem(reason).text())
    return exits.SCRIPT_FAILED


def is_closed(fd: int) -> bool:
    """Whether the command was started with this descriptor for output closed."""
    import fcntl

    try:
        return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    except OSError:
        return True


def nobody_reads(fd: int) -> bool:
    """Whether the descriptor is a pipe or socket whose other end is closed."""
    import select

    poller = select.poll()
    poller.register(fd, 0)
    try:
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poller.poll(0))
    except OSError:
        return False


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
