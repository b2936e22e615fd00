"""Where the command starts and ends: exit codes, and what a person sees when something is wrong."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from llmspell_cli import exits
from llmspell_cli.errors import UsageProblem
from llmspell_cli.streams import StandardOutputProblem, flush_all, say, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

_COMPLETION_VARIABLE = "_LLMSPELL_COMPLETE"
"""Set by the shell when it asks typer for completions."""


def main() -> NoReturn:
    """Run the command of `sys.argv` and end the process with its exit code."""
    # Until a run takes over, Ctrl-C ends the process: a KeyboardInterrupt in the middle of an import can get lost.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = flush_all(_guarded(sys.argv[1:]))
    # Taking down the interpreter piece by piece costs some 5 ms, and nothing is left to be saved.
    os._exit(code)


def _run(words: Sequence[str]) -> int | None:
    """`llmspell run`; None where typer knows better (`--help`).

    A script goes past the typer tree, whose import takes longer than all else before it starts.
    """
    from llmspell_cli.arguments import build_request, current_folder, split

    line = split(words)
    if "--help" in line.flags:
        return None
    request = build_request(line, os.environ, current_folder())
    from llmspell_cli.commands.run import run_command  # what is wrong comes to light without it

    return run_command(request)


def _profile(words: Sequence[str]) -> int | None:
    """`llmspell profile`, as `_run`."""
    from llmspell_cli.arguments import PROFILE_OPTIONS, current_folder, split

    if words[:1] in (["show"], ["diff"]):
        return None
    line = split(words, PROFILE_OPTIONS)
    if "--help" in line.flags or not words:
        return None
    from llmspell_cli.profile_request import build_profile_request

    request = build_profile_request(line, os.environ, current_folder())
    from llmspell_cli.commands.profile import profile_command

    return profile_command(request)


def _debug(words: Sequence[str]) -> int | None:
    """`llmspell debug`, as `_run`."""
    from llmspell_cli.arguments import DEBUG_OPTIONS, current_folder, split

    line = split(words, DEBUG_OPTIONS)
    if "--help" in line.flags or not words:
        return None
    from llmspell_cli.debug_request import build_debug_request

    request = build_debug_request(line, os.environ, current_folder())
    from llmspell_cli.commands.debug import debug_command

    return debug_command(request)


_STARTS: dict[str, Callable[[Sequence[str]], int | None]] = {
    "run": _run,
    "profile": _profile,
    "debug": _debug,
}
"""The commands that run a script."""


def dispatch(words: Sequence[str]) -> int:
    """Run the command that `words` ask for; its exit code. Raises `UsageProblem`."""
    if (
        _COMPLETION_VARIABLE not in os.environ
        and (start := _STARTS.get(words[0] if words else "")) is not None
    ):
        code = start(words[1:])
        if code is not None:
            return code
    from llmspell_cli.app import run_app

    return run_app(words)


def _guarded(words: list[str]) -> int:
    """`dispatch`, with everything that can go wrong turned into an exit code and a message."""
    try:
        return dispatch(words)
    except SystemExit as end:
        return _exit_code(end)
    except UsageProblem as problem:
        from llmspell_cli.arguments import wants_json

        if words[:1] and words[0] in _STARTS and wants_json(words):
            import json

            say(json.dumps(problem.to_dict(), ensure_ascii=False) + "\n")
        else:
            say(problem.text())
        return problem.exit_code
    except StandardOutputProblem as problem:
        say(problem.text())
        return problem.exit_code
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        silence(sys.stdout)
        return exits.OK
    except Exception as bug:  # the border to the user: what gets here is a bug of ours
        _report_bug(bug)
        return exits.INTERNAL


def _exit_code(end: SystemExit) -> int:
    if end.code is None:
        return exits.OK
    if isinstance(end.code, int):
        return end.code & 0xFF
    say(f"{end.code}\n")
    return exits.SCRIPT_FAILED


def _report_bug(bug: Exception) -> None:
    """Say that it was us, briefly; the traceback goes to a file, or is shown with `LLMSPELL_TRACEBACK=1`."""
    import traceback

    from debug.text_safety import printable

    trace = "".join(traceback.format_exception(bug))
    frames = traceback.extract_tb(bug.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    say(f"llmspell: internal error: {type(bug).__name__}: {printable(str(bug))}{place}\n")
    if os.environ.get("LLMSPELL_TRACEBACK") == "1":
        say(trace)
        return
    hint = "run it again with LLMSPELL_TRACEBACK=1 to see the traceback"
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="llmspell-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(trace)
        hint = f"the traceback is in {file.name}"
    except OSError:
        pass
    say(f"llmspell: this is a bug in llmspell, not in your script; {hint}\n")


if __name__ == "__main__":
    main()
