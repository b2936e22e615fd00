"""`llmspell debug`: run a script, stop it where that is wanted, and look into it at a prompt."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from debug.debugger.session import Session as DebuggerSession
from debug.debugger.target import ExceptionOrder
from llmspell_cli import exits
from llmspell_cli.end_of_run import document, say_document, show_end
from llmspell_cli.prompt.commands import make_table
from llmspell_cli.prompt.completing import complete
from llmspell_cli.prompt.desk import Desk
from llmspell_cli.prompt.front import Front
from llmspell_cli.prompt.help_text import help_on
from llmspell_cli.prompt.places import resolve
from llmspell_cli.prompt.readers import PlainReader, ScriptedReader
from llmspell_cli.render.debug_tables import show_breakpoint
from llmspell_cli.render.terminal import detect
from llmspell_cli.script_run import Watch, run_script
from llmspell_cli.streams import flush_all, say
from runtime.engine import ErrorKind

if TYPE_CHECKING:
    from debug.debugger.target import Target
    from llmspell_cli.debug_request import DebugRequest
    from llmspell_cli.prompt.command import Table
    from llmspell_cli.prompt.readers import Reader
    from llmspell_cli.script_run import Ended
    from llmspell_cli.wiring import Session

STDIN, STDOUT, STDERR = 0, 1, 2

_STOPPED = (ErrorKind.INTERRUPTED, ErrorKind.TERMINATED, ErrorKind.TIMEOUT)
"""How a script ends that was told to."""


def debug_command(request: DebugRequest) -> int:
    """Debug the script, at a prompt or by an editor that attaches; its exit code. Raises `UsageProblem`."""
    if request.port is not None:
        from llmspell_cli.arguments import InspectAddress
        from llmspell_cli.commands.run import run_inspected

        return run_inspected(request.run, InspectAddress(port=request.port, wait=True, flag="--port"))
    return _Debugging(request).run()


class _Listener:
    """The session, with the prompt told at once which scripts there are: it hears of their ends later."""

    def __init__(self, session: DebuggerSession, front: Front) -> None:
        self._session = session
        self._front = front
        self.loaded = session.loaded
        self.hit = session.hit
        self.ended = session.ended

    def started(self, target: Target) -> None:
        """A script's VM is there."""
        self._front.started()
        self._session.started(target)


class _Debugging:
    """The runs of one command."""

    def __init__(self, request: DebugRequest) -> None:
        self._request = request
        self._debugger = DebuggerSession()
        self._outputs: Session | None = None
        """Those of the run that is under way."""
        self._is_over = False
        """Whether the run was ended from outside."""
        color = request.run.settings.color
        encoding = getattr(sys.stderr, "encoding", None)
        self._terminal = detect(STDERR, color, os.environ, encoding=encoding)  # type: ignore[arg-type]
        table = make_table()
        self._desk = Desk(
            self._debugger,
            self._terminal,
            say,
            request.run.script,
            lambda name: help_on(table, name, self._terminal),
        )
        self._front = Front(self._desk, table, self._reader(table), self._settle)

    def run(self) -> int:
        """Run the script as often as that is wanted; the exit code of the last run."""
        self._debugger.connect(self._front, stop_on_entry=self._request.stops_on_entry)
        self._prepare()
        self._front.start()
        watch = Watch(
            begun=self._begin,
            debugger=_Listener(self._debugger, self._front),
            on_interrupt=self._front.interrupt,
        )
        try:
            while True:
                code = run_script(self._request.run, self._report, watch)
                if self._is_over or self._front.decide(code) == "quit":
                    return code
        finally:
            self._front.close()
            self._debugger.close()

    def _reader(self, table: Table) -> Reader:
        if self._request.commands is not None:
            return ScriptedReader(self._request.commands, say)
        if not (os.isatty(STDIN) and self._terminal.is_tty) or os.environ.get("TERM", "dumb") == "dumb":
            return PlainReader(STDIN, say)
        from llmspell_cli.prompt.terminal_reader import TerminalReader

        return TerminalReader(lambda text: complete(table, self._desk, text), os.environ)

    def _prepare(self) -> None:
        """What the command line asks for, before anything runs."""
        desk = self._desk
        if self._request.post_mortem:
            desk.catching["uncaught"] = ExceptionOrder(uncaught=True)
            desk.order_exceptions()
        for text in self._request.watch:
            desk.add_display(text)
        for place in self._request.break_at:
            info = self._debugger.breakpoints.add(resolve(desk, place))
            desk.say(show_breakpoint(info, self._terminal))

    def _begin(self, outputs: Session) -> None:
        self._outputs = outputs

    def _settle(self) -> None:
        """Bring out what the script has printed and logged, and begin a line."""
        if self._outputs is not None:
            self._outputs.flush_outputs(1.0)
        flush_all(exits.SCRIPT_FAILED)  # what is lost is told at the end
        if self._terminal.is_tty:
            # So many blanks end on a new line, unless the cursor stood at the beginning of one.
            say(f"{' ' * self._terminal.current_width()}\r")

    def _report(self, ended: Ended) -> int:
        self._outputs = None  # they are closed
        error = ended.result.error
        was_stopped = error is not None and error.kind in _STOPPED
        if was_stopped and self._desk.wish is not None:
            return exits.OK  # as it was asked for
        if was_stopped:
            self._front.close()
            self._is_over = True
        if ended.request.json:
            say_document(document(ended))
        else:
            show_end(ended)
        return ended.exit_code
