"""`llmspell run`: run a script and show what it logs, how it failed, what its timers say."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from debug.outputs.base import OutputError
from llmspell_cli import exits
from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.script_file import read_script
from llmspell_cli.streams import flush_all, say
from llmspell_cli.supervisor import Supervisor
from llmspell_cli.wiring import Session
from runtime import registry

if TYPE_CHECKING:
    from llmspell_cli.arguments import RunRequest
    from runtime.engine import RunResult

SWITCH_INTERVAL_S = 0.0005
"""How long a thread of Python may keep a script that logs waiting; the default starves it."""

CLOSE_S = 10.0
"""How long outputs may take for what is left at the end."""


def run_command(request: RunRequest) -> int:
    """Run the script; the exit code. Raises `UsageProblem`."""
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

    def end_hard(code: int) -> None:
        """The script cannot be made to end: save what can be saved, and end the process."""
        session.close_outputs(2.0)
        say("llmspell: the script did not end when asked to and was ended by force\n")
        _flush_within(1.0)
        os._exit(code)

    engine = session.engine(engine_name)
    supervisor = Supervisor(engine, session.manager, settings.run.timeout_s, end_hard, say)
    result = supervisor.run(script)
    code = exits.BROKEN_PIPE if supervisor.output_closed else result.exit_code
    code = flush_all(code)
    session.close_outputs(CLOSE_S)
    if not supervisor.output_closed:
        _report(request, session, result, code)
    return code


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
