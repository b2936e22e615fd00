"""A toy language whose runs are written down as traces, for a debuggee without a VM.

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
from typing import TYPE_CHECKING

from debug.debugger.source import FunctionSpan, Place, Probe, Source

if TYPE_CHECKING:
    from collections.abc import Generator

    from debug.debugger.target import ResumeKind

MAIN = 0


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
    def __init__(self) -> None:
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
        self._chain = [_Coroutine()]
        self._coroutines: dict[str, _Coroutine] = {}

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
        self.trace.moments.append(Moment(probe, self._stack()))

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
            coroutine = self._coroutines[name] = _Coroutine()
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
