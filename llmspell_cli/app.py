"""The typer tree: commands, options and their help, nothing else."""

# Options are declared as parameters and read together, from the context.
# ruff: noqa: ARG001, ARG002

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from debug.version import __version__
from llmspell_cli.arguments import (
    DEBUG_OPTIONS,
    NEGATIONS,
    PROFILE_OPTIONS,
    RUN_OPTIONS,
    CommandLine,
    Options,
    build_request,
    current_folder,
    split,
)
from llmspell_cli.config.settings import BY_FLAG, Setting
from llmspell_cli.errors import CommandLineProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmspell_cli.config.layers import Flags

_RUN_HELP = """Run a script and see inside it.

\b
[bold]Examples[/bold]
  [cyan]llmspell run script.lua[/cyan]
  [cyan]llmspell run script.lua --debug first second[/cyan]
  [cyan]llmspell run script.lua --debug-modules '+db.*,-*.test'[/cyan]
  [cyan]llmspell run script.lua --debug-output json:debug.jsonl[/cyan]
  [cyan]llmspell run --timeout 30s --sandbox untrusted.lua[/cyan]
  [cyan]llmspell run script.lua -- --debug[/cyan]        --debug is the script's
  [cyan]echo 'print(1 + 1)' | llmspell run -[/cyan]

Options count wherever they stand; [cyan]--[/cyan] ends them. Other words after the script are its arguments.
Standard output is the script's alone; everything llmspell says goes to standard error.
"""

_PROFILE_HELP = """Run a script and see where its time goes.

\b
[bold]Examples[/bold]
  [cyan]llmspell profile script.lua[/cyan]
  [cyan]llmspell profile script.js -o flame.html[/cyan]      a flame graph for the browser
  [cyan]llmspell profile script.lua -o before.json[/cyan]    to compare with later
  [cyan]llmspell profile server.lua --duration 10s --rate 250[/cyan]
  [cyan]llmspell profile script.lua -o out.speedscope.json input.txt[/cyan]
  [cyan]llmspell profile diff before.json after.json --fail-over 10%[/cyan]
  [cyan]llmspell profile show before.json[/cyan]

Takes everything that [cyan]llmspell run[/cyan] does. The summary goes to standard error
when the script has ended, also after an error or Ctrl-C.
"""

_DEBUG_HELP = """Run a script, stop it, and look inside: at a prompt, or from an editor.

\b
[bold]Examples[/bold]
  [cyan]llmspell debug script.lua[/cyan]                         stops at the first statement
  [cyan]llmspell debug script.js --break-at script.js:12[/cyan]
  [cyan]llmspell debug script.lua --commands session.txt[/cyan]  a session that is written down
  [cyan]llmspell debug script.lua --port 4711[/cyan]             an editor attaches, instead of the prompt

At the prompt: [cyan]help[/cyan] lists the commands; those of pdb and gdb are known under both names.
"""

_DAP_HELP = """Serve the Debug Adapter Protocol, for editors.

\b
[bold]Examples[/bold]
  [cyan]llmspell dap[/cyan]               on standard input and output
  [cyan]llmspell dap --port 4711[/cyan]   on TCP, for one editor after the other

Settings for VS Code, Neovim, Helix, Emacs and Zed are in docs/debugging.md.
"""

_SHOW_HELP = """Print a saved profile again, or write it in another format.

\b
[bold]Examples[/bold]
  [cyan]llmspell profile show before.json[/cyan]
  [cyan]llmspell profile show before.json -o flame.html[/cyan]
"""

_DIFF_HELP = """Compare two saved profiles: what got slower, what faster.

\b
[bold]Examples[/bold]
  [cyan]llmspell profile diff before.json after.json[/cyan]
  [cyan]llmspell profile diff before.json after.json -o diff.html[/cyan]      a differential flame graph
  [cyan]llmspell profile diff before.json after.json --fail-over 10%[/cyan]  for CI
"""

_DUMP_HELP = """Print the configuration in force, as a file that loads again to the same.

\b
[bold]Examples[/bold]
  [cyan]llmspell dump-config[/cyan]
  [cyan]llmspell dump-config --show-origin[/cyan]            where it comes from
  [cyan]llmspell dump-config --debug > llmspell.toml[/cyan]  keep the flags
  [cyan]llmspell dump-config --format json[/cyan]
  [cyan]llmspell dump-config --schema[/cyan]                 for editors
"""


def _valued(flag: str, metavar: str) -> Any:
    """An option with a value, described by the table of settings."""
    setting = BY_FLAG[flag]

    def complete(incomplete: str) -> list[str]:
        return [name for name in setting.kind.names if name.startswith(incomplete)]

    return typer.Option(
        flag,
        metavar=metavar,
        help=_described(setting),
        show_default=False,
        autocompletion=complete if setting.kind.names else None,
    )


