"""What the words of a command that runs a script mean.

Known options count wherever they stand, up to `--`. The first other word is the script; every word after it
that is no known option is the script's own. An unknown option before the script is a mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.config.settings import BY_FLAG
from llmspell_cli.errors import CommandLineProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from llmspell_cli.config.layers import Flags
    from llmspell_cli.config.model import Settings

SWITCHES = (
    "--debug",
    "--no-debug",
    "--debug-perf",
    "--no-config",
    "--sandbox",
    "--c-modules",
    "--json",
    "--help",
)
"""Options without a value."""
NEGATIONS = {
    "--no-debug-perf": "--debug-perf",
    "--no-sandbox": "--sandbox",
    "--no-c-modules": "--c-modules",
}
"""Switches that take back what a file or a variable has set."""
REPEATABLE = ("--debug-modules", "--debug-output")
VALUED = (*(flag for flag in BY_FLAG if flag not in SWITCHES), "--config")
"""Options with a value, as `--name value` or `--name=value`."""


class Options(NamedTuple):
    """The options that a command knows."""

    switches: tuple[str, ...]
    valued: tuple[str, ...]
    short: Mapping[str, str] = {}
    """Other names of options."""
    negations: Mapping[str, str] = NEGATIONS
    repeatable: tuple[str, ...] = REPEATABLE
    bare: tuple[str, ...] = ()
    """Options with a value that may be left out: `--name` or `--name=value`."""

    @property
    def known(self) -> frozenset[str]:
        """Every name."""
        return frozenset((*self.switches, *self.negations, *self.valued, *self.short, *self.bare))


RUN_OPTIONS = Options((*SWITCHES, "--inspect-wait"), (*VALUED, "--inspect-token"), bare=("--inspect",))
PROFILE_OPTIONS = Options(
    (*SWITCHES, "--lines", "--memory"),
    (*VALUED, "--rate", "--duration", "--output", "--format"),
    {"-o": "--output"},
)
"""Of `llmspell profile`, which takes all that `run` does."""
DEBUG_OPTIONS = Options(
    (*SWITCHES, "--step", "--post-mortem"),
    (*VALUED, "--break-at", "--watch", "--commands", "--port"),
    {"-b": "--break-at"},
    {**NEGATIONS, "--no-post-mortem": "--post-mortem"},
    (*REPEATABLE, "--break-at", "--watch"),
)
"""Of `llmspell debug`, likewise."""


class CommandLine(NamedTuple):
    """The words of a command that runs a script, sorted out but not yet judged."""

    flags: Flags
    script: str | None
    """The script; `-` is standard input."""
    arguments: tuple[str, ...]


HIGHEST_PORT = 65_535
INSPECT_HOST, INSPECT_PORT = "127.0.0.1", 4711
"""Where editors attach, unless told otherwise."""


class InspectAddress(NamedTuple):
    """Where an editor may attach to a run."""

    host: str = INSPECT_HOST
    port: int = INSPECT_PORT
    """0: any that is free."""
    wait: bool = False
    """Whether the script waits for it."""
    token: str | None = None
    """What the editor has to know; None: nothing on this machine, and one that is made where others reach it."""
    flag: str = "--inspect"
    """Where that was asked for."""


class RunRequest(NamedTuple):
    """Everything that `llmspell run` is asked to do."""

    script: str
    arguments: tuple[str, ...]
    settings: Settings
    debug: bool
    """Whether `--debug` was given."""
    locals_in_traces: bool
    """Whether the trace of an error shows variables."""
    json: bool
    """Whether the end of the run is told as one JSON document on standard error."""
    config_path: Path | None
    """The strongest configuration file that was read."""
    inspect: InspectAddress | None = None
    """Where an editor may attach; None: nowhere."""


def split(words: Sequence[str], options: Options = RUN_OPTIONS) -> CommandLine:
    """Sort the words after the command. Raises `CommandLineProblem` with all that is wrong with them."""
    known = options.known
    flags: Flags = {}
    own: list[str] = []
    problems: list[Problem] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            own.extend(rest)
            break
        name, equals, value = word.partition("=")
        name = options.short.get(name, name)
        if name not in known:
            if not own and word.startswith("-") and word != "-":
                problems.append(_unknown_option(name, known))
            else:
                own.append(word)
        elif name in options.bare:
            flags[name] = value
        elif name not in options.valued:
            if equals:
                problems.append(Problem("takes no value", name))
            flags[options.negations.get(name, name)] = name not in options.negations
        else:
            given = value if equals else next(rest, None)
            if given is None or (not equals and given in known):
                problems.append(Problem("needs a value", name))
            elif name in options.repeatable:
                before = flags.get(name, ())
                flags[name] = (*before, given) if isinstance(before, tuple) else (given,)
            else:
                flags[name] = given
    if problems and not flags.get("--help"):
        raise CommandLineProblem(problems)
    return CommandLine(flags, own[0] if own else None, tuple(own[1:]))


def build_request(line: CommandLine, environ: Mapping[str, str], folder: str) -> RunRequest:
    """The request with its configuration, for a run in `folder`. Raises `UsageProblem`."""
    from llmspell_cli.config.merge import load

    if not line.script:
        raise CommandLineProblem([Problem("no script was named", hint="`-` reads it from standard input")])
    inspect = _inspect(line.flags)
    effective = load(line.flags, environ, folder)
    config_path = None
    if effective.files:
        from pathlib import Path  # 3 ms that most runs can save

        config_path = Path(effective.files[0])
    debug = bool(line.flags.get("--debug"))
    return RunRequest(
        script=line.script,
        arguments=line.arguments,
        settings=effective.settings,
        debug=debug,
        locals_in_traces=debug,
        json=bool(line.flags.get("--json")),
        config_path=config_path,
        inspect=inspect,
    )


def _inspect(flags: Flags) -> InspectAddress | None:
    """Where an editor may attach."""
    given = flags.get("--inspect")
    wait, token = bool(flags.get("--inspect-wait")), flags.get("--inspect-token")
    if given is None and not wait and token is None:
        return None
    address = parse_address(given if isinstance(given, str) else "", "--inspect")
    return address._replace(wait=wait, token=token if isinstance(token, str) else None)


def parse_address(text: str, flag: str) -> InspectAddress:
    """An address as `HOST:PORT`, `PORT` or nothing. Raises `CommandLineProblem`."""
    host, _, port = text.rpartition(":")
    port = port or str(INSPECT_PORT)
    if not (port.isascii() and port.isdecimal() and int(port) <= HIGHEST_PORT):
        raise CommandLineProblem(
            [Problem(f"invalid value {text!r}", flag, f"[HOST:]PORT, a port up to {HIGHEST_PORT}")]
        )
    host = host.removeprefix("[").removesuffix("]") or INSPECT_HOST
    return InspectAddress(host, int(port), flag=flag)


def current_folder() -> str:
    """The current folder; the root where the current one has been removed."""
    import os

    try:
        return os.getcwd()
    except OSError:
        return os.path.abspath(os.sep)


def wants_json(words: Sequence[str]) -> bool:
    """Whether the words of a command line ask for errors as JSON, even where they are wrong otherwise."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


def _unknown_option(name: str, known: frozenset[str]) -> Problem:
    from llmspell_cli.config.kinds import meant

    hint = meant(name, sorted(known)) or "the script's own options come after its name"
    return Problem(f"unknown option {name}", hint=hint)
