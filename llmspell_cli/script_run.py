"""Runs a script for a command, from reading it to the last flush, and hands what came out to a report."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

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
    from collections.abc import Callable

    from debug.debugger.target import Listener
    from debug.profile.recorder import Recorder
    from llmspell_cli.arguments import RunRequest
    from llmspell_cli.live_line import LiveLine
    from runtime.engine import Script

SWITCH_INTERVAL_S = 0.0005
"""How long a thread of Python may keep a script that logs waiting; the default starves it."""

CLOSE_S = 10.0
"""How long outputs may take for what is left at the end."""


class Ended(NamedTuple):
    """A run that is over."""

    request: RunRequest
    session: Session
    script: Script
    engine_name: str
    result: RunResult
    exit_code: int


class Watch(NamedTuple):
    """What goes on beside a run."""

    recorder: Recorder | None = None
    """Takes the samples of a profiled run."""
    live_line: Callable[[Session], LiveLine | None] = lambda _session: None
    """Makes the line that tells how far the run is, where it can be shown."""
    timeout_is_enough: bool = False
    """Whether a script that runs into its timeout has not failed: it was to be watched for so long."""
    debugger: Listener | None = None
    """Stops the script, and looks into it."""
    begun: Callable[[Session], None] = lambda _session: None
    """Told what the run is made of, before it runs."""
    abandoned: Callable[[int], None] = lambda _code: None
    """Told the exit code before the process is ended because the script cannot be."""
    on_interrupt: Callable[[], bool] | None = None
    """Whether a Ctrl-C was meant for somebody else, and does not end the script. Called by a signal handler."""


def run_script(request: RunRequest, report: Callable[[Ended], int], watch: Watch | None = None) -> int:
    """Run the script; the exit code, which `report` has the last word on. Raises `UsageProblem`."""
    watch = watch or Watch()
    hold_standard_descriptors()
    script = read_script(request.script, request.arguments)
    settings = request.settings
    try:
        engine_name = registry.choose(settings.run.engine, script.name, script.text[:200])
        session = Session(settings, request.locals_in_traces, watch.recorder, watch.debugger)
    except registry.EngineChoiceError as error:
        raise CommandLineProblem([Problem(str(error))]) from None
    except OutputError as error:
        raise CommandLineProblem([Problem(str(error))]) from None
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    live_line = watch.live_line(session)
    watch.begun(session)

    def end_hard(reason: StopReason) -> None:
        """The script cannot be made to end: save what can be saved, tell, and end the process."""
        if live_line is not None:
            live_line.stop()
        result = _judged(RunResult(EXIT_CODES[reason], _ended_by_force(script.name, reason)), watch)
        _flush_within(1.0)
        session.close_outputs(2.0)
        code = report(Ended(request, session, script, engine_name, result, result.exit_code))
        watch.abandoned(code)
        os._exit(code)

    engine = session.engine(engine_name)
    supervisor = Supervisor(engine, session.manager, end_hard, say, watch.on_interrupt)
    with supervisor:
        try:
            result = _judged(supervisor.run(script), watch)
        finally:
            if live_line is not None:
                live_line.stop()
        close_s = CLOSE_S
        if result.finalize:
            if not session.flush_outputs(CLOSE_S):  # while finalizers run, nothing is written
                close_s = 0.5  # nobody reads: that has been waited for
            supervisor.finalize()
        code = exits.BROKEN_PIPE if supervisor.output_closed else result.exit_code
        code = flush_all(code)
        session.close_outputs(close_s)
        if code != exits.BROKEN_PIPE:
            code = report(Ended(request, session, script, engine_name, result, code))
    return code


def _judged(result: RunResult, watch: Watch) -> RunResult:
    """The result, where running into the timeout is no failure."""
    if watch.timeout_is_enough and result.error is not None and result.error.kind is ErrorKind.TIMEOUT:
        return RunResult(exits.OK, finalize=result.finalize)
    return result


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


def _flush_within(timeout_s: float) -> None:
    """Flush standard output, unless the script holds it."""
    from threading import Thread

    flusher = Thread(target=flush_all, args=(0,), daemon=True)
    flusher.start()
    flusher.join(timeout_s)
