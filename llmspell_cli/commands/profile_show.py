"""`llmspell profile show`: a saved profile again, as text or in another format."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.profile_file import WriteFailed, check_output, read_profile, write_profile
from llmspell_cli.streams import say, write_out

if TYPE_CHECKING:
    from llmspell_cli.render.terminal import Terminal

STDOUT = 1


def show_command(path: str, output: str | None, form: str | None, json: bool, color: str | None) -> int:
    """Print it, or write it where `output` says; the exit code. Raises `UsageProblem`."""
    problems = [] if output is None else check_output(output, form)
    if output is None and form is not None:
        problems.append(Problem("needs a file to write to", "--format", hint="name one with -o"))
    terminal = stdout_terminal(color, problems)
    if problems:
        raise CommandLineProblem(problems)
    profile = read_profile(path)
    if output is not None:
        try:
            say(write_profile(profile, output, form))
        except WriteFailed as error:
            say(f"llmspell: error: {error}\n")
            return error.exit_code
        if not json:
            return 0
    if json:
        import msgspec

        from debug.profile.summary import summarize

        write_out(msgspec.json.encode(summarize(profile)).decode() + "\n")
    else:
        from llmspell_cli.render.profile_view import show_profile

        write_out(show_profile(profile, terminal).removeprefix("\n"))
    return 0


def stdout_terminal(color: str | None, problems: list[Problem]) -> Terminal:
    """What standard output can show; a `color` that is none is told."""
    from llmspell_cli.render.terminal import detect

    if color not in (None, "auto", "always", "never"):
        problems.append(Problem(f"{color!r} is not valid", "--color", "auto, always or never"))
        color = None
    return detect(STDOUT, color or "auto", os.environ, encoding=getattr(sys.stdout, "encoding", None))  # type: ignore[arg-type]
