"""The run that a conversation is about, from launch or attach to its end."""

from __future__ import annotations

import hmac
import os
from enum import Enum
from threading import Event, Lock
from typing import TYPE_CHECKING

from debug.dap.capabilities import WITHOUT_DEBUGGER
from debug.dap.errors import RequestError
from debug.dap.launcher import LaunchError
from debug.dap.terminal import TerminalRun, free_port
from debug.dap.types import (
    CapabilitiesEventBody,
    ExitedEventBody,
    OutputEventBody,
    ProcessEventBody,
    Source,
    TerminatedEventBody,
)

if TYPE_CHECKING:
    from debug.dap.launch_arguments import AttachArguments, LaunchArguments
    from debug.dap.launcher import Category, Launched
    from debug.dap.line import Line
    from debug.dap.offer import Offer
    from debug.dap.view import View
    from debug.debugger.events import Client, Detached


class Phase(Enum):
    """How far it is."""

    NONE = "none"
    READY = "ready"
    """Launched or attached to; the client makes its breakpoints."""
    RUNNING = "running"
    OVER = "over"


class RunControl:
    """What requests ask of a run, and what its launcher tells (`debug.dap.launcher.Run`). From any thread."""

    def __init__(self, offer: Offer, line: Line, client: Client, view: View) -> None:
        self.phase = Phase.NONE
        self.over = Event()
        """Set once nothing of a launched run is left."""
        self.over.set()
        self._offer = offer
        self._session = offer.session
        self._line = line
        self._client = client
        self._view = view
        self._arguments: LaunchArguments | None = None
        self._launched: Launched | None = None
        self._next: Launched | None = None
        """What is to be started when the present run is over."""
        self._left = False
        self.runs_on = False
        """Whether the client wanted what it has launched to run on without it."""
        self._terminated_told = False
        self._changing = Lock()

    # Requests. What cannot be raises RequestError, SessionError or LaunchError.

    def launch(self, arguments: LaunchArguments) -> None:
        """Get a run ready."""
        self._check_new(arguments.token)
        launcher = self._offer.launcher
        if launcher is None:
            raise RequestError("the script runs already: attach to it")
        listener = None if arguments.no_debug else self._session
        self._launched = launcher.launch(arguments.request(), listener, self)
        if listener is not None:
            self._session.connect(self._client, stop_on_entry=bool(arguments.stop_on_entry))
        self._arguments = arguments
        self.over.clear()
        self.phase = Phase.READY

    def attach(self, arguments: AttachArguments) -> None:
        """Look on at the run that there is."""
        self._check_new(arguments.token)
        if self._offer.launcher is not None:
            raise RequestError("there is nothing to attach to: this adapter launches scripts")
        self._session.connect(self._client, stop_on_entry=bool(arguments.stop_on_entry))
        self.phase = Phase.READY
        if arguments.send_output is not False:
            self._offer.on_attach()

    def in_terminal(self, arguments: LaunchArguments) -> TerminalRun:
        """What the client has to run in a terminal; from there on the run is the script's own adapter's."""
        self._check_new(arguments.token)
        launcher = self._offer.launcher
        if launcher is None:
            raise RequestError("the script runs already: attach to it")
        port = None if arguments.no_debug else free_port()
        command = launcher.command(arguments.request(), port)
        self.phase = Phase.RUNNING
        return TerminalRun(
            "external" if arguments.console == "externalTerminal" else "integrated",
            command.name,
            command.cwd,
            command.args,
            arguments.env or {},
            port,
            bool(arguments.stop_on_entry),
        )

    def configured(self) -> None:
        """The breakpoints are made: begin."""
        if self.phase is not Phase.READY:
            return
        self.phase = Phase.RUNNING
        if self._launched is not None:
            try:
                self._launched.start()
            except LaunchError:
                self._end_unstarted()
                raise
        elif self._offer.configured is not None:
            self._offer.configured.set()
        self._tell_process()

    def withdraw_capabilities(self) -> None:
        """Say what a run without a debugger cannot do."""
        if self._arguments is not None and self._arguments.no_debug:
            self._line.event("capabilities", CapabilitiesEventBody(WITHOUT_DEBUGGER))

    def restart(self, arguments: LaunchArguments | None) -> None:
        """End the run, and begin another of the same kind; whether there is a debugger, and whether it stops at the
        entry, stays."""
        if self._offer.launcher is None or self._arguments is None:
            raise RequestError("only a launched script can be restarted")
        if self.phase is not Phase.RUNNING:
            raise RequestError("the script does not run")
        wanted = arguments or self._arguments
        listener = None if self._arguments.no_debug else self._session
        following = self._offer.launcher.launch(wanted.request(), listener, self)
        with self._changing:
            if self.phase is not Phase.RUNNING:
                raise RequestError("the script has just ended")
            self._next = following
        self.terminate()

    def terminate(self) -> None:
        """End the scripts."""
        if self._launched is not None and self.phase is Phase.READY:
            self._end_unstarted()
            return
        self._end()

    def leave(self, terminate: bool | None = None) -> None:
        """The client goes: what it has launched ends, what it has attached to runs on, unless it says otherwise."""
        with self._changing:
            left, self._left = self._left, True
            self._next = None
        if left or self.phase is Phase.NONE:
            return
        if terminate is None:
            terminate = self._launched is not None
        if self._launched is None:
            self._offer.on_leave()
        if terminate and not (self._launched is not None and self.phase is Phase.READY):
            self._end()  # first, so that what is stopped does nothing more
        self._session.disconnect()
        if self._launched is None:
            return
        if self.phase is Phase.READY:
            self.over.set()
        self.runs_on = not terminate

    # What the launcher tells

    def output(self, category: Category, text: str, path: str | None = None, line: int = 0) -> None:
        """What the script has written."""
        if not text:
            return
        source = None
        if path is not None:
            source = Source(name=os.path.basename(path), path=self._view.path(path))
        shown_line = self._view.line(line) if source is not None and line > 0 else None
        self._line.event("output", OutputEventBody(text, category, source=source, line=shown_line))

    def ended(self, exit_code: int) -> None:
        """The run is over."""
        with self._changing:
            if self.phase is Phase.OVER:
                return
            following, self._next = self._next, None
            if following is None:
                self.phase = Phase.OVER
            else:
                self._launched = following
        if following is not None:
            try:
                following.start()
            except LaunchError as error:
                self.output("important", f"cannot restart: {error}\n")
                self.phase = Phase.OVER
            else:
                self._tell_process()
                return
        if not self._left:
            self._session.close()  # what it has to tell comes before the end
            self._line.event("exited", ExitedEventBody(exit_code))
            self._tell_terminated()
        self.over.set()

    # What the session tells

    def detached(self, event: Detached) -> None:
        """The session has let go of the client by itself."""
        if self.phase in (Phase.READY, Phase.RUNNING):
            self.output("important", f"The debugger has let go of the script: {event.reason}\n")
            self._tell_terminated()

    # Within

    def _check_new(self, token: str | None) -> None:
        if self.phase is not Phase.NONE:
            raise RequestError("this conversation has its run already")
        wanted = self._offer.token
        if wanted is not None and not hmac.compare_digest((token or "").encode(), wanted.encode()):
            # One guess a connection.
            self._line.hang_up()
            raise RequestError(
                "the argument `token` is not the one that was printed when the script was started"
            )

    def _end(self) -> None:
        had_begun = self._session.has_begun
        self._session.terminate()
        if self._launched is not None:
            self._launched.terminate()
        elif not had_begun:
            self._offer.end()

    def _end_unstarted(self) -> None:
        self.phase = Phase.OVER
        self._session.disconnect()
        self._tell_terminated()
        self.over.set()

    def _tell_terminated(self) -> None:
        if not self._terminated_told:
            self._terminated_told = True
            self._line.event("terminated", TerminatedEventBody())

    def _tell_process(self) -> None:
        if self._launched is not None:
            name, process_id = self._launched.name, self._launched.process_id
        else:
            name = ", ".join(dict.fromkeys(thread.name for thread in self._session.threads())) or "llmspell"
            process_id = os.getpid()
        self._line.event(
            "process",
            ProcessEventBody(name, process_id, True, "attach" if self._launched is None else "launch"),
        )
