"""Both ends of a conversation in the Debug Adapter Protocol: an editor, and a launcher that runs toy scripts."""

from __future__ import annotations

import json
from pathlib import Path
from queue import Queue
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

import msgspec

from debug.dap.adapter import Adapter
from debug.dap.launcher import Command, LaunchError, LaunchRequest
from debug.dap.offer import Offer
from debug.debugger.inspector import Limits
from debug.debugger.session import Session
from debug.debugger.target import (
    AboutData,
    Complete,
    Completion,
    Completions,
    DataInfo,
    Evaluate,
    Failed,
    Frame,
    FrameList,
    Frames,
    Scope,
    ScopeList,
    Scopes,
    SetExpression,
    SetVariable,
    Variable,
    VariableList,
    Variables,
)
from scenarios.fake_debuggee import FOREVER_S, FakeTarget
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from debug.dap.launcher import Run
    from debug.debugger.target import Answer, Listener, Request

FUNCTION_F = """\
function f
  x -- @inside
  y
end
a -- @first
f() -- @call
b -- @last"""


def variable(name: str, picture: object, **more: Any) -> Variable:
    return Variable(name, msgspec.Raw(json.dumps(picture).encode()), **more)


ANSWERS: dict[type, Answer] = {
    Scopes: ScopeList((Scope("Locals", "locals", 7, 2), Scope("Globals", "globals", 8, -1, expensive=True))),
    Variables: VariableList(
        (
            variable("n", 42, evaluate_name="n"),
            variable("rows", 1, ref=9, indexed=1_000_000, named=-1, read_only=True),
            variable("[[meta]]", 2, ref=10, named=3, kind="internal"),
        )
    ),
    Evaluate: variable("", "seen", ref=11, named=2),
    SetVariable: variable("n", 43),
    SetExpression: variable("n", 44),
    Complete: Completions((Completion("name", "field"), Completion("next", "function")), 2),
    AboutData: DataInfo("local n", "n"),
}
"""What a toy script answers, whatever was asked."""


class ToyTarget(FakeTarget):
    """Answers all requests."""

    def __init__(self, listener: Listener, text: str, path: str, answers: Mapping[type, Answer]) -> None:
        super().__init__(listener, trace_of(plan(text, path)), name=Path(path).name, answer=self._reply)
        self._answers = answers

    def _reply(self, request: Request) -> Answer:
        if not isinstance(request, Frames):
            return self._answers.get(type(request), Failed("not answered"))
        moment = self._trace.moments[self.now]
        functions = self._trace.source.functions
        frames = [
            Frame(len(moment.stack) - index, functions[frame.function].name, 1)
            for index, frame in enumerate(reversed(moment.stack))
        ]
        frames[0] = Frame(frames[0].id, frames[0].name, 1, moment.probe.id)
        end = request.start + request.count if request.count else len(frames)
        return FrameList(tuple(frames[request.start : end]), len(frames))


class ToyRun:
    """A launched toy script; ends with exit code 0, or 143 where it was terminated."""

    process_id = 4711

    def __init__(
        self, launcher: ToyLauncher, text: str, path: str, listener: Listener | None, run: Run
    ) -> None:
        self.name = Path(path).name
        self.terminations = 0
        self._launcher = launcher
        self._run = run
        self.target = ToyTarget(listener or Session(), text, path, launcher.answers)

    def start(self) -> None:
        if self._launcher.start_fails is not None:
            raise LaunchError(self._launcher.start_fails)
        Thread(target=self._live, daemon=True).start()

    def terminate(self) -> None:
        self.terminations += 1
        self.target.terminate()

    def _live(self) -> None:
        self._run.output("stdout", "it begins\n")
        self.target.run()
        self._run.output("stdout", "it ends\n", str(self._launcher.requests[-1].program), 3)
        self._run.ended(143 if self.target.terminated else 0)