def _switch(flag: str) -> Any:
    """An option without a value, described by the table of settings, and the one that takes it back."""
    opposite = next(name for name, taken_back in NEGATIONS.items() if taken_back == flag)
    return typer.Option(f"{flag}/{opposite}", help=_described(BY_FLAG[flag]), show_default=False)


def _described(setting: Setting) -> str:
    """The description of a setting, what it can be, and its variable; without Markdown's quotes.

    What a word has after `?` is left to the documentation: the column is too narrow for it.
    """
    choices = f" One of {', '.join(setting.kind.names)}." if setting.kind.names else ""
    description = setting.description.replace("`", "").replace("[", "\\[").replace("As text:", "For example")
    description = re.sub(r"\?[\w=&]+", "", description)
    return f"{description}{choices} [dim]({setting.variable})[/dim]"


def _plain(flag: str, help_text: str, metavar: str | None = None) -> Any:
    """An option that is no setting."""
    return typer.Option(flag, help=help_text, metavar=metavar, show_default=False)


Debug = Annotated[bool, _plain("--debug", "Debug level, variables in the traces of errors, timer summary.")]
NoDebug = Annotated[bool, _plain("--no-debug", "No debugging at all: nothing is captured or shown.")]
DebugLevel = Annotated[str | None, _valued("--debug-level", "LEVEL")]
DebugFormat = Annotated[str | None, _valued("--debug-format", "FORMAT")]
DebugModules = Annotated[list[str] | None, _valued("--debug-modules", "PATTERNS")]
DebugPerf = Annotated[bool | None, _switch("--debug-perf")]
DebugOutput = Annotated[list[str] | None, _valued("--debug-output", "OUTPUT")]
Config = Annotated[
    str | None,
    _plain("--config", "Use this file instead of the nearest llmspell.toml or pyproject.toml.", "FILE"),
]
NoConfig = Annotated[bool, _plain("--no-config", "Read no configuration files.")]
Engine = Annotated[str | None, _valued("--engine", "ENGINE")]
Timeout = Annotated[str | None, _valued("--timeout", "DURATION")]
MaxMemory = Annotated[str | None, _valued("--max-memory", "SIZE")]
Sandbox = Annotated[bool | None, _switch("--sandbox")]
CModules = Annotated[bool | None, _switch("--c-modules")]
Color = Annotated[str | None, _valued("--color", "WHEN")]


Output = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help="Write the profile to this file.", show_default=False
    ),
]
ProfileFormat = Annotated[
    str | None, _plain("--format", "How it is written; by default as the file's name says.", "FORMAT")
]


class ScriptCommand(TyperCommand):
    """A command whose words are a script and its arguments, among options of ours."""

    words = RUN_OPTIONS

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The line after `Usage: llmspell run`."""
        return ["[OPTIONS]", "SCRIPT", "[ARGUMENTS]..."]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hand the words to typer in an order that it reads as we do."""
        if not ctx.resilient_parsing:  # that is: not while the shell asks for completions
            args = _canonical(split(args, self.words), self.words)
        return super().parse_args(ctx, args)


class ProfileCommand(ScriptCommand):
    """`profile`, which knows more options."""

    words = PROFILE_OPTIONS


class DebugCommand(ScriptCommand):
    """`debug`, likewise."""

    words = DEBUG_OPTIONS


app = typer.Typer(
    name="llmspell",
    help="Run scripts and see inside: live logs, timers, dumps, stack traces with variables.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"llmspell {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    """Options before the command."""


@app.command("run", cls=ScriptCommand, help=_RUN_HELP, no_args_is_help=True)
def run(
    ctx: typer.Context,
    script: Annotated[
        str, typer.Argument(metavar="SCRIPT", help="The script; - reads it from standard input.")
    ],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGUMENTS]...", help="What the script gets as arguments.")
    ] = None,
    debug: Debug = False,
    no_debug: NoDebug = False,
    debug_level: DebugLevel = None,
    debug_format: DebugFormat = None,
    debug_modules: DebugModules = None,
    debug_perf: DebugPerf = None,
    debug_output: DebugOutput = None,
    config: Config = None,
    no_config: NoConfig = False,
    engine: Engine = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sandbox: Sandbox = None,
    c_modules: CModules = None,
    color: Color = None,
    inspect: Annotated[
        str | None,
        _plain(
            "--inspect", "Let an editor attach, at 127.0.0.1:4711 unless told otherwise.", "[=[HOST:]PORT]"
        ),
    ] = None,
    inspect_wait: Annotated[
        bool, _plain("--inspect-wait", "Wait for the editor before the script begins.")
    ] = False,
    inspect_token: Annotated[
        str | None,
        _plain("--inspect-token", "What the editor has to know; made up where others reach it.", "TOKEN"),
    ] = None,
    json: Annotated[
        bool, _plain("--json", "Tell the end of the run as one JSON document on stderr.")
    ] = False,
) -> None:
    """Run a script."""
    request = build_request(
        CommandLine(_flags(ctx), script, tuple(arguments or ())), os.environ, current_folder()
    )
    from llmspell_cli.commands.run import run_command

    raise typer.Exit(run_command(request))


