"""The table of commands and their options, the one place where they are declared.

What the words of a command line mean (`arguments`), help and completion (`app`) all come from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Option(NamedTuple):
    """One option of a command."""

    name: str
    help: str = ""
    """What it does; empty where the table of settings says so."""
    metavar: str = ""
    """What its value is called in the help; empty where it has none."""
    panel: str = ""
    """The panel of the help that it stands in; empty: the first."""
    other_name: str = ""
    """A shorter one."""
    opposite: str = ""
    """The option that takes back what a file, a variable or a default has switched on."""
    repeatable: bool = False
    """Whether each use adds a value."""
    bare: bool = False
    """Whether the value may be left out; if it is there, it stands after `=`."""
    choices: tuple[str, ...] = ()
    """What the value can be, where no setting says it."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it can be called by."""
        return tuple(name for name in (self.name, self.other_name, self.opposite) if name)


class Command(NamedTuple):
    """What may follow the name of a command."""

    name: str
    summary: str
    options: tuple[Option, ...]
    words: tuple[str, ...] = ()
    """What the other words that it needs are called; `help_texts.WORDS` describes them."""
    runs_script: bool = False
    """Whether its word is a script, and those after it are the script's."""

    def known(self) -> dict[str, Option]:
        """Its options by all their names."""
        return {name: option for option in (*self.options, HELP) for name in option.names}


_LOG, _RUN, _EDITORS = "What is logged", "How the script runs", "Editors"
GENERAL = "More"
"""The panel of what every command knows."""

HELP = Option("--help")
_SETTING_OPTIONS = (
    Option("--debug", "Debug level, variables in the traces of errors, timer summary.", panel=_LOG),
    Option("--no-debug", "No debugging at all: nothing is captured or shown.", panel=_LOG),
    Option("--debug-level", metavar="LEVEL", panel=_LOG),
    Option("--debug-modules", metavar="PATTERNS", panel=_LOG, repeatable=True),
    Option("--debug-output", metavar="OUTPUT", panel=_LOG, repeatable=True),
    Option("--debug-format", metavar="FORMAT", panel=_LOG),
    Option("--debug-perf", panel=_LOG, opposite="--no-debug-perf"),
    Option("--engine", metavar="ENGINE", panel=_RUN),
    Option("--timeout", metavar="DURATION", panel=_RUN),
    Option("--max-memory", metavar="SIZE", panel=_RUN),
    Option("--sandbox", panel=_RUN, opposite="--no-sandbox"),
    Option("--c-modules", panel=_RUN, opposite="--no-c-modules"),
)
"""Of every command that reads the configuration; those of a setting are described there."""

_GENERAL_OPTIONS = (
    Option(
        "--config", "Use this file instead of the nearest llmspell.toml or pyproject.toml.", "FILE", GENERAL
    ),
    Option("--no-config", "Read no configuration files.", panel=GENERAL),
    Option("--color", metavar="WHEN", panel=GENERAL),
)

_COLOR = _GENERAL_OPTIONS[-1]._replace(panel="")
_JSON = Option("--json", "Tell the end of the run as one JSON document on stderr.", panel=GENERAL)
_TOKEN_HELP = "What the editor has to know; made up where others reach it."
_OUTPUT = Option("--output", "Write the profile to this file.", "FILE", other_name="-o")
_FORMAT = Option(
    "--format",
    "How it is written; by default as the file's name says.",
    "FORMAT",
    choices=("json", "html", "speedscope", "cpuprofile", "pprof", "collapsed"),
)
_SCRIPT = ("SCRIPT",)

