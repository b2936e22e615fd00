"""Lets editors attach to a run over TCP: `llmspell run --inspect`, `llmspell debug --port`."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from debug.dap.offer import Offer
from debug.dap.server import TcpServer
from debug.debugger.session import Session
from llmspell_cli.streams import say

if TYPE_CHECKING:
    from llmspell_cli.arguments import InspectAddress


class Inspection:
    """A debugger that waits for its editor. Raises `CommandLineProblem` where the port cannot be had."""

    def __init__(self, address: InspectAddress) -> None:
        self.session = Session()
        self._address = address
        self._configured = Event()
        try:
            self._server = TcpServer(
                lambda: Offer(self.session, configured=self._configured),
                address.host,
                address.port,
                token=address.token,
            )
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
        self._server.close(exit_code)  # first: it tells the editor how the run ended, not only that it has
        self.session.close()
