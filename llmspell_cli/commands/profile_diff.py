"""`llmspell profile diff`: two saved profiles side by side, and whether the second is worse."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from debug.profile.diff import diff, regressions
from llmspell_cli import exits
from llmspell_cli.commands.profile_show import stdout_terminal
from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.profile_file import WriteFailed, read_profile, write_file
from llmspell_cli.streams import say, write_out

if TYPE_CHECKING:
    from debug.profile.diff import By
    from debug.profile.model import Profile

BY = ("time", "share")


def diff_command(
    old_path: str,
    new_path: str,
    output: str | None,
    fail_over: str | None,
    by: str,
    json: bool,
    color: str | None,
) -> int:
    """Print it and write the graph where asked to; 1 where something got slower by more than `fail_over`.

    Raises `UsageProblem`.
    """
    problems: list[Problem] = []
    percent = None if fail_over is None else _percent(fail_over, problems)
    if by not in BY:
        problems.append(Problem(f"{by!r} is not valid", "--by", " or ".join(BY)))
    if output is not None:
        problems += _check_output(output)
    terminal = stdout_terminal(color, problems)
    old, new = _read(old_path, problems), _read(new_path, problems)
    if problems or old is None or new is None:
        raise CommandLineProblem(problems)
    found = diff(old, new)
    chosen: By = "share" if by == "share" else "time"
    worse = () if percent is None else regressions(found, percent, by=chosen)
    code = exits.SCRIPT_FAILED if worse else exits.OK
    if json:
        import msgspec

        document = msgspec.to_builtins(found) | {
            "regressions": [msgspec.to_builtins(one) | {"percent": _finite(one.percent)} for one in worse]
        }
        write_out(msgspec.json.encode(document).decode() + "\n")
    else:
        from llmspell_cli.render.diff_view import show_diff

        write_out(show_diff(found, worse, percent, terminal))
    if output is not None:
        from debug.profile.export.html import differential_page

        try:
            say(write_file(output, differential_page(old, new), "differential flame graph"))
        except WriteFailed as error:
            say(f"llmspell: error: {error}\n")
            code = code or error.exit_code
    return code


def _read(path: str, problems: list[Problem]) -> Profile | None:
    try:
        return read_profile(path)
    except CommandLineProblem as error:
        problems += error.problems
        return None


def _percent(text: str, problems: list[Problem]) -> float | None:
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent < float("inf"):
        problems.append(Problem(f"{text!r} is not valid", "--fail-over", "a share such as 10%"))
        return None
    return percent


def _check_output(path: str) -> list[Problem]:
    if not path.endswith((".html", ".htm")):
        return [Problem(f"{path} is no page", "-o", "a name that ends in .html")]
    folder = os.path.dirname(path) or "."
    return [] if os.path.isdir(folder) else [Problem(f"there is no directory {folder}", "-o")]


def _finite(percent: float) -> float | None:
    return percent if percent != float("inf") else None
