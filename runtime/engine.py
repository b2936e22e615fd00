"""What an engine is, what it is given and what it returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from os import PathLike

    from debug.stack import StackTrace
    from debug.values import Value


@dataclass(frozen=True, slots=True)
class Script:
    """A script to run."""

    name: str
    """How messages call it: the path as the user gave it, or `stdin`."""
    text: bytes
    path: str | PathLike[str] | None = None
    """Where it lies; None for standard input. `require` looks beside it."""
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use. None: no limit."""

    timeout_s: float | None = None
    max_memory_bytes: int | None = None
    sandbox: bool = False


class ErrorKind(Enum):
    """What made a run fail."""

    SYNTAX = "syntax error"
    RUNTIME = "error"
    MEMORY = "out of memory"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class ScriptError:
    """Why a script failed, as data. Lines and columns count from 1."""

    kind: ErrorKind
    message: str
    source: str | None = None
    """The file, as the script was named; where it can be read, the line is shown from it."""
    line: int | None = None
    column: int | None = None
    source_line: str | None = None
    """The text of that line, where the engine has it (standard input, loaded text)."""
    value: Value = None
    """What was thrown, where it was no string."""
    stack: StackTrace | None = None
    cause: ScriptError | None = None
    """The failure behind this one: a Python function's, another coroutine's."""
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `exit_code` is the script's own where it called for one, else 0 or 1 (and 124, 130, 143)."""

    exit_code: int
    error: ScriptError | None = None
    values: tuple[Value, ...] = field(default=())
    """What the script's main chunk returned."""
    language: str = "lua"
    """Of `values` and of those in `error` (see `debug.dialect`)."""
    finalize: bool = True
    """False where the script ended itself at once: whoever ends the process then leaves the VM as it is."""


class StopReason(Enum):
    """Why a running script is asked to stop from outside."""

    TIMEOUT = "timeout"
    INTERRUPT = "interrupt"
    TERMINATE = "terminate"


class Engine(Protocol):
    """Runs scripts of one language, one at a time. Made by the registry, closed by whoever made it."""

    @property
    def name(self) -> str:
        """E.g. `lua5.4`."""

    def run(self, script: Script) -> RunResult:
        """Run it on the calling thread, to its end. Never raises for what the script does."""

    def stop(self, reason: StopReason) -> None:
        """Ask the running script to end; from any thread."""

    def time_left_s(self) -> float | None:
        """What is left of the time limit of the script that runs, or ran last; None where there is no limit. Time in
        which a debugger keeps the script stopped does not count. From any thread."""

    def close(self) -> None:
        """End the VM (finalizers run) and give back what it held."""