@app.command("profile", cls=ProfileCommand, help=_PROFILE_HELP, no_args_is_help=True)
def profile(
    ctx: typer.Context,
    script: Annotated[
        str, typer.Argument(metavar="SCRIPT", help="The script; - reads it from standard input.")
    ],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGUMENTS]...", help="What the script gets as arguments.")
    ] = None,
    rate: Annotated[str | None, _plain("--rate", "Samples a second; 1000 by default.", "RATE")] = None,
    duration: Annotated[
        str | None, _plain("--duration", "Watch for so long, e.g. 10s, then end the script.", "DURATION")
    ] = None,
    lines: Annotated[
        bool, _plain("--lines", "Tell lines, also for JavaScript, where that takes time.")
    ] = False,
    memory: Annotated[bool, _plain("--memory", "Follow the heap, and where it grows.")] = False,
    output: Output = None,
    form: ProfileFormat = None,
    debug: Debug = False,
    no_debug: NoDebug = False,
    debug_level: DebugLevel = None,
    debug_format: DebugFormat = None,
    debug_modules: DebugModules = None,
    debug_perf: DebugPerf = None,
    debug_output: DebugOutput = None,
    config: Config = None,
    no_config: NoConfig = False,
    engine: Engine = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sandbox: Sandbox = None,
    c_modules: CModules = None,
    color: Color = None,
    json: Annotated[bool, _plain("--json", "Tell the summary as one JSON document on stderr.")] = False,
) -> None:
    """Profile a script."""
    line = CommandLine(_flags(ctx, PROFILE_OPTIONS), script, tuple(arguments or ()))
    from llmspell_cli.commands.profile import profile_command
    from llmspell_cli.profile_request import build_profile_request

    raise typer.Exit(profile_command(build_profile_request(line, os.environ, current_folder())))


@app.command("debug", cls=DebugCommand, help=_DEBUG_HELP, no_args_is_help=True)
def debug_script(
    ctx: typer.Context,
    script: Annotated[
        str, typer.Argument(metavar="SCRIPT", help="The script; - reads it from standard input.")
    ],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGUMENTS]...", help="What the script gets as arguments.")
    ] = None,
    break_at: Annotated[
        list[str] | None,
        typer.Option("-b", "--break-at", metavar="FILE:LINE", help="Stop there. May be given again."),
    ] = None,
    watch: Annotated[
        list[str] | None,
        typer.Option("--watch", metavar="EXPR", help="Show this at each stop. May be given again."),
    ] = None,
    step: Annotated[bool, _plain("--step", "Stop at the first statement, whatever else is asked.")] = False,
    commands: Annotated[
        str | None, _plain("--commands", "Read the commands from a file, a line each.", "FILE")
    ] = None,
    post_mortem: Annotated[
        bool | None,
        typer.Option(
            "--post-mortem/--no-post-mortem",
            help="Whether an uncaught error stops in the frame that failed, as it does by default.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        str | None, _plain("--port", "Let an editor attach on this port, instead of the prompt.", "PORT")
    ] = None,
    debug: Debug = False,
    no_debug: NoDebug = False,
    debug_level: DebugLevel = None,
    debug_format: DebugFormat = None,
    debug_modules: DebugModules = None,
    debug_perf: DebugPerf = None,
    debug_output: DebugOutput = None,
    config: Config = None,
    no_config: NoConfig = False,
    engine: Engine = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sandbox: Sandbox = None,
    c_modules: CModules = None,
    color: Color = None,
    json: Annotated[
        bool, _plain("--json", "Tell the end of the run as one JSON document on stderr.")
    ] = False,
) -> None:
    """Debug a script."""
    line = CommandLine(_flags(ctx, DEBUG_OPTIONS), script, tuple(arguments or ()))
    from llmspell_cli.commands.debug import debug_command
    from llmspell_cli.debug_request import build_debug_request

    raise typer.Exit(debug_command(build_debug_request(line, os.environ, current_folder())))


@app.command("dap", help=_DAP_HELP)
def dap(
    port: Annotated[
        str | None, _plain("--port", "Serve on TCP instead of standard input and output.", "[HOST:]PORT")
    ] = None,
    token: Annotated[
        str | None, _plain("--token", "What the editor has to know; made up where others reach it.", "TOKEN")
    ] = None,
) -> None:
    """Serve editors."""
    from llmspell_cli.arguments import parse_address
    from llmspell_cli.commands.dap import dap_command

    address = None if port is None else parse_address(port, flag="--port")._replace(token=token)
    raise typer.Exit(dap_command(address))


