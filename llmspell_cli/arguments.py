"""What the words after a command mean.

Known options count wherever they stand, up to `--`. Where the command runs a script, the first other word is the
script; every word after it that is no known option is the script's own. Any other unknown option is a mistake.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.options import RUN, find_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from llmspell_cli.config.layers import Flags
    from llmspell_cli.config.model import Settings
    from llmspell_cli.options import Command


class CommandLine(NamedTuple):
    """The words after a command, sorted out but not yet judged."""

    flags: Flags
    """Options by their first name, without those that were not given."""
    words: tuple[str, ...]
    """The others."""

    @property
    def script(self) -> str | None:
        """The script, where the command runs one; `-` is standard input."""
        return self.words[0] if self.words else None

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the script gets as arguments."""
        return self.words[1:]

    def text(self, name: str) -> str | None:
        """The value of an option that is given once at most."""
        value = self.flags.get(name)
        return value if isinstance(value, str) else None


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

    def cannot_be_had(self, error: OSError) -> CommandLineProblem:
        """What to tell where nobody can listen there."""
        # Python's text goes on with the address, which is named here anyway.
        reason = (error.strerror or str(error)).partition(" (while")[0].lower()
        return CommandLineProblem([Problem(f"cannot listen on {self.host}:{self.port}: {reason}", self.flag)])


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


def split(words: Iterable[str], command: Command = RUN) -> CommandLine:
    """Sort the words after a command. Raises `CommandLineProblem` with all that is wrong with them."""
    known = command.known()
    flags: Flags = {}
    own: list[str] = []
    problems: list[Problem] = []
    rest = deque(words)
    while rest:
        word = rest.popleft()
        if word == "--":
            own.extend(rest)
            break
        name, equals, value = word.partition("=")
        option = known.get(name)
        if option is None:
            if word.startswith("-") and word != "-" and not (own and command.runs_script):
                problems.append(_unknown_option(name, command, known))
            else:
                own.append(word)
        elif option.bare:
            flags[option.name] = value
        elif not option.metavar:
            if equals:
                problems.append(Problem("takes no value", name))
            flags[option.name] = name != option.opposite
        else:
            if not equals:
                if not rest or rest[0] in known:
                    problems.append(Problem("needs a value", name))
                    continue
                value = rest.popleft()
            before = flags.get(option.name, ())
            flags[option.name] = (
                (*before, value) if option.repeatable and isinstance(before, tuple) else value
            )
    if not (command.runs_script or problems):  # the value of an unknown option looks like a word
        problems += _wrong_words(own, command)
    if problems and not flags.get("--help"):
        raise CommandLineProblem(problems)
    return CommandLine(flags, tuple(own))


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
            [Problem(f"{text!r} is not valid", flag, f"[HOST:]PORT, a port up to {HIGHEST_PORT}")]
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
    """Whether a command line asks for errors as JSON, even where it is wrong otherwise."""
    command, count = find_command(words)
    if command is None or "--json" not in command.known():
        return False
    rest = words[count:]
    return "--json" in (rest[: rest.index("--")] if "--" in rest else rest)


def _unknown_option(name: str, command: Command, known: Iterable[str]) -> Problem:
    from llmspell_cli.config.kinds import meant

    advice = "the script's own options come after its name" if command.runs_script else None
    return Problem(f"unknown option {name}", hint=meant(name, sorted(known)) or advice)


def _wrong_words(words: list[str], command: Command) -> list[Problem]:
    """Words that are too many, or missing."""
    wanted = len(command.words)
    usage = " ".join(("llmspell", command.name, *command.words))
    found = [Problem(f"one word too many: {word!r}", hint=f"`{usage}`") for word in words[wanted:]]
    found += [Problem(f"{word} is missing", hint=f"`{usage}`") for word in command.words[len(words) :]]
    return found
