"""Looks into stopped scripts: frames, variables, expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

from debug.debugger import showing
from debug.debugger.events import Location, SessionError
from debug.debugger.step_targets import step_targets
from debug.debugger.target import (
    AboutData,
    Complete,
    Completions,
    DataInfo,
    Evaluate,
    Failed,
    FrameList,
    Frames,
    NotStopped,
    ScopeList,
    Scopes,
    SetExpression,
    SetVariable,
    Variable,
    VariableList,
    Variables,
)
from debug.debugger.views import ErrorInfo, FrameInfo, FramePage, ScopeInfo, StepTargetInfo, VariableInfo
from debug.values import decode

if TYPE_CHECKING:
    from debug.debugger.script import FrameHandle, Scripts, Stop
    from debug.debugger.target import Answer, Frame, Request
    from debug.values import Value

Context: TypeAlias = Literal["watch", "hover", "repl", "clipboard", "variables"]

_TRACEBACK_FRAMES = 100

_A = TypeVar("_A", bound="Answer")


class Limits(NamedTuple):
    """How long things may take, in seconds."""

    request_s: float = 10.0
    """A request, from when it is made."""
    evaluate_s: float = 60.0
    """An expression typed at a prompt."""
    watch_s: float = 2.0
    """An expression evaluated by the way."""


class Inspector:
    """From any thread; waits for the answer. Raises SessionError: while the thread runs, for ids of a stop that is
    over, for what the script's language refuses, where the answer takes too long."""

    def __init__(self, scripts: Scripts, limits: Limits) -> None:
        self._scripts = scripts
        self._limits = limits

    def frames(self, thread: int, start: int = 0, count: int = 0) -> FramePage:
        """Frames of a stopped thread, the innermost first; a count of 0 is all."""
        with self._scripts.lock:
            stop = self._scripts.stopped(thread)
        answer = self._ask(stop, Frames(start, count), FrameList)
        with self._scripts.lock:
            self._check_stays(stop)
            if start == 0 and answer.frames:
                stop.innermost = answer.frames[0].id
            return FramePage(tuple(self._frame(stop, frame) for frame in answer.frames), answer.total)

    def scopes(self, frame: int) -> tuple[ScopeInfo, ...]:
        """The scopes of a frame, the innermost first."""
        handle = self._frame_handle(frame)
        answer = self._ask(handle.stop, Scopes(handle.frame), ScopeList)
        with self._scripts.lock:
            self._check_stays(handle.stop)
            return tuple(
                ScopeInfo(
                    scope.name,
                    scope.kind,
                    self._scripts.reference(handle.stop, scope.ref, handle.frame),
                    scope.named,
                    scope.expensive,
                )
                for scope in answer.scopes
            )

    def variables(
        self,
        reference: int,
        start: int = 0,
        count: int = 0,
        only: Literal["all", "indexed", "named"] = "all",
    ) -> tuple[VariableInfo, ...]:
        """What a reference holds, or a page of it; a count of 0 is all, up to what is sensible."""
        with self._scripts.lock:
            handle = self._scripts.variables(reference)
        answer = self._ask(handle.stop, Variables(handle.ref, start, count, only), VariableList)
        return self._variables(handle.stop, answer.variables, handle.frame)

    def set_variable(self, reference: int, name: str, text: str) -> VariableInfo:
        """Give a variable that a reference holds the value of an expression; answers what it is now."""
        with self._scripts.lock:
            handle = self._scripts.variables(reference)
        request = SetVariable(handle.ref, name, text, handle.frame)
        answer = self._ask(handle.stop, request, Variable, self._limits.evaluate_s)
        return self._variables(handle.stop, (answer,), handle.frame)[0]

    def set_expression(self, target: str, text: str, frame: int) -> VariableInfo:
        """Assign to a place (`a`, `t.x[1]`) the value of an expression, in a frame; answers what it is now."""
        handle = self._frame_handle(frame)
        request = SetExpression(target, text, handle.frame)
        answer = self._ask(handle.stop, request, Variable, self._limits.evaluate_s)
        return self._variables(handle.stop, (answer,), handle.frame)[0]

    def evaluate(
        self, text: str, frame: int | None = None, *, thread: int | None = None, context: Context = "repl"
    ) -> VariableInfo:
        """The value of an expression in a frame; without one over the globals of a thread, or of any that is stopped.

        `repl` and `watch` may have effects, as somebody typed them; `repl` takes statements, too, and long. `clipboard`
        gives all of the value.
        """
        stop, agent_frame = self._in_frame(frame, thread)
        limit_s = self._limits.evaluate_s if context == "repl" else self._limits.watch_s
        whole = context == "clipboard"
        request = Evaluate(text, agent_frame, context in ("repl", "watch"), limit_s, whole)
        answer = self._ask(stop, request, Variable, limit_s)
        return self._variables(stop, (answer,), agent_frame, whole=whole)[0]

    def completions(self, text: str, frame: int | None = None, *, thread: int | None = None) -> Completions:
        """Names that may stand at the end of `text`, in a frame or over globals."""
        stop, agent_frame = self._in_frame(frame, thread)
        return self._ask(stop, Complete(text, agent_frame), Completions)

    def data_info(self, name: str, reference: int | None = None, frame: int | None = None) -> DataInfo:
        """Whether, and by which id, a variable's changes can be watched: one that a reference holds, or an expression
        in a frame, or over globals."""
        if reference is not None:
            with self._scripts.lock:
                handle = self._scripts.variables(reference)
            stop, request = handle.stop, AboutData(name, handle.ref, handle.frame)
        else:
            stop, agent_frame = self._in_frame(frame, None)
            request = AboutData(name, 0, agent_frame)
        answer = self._ask(stop, request, DataInfo)
        if answer.data_id is None:
            return answer
        return DataInfo(f"{stop.script.id}:{answer.data_id}", answer.description)

    def step_targets(self, frame: int) -> tuple[StepTargetInfo, ...]:
        """The calls of the statement at which a thread has stopped that a step can go into, in the order in which they
        are made; none for frames that are under way with theirs."""
        handle = self._frame_handle(frame)
        stop = handle.stop
        if handle.frame != stop.innermost or handle.loaded is None:
            return ()

        def look_up(expression: str) -> Value:
            request = Evaluate(expression, handle.frame, False, self._limits.watch_s)
            try:
                answer = self._ask(stop, request, Variable, self._limits.watch_s)
            except SessionError:
                return None  # nothing that can be looked at without effects
            return decode(bytes(answer.picture))

        found = step_targets(stop, look_up)
        with self._scripts.lock:
            self._check_stays(stop)
            info = handle.loaded.info
            return tuple(
                StepTargetInfo(
                    self._scripts.target_id(stop, one),
                    one.call.text,
                    Location(info.id, info.path, info.name, *one.call.place),
                )
                for one in found
            )

    def give_up(self) -> None:
        """End whatever stopped scripts evaluate: who asked for it hears that it has failed."""
        with self._scripts.lock:
            for script in self._scripts.all():
                if script.stop is not None:
                    script.target.give_up()

    def error(self, thread: int) -> ErrorInfo:
        """The error at which a thread has stopped. Raises SessionError where it stopped for another reason."""
        with self._scripts.lock:
            stop = self._scripts.stopped(thread)
        if stop.hit.reason != "exception":
            raise SessionError(f"{stop.script.name} has not stopped at an error")
        page = self.frames(thread, 0, _TRACEBACK_FRAMES)
        lines = [f"{frame.name} ({_place(frame)})" for frame in page.frames]
        if page.total > len(lines):
            lines.append(f"… {page.total - len(lines)} more")
        return ErrorInfo(stop.hit.error or "", stop.hit.error_type, stop.hit.uncaught, "\n".join(lines))

    def _ask(self, stop: Stop, request: Request, answer_type: type[_A], limit_s: float = 0.0) -> _A:
        """The answer to a request that may itself take `limit_s` seconds."""
        name = stop.script.name
        timeout_s = limit_s + self._limits.request_s
        try:
            answer = stop.script.target.request(request, timeout_s)
        except NotStopped:
            raise SessionError(f"{name} is not stopped any more") from None
        except TimeoutError:
            raise SessionError(
                f"{name} has not answered within {timeout_s:g} seconds, and is still busy with it"
            ) from None
        if isinstance(answer, Failed):
            raise SessionError(answer.message)
        if not isinstance(answer, answer_type):
            raise SessionError(f"{name} has answered what was not asked: {type(answer).__name__}")
        return answer

    def _check_stays(self, stop: Stop) -> None:
        """What an answer names is gone when the script has gone on since."""
        if stop.script.stop is not stop:
            raise SessionError(f"{stop.script.name} is not stopped any more")

    def _frame_handle(self, frame: int) -> FrameHandle:
        with self._scripts.lock:
            return self._scripts.frame(frame)

    def _in_frame(self, frame: int | None, thread: int | None) -> tuple[Stop, int]:
        """The stop and the agent's frame to ask in."""
        with self._scripts.lock:
            if frame is not None:
                handle = self._scripts.frame(frame)
                return handle.stop, handle.frame
            if thread is not None:
                return self._scripts.stopped(thread), 0
            stop = next((one.stop for one in self._scripts.all() if one.stop is not None), None)
        if stop is None:
            raise SessionError("no script is stopped")
        return stop, 0

    def _frame(self, stop: Stop, frame: Frame) -> FrameInfo:
        loaded = stop.script.sources.get(frame.source)
        location = None
        if loaded is not None:
            probe = loaded.probe(frame.probe)
            if probe is not None:
                location = loaded.location(probe)
            else:
                location = Location(loaded.info.id, loaded.info.path, loaded.info.name, frame.line)
        name = frame.source_name if loaded is None else loaded.info.name
        line = 0 if location is None else location.line
        id_ = self._scripts.frame_id(stop, frame.id, loaded, line)
        return FrameInfo(id_, frame.name, location, name, frame.kind)

    def _variables(
        self, stop: Stop, variables: tuple[Variable, ...], frame: int, *, whole: bool = False
    ) -> tuple[VariableInfo, ...]:
        language = stop.script.target.language
        shown = showing.whole_of if whole else showing.line_of
        pictures = [decode(bytes(variable.picture)) for variable in variables]
        with self._scripts.lock:
            self._check_stays(stop)
            return tuple(
                VariableInfo(
                    variable.name,
                    shown(picture, language),
                    showing.type_of(picture, language),
                    self._scripts.reference(stop, variable.ref, frame),
                    variable.indexed,
                    variable.named,
                    variable.evaluate_name,
                    variable.read_only,
                    variable.kind,
                )
                for variable, picture in zip(variables, pictures, strict=True)
            )


def _place(frame: FrameInfo) -> str:
    if frame.location is None:
        return frame.source_name or frame.kind
    return f"{frame.location.name}:{frame.location.line}" if frame.location.line else frame.location.name
