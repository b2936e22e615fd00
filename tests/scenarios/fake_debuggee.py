"""A debuggee without a VM: a toy language whose runs are written down as traces, and a `Target` that replays one.

    function f      -- a function of that name, up to `end`; they do not nest
      x = 1; y = 2  -- statements, parted by semicolons; what has no meaning below just happens
      f()           -- a call
      return f()    -- a tail call
      try f()       -- a call whose error is caught
      error         -- an error
      resume f      -- resumes the coroutine that runs `f`, a new one where it has ended
      yield         -- leaves the coroutine
      x; again 3    -- three more times from the beginning of the line
    end
    f()             -- the main chunk is what stands in no function

`-- @name` marks a line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Condition, Event, Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from debug.debugger.source import FunctionSpan, Place, Probe, Source
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

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from debug.debugger.events import Event as SessionEvent
    from debug.debugger.target import Answer, Listener, Request, ResumeKind

MAIN = 0

_E = TypeVar("_E")


def plan(text: str, path: str | None = None, *, number: int = 1, name: str = "toy") -> Source:
    """The source that `text` is."""
    probes: list[Probe] = []
    functions = [FunctionSpan("(main)", Place(1, 1, text.count("\n") + 1, 1))]
    inside = MAIN
    for line, raw in enumerate(text.split("\n"), 1):
        code = raw.split("--")[0]
        word = code.strip()
        if word.startswith("function "):
            inside = len(functions)
            functions.append(FunctionSpan(word.split()[1], Place(line, 1, line, len(code) + 1)))
        elif word == "end":
            functions[inside] = functions[inside]._replace(
                place=functions[inside].place._replace(end_line=line, end_column=code.index("end") + 4)
            )
            inside = MAIN
        elif word:
            for found in re.finditer(r"[^;\s][^;]*", code):
                statement = found[0].rstrip()
                place = Place(line, found.start() + 1, line, found.start() + 1 + len(statement))
                kind = "tail call" if statement.startswith("return ") else "statement"
                probes.append(Probe(len(probes) + 1, place, inside, kind))
    return Source(number, name, path, text, tuple(probes), tuple(functions))


def marked(text: str, mark: str) -> int:
    """The line that ends in `-- @mark`."""
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.endswith(f"-- @{mark}"))


@dataclass(frozen=True, eq=False)
class Activation:
    """A call that runs. Compared by identity."""

    function: int


@dataclass(frozen=True)
class Moment:
    """The script at a probe."""

    probe: Probe
    stack: tuple[Activation, ...]
    """The innermost last."""
    resumers: int
    coroutine: int

    @property
    def frame(self) -> Activation:
        return self.stack[-1]


@dataclass(frozen=True)
class Exit:
    """A frame was left, for good or until its coroutine is resumed."""

    at: int
    """Moments before it."""
    frame: Activation
    below: tuple[Activation, ...]
    """What ran it, outermost first."""
    ended: bool


@dataclass
class Trace:
    """What a run did."""

    source: Source
    moments: list[Moment] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)

    def may_end(self, kind: ResumeKind, start: int, now: int, frame: Activation | None = None) -> bool:
        """What `Resume` promises: whether a step of a frame (the innermost one) that began at one moment may end at
        another."""
        frame, here = frame or self.moments[start].frame, self.moments[now].frame
        if kind == "continue":
            return False
        if kind == "into" or (kind == "over" and here is frame):
            return True
        return any(
            exit_.frame is frame and start < exit_.at <= now and here in exit_.below
            for exit_ in self.exits
            if exit_.ended or kind == "out"
        )


class _Error(Exception):
    pass


class _OutOfFuel(Exception):
    pass


class _Coroutine:
    def __init__(self, number: int) -> None:
        self.number = number
        self.frames: list[Activation] = []
        self.body: Generator[None, None, None] | None = None


class _Interpreter:
    def __init__(self, source: Source, fuel: int) -> None:
        self.trace = Trace(source)
        self._fuel = fuel
        self._by_name = {function.name: index for index, function in enumerate(source.functions)}
        self._bodies: dict[int, list[Probe]] = defaultdict(list)
        for probe in source.probes:
            self._bodies[probe.function].append(probe)
        self._lines = source.text.split("\n")
        self._chain = [_Coroutine(0)]
        self._coroutines: dict[str, _Coroutine] = {}
        self._made = 0

    def run(self) -> Trace:
        try:
            for _ in self._call(MAIN):
                pass  # a yield outside coroutines
        except (_Error, _OutOfFuel):
            pass
        return self.trace

    def _stack(self) -> tuple[Activation, ...]:
        return tuple(frame for coroutine in self._chain for frame in coroutine.frames)

    def _call(self, function: int) -> Generator[None, None, None]:
        while True:
            tail = yield from self._activate(function)
            if tail is None:
                return
            function = tail

    def _activate(self, function: int) -> Generator[None, None, int | None]:
        """Runs one frame; the function that it gives its place to, if it does."""
        frame = Activation(function)
        frames = self._chain[-1].frames
        if len(self._stack()) > 30:
            raise _Error
        frames.append(frame)
        try:
            return (yield from self._body(function))
        finally:
            frames.pop()
            self.trace.exits.append(Exit(len(self.trace.moments), frame, self._stack(), ended=True))

    def _body(self, function: int) -> Generator[None, None, int | None]:
        body = self._bodies[function]
        rounds: dict[int, int] = {}
        at = 0
        while at < len(body):
            probe = body[at]
            self._moment(probe)
            at += 1
            word, _, name = self._statement(probe).rpartition(" ")
            called = self._by_name.get(name.removesuffix("()"))
            if word == "return" and called is not None:
                return called
            if name.endswith("()") and called is not None:
                try:
                    yield from self._call(called)
                except _Error:
                    if word != "try":
                        raise
            elif name == "error":
                raise _Error
            elif name == "yield":
                if len(self._chain) > 1:
                    self._suspend()
                    yield
            elif word == "resume" and called is not None:
                self._resume(name, called)
            elif word == "again":
                rounds[probe.id] = rounds.get(probe.id, 0) + 1
                if rounds[probe.id] <= int(name):
                    at = next(i for i, one in enumerate(body) if one.place.line == probe.place.line)
                else:
                    del rounds[probe.id]
        return None

    def _moment(self, probe: Probe) -> None:
        if len(self.trace.moments) >= self._fuel:
            raise _OutOfFuel
        resumers = sum(len(coroutine.frames) for coroutine in self._chain[:-1])
        self.trace.moments.append(Moment(probe, self._stack(), resumers, self._chain[-1].number))

    def _statement(self, probe: Probe) -> str:
        place = probe.place
        return self._lines[place.line - 1][place.column - 1 : place.end_column - 1]

    def _suspend(self) -> None:
        leaving = self._chain[-1]
        below = tuple(frame for coroutine in self._chain[:-1] for frame in coroutine.frames)
        for index, frame in enumerate(leaving.frames):
            outer = (*below, *leaving.frames[:index])
            self.trace.exits.append(Exit(len(self.trace.moments), frame, outer, ended=False))

    def _resume(self, name: str, function: int) -> None:
        coroutine = self._coroutines.get(name)
        if coroutine in self._chain:
            raise _Error  # it runs, or has resumed what runs
        if coroutine is None:
            self._made += 1
            coroutine = self._coroutines[name] = _Coroutine(self._made)
            coroutine.body = self._call(function)
        assert coroutine.body is not None, "it is made with one"
        self._chain.append(coroutine)
        try:
            next(coroutine.body)
        except (StopIteration, _Error):
            del self._coroutines[name]
        finally:
            self._chain.pop()


def trace_of(source: Source, fuel: int = 300) -> Trace:
    """What running `source` does, up to so many moments."""
    return _Interpreter(source, fuel).run()


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
            moment.resumers,
            moment.coroutine,
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
        frame = None
        if self._step.frame > 0:
            frame = self._trace.moments[self._step_from].stack[self._step.frame - 1]
        steps = self._trace.may_end(self._step.kind, self._step_from, now, frame)
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
        moment = self._trace.moments[self.now]
        functions = self._trace.source.functions
        frames = [
            Frame(len(moment.stack) - index, functions[frame.function].name, self._trace.source.number)
            for index, frame in enumerate(reversed(moment.stack))
        ]
        return FrameList(tuple(frames), len(frames))

    # Any thread

    def order(self, source: int, probes: Mapping[int, tuple[BreakpointOrder, ...]]) -> None:
        self.orders[source] = probes

    def order_exceptions(self, orders: Sequence[ExceptionOrder]) -> None:
        self.exceptions = tuple(orders)

    def order_data(self, orders: Sequence[DataOrder]) -> Mapping[int, str]:
        if orders and self._state != "stopped":
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