class ToyLauncher:
    """Reads a program in the toy language."""

    def __init__(self) -> None:
        self.requests: list[LaunchRequest] = []
        self.runs: list[ToyRun] = []
        self.answers: dict[type, Answer] = dict(ANSWERS)
        self.start_fails: str | None = None

    def launch(self, request: LaunchRequest, listener: Listener | None, run: Run) -> ToyRun:
        try:
            text = Path(request.program).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise LaunchError(f"cannot read {request.program}: {error}") from error
        self.requests.append(request)
        self.runs.append(ToyRun(self, text, request.program, listener, run))
        return self.runs[-1]

    def command(self, request: LaunchRequest, port: int | None) -> Command:
        return Command(Path(request.program).name, request.cwd or "/", ("toy", request.program, str(port)))


class _Memory:
    """The adapter's end of a connection in memory."""

    def __init__(self, received: Callable[[dict[str, Any] | None], None]) -> None:
        self.incoming: Queue[bytes] = Queue()
        self.writes: list[bytes] = []
        self._received = received

    def read(self, _size: int) -> bytes:
        return self.incoming.get()

    def write(self, data: bytes) -> None:
        self.writes.append(data)
        header, _, body = data.partition(b"\r\n\r\n")
        assert int(header.removeprefix(b"Content-Length: ")) == len(body), "one message a write"
        self._received(json.loads(body))

    def close(self) -> None:
        self.incoming.put(b"")


class Editor:
    """Speaks the protocol, and keeps what it hears."""

    def __init__(self, offer: Offer) -> None:
        self.messages: list[dict[str, Any]] = []
        self._changed = Condition()
        self.connection = _Memory(self._hear)
        self.adapter = Adapter(self.connection, offer)
        self._seq = 0
        self._thread = Thread(target=self.adapter.serve, daemon=True)
        self._thread.start()

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request, and do not wait."""
        self._seq += 1
        request = {"seq": self._seq, "type": "request", "command": command, "arguments": arguments}
        self.send_bytes(framed(json.dumps(request).encode()))
        return self._seq

    def send_bytes(self, data: bytes) -> None:
        self.connection.incoming.put(data)

    def response(self, seq: int) -> dict[str, Any]:
        """The response to a request; it is waited for."""
        return self._wait(lambda: [m for m in self.messages if m.get("request_seq") == seq], 1)

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """What a request has come to, which must be well."""
        response = self.response(self.send(command, **arguments))
        assert response["success"], response
        assert response["command"] == command
        return response.get("body") or {}

    def fails(self, command: str, **arguments: Any) -> str:
        """Why a request failed, which it must."""
        response = self.response(self.send(command, **arguments))
        assert not response["success"], response
        assert response["body"]["error"]["format"] == response["message"]
        return str(response["message"])

    def events(self, name: str) -> list[dict[str, Any]]:
        """The bodies of the events of a name so far."""
        return [m.get("body", {}) for m in self.messages if m.get("event") == name]

    def event(self, name: str, count: int = 1) -> dict[str, Any]:
        """The event of a name that makes them so many; it is waited for."""
        return self._wait(lambda: self.events(name), count)

    def initialize(self, **arguments: Any) -> dict[str, Any]:
        return self.ask("initialize", adapterID="llmspell", **arguments)

    def launch(self, program: Path | str, **arguments: Any) -> None:
        """Up to where breakpoints are made."""
        self.initialize(supportsVariableType=True, supportsInvalidatedEvent=True)
        self.ask("launch", program=str(program), **arguments)
        self.event("initialized")

    def stopped_at_entry(self, program: Path | str) -> None:
        self.launch(program, stopOnEntry=True)
        self.ask("configurationDone")
        self.event("stopped")

    def close(self) -> None:
        """Go away without a word."""
        self.connection.close()
        self._thread.join(FOREVER_S)
        assert not self._thread.is_alive()

    def _hear(self, message: dict[str, Any] | None) -> None:
        assert message is not None
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    def _wait(self, found: Callable[[], list[dict[str, Any]]], count: int) -> dict[str, Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, FOREVER_S), self.messages
            return found()[count - 1]


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def new_session() -> Session:
    return Session(Limits(request_s=FOREVER_S, evaluate_s=FOREVER_S, watch_s=FOREVER_S))


def launching_editor() -> tuple[Editor, ToyLauncher]:
    """An editor whose adapter launches toy scripts."""
    launcher = ToyLauncher()
    return Editor(Offer(new_session(), launcher)), launcher
