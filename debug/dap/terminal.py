"""A script in a terminal of the editor's, where it has a keyboard and a screen; debugged through us.

The editor is asked to run a command there (`runInTerminal`) that waits for a debugger at a port. From then on we stand
between the two: what the editor says goes to the script's adapter, and what that says to the editor, which sees one
launch, not that it is an attach.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from debug.dap.connection import SocketConnection
from debug.dap.framing import FrameReader, frame
from debug.dap.types import Capabilities, CapabilitiesEventBody, TerminatedEventBody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from debug.dap.messages import Answered

_HOST = "127.0.0.1"
_PATIENCE_S = 60.0
"""How long the command in the terminal may take until it can be attached to."""
_AGAIN_S = 0.05
_LEAVING_S = 5.0
_HELLO = 0
"""The number of our own request to the script's adapter; the editor's count from 1."""


class TerminalRun(NamedTuple):
    """What an editor is asked to run, and how it is attached to."""

    kind: Literal["integrated", "external"]
    title: str
    cwd: str
    args: tuple[str, ...]
    env: Mapping[str, str | None]
    port: int | None
    """None: it runs without a debugger."""
    stop_on_entry: bool

    def arguments(self) -> dict[str, object]:
        """Of the request to the editor."""
        return {
            "kind": self.kind,
            "title": self.title,
            "cwd": self.cwd,
            "args": self.args,
            "env": dict(self.env),
        }


class Editor(NamedTuple):
    """What can be told to the editor."""

    launched: Callable[[str | None], None]
    """Its launch has come to something; or why to nothing."""
    event: Callable[[str, msgspec.Struct], None]
    pass_on: Callable[[bytes], None]
    """A message of the script's adapter."""


class _Head(msgspec.Struct, frozen=True):
    """What tells which message one is."""

    type: str
    command: str = ""
    event: str = ""
    request_seq: int = -1


_heads = msgspec.json.Decoder(_Head)


class Terminal:
    """From the request to the editor on. From any thread."""

    def __init__(self, run: TerminalRun, asked: int, launch: int, hello: msgspec.Raw, editor: Editor) -> None:
        """`asked` is the number of our request to the editor, `launch` that of its own, `hello` the arguments of its
        `initialize`."""
        self._run = run
        self._asked = asked
        self._launch = launch
        self._hello = hello
        self._editor = editor
        self._connection: SocketConnection | None = None
        self._writing = Lock()
        self._over = Event()
        """Set once nothing more is to be handed on to the script."""
        self._has_ended = Event()
        self._has_told_end = False

    def answered(self, answer: Answered) -> None:
        """The editor has begun to run it, or refuses to."""
        if answer.request_seq != self._asked:
            return
        if not answer.success:
            why = answer.message or "it does not say why"
            self._editor.launched(f"the editor has not run {self._run.title} in a terminal: {why}")
        elif self._run.port is None:
            self._editor.launched(None)
            self._editor.event("terminated", TerminatedEventBody())
        else:
            Thread(target=self._relay, name="llmspell-dap-terminal", daemon=True).start()

    def forward(self, message: bytes) -> bool:
        """Hand on what the editor says; False where it is none of the script's."""
        if self._connection is None or self._over.is_set() or self._has_told_end:
            return False
        try:
            head = _heads.decode(message)
            if head.type == "response":
                return False
            if head.command == "disconnect":  # what was launched ends with it, unless it says otherwise
                request = msgspec.json.decode(message)
                given = request.get("arguments") or {}
                request["arguments"] = {"terminateDebuggee": True} | given
                message = msgspec.json.encode(request)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # whatever is wrong with it, the script's adapter tells
        return self._write(message)

    def close(self) -> None:
        """The editor has gone: the script ends, if it has not."""
        if self._over.is_set():
            return
        self._over.set()
        if self._connection is not None:
            self._request(_HELLO, "disconnect", {"terminateDebuggee": not self._has_told_end})
            self._has_ended.wait(
                _LEAVING_S
            )  # what is closed while it still says something may not have been heard

    def _relay(self) -> None:
        """Attach to the script, and hand on what its adapter says until it has said all."""
        connection = self._connect()
        if connection is None:
            self._editor.launched(f"{self._run.title} did not start within {_PATIENCE_S:.0f} s")
            return
        # The script's adapter would refuse it; without it editors launch anew.
        self._editor.event(
            "capabilities", CapabilitiesEventBody(Capabilities(supports_restart_request=False))
        )
        reader = FrameReader(connection.read)
        with suppress(OSError):
            while (message := reader.next()) is not None:
                if isinstance(message, bytes):
                    self._take(message)
        self._over.set()
        connection.close()
        self._has_ended.set()
        if not self._has_told_end:
            self._editor.event("terminated", TerminatedEventBody())

    def _connect(self) -> SocketConnection | None:
        assert self._run.port is not None, "it runs with a debugger"
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline and not self._over.is_set():
            with suppress(OSError):
                connected = socket.create_connection((_HOST, self._run.port), timeout=1.0)
                connected.settimeout(None)
                self._connection = SocketConnection(connected)
                self._request(_HELLO, "initialize", self._hello)
                attach = {"stopOnEntry": self._run.stop_on_entry, "sendOutput": False}
                self._request(self._launch, "attach", attach)
                return self._connection
            self._over.wait(_AGAIN_S)
        return None

    def _take(self, message: bytes) -> None:
        head = _heads.decode(message)
        if head.type == "response" and head.request_seq == _HELLO:
            return
        if head.type == "response" and head.request_seq == self._launch:
            message = msgspec.json.encode(msgspec.json.decode(message) | {"command": "launch"})
        if head.event == "terminated":
            self._has_told_end = True
            self._request(_HELLO, "disconnect", {"terminateDebuggee": False})  # it waits for us to go
        self._editor.pass_on(message)

    def _request(self, seq: int, command: str, arguments: object) -> None:
        self._write(
            msgspec.json.encode({"seq": seq, "type": "request", "command": command, "arguments": arguments})
        )

    def _write(self, message: bytes) -> bool:
        connection = self._connection
        assert connection is not None, "it is connected"
        try:
            with self._writing:
                connection.write(frame(message))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.create_server((_HOST, 0)) as server:
        port: int = server.getsockname()[1]
    return port
