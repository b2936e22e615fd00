"""Lets editors attach to a run over TCP: `llmspell run --inspect`, `llmspell debug --port`."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import TYPE_CHECKING

from debug.dap.offer import Offer
from debug.dap.server import TcpServer
from debug.debugger.session import Session
from llmspell_cli.captured_output import STDOUT, CapturedOutput
from llmspell_cli.streams import say

if TYPE_CHECKING:
    from llmspell_cli.arguments import InspectAddress


class Inspection:
    """A debugger that waits for its editor. Raises `CommandLineProblem` where the port cannot be had."""

    def __init__(self, address: InspectAddress) -> None:
        self.session = Session()
        self._address = address
        self._configured = Event()
        self._output = CapturedOutput(self._take, passes_on=True)
        try:
            self._server = TcpServer(self._offer, address.host, address.port, token=address.token)
        except OSError as error:
            raise address.cannot_be_had(error) from None
        self._server.start()

    def wait(self) -> None:
        """Tell where to attach to, and wait for an editor where that was asked for. Ctrl-C ends the process."""
        server = self._server
        token = "" if server.token is None else f", token {server.token}"
        waits = "; the script waits for it" if self._address.wait else ""
        say(f"llmspell: a debugger can attach at {server.host}:{server.port}{token}{waits}\n")
        if self._address.wait:
            self._configured.wait()

    def close(self, exit_code: int) -> None:
        """The run is over."""
        self._output.close()
        # Before the session: it tells the editor how the run ended, not only that it has.
        self._server.close(exit_code)
        self.session.close()

    def _offer(self) -> Offer:
        return Offer(
            self.session,
            configured=self._configured,
            on_attach=self._output.start,
            on_leave=self._output.stop,
            end=lambda: os.kill(os.getpid(), signal.SIGTERM),
        )

    def _take(self, descriptor: int, text: str) -> None:
        self._server.output("stdout" if descriptor == STDOUT else "stderr", text)
