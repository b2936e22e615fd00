"""A debuggee without a VM: a `Target` that replays the trace of a toy script, a client, and a session of both."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Condition, Event, Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from debug.debugger.events import Stopped
from debug.debugger.inspector import Limits
from debug.debugger.session import Session
from debug.debugger.target import (
    BreakpointOrder,
    DataOrder,
    ExceptionOrder,
    Failed,
    Frame,
    FrameList,
    Frames,
    Hit,
    Logged,
    NotStopped,
    Resume,
)
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from debug.debugger.events import Event as SessionEvent
    from debug.debugger.source import Probe, Source
    from debug.debugger.target import Answer, Call, Listener, Request
    from scenarios.toy_script import Trace

_E = TypeVar("_E")

PATH = "/nowhere/toy.lua"
FOREVER_S = 20.0
"""Longer than anything here takes; a test that waits for so long fails."""


class FakeTarget:
    """Replays a trace for a listener, as an agent would. `run` is the script's thread, or `start` makes one.

    With `when_stopped` it calls that on each stop, on the script's thread, instead of waiting for requests: it has to
    resume. Conditions and logged expressions are Python over `n`, the number of the moment; `answer` answers requests.
    """

    language: Any = "lua"

    def __init__(
        self,
        listener: Listener,
        trace: Trace,
        *,
        name: str = "toy",
        when_stopped: Callable[[], None] | None = None,
        answer: Callable[[Request], Answer] | None = None,
    ) -> None:
        self.name = name
        self.orders: dict[int, Mapping[int, tuple[BreakpointOrder, ...]]] = {}
        self.exceptions: tuple[ExceptionOrder, ...] = ()
        self.data: tuple[DataOrder, ...] = ()
        self.refuse_data: dict[int, str] = {}
        self.requests: list[Request] = []
        self.passed: list[int] = []
        """The moments that have gone by."""
        self.met = 0
        """How often it has asked whether it is to stop."""
        self.terminated = False
        self._listener = listener
        self._trace = trace
        self._when_stopped = when_stopped
        self._answer = answer or self._frames_only
        self._state: str = "running"
        self._queue: Queue[tuple[Request, Queue[Answer | None]]] = Queue()
        self._step = Resume()
        self._step_from = 0
        self._pausing = False
        self.now = 0
        self._changing = Lock()
        self.has_ended = Event()

    # The script's thread

    def run(self) -> None:
        """The whole life of the script."""
        self.begin()
        for now in range(len(self._trace.moments)):
            if self.terminated:
                break
            self.reach(now)
        self.end()

    def start(self) -> None:
        """`run` on a thread of its own."""
        Thread(target=self.run, daemon=True).start()

    def begin(self) -> None:
        self._listener.started(self)
        self._listener.loaded(self, self._trace.source)

    def reach(self, now: int) -> None:
        """Come to a moment."""
        self.now = now
        hit = self._hit(now)
        if hit is not None:
            self.meet(hit)
        self.passed.append(now)

    def meet(self, hit: Hit) -> None:
        """Tell of a hit, and stay if the listener says so."""
        self.met += 1
        self._become("asking")
        if self._listener.hit(self, hit):
            self._step, self._step_from, self._pausing = Resume(), self.now, False
            self._become("stopped")
            if self._when_stopped is not None:
                self._when_stopped()
            self._serve()
        else:
            self._become("running")

    def end(self) -> None:
        self._become("ended")
        self._listener.ended(self)
        self.has_ended.set()

    def hit_at(self, now: int, reason: Any = "breakpoint", **more: Any) -> Hit:
        """A hit at a moment."""
        moment = self._trace.moments[now]
        return Hit(
            reason,
            self._trace.source.number,
            moment.probe.id,
            len(moment.stack),
            **more,
        )

    def _hit(self, now: int) -> Hit | None:
        ids: list[int] = []
        failed: dict[int, str] = {}
        logged: list[Logged] = []
        probe = self._trace.moments[now].probe.id
        for order in self.orders.get(self._trace.source.number, {}).get(probe, ()):
            try:
                if order.condition is not None and not eval(order.condition, {"n": now}):
                    continue
            except Exception as error:
                failed[order.breakpoint] = str(error)
                continue
            ids.append(order.breakpoint)
            if order.log:
                values = tuple(str(eval(text, {"n": now})) for text in order.log)
                logged.append(Logged(order.breakpoint, values))
        step, moment, began = self._step, self._trace.moments[now], self._trace.moments[self._step_from]
        frame = began.stack[step.frame - 1] if step.frame > 0 else began.frame
        is_passed = (
            moment.frame is frame
            and step.source == self._trace.source.number
            and step.first <= moment.probe.id <= step.last
        )
        steps = not is_passed and self._trace.may_end(step.kind, self._step_from, now, frame)
        if not (ids or failed or steps or self._pausing):
            return None
        reason = "pause" if self._pausing else "step" if steps else "breakpoint"
        return self.hit_at(now, reason, breakpoints=tuple(ids), failed=failed, logged=tuple(logged))

    def _serve(self) -> None:
        while self._state == "stopped" and not self.terminated:
            request, box = self._queue.get()
            if isinstance(request, Resume):
                self._go_on(request)
            else:
                self.requests.append(request)
                box.put(self._answer(request))

    def _go_on(self, resume: Resume) -> None:
        self._step = resume
        self._become("running")

    def _become(self, state: str) -> None:
        """Change the state; who asks a script that is not stopped any more hears so."""
        with self._changing:
            self._state = state
            while state in ("running", "ended") and not self._queue.empty():
                self._queue.get()[1].put(None)

    def _frames_only(self, request: Request) -> Answer:
        if not isinstance(request, Frames):
            return Failed(f"cannot {type(request).__name__}")
        passed = self._trace.moments[: self.now + 1]
        source, stack = self._trace.source, passed[-1].stack
        probes = {moment.frame: moment.probe.id for moment in passed}
        frames = [
            Frame(len(stack) - index, source.functions[frame.function].name, source.number, probes[frame])
            for index, frame in enumerate(reversed(stack))
        ]
        return FrameList(tuple(frames), len(frames))

    # Any thread

    def order(self, source: int, probes: Mapping[int, tuple[BreakpointOrder, ...]]) -> None:
        self.orders[source] = probes

    def order_exceptions(self, orders: Sequence[ExceptionOrder]) -> None:
        self.exceptions = tuple(orders)

    def order_data(self, orders: Sequence[DataOrder]) -> Mapping[int, str]:
        if orders and self._state not in ("asking", "stopped"):
            raise NotStopped
        self.data = tuple(orders)
        return self.refuse_data

    def pause(self) -> None:
        self._pausing = True

    def request(self, request: Request, timeout_s: float) -> Answer:
        if self._when_stopped is not None and self._state == "stopped":
            self.requests.append(request)
            return self._answer(request)
        box: Queue[Answer | None] = Queue()
        self._send(request, box)
        try:
            answer = box.get(timeout=timeout_s)
        except Empty:
            raise TimeoutError from None
        if answer is None:
            raise NotStopped
        return answer

    def calls(self, _source: Source, _probe: Probe) -> Sequence[Call]:
        return ()

    def check(self, _expression: str) -> str | None:
        return None

    def give_up(self) -> None:
        """Nothing is evaluated here that takes long."""

    def resume(self, resume: Resume) -> None:
        if self._when_stopped is not None and self._state == "stopped":
            self._go_on(resume)
        else:
            self._send(resume, Queue())

    def _send(self, request: Request, box: Queue[Answer | None]) -> None:
        with self._changing:
            if self._state not in ("asking", "stopped"):
                raise NotStopped
            self._queue.put((request, box))

    def terminate(self) -> None:
        self.terminated = True
        self._queue.put((Resume(), Queue()))

    def detach(self) -> None:
        self.orders.clear()
        self.exceptions, self.data = (), ()
        self._pausing, self._step = False, Resume()
        if self._state in ("asking", "stopped"):
            self.resume(Resume())


class RecordingClient:
    """A client that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[SessionEvent] = []
        self._changed = Condition()

    def tell(self, event: SessionEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of(self, kind: type[_E]) -> list[_E]:
        """The events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, kind: type[_E], count: int = 1) -> _E:
        """The event of a kind that makes them so many; it is waited for."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(kind)) >= count, timeout=20), self.events
            return self.of(kind)[count - 1]


class Scene:
    """A session with a client, and scripts on threads of their own."""

    def __init__(self) -> None:
        self.session = Session(Limits(request_s=FOREVER_S))
        self.client = RecordingClient()
        self.targets: list[FakeTarget] = []

    def script(self, text: str = "a\nb\nc") -> FakeTarget:
        target = FakeTarget(self.session, trace_of(plan(text, PATH)), name=f"script{len(self.targets) + 1}")
        self.targets.append(target)
        return target

    def stopped_script(self) -> FakeTarget:
        """A script at its entry."""
        self.session.disconnect()
        self.session.connect(self.client, stop_on_entry=True)
        target = self.script()
        target.start()
        self.client.wait_for(Stopped)
        return target

    def all_end(self) -> bool:
        return all(target.has_ended.wait(FOREVER_S) for target in self.targets)