RUN = Command(
    "run",
    "Run a script and see inside it.",
    (
        *_SETTING_OPTIONS,
        Option(
            "--inspect",
            "Let an editor attach, at 127.0.0.1:4711 unless told otherwise.",
            "[=[HOST:]PORT]",
            _EDITORS,
            bare=True,
        ),
        Option("--inspect-wait", "Wait for the editor before the script begins.", panel=_EDITORS),
        Option("--inspect-token", _TOKEN_HELP, "TOKEN", _EDITORS),
        *_GENERAL_OPTIONS,
        _JSON,
    ),
    _SCRIPT,
    runs_script=True,
)
PROFILE = Command(
    "profile",
    "Run a script and see where its time goes; show and compare saved profiles.",
    (
        _OUTPUT,
        _FORMAT,
        Option("--rate", "Samples a second; 1000 by default.", "RATE"),
        Option("--duration", "Watch for so long, e.g. 10s, then end the script.", "DURATION"),
        Option("--lines", "The lines of calls for JavaScript, too; those of Lua come by themselves."),
        Option("--memory", "Follow the heap, and where it grows."),
        *_SETTING_OPTIONS,
        *_GENERAL_OPTIONS,
        _JSON._replace(help="Tell the summary as one JSON document on stderr."),
    ),
    _SCRIPT,
    runs_script=True,
)
DEBUG = Command(
    "debug",
    "Run a script, stop it, and look inside: at a prompt, or from an editor.",
    (
        Option(
            "--break-at",
            "Stop there. May be given again.",
            "FILE:LINE",
            other_name="-b",
            repeatable=True,
        ),
        Option("--watch", "Show this at each stop. May be given again.", "EXPR", repeatable=True),
        Option("--step", "Stop at the first statement, whatever else is asked."),
        Option("--commands", "Read the commands from a file, a line each.", "FILE"),
        Option(
            "--post-mortem",
            "Stop at an uncaught error, in the frame that failed; so it is by default.",
            opposite="--no-post-mortem",
        ),
        Option("--port", "Let an editor attach on this port, instead of the prompt.", "PORT"),
        *_SETTING_OPTIONS,
        *_GENERAL_OPTIONS,
        _JSON,
    ),
    _SCRIPT,
    runs_script=True,
)
DAP = Command(
    "dap",
    "Serve the Debug Adapter Protocol, for editors.",
    (
        Option("--port", "Serve on TCP instead of standard input and output.", "[HOST:]PORT"),
        Option("--token", _TOKEN_HELP, "TOKEN"),
    ),
)
SHOW = Command(
    "profile show",
    "Print a saved profile again, or write it in another format.",
    (_OUTPUT, _FORMAT, Option("--json", "Print the summary as JSON."), _COLOR),
    ("FILE",),
)
DIFF = Command(
    "profile diff",
    "Compare two saved profiles: what got slower, what faster.",
    (
        _OUTPUT._replace(help="Write a differential flame graph (.html)."),
        Option(
            "--fail-over", "Exit with 1 where the whole or a function got slower by more, e.g. 10%.", "SHARE"
        ),
        Option(
            "--by",
            "Judge by time, or by share of the run where lengths differ. By default time.",
            "BY",
            choices=("time", "share"),
        ),
        Option("--json", "Print the comparison as JSON."),
        _COLOR,
    ),
    ("OLD", "NEW"),
)
DUMP_CONFIG = Command(
    "dump-config",
    "Print the configuration in force, as a file that loads again to the same.",
    (
        Option("--show-origin", "Say where each value comes from."),
        Option("--format", "toml, as by default, or json.", "FORMAT", choices=("toml", "json")),
        Option("--schema", "Print the JSON Schema of the configuration file instead."),
        *_SETTING_OPTIONS,
        *_GENERAL_OPTIONS,
    ),
)

COMMANDS = {command.name: command for command in (RUN, PROFILE, DEBUG, DAP, DUMP_CONFIG, SHOW, DIFF)}


def find_command(words: Sequence[str]) -> tuple[Command | None, int]:
    """The command that `words` begin with, and how many of them name it."""
    for count in (2, 1):
        command = COMMANDS.get(" ".join(words[:count]))
        if command is not None:
            return command, count
    return None, 0
