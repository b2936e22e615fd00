"""What `llmspell debug` is asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.arguments import HIGHEST_PORT, build_request
from llmspell_cli.errors import CommandLineProblem, Problem, UsageProblem
from llmspell_cli.script_file import STANDARD_INPUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmspell_cli.arguments import CommandLine, RunRequest
    from llmspell_cli.prompt.parsing import LinePlace


class DebugRequest(NamedTuple):
    """A run, and how it is debugged."""

    run: RunRequest
    break_at: tuple[LinePlace, ...] = ()
    """Lines to stop at."""
    watch: tuple[str, ...] = ()
    """Expressions that are shown at each stop."""
    step: bool = False
    """Whether the script stops at its first statement though there are lines to stop at."""
    commands: tuple[str, ...] | None = None
    """The lines of a scripted session; None: somebody types."""
    post_mortem: bool = True
    """Whether an uncaught error stops the script."""
    port: int | None = None
    """Where an editor may connect instead; 0: any that is free."""

    @property
    def stops_on_entry(self) -> bool:
        """Whether the script stops at its first statement: unless something else says where."""
        return self.step or not self.break_at


def build_debug_request(line: CommandLine, environ: Mapping[str, str], folder: str) -> DebugRequest:
    """The request with its configuration. Raises `UsageProblem` with all that is wrong."""
    problems: list[Problem] = []
    flags = line.flags
    break_at = _places(flags.get("--break-at", ()), problems)
    commands = _lines(flags.get("--commands"), problems)
    port = _port(flags.get("--port"), problems)
    if line.script == STANDARD_INPUT and commands is None and port is None:
        problems.append(
            Problem(
                "a script on standard input leaves nowhere to type commands",
                hint="name a file, or read the commands from one with --commands",
            )
        )
    try:
        run = build_request(line, environ, folder)
    except UsageProblem as error:
        raise type(error)([*problems, *error.problems]) from None
    if problems:
        raise CommandLineProblem(problems)
    watch = flags.get("--watch", ())
    return DebugRequest(
        run,
        break_at,
        watch if isinstance(watch, tuple) else (),
        bool(flags.get("--step")),
        commands,
        flags.get("--post-mortem") is not False,
        port,
    )


def _places(values: object, problems: list[Problem]) -> tuple[LinePlace, ...]:
    from llmspell_cli.prompt.parsing import CommandProblem, LinePlace, place

    found: list[LinePlace] = []
    for value in values if isinstance(values, tuple) else ():
        try:
            one = place(value)
        except CommandProblem:
            one = None
        if isinstance(one, LinePlace) and not one.relative and not isinstance(one.file, int):
            found.append(one)
        else:
            expected = "FILE:LINE, or a line of the script"
            problems.append(Problem(f"{value!r} is not valid", "--break-at", expected))
    return tuple(found)


def _lines(value: object, problems: list[Problem]) -> tuple[str, ...] | None:
    if not isinstance(value, str):
        return None
    try:
        with open(value, encoding="utf-8-sig", errors="replace") as file:
            return tuple(file.read().splitlines())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        problems.append(Problem(f"cannot read {value}: {(reason or str(error)).lower()}", "--commands"))
        return None


def _port(value: object, problems: list[Problem]) -> int | None:
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdecimal() and len(value) < 6 and int(value) <= HIGHEST_PORT:
        return int(value)
    problems.append(Problem(f"{value!r} is not valid", "--port", f"a number up to {HIGHEST_PORT}"))
    return None
