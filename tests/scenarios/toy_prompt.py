"""`llmspell debug` over a toy script (`scenarios.fake_debuggee`): all of the command but the engine.

    python -m scenarios.toy_prompt FILE [FLAGS]     with tests/ on the import path

The toy's frames have the variables `n` (the number of the moment), `total`, `items`, and what `set` makes. Expressions
are Python over these. `say TEXT` prints; `busy` runs until it is paused; `fail` is an uncaught error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import msgspec

from debug.debugger.target import (
    AboutData,
    Complete,
    Completion,
    Completions,
    DataChange,
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
    Variable,
    VariableList,
    Variables,
)
from llmspell_cli import exits
from llmspell_cli.arguments import current_folder, split
from llmspell_cli.commands import debug as command
from llmspell_cli.debug_request import build_debug_request
from llmspell_cli.options import DEBUG
from llmspell_cli.script_run import Ended, Watch
from runtime.engine import ErrorKind, RunResult, Script, ScriptError
from scenarios.fake_debuggee import FakeTarget
from scenarios.toy_script import Trace, plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from debug.debugger.target import Answer, Hit, Listener, Request
    from llmspell_cli.arguments import RunRequest

LOCALS, GLOBALS, ITEMS = 1, 2, 3


def _variable(name: str, value: Any) -> Variable:
    if isinstance(value, list | dict):
        items = list(value.values()) if isinstance(value, dict) else value
        picture = {"t": "table", "items": items, "item_count": len(items)}
        return Variable(name, msgspec.Raw(json.dumps(picture).encode()), ref=ITEMS, indexed=len(items))
    return Variable(name, msgspec.Raw(json.dumps(value).encode()))


class ToyTarget(FakeTarget):
    """A target that can be looked into."""

    def __init__(self, listener: Listener, trace: Trace, name: str) -> None:
        super().__init__(listener, trace, name=name, answer=self._look)
        self.own: dict[str, Any] = {}
        self.failed = False
        self._paused = Event()
        self.is_busy = Event()

    # The script

    def reach(self, now: int) -> None:
        super().reach(now)
        word, _, rest = self.statement(now).partition(" ")
        if self.terminated:
            return
        if word == "say":
            print(rest, flush=True)
        elif word == "hold":
            print(rest, end="", flush=True)
        elif word == "busy":
            print("busy", flush=True)
            self.is_busy.set()
            self._paused.wait(60)
        elif word == "change":
            old, self.own["watched"] = self.own.get("watched", 0), now
            changes = tuple(
                DataChange(order.breakpoint, "watched", str(old), str(now)) for order in self.data
            )
            if changes:
                self.meet(self.hit_at(now, "data", changes=changes))
        elif word == "fail":
            self.failed = True
            if any(order.uncaught for order in self.exceptions):
                self.meet(
                    self.hit_at(now, "exception", error="no such thing", error_type="Error", uncaught=True)
                )
            self.terminated = True

    def meet(self, hit: Hit) -> None:
        self._paused.clear()  # by this; before it stops, since it may be paused as soon as it goes on
        super().meet(hit)

    def statement(self, now: int) -> str:
        """The text of what runs at a moment."""
        source, place = self._trace.source, self._trace.moments[now].probe.place
        return source.text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]

    def pause(self) -> None:
        super().pause()
        self._paused.set()

    def terminate(self) -> None:
        super().terminate()
        self._paused.set()

    # The agent

    def _look(self, request: Request) -> Answer:
        variables = {"n": self.now, "total": self.now * 2, "items": [1, 2, 3], **self.own}
        if isinstance(request, Frames):
            return self._frames()
        if isinstance(request, Scopes):
            return ScopeList(
                (
                    Scope("Locals", "locals", LOCALS, len(variables)),
                    Scope("Globals", "globals", GLOBALS, 1, True),
                )
            )
        if isinstance(request, Variables):
            held: dict[str, Any] = variables
            if request.ref != LOCALS:
                held = {"version": "toy"} if request.ref == GLOBALS else {"1": 1, "2": 2, "3": 3}
            return VariableList(tuple(_variable(name, value) for name, value in held.items()))
        if isinstance(request, Complete):
            word = request.text.rpartition(" ")[2]
            names = tuple(Completion(name) for name in variables if name.startswith(word))
            return Completions(names, len(word))
        if isinstance(request, AboutData):
            return DataInfo(request.name if request.name in variables else None, "there is no such variable")
        try:
            if isinstance(request, SetExpression):
                self.own[request.target] = eval(request.text, {}, variables)
                return _variable(request.target, self.own[request.target])
            assert isinstance(request, Evaluate), request
            if "(" in request.text and not request.effects:
                return Failed("not evaluated: it may have effects")
            return _variable("", eval(request.text, {}, variables))
        except Exception as error:
            return Failed(str(error))

    def _frames(self) -> FrameList:
        moment = self._trace.moments[self.now]
        source = self._trace.source
        frames = []
        for index, activation in enumerate(reversed(moment.stack)):
            last = next(
                past for past in reversed(self._trace.moments[: self.now + 1]) if past.frame is activation
            )
            name = source.functions[activation.function].name
            frames.append(
                Frame(len(moment.stack) - index, name, source.number, last.probe.id, last.probe.place.line)
            )
        return FrameList(tuple(frames), len(frames))


class NoOutputs:
    """Instead of what a run is made of: a toy logs nothing."""

    def flush_outputs(self, _timeout_s: float) -> bool:
        """Nothing to be flushed."""
        return True


def run_toy(request: RunRequest, report: Callable[[Ended], int], watch: Watch) -> int:
    """As `script_run.run_script`."""
    assert watch.debugger is not None
    assert watch.on_interrupt is not None
    outputs: Any = NoOutputs()
    watch.begun(outputs)
    with open(request.script, encoding="utf-8") as file:
        text = file.read()
    target = ToyTarget(
        watch.debugger,
        trace_of(plan(text, os.path.abspath(request.script), name=request.script)),
        request.script,
    )

    def interrupted(*_: object) -> None:
        assert watch.on_interrupt is not None
        if not watch.on_interrupt():
            target.terminate()

    before = signal.signal(signal.SIGINT, interrupted)
    script = Thread(target=target.run, daemon=True)
    script.start()
    while script.is_alive():
        script.join(0.05)
    signal.signal(signal.SIGINT, before)
    error = None
    if target.failed:
        error = ScriptError(ErrorKind.RUNTIME, "no such thing", request.script)
    elif target.terminated:
        error = ScriptError(ErrorKind.INTERRUPTED, "interrupted", request.script)
    code = (
        exits.OK if error is None else 130 if target.terminated and not target.failed else exits.SCRIPT_FAILED
    )
    result = RunResult(code, error)
    return report(Ended(request, outputs, Script(request.script, b""), "toy", result, code))


def show_end(ended: Ended) -> None:
    """As `end_of_run.show_end`."""
    if ended.result.error is not None:
        print(f"error: {ended.result.error.message}", file=sys.stderr)


def main(words: Sequence[str]) -> int:
    """As the command."""
    command.run_script = run_toy  # type: ignore[assignment]
    command.show_end = show_end
    line = split(words, DEBUG)
    return command.debug_command(build_debug_request(line, {}, current_folder()))


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
