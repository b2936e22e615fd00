"""One client's conversation: reads its messages, has them served, sends what comes of it.

Requests are read on the thread of `serve`. What needs no script is answered there, so that it is answered while others
wait for one; the rest goes to a second thread, in its order. Events come on the session's thread; they wait while a
response is made that a client must read first (see `debug.dap.requests.Turn`).
"""

from __future__ import annotations

from contextlib import nullcontext
from queue import SimpleQueue
from threading import Event, Lock, RLock, Thread
from typing import TYPE_CHECKING

import msgspec

from debug.dap import breakpoints, inspection, lifecycle, running, sources
from debug.dap.conversation import Conversation
from debug.dap.errors import RequestError
from debug.dap.events import Events
from debug.dap.framing import FrameReader, NotOurProtocol, frame
from debug.dap.launcher import LaunchError
from debug.dap.messages import (
    Answered,
    Asking,
    ErrorBody,
    ErrorText,
    Malformed,
    Request,
    Response,
    encode,
    malformed,
    read,
)
from debug.dap.messages import Event as EventMessage
from debug.dap.progress import Progress
from debug.dap.requests import HANDLERS, Reply, Turn
from debug.dap.terminal import Editor, Terminal, TerminalRun
from debug.dap.types import OutputEventBody
from debug.debugger.events import SessionError

if TYPE_CHECKING:
    from debug.dap.connection import Connection
    from debug.dap.framing import Broken
    from debug.dap.offer import Offer
    from debug.dap.requests import Handler
    from debug.debugger.events import Event as SessionEvent

SERVING = (breakpoints, inspection, lifecycle, running, sources)
"""The modules whose handlers are registered by being imported."""

_BEFORE_INITIALIZE = frozenset({"initialize", "disconnect"})
_BEFORE_RUN = frozenset({"initialize", "launch", "attach", "disconnect", "cancel"})
_INSIST_S = 0.05
"""Between two attempts to end what a cancelled request evaluates."""
_FAILED = 1
_REFUSED = 2


class _Pending:
    """A request that is not answered yet."""

    def __init__(self, request: Request, handler: Handler) -> None:
        self.request = request
        self.handler = handler
        self.answered = False
        self.is_over = Event()
        """Set when nothing of it is under way any more."""


