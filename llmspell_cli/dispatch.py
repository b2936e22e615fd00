"""From the words of a command line to the command that they ask for.

Commands go past the typer tree, whose import takes longer than all else before a script starts; typer knows help,
completion, and what is no command at all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from llmspell_cli.arguments import build_request, current_folder, parse_address, split
from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.options import COMMANDS, RUN, find_command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmspell_cli.arguments import CommandLine

COMPLETION_VARIABLE = "_LLMSPELL_COMPLETE"
"""Set by the shell when it asks typer for completions."""


def dispatch(words: Sequence[str]) -> int:
    """Run the command that `words` ask for; its exit code. Raises `UsageProblem`."""
    words = words[1:] if words[:1] == ["--"] else words
    command, count = find_command(words)
    if command is not None and COMPLETION_VARIABLE not in os.environ:
        line = split(words[count:], command)
        if "--help" not in line.flags:
            return _STARTS[command.name](line)
        words = [*words[:count], "--help"]
    elif words and COMPLETION_VARIABLE not in os.environ:
        _check_first(words[0])
    from llmspell_cli.app import run_app

    return run_app(words)


def _check_first(word: str) -> None:
    """Whether a command line may begin with a word that is no command. Raises `CommandLineProblem`."""
    if not word.startswith("-"):
        from debug.nearest import nearest

        meant = nearest(word, COMMANDS)
        if meant is None and os.path.isfile(word):
            meant = f"run {word}"
        hint = f"did you mean `llmspell {meant}`?" if meant else "`llmspell --help` lists the commands"
        raise CommandLineProblem([Problem(f"no such command {word!r}", hint=hint)])
    if word.partition("=")[0] in RUN.known() and word != "--help":
        hint = f"`llmspell run {word} ...`"
        raise CommandLineProblem([Problem("options come after the command", word, hint=hint)])


# What is wrong with a request comes to light before the command is imported.


def _run(line: CommandLine) -> int:
    request = build_request(line, os.environ, current_folder())
    from llmspell_cli.commands.run import run_command

    return run_command(request)


def _profile(line: CommandLine) -> int:
    from llmspell_cli.profile_request import build_profile_request

    request = build_profile_request(line, os.environ, current_folder())
    from llmspell_cli.commands.profile import profile_command

    return profile_command(request)


def _debug(line: CommandLine) -> int:
    from llmspell_cli.debug_request import build_debug_request

    request = build_debug_request(line, os.environ, current_folder())
    from llmspell_cli.commands.debug import debug_command

    return debug_command(request)


def _dap(line: CommandLine) -> int:
    port = line.text("--port")
    address = None if port is None else parse_address(port, "--port")._replace(token=line.text("--token"))
    from llmspell_cli.commands.dap import dap_command

    return dap_command(address)


def _show(line: CommandLine) -> int:
    from llmspell_cli.commands.profile_show import show_command

    (path,) = line.words
    return show_command(
        path, line.text("--output"), line.text("--format"), "--json" in line.flags, line.text("--color")
    )


def _diff(line: CommandLine) -> int:
    from llmspell_cli.commands.profile_diff import diff_command

    old, new = line.words
    return diff_command(
        old,
        new,
        line.text("--output"),
        line.text("--fail-over"),
        line.text("--by") or "time",
        "--json" in line.flags,
        line.text("--color"),
    )


def _dump_config(line: CommandLine) -> int:
    from llmspell_cli.commands.dump_config import DumpRequest, dump_config_command

    form = line.text("--format")
    request = DumpRequest(
        line.flags,
        "toml" if form is None else form,
        "--show-origin" in line.flags,
        "--schema" in line.flags,
    )
    return dump_config_command(request, os.environ, current_folder())


_STARTS: dict[str, Callable[[CommandLine], int]] = {
    "run": _run,
    "profile": _profile,
    "debug": _debug,
    "dap": _dap,
    "profile show": _show,
    "profile diff": _diff,
    "dump-config": _dump_config,
}
