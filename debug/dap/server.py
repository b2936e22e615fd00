"""Where clients find an adapter: on standard input and output, or at a port."""

from __future__ import annotations

import ipaddress
import socket
import time
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from debug.dap.adapter import Adapter, refusal
from debug.dap.connection import SocketConnection, StandardStreams
from debug.dap.framing import FrameReader, NotOurProtocol
from debug.dap.offer import Offer
from debug.debugger.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.dap.launcher import Category, Launcher

ENDING_S = 10.0
"""How long a script may take to end once its client has gone."""
_SETTLING_S = 5.0
"""A client that has neither launched nor attached within this time makes way for another."""
_REFUSING_S = 5.0
_REFUSED_AT_ONCE = 8


def serve_standard_streams(launcher: Launcher) -> None:
    """Serve the one client at standard input and output until it goes and what it launched has ended; what it wanted to
    run on without it is waited for."""
    streams = StandardStreams()
    adapter = Adapter(streams, Offer(Session(), launcher))
    adapter.serve()
    run = adapter.conversation.run
    run.over.wait(None if run.runs_on else ENDING_S)


class TcpServer:
    """One client at a time; another one is refused, in words.

    `make_offer` says what a client finds. On an address that other machines reach a token is asked for: the one given,
    or one that is made here. Raises OSError where the port is taken or the host is none.
    """

    def __init__(
        self,
        make_offer: Callable[[], Offer],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        token: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make_offer = make_offer
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self._listening = socket.create_server(address[:2], family=family)
        self.token = token
        if token is None and not is_loopback(str(address[0])):
            import secrets

            self.token = secrets.token_urlsafe(16)
        bound = self._listening.getsockname()
        self.host: str = bound[0]
        self.port: int = bound[1]
        self._clock = clock
        self._changing = Lock()
        self._client: _Client | None = None
        self._refusing = 0
        self._closed = Event()

    def start(self) -> None:
        """Serve on a thread."""
        Thread(target=self.serve, name="llmspell-dap-server", daemon=True).start()

    def serve(self) -> None:
        """Serve until `close`."""
        while not self._closed.is_set():
            try:
                accepted, _ = self._listening.accept()
            except OSError:
                # No descriptors left, or the client went at once: try again a little later.
                self._closed.wait(0.05)
                continue
            with suppress(OSError):  # it has gone already
                self._welcome(accepted)

    def output(self, category: Category, text: str, path: str | None = None, line: int = 0) -> None:
        """What the script that clients attach to has written."""
        client = self._client
        if client is not None and client.adapter.conversation.has_run:
            client.adapter.conversation.run.output(category, text, path, line)

    def close(self, exit_code: int | None = None, *, flush_s: float = 1.0) -> None:
        """No more clients. With the exit code of the run that was attached to, its client is told of the end first, and
        given `flush_s` seconds to take its leave."""
        self._closed.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self._listening.close()
        client = self._client
        if client is None:
            return
        if exit_code is not None and client.adapter.conversation.has_run:
            client.adapter.conversation.run.ended(exit_code)
            client.thread.join(flush_s)
        client.connection.close()
        client.thread.join(flush_s)

    def _welcome(self, accepted: socket.socket) -> None:
        connection = SocketConnection(accepted)
        with self._changing:
            before = self._client
            if before is not None and before.may_be_dropped(self._clock()):
                self._client = None
                before.connection.close()
            if self._client is None and not self._closed.is_set():
                offer = self._make_offer()._replace(token=self.token)
                self._client = _Client(self, connection, offer, self._clock())
                self._client.thread.start()
                return
            if self._refusing >= _REFUSED_AT_ONCE:
                connection.close()
                return
            self._refusing += 1
        accepted.settimeout(_REFUSING_S)
        Thread(target=self._refuse, args=(connection,), name="llmspell-dap-refusal", daemon=True).start()

    def _refuse(self, connection: SocketConnection) -> None:
        try:
            first = FrameReader(connection.read).next()
            if first is not None:
                connection.write(
                    refusal(first, "another client is debugging this run: it has to disconnect first")
                )
        except (OSError, NotOurProtocol):
            pass
        finally:
            connection.close()
            with self._changing:
                self._refusing -= 1

    def gone(self, client: _Client) -> None:
        """A client has left; there is room for another."""
        with self._changing:
            if self._client is client:
                self._client = None


class _Client:
    def __init__(self, server: TcpServer, connection: SocketConnection, offer: Offer, came_s: float) -> None:
        self.connection = connection
        self.adapter = Adapter(connection, offer)
        self.thread = Thread(target=self._talk, name="llmspell-dap-client", daemon=True)
        self._server = server
        self._came_s = came_s

    def may_be_dropped(self, now_s: float) -> bool:
        """Whether it has had its time to launch or attach, and has not."""
        return not self.adapter.conversation.has_run and now_s - self._came_s > _SETTLING_S

    def _talk(self) -> None:
        try:
            self.adapter.serve()
        finally:
            # In this order: one that hears that the connection is closed may come again at once.
            self._server.gone(self)
            self.connection.close()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