@app.command("profile show", help=_SHOW_HELP, no_args_is_help=True, hidden=True)
def profile_show(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A profile that was saved with -o NAME.json.")],
    output: Output = None,
    form: ProfileFormat = None,
    json: Annotated[bool, _plain("--json", "Print the summary as JSON.")] = False,
    color: Color = None,
) -> None:
    """Print a saved profile again."""
    from llmspell_cli.commands.profile_show import show_command

    raise typer.Exit(show_command(file, output, form, json, color))


@app.command("profile diff", help=_DIFF_HELP, no_args_is_help=True, hidden=True)
def profile_diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The profile from before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The profile from after.")],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write a differential flame graph (.html)."),
    ] = None,
    fail_over: Annotated[
        str | None,
        _plain(
            "--fail-over", "Exit with 1 where the whole or a function got slower by more, e.g. 10%.", "SHARE"
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="BY", help="Judge by time, or by share of the run where lengths differ."
        ),
    ] = "time",
    json: Annotated[bool, _plain("--json", "Print the comparison as JSON.")] = False,
    color: Color = None,
) -> None:
    """Compare two saved profiles."""
    from llmspell_cli.commands.profile_diff import diff_command

    raise typer.Exit(diff_command(old, new, output, fail_over, by, json, color))


@app.command("dump-config", help=_DUMP_HELP)
def dump_config(
    ctx: typer.Context,
    show_origin: Annotated[bool, _plain("--show-origin", "Say where each value comes from.")] = False,
    output_format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="toml or json.")] = "toml",
    schema: Annotated[
        bool, _plain("--schema", "Print the JSON Schema of the configuration file instead.")
    ] = False,
    debug: Debug = False,
    no_debug: NoDebug = False,
    debug_level: DebugLevel = None,
    debug_format: DebugFormat = None,
    debug_modules: DebugModules = None,
    debug_perf: DebugPerf = None,
    debug_output: DebugOutput = None,
    config: Config = None,
    no_config: NoConfig = False,
    engine: Engine = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sandbox: Sandbox = None,
    c_modules: CModules = None,
    color: Color = None,
) -> None:
    """Print the configuration in force."""
    from llmspell_cli.commands.dump_config import DumpRequest, dump_config_command

    request = DumpRequest(_flags(ctx), output_format, show_origin, schema)
    raise typer.Exit(dump_config_command(request, os.environ, current_folder()))


def run_app(words: Sequence[str]) -> int:
    """Run the tree over `words`; the exit code. Raises `CommandLineProblem` for what typer finds wrong."""
    if words[:1] == ["profile"] and words[1:2] in (["show"], ["diff"]):
        words = [" ".join(words[:2]), *words[2:]]  # commands of their own: `profile` takes a script
    # Not exported by typer under a public name; there since 0.26, which pyproject.toml asks for.
    from typer._click.exceptions import ClickException, NoArgsIsHelpError

    try:
        code = app(args=list(words), prog_name="llmspell", standalone_mode=False)
    except NoArgsIsHelpError as help_shown:
        typer.echo(help_shown.format_message(), err=True)
        return help_shown.exit_code
    except ClickException as error:
        raise CommandLineProblem([_problem(error.format_message(), words)]) from None
    return code if isinstance(code, int) else 0


def _problem(message: str, words: Sequence[str]) -> Problem:
    """What typer found wrong, in our words; a script that stands where a command should is told so."""
    hint = None
    if message.startswith("No such command") and os.path.isfile(script := next(iter(words), "")):
        hint = f"did you mean `llmspell run {script}`?"
    text = message.rstrip(".")
    return Problem(text[:1].lower() + text[1:], hint=hint)


def _canonical(line: CommandLine, options: Options) -> list[str]:
    """A command line with the options first."""
    words = []
    for flag, value in line.flags.items():
        if isinstance(value, bool):
            negated = next((name for name, undone in options.negations.items() if undone == flag), flag)
            words.append(flag if value else negated)
        else:
            words.extend(f"{flag}={text}" for text in ((value,) if isinstance(value, str) else value))
    own = () if line.script is None else (line.script, *line.arguments)
    return [*words, "--", *own] if own else words


_PARAMETERS = {"form": "format"}
"""Parameters that cannot have the name of their option: it is Python's."""


def _flags(ctx: typer.Context, options: Options = RUN_OPTIONS) -> Flags:
    """What typer read, by the name of the flag; options that were not given are left out."""
    flags: Flags = {}
    for name, value in ctx.params.items():
        flag = "--" + _PARAMETERS.get(name, name).replace("_", "-")
        if flag not in options.known:
            continue
        is_given = value is not None and (value is not False or flag in options.negations.values())
        if is_given and value != []:
            flags[flag] = tuple(value) if isinstance(value, list) else value
    return flags
