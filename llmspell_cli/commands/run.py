"""`llmspell run`: run a script and show what it logs, how it failed, what its timers say."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from debug.outputs.base import OutputError
from llmspell_cli import exits
from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.script_file import read_script
from llmspell_cli.streams import flush_all, hold_standard_descriptors, say
from llmspell_cli.supervisor import EXIT_CODES, Supervisor
from llmspell_cli.wiring import Session
from runtime import registry
from runtime.engine import ErrorKind, RunResult, ScriptError, StopReason

if TYPE_CHECKING:
    from llmspell_cli.arguments import RunRequest

SWITCH_INTERVAL_S = 0.0005
"""How long a thread of Python may keep a script that logs waiting; the default starves it."""

CLOSE_S = 10.0
"""How long outputs may take for what is left at the end."""


def run_command(request: RunRequest) -> int:
    """Run the script; the exit code. Raises `UsageProblem`."""
    hold_standard_descriptors()
    script = read_script(request.script, request.arguments)
    settings = request.settings
    try:
        engine_name = registry.choose(settings.run.engine, script.name, script.text[:200])
        session = Session(settings, request.locals_in_traces)
    except registry.EngineChoiceError as error:
        raise CommandLineProblem([Problem(str(error))]) from None
    except OutputError as error:
        raise CommandLineProblem([Problem(str(error))]) from None
    sys.setswitchinterval(SWITCH_INTERVAL_S)

    def end_hard(reason: StopReason) -> None:
        """The script cannot be made to end: save what can be saved, tell, and end the process."""
        code = EXIT_CODES[reason]
        _flush_within(1.0)
        session.close_outputs(2.0)
        _report(request, session, RunResult(code, _ended_by_force(script.name, reason)), code)
        os._exit(code)

    engine = session.engine(engine_name)
    supervisor = Supervisor(engine, session.manager, settings.run.timeout_s, end_hard, say)
    with supervisor:
        result = supervisor.run(script)
        close_s = CLOSE_S
        if result.finalize:
            if not session.flush_outputs(CLOSE_S):  # while finalizers run, nothing is written
                close_s = 0.5  # nobody reads: that has been waited for
            supervisor.finalize()
        code = exits.BROKEN_PIPE if supervisor.output_closed else result.exit_code
        code = flush_all(code)
        session.close_outputs(close_s)
        if code != exits.BROKEN_PIPE:
            _report(request, session, result, code)
    return code


def _ended_by_force(name: str, reason: StopReason) -> ScriptError:
    why = {
        StopReason.INTERRUPT: (ErrorKind.INTERRUPTED, "the script was interrupted (Ctrl-C)"),
        StopReason.TERMINATE: (ErrorKind.TERMINATED, "the script was terminated (SIGTERM)"),
        StopReason.TIMEOUT: (ErrorKind.TIMEOUT, "the script ran longer than its limit"),
    }
    kind, message = why[reason]
    return ScriptError(
        kind,
        f"{message}; it did not end when asked to and was ended by force",
        name,
        hint="it was in a call that cannot be interrupted, such as a long string.find or a wait for another program",
    )


def _report(request: RunRequest, session: Session, result: RunResult, code: int) -> None:
    """What is told after the script has ended, on standard error."""
    lost = session.fan_out.dropped_by_output if session.fan_out is not None else {}
    if request.json:
        import json

        say(json.dumps(_document(request, session, result, code, lost), ensure_ascii=False) + "\n")
        return
    if result.error is not None:
        from llmspell_cli.render.error_view import show_error

        say(show_error(result.error, session.terminal, show_locals=request.locals_in_traces))
    for name, count in lost.items():
        if name == "console" and session.left_behind:
            continue  # nothing more gets through to whoever does not read it
        if not (session.has_console and name in session.failures):  # else the console has said so
            say(f"llmspell: {name} missed {count} entries: {session.failures.get(name, 'it was too slow')}\n")
    if request.settings.perf:
        from debug.reports import timer_rows

        rows = timer_rows(session.manager.timers.snapshot())
        if rows:
            from llmspell_cli.render.timer_table import show_timers

            say(show_timers(rows, session.terminal))


def _document(
    request: RunRequest, session: Session, result: RunResult, code: int, lost: dict[str, int]
) -> dict[str, Any]:
    """The end of a run as JSON types."""
    document: dict[str, Any] = {"exit_code": code}
    if result.error is not None:
        from llmspell_cli.render.error_json import error_to_json

        document["error"] = error_to_json(result.error)
    if result.values:
        from debug.metadata import to_json_types

        document["values"] = [to_json_types(value) for value in result.values]
    if request.settings.perf:
        from debug.reports import timer_rows, timings

        snapshot = session.manager.timers.snapshot()
        document["timings"] = timings(snapshot, timer_rows(snapshot))
    if lost:
        document["lost_entries"] = lost
    return document


def _flush_within(timeout_s: float) -> None:
    """Flush standard output, unless the script holds it."""
    from threading import Thread

    flusher = Thread(target=flush_all, args=(0,), daemon=True)
    flusher.start()
    flusher.join(timeout_s)
