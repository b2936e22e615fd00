"""An editor that speaks with the installed command: over its standard streams, or to its port."""

from __future__ import annotations

import json
import re
import socket
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from scenarios.fake_debuggee import FOREVER_S

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from typing import IO

INITIALIZE = {"adapterID": "llmspell", "clientID": "test", "linesStartAt1": True, "columnsStartAt1": True}


class WireEditor:
    """Reads on a thread of its own; what it has got stands in `messages`."""

    def __init__(
        self,
        reading: IO[bytes],
        writing: IO[bytes],
        serves: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] | None = None,
    ) -> None:
        """`serves` is what it does on requests of the adapter's: from their arguments the body of the response."""
        self.messages: list[dict[str, Any]] = []
        self._reading = reading
        self._writing = writing
        self._serves = serves or {}
        self._seq = 0
        self._changed = Condition()
        self._is_closed = False
        self._socket: socket.socket | None = None
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    @classmethod
    def on(cls, process: subprocess.Popen[bytes], **more: Any) -> WireEditor:
        """On a process's standard streams."""
        assert process.stdin is not None
        assert process.stdout is not None
        return cls(process.stdout, process.stdin, **more)

    @classmethod
    def at(cls, port: int, **more: Any) -> WireEditor:
        """At a port of this machine."""
        connected = socket.create_connection(("127.0.0.1", port), timeout=FOREVER_S)
        connected.settimeout(None)
        editor = cls(connected.makefile("rb"), connected.makefile("wb"), **more)
        editor._socket = connected
        return editor

    def send(self, command: str, **arguments: Any) -> int:
        with self._changed:
            self._seq += 1
            seq = self._seq
        self._write({"seq": seq, "type": "request", "command": command, "arguments": arguments})
        return seq

    def response(self, seq: int) -> dict[str, Any]:
        return self._wait_for(lambda one: one["type"] == "response" and one["request_seq"] == seq)

    def ask(self, command: str, **arguments: Any) -> Any:
        """The body of the response, which is no refusal."""
        answer = self.response(self.send(command, **arguments))
        assert answer["success"], answer
        return answer.get("body")

    def refused(self, command: str, **arguments: Any) -> str:
        answer = self.response(self.send(command, **arguments))
        assert not answer["success"], answer
        return str(answer["message"])

    def event(self, name: str, number: int = 1, **fields: Any) -> Any:
        """The body of the event of that name, the so-manyth that has these fields."""
        return self._wait_for(lambda one: _is_event(one, name, fields), number).get("body")

    def count(self, name: str) -> int:
        with self._changed:
            return sum(_is_event(one, name, {}) for one in self.messages)

    def output(self, category: str) -> str:
        """What was said so far."""
        with self._changed:
            told = [one["body"] for one in self.messages if _is_event(one, "output", {"category": category})]
        return "".join(one["output"] for one in told)

    def wait_for_output(self, category: str, text: str) -> None:
        with self._changed:
            said = self._changed.wait_for(lambda: text in self.output(category) or self._is_closed, FOREVER_S)
        assert said, self.messages

    def begin(
        self, request: str = "launch", /, breaks: dict[str, list[Any]] | None = None, **given: Any
    ) -> int:
        """From initialize to configurationDone, as VS Code does it; the number of the launch or attach."""
        self.ask("initialize", **INITIALIZE)
        launch = self.send(request, **given)
        self.event("initialized")
        for path, lines in (breaks or {}).items():
            wanted = [one if isinstance(one, dict) else {"line": one} for one in lines]
            self.ask("setBreakpoints", source={"path": path}, breakpoints=wanted)
        self.ask("setExceptionBreakpoints", filters=["uncaught"])
        self.ask("configurationDone")
        return launch

    def top(self, thread: int = 1) -> dict[str, Any]:
        """The innermost frame."""
        frame: dict[str, Any] = self.ask("stackTrace", threadId=thread, levels=1)["stackFrames"][0]
        return frame

    def close(self) -> None:
        self._writing.close()
        if self._socket is not None:
            self._socket.shutdown(socket.SHUT_WR)
        self._thread.join(FOREVER_S)
        self._reading.close()
        if self._socket is not None:
            self._socket.close()

    def _write(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode()
        self._writing.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._writing.flush()

    def _read(self) -> None:
        while header := self._reading.readline():
            self._reading.readline()
            message = json.loads(self._reading.read(int(re.findall(rb"\d+", header)[0])))
            if message["type"] == "request":
                self._serve(message)
            with self._changed:
                self.messages.append(message)
                self._changed.notify_all()
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _serve(self, message: dict[str, Any]) -> None:
        command = message["command"]
        served = self._serves.get(command)
        answer = {"seq": 0, "type": "response", "request_seq": message["seq"], "command": command}
        if served is None:
            self._write(answer | {"success": False, "message": "not served"})
        else:
            self._write(answer | {"success": True, "body": served(message["arguments"])})

    def _wait_for(self, wanted: Callable[[dict[str, Any]], bool], number: int = 1) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found[:] = [one for one in self.messages if wanted(one)]
            return len(found) >= number or self._is_closed

        with self._changed:
            assert self._changed.wait_for(is_there, FOREVER_S), self.messages
        assert len(found) >= number, self.messages
        return found[number - 1]


def _is_event(message: dict[str, Any], name: str, fields: dict[str, Any]) -> bool:
    if message["type"] != "event" or message["event"] != name:
        return False
    body = message.get("body") or {}
    return all(body.get(key) == value for key, value in fields.items())
