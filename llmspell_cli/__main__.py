"""Where the command starts and ends: exit codes, and what a person sees when something is wrong."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from llmspell_cli import exits
from llmspell_cli.dispatch import dispatch
from llmspell_cli.errors import UsageProblem
from llmspell_cli.streams import StandardOutputProblem, flush_all, say, silence

if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command of `sys.argv` and end the process with its exit code."""
    # Until a run takes over, Ctrl-C ends the process: a KeyboardInterrupt in the middle of an import can get lost.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = flush_all(_guarded(sys.argv[1:]))
    # Taking down the interpreter piece by piece costs some 5 ms, and nothing is left to be saved.
    os._exit(code)


def _guarded(words: list[str]) -> int:
    """`dispatch`, with everything that can go wrong turned into an exit code and a message."""
    try:
        return dispatch(words)
    except SystemExit as end:
        return _exit_code(end)
    except UsageProblem as problem:
        from llmspell_cli.arguments import wants_json

        if wants_json(words):
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