class Adapter:
    """`debug.dap.line.Line` for what it serves, `debug.debugger.events.Client` for the session."""

    def __init__(self, connection: Connection, offer: Offer) -> None:
        self.conversation = Conversation(offer, self, self)
        self._connection = connection
        self._reader = FrameReader(connection.read)
        self._events = Events(self.conversation)
        self._telling = RLock()
        """Held while an event is told, and while a response is made that comes before events."""
        self._writing = Lock()
        self._seq = 0
        self._pending: dict[int, _Pending] = {}
        self._waiting: SimpleQueue[_Pending | None] = SimpleQueue()
        self._worker: Thread | None = None
        self._served: _Pending | None = None
        """What the worker is at."""
        self._serving = Lock()
        """Held while that changes, and while it is given up."""
        self._over = False
        self._hello = msgspec.Raw(b"{}")
        self._terminal: Terminal | None = None

    def serve(self) -> None:
        """Talk until the client goes, by saying so or by closing its end; then let go of the run."""
        try:
            while not self._over and (message := self._reader.next()) is not None:
                self._take(message)
        except (NotOurProtocol, OSError):
            pass  # it is gone, or none of ours
        finally:
            self._waiting.put(None)
            if self._terminal is not None:
                self._terminal.close()
            self.conversation.run.leave()

    # The session

    def tell(self, event: SessionEvent) -> None:
        """Take an event of the session's."""
        with self._telling:
            self._events.tell(event)

    # The way to the client

    def event(self, name: str, body: msgspec.Struct | None = None) -> None:
        """Send an event, unless the client has taken its leave."""
        with self._writing:
            if self._over:
                return
            self._seq += 1
            self._send(EventMessage(self._seq, name, body))

    def cancel(self, seq: int) -> bool:
        """Answer a request as cancelled; False where it was answered, or never was."""
        pending = self._pending.get(seq)
        if pending is None or not self._refuse(pending, "cancelled", code=_REFUSED):
            return False
        if pending is self._served:
            Thread(target=self._give_up, args=(pending,), name="llmspell-dap-cancel", daemon=True).start()
        return True

    def hang_up(self) -> None:
        """Read nothing more."""
        self._over = True

    # Within

    def _take(self, message: bytes | Broken) -> None:
        terminal = self._terminal
        if terminal is not None and isinstance(message, bytes) and terminal.forward(message):
            return
        request = read(message) if isinstance(message, bytes) else malformed(*message)
        if isinstance(request, Malformed):
            self._report(request)
        elif isinstance(request, Answered):
            if terminal is not None:
                terminal.answered(request)
        elif request is not None:
            self._dispatch(request)

    def _dispatch(self, request: Request) -> None:
        handler = HANDLERS.get(request.command)
        problem = self._why_not(request.command)
        if handler is None or problem is not None:
            self._respond_error(request.seq, request.command, problem or _unserved(request.command))
            return
        if request.command == "initialize":
            self._hello = request.arguments
        pending = _Pending(request, handler)
        if handler.turn is Turn.AT_ONCE:
            self._serve(pending)
            return
        self._pending[request.seq] = pending
        if self._worker is None:
            self._worker = Thread(target=self._work, name="llmspell-dap-requests", daemon=True)
            self._worker.start()
        self._waiting.put(pending)

    def _why_not(self, command: str) -> str | None:
        if not self.conversation.initialized:
            return None if command in _BEFORE_INITIALIZE else f"{command} came before initialize"
        if not self.conversation.has_run:
            return None if command in _BEFORE_RUN else f"{command} came before launch or attach"
        return None

    def _work(self) -> None:
        while (pending := self._waiting.get()) is not None:
            with self._serving:
                self._served = pending
            if not pending.answered:
                self._serve(pending)
            with self._serving:
                self._served = None
            pending.is_over.set()
            self._pending.pop(pending.request.seq, None)

    def _give_up(self, pending: _Pending) -> None:
        """End what scripts evaluate for a request. Again and again: it may be just before that."""
        while not pending.is_over.wait(_INSIST_S):
            with self._serving:
                if self._served is pending:
                    self.conversation.session.inspector.give_up()

    def _serve(self, pending: _Pending) -> None:
        handler = pending.handler
        with nullcontext() if handler.turn is Turn.WAITING else self._telling:
            try:
                arguments = handler.arguments(pending.request.arguments)
                with self._progress(pending):
                    result = handler.call(self.conversation, arguments)
            except (RequestError, SessionError) as error:
                self._refuse(pending, str(error))
            except LaunchError as error:
                self._refuse(pending, str(error), show_user=True)
            except Exception as error:
                # The border to a client: what fails here is the debugger's, and its script and the client go on.
                self._refuse(pending, f"llmspell failed: {type(error).__name__}: {error}")
            else:
                if isinstance(result, TerminalRun):
                    self._run_in_terminal(pending, result)
                    return
                reply = result if isinstance(result, Reply) else Reply(result, _nothing)
                if self._respond(pending, reply.body):
                    reply.then()

    def _run_in_terminal(self, pending: _Pending, run: TerminalRun) -> None:
        """Ask the client to run it; the launch is answered when that has come to something."""

        def launched(problem: str | None) -> None:
            if problem is None:
                self._respond(pending, None)
            else:
                self._refuse(pending, problem, show_user=True)

        with self._writing:
            self._seq += 1
            editor = Editor(launched, self.event, self._pass_on)
            self._terminal = Terminal(run, self._seq, pending.request.seq, self._hello, editor)
            self._send(Asking(self._seq, "runInTerminal", run.arguments()))

    def _pass_on(self, message: bytes) -> None:
        """Send what another adapter says."""
        with self._writing:
            self._put(message)

    def _progress(self, pending: _Pending) -> Progress | nullcontext[None]:
        title = pending.handler.progress
        if title is None or not self.conversation.view.client.progress:
            return nullcontext()
        return Progress(self, pending.request.seq, title)

    def _respond(self, pending: _Pending, body: msgspec.Struct | None) -> bool:
        """Answer a request; False where it was answered before."""
        request = pending.request
        with self._writing:
            if pending.answered:
                return False
            pending.answered = True
            self._seq += 1
            self._send(Response(self._seq, request.seq, True, request.command, None, body))
        return True

    def _refuse(self, pending: _Pending, why: str, *, code: int = _FAILED, show_user: bool = False) -> bool:
        request = pending.request
        with self._writing:
            if pending.answered:
                return False
            pending.answered = True
            self._send_error(request.seq, request.command, why, code, show_user=show_user)
        return True

    def _respond_error(self, seq: int, command: str, why: str) -> None:
        with self._writing:
            self._send_error(seq, command, why, _REFUSED)

    def _report(self, wrong: Malformed) -> None:
        """Say what was wrong with something that is no request: in a response, if it can be told to what."""
        if wrong.seq is not None:
            self._respond_error(wrong.seq, wrong.command, f"malformed message: {wrong.problem}")
        else:
            text = f"llmspell: a malformed message was passed by: {wrong.problem}\n"
            self.event("output", OutputEventBody(text, "console"))

    def _send_error(self, seq: int, command: str, why: str, code: int, *, show_user: bool = False) -> None:
        self._seq += 1
        body = ErrorBody(ErrorText(code, why, show_user))
        self._send(Response(self._seq, seq, False, command, why, body))

    def _send(self, message: Response | EventMessage | Asking) -> None:
        """Called while nobody else writes."""
        self._put(encode(message))

    def _put(self, message: bytes) -> None:
        try:
            self._connection.write(frame(message))
        except OSError:
            # It takes nothing more: what it would still say is of no use.
            self._over = True
            self._connection.close()


def refusal(request: bytes | Broken, why: str) -> bytes:
    """The message that refuses a client's first one."""
    found = read(request) if isinstance(request, bytes) else malformed(*request)
    seq, command = (found.seq or 0, found.command) if isinstance(found, Request | Malformed) else (0, "")
    return frame(encode(Response(1, seq, False, command, why, ErrorBody(ErrorText(_REFUSED, why, True)))))


def _unserved(command: str) -> str:
    return f"llmspell does not serve the request {command}"


def _nothing() -> None:
    """Nothing is to be done after the response."""
