"""A scenario of the debugger through the core: an engine in this process, a session, and its client."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import LogOutput, Stopped, ThreadEnded
from debug.debugger.places import AtFunction, AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.target import ExceptionOrder
from scenarios.debug_run import THREAD, DebugRun
from scenarios.debug_scenario import MAIN, Calls, Give, Go, Have, Put, Say, Watch, language_of
from scenarios.debug_seen import Account, Landed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scenarios.debug_scenario import At, Scenario, Stop

REASONS = {"function": "breakpoint"}


class CoreRun:
    """One scenario, as it is for an engine, in an empty folder. Files of a program are written there."""

    def __init__(self, scenario: Scenario, engine: str, folder: Path) -> None:
        language = language_of(engine)
        self._scenario: Any = scenario
        self._folder = folder
        self._marks = scenario.places(language)
        for name, text in scenario.files(language).items():
            (folder / name).write_text(text)
        name = MAIN[language]
        self._run = DebugRun(engine, folder, self._scenario.program, name=name, stop_on_entry=scenario.entry)
        self._ids: list[int] = []
        self._bound: tuple[str | None, ...] = ()
        self._top = 0

    def account(self, output: Callable[[], str]) -> Account:
        """Live through it; `output` takes what the script has printed."""
        run, breakpoints = self._run, self._run.session.breakpoints
        try:
            self._have(self._scenario.breaks)
            breakpoints.set_functions(
                [
                    Wanted(AtFunction(one.function), Rules(one.condition, one.hits))
                    for one in self._scenario.functions
                ]
            )
            breakpoints.set_exceptions(
                [
                    ExceptionOrder(one.kind == "uncaught", one.kind == "caught", one.condition)
                    for one in self._scenario.errors
                ]
            )
            steps = tuple(self._step(step) for step in self._scenario.steps)
            result = run.finish()
        finally:
            run.close()
        logs = tuple(event.text for event in run.client.of(LogOutput))
        return Account(steps, self._bound, output(), logs, result.exit_code)

    def _step(self, step: object) -> Landed | str:
        inspector, breakpoints = self._run.session.inspector, self._run.session.breakpoints
        match step:
            case Calls():
                return "\n".join(one.text for one in inspector.step_targets(self._run.frame(0)))
            case Go(kind=kind, to=to, target=target):
                if kind == "start":
                    self._run.start()
                elif kind in ("continue", "pause"):
                    self._run.go_on()
                    if kind == "pause":
                        self._run.session.pause(THREAD)
                else:
                    id_ = None if target is None else self._target(target)
                    self._run.session.step(THREAD, kind, target=id_)
                if to is None:
                    self._run.client.wait_for(ThreadEnded)
                    return "end"
                return self._landed(self._run.next_stop(), to)
            case Say(text=text, frame=frame):
                return inspector.evaluate(text, self._run.frame(frame)).text
            case Give(name=name, text=text, frame=frame):
                return inspector.set_variable(self._holding(name, frame), name, text).text
            case Put(place=place, text=text, frame=frame):
                return inspector.set_expression(place, text, self._run.frame(frame)).text
            case Watch(places=places, condition=condition):
                infos = [inspector.data_info(place, frame=self._run.frame(0)) for place in places]
                wanted = [
                    Wanted(OnData(info.data_id or info.description, info.description), Rules(condition))
                    for info in infos
                ]
                told = breakpoints.set_data(wanted)
                return "" if all(one.verified for one in told) else str(told)
            case Have(breaks=breaks):
                self._have(breaks)
                return ""
        raise AssertionError(step)

    def _landed(self, stopped: Stopped, to: Stop) -> Landed:
        self._look_at_breakpoints()
        names = tuple(self._run.names()) if to.stack else ()
        shows = tuple((name, self._shown(name)) for name, _ in to.shows)
        location = stopped.location
        place = f"{location.name}:{location.line}" if location is not None else "nowhere"
        if location is not None and location.path is not None:
            place = f"{os.path.relpath(location.path, self._folder)}:{location.line}"
        return Landed(place, stopped.reason, names, shows, stopped.text)

    def _target(self, call: str) -> int:
        """The id of a call that is offered."""
        targets = self._run.session.inspector.step_targets(self._run.frame(0))
        return next(one.id for one in targets if one.text == call)

    def _shown(self, name: str) -> str | None:
        """What is shown of a variable in sight of the innermost frame."""
        inspector = self._run.session.inspector
        for scope in inspector.scopes(self._run.top()):
            for one in inspector.variables(scope.reference):
                if one.name == name:
                    return one.text
        return None

    def _holding(self, name: str, frame: int) -> int:
        """The scope of a frame that has a variable."""
        inspector = self._run.session.inspector
        for scope in inspector.scopes(self._run.frame(frame)):
            if any(one.name == name for one in inspector.variables(scope.reference)):
                return scope.reference
        raise AssertionError(f"{name} is in no scope")

    def _have(self, breaks: tuple[At, ...]) -> None:
        """Have these breakpoints at lines, file by file."""
        breakpoints = self._run.session.breakpoints
        ids: dict[int, int] = {}
        for name in self._scenario.files(language_of(self._run.engine.name)):
            path = str(self._folder / name)
            mine = [index for index, one in enumerate(breaks) if self._marks[one.mark][0] == name]
            wanted = []
            for index in mine:
                one: Any = breaks[index]
                where = AtLine(path, self._marks[one.mark][1])
                wanted.append(Wanted(where, Rules(one.condition, one.hits, one.log)))
            infos = breakpoints.set_lines(path, wanted)
            ids |= {index: info.id for index, info in zip(mine, infos, strict=True)}
        self._ids = [ids[index] for index in range(len(breaks))]
        self._look_at_breakpoints()

    def _look_at_breakpoints(self) -> None:
        infos = {info.id: info for info in self._run.session.breakpoints.all()}
        self._bound = tuple(
            f"{os.path.relpath(location.path or location.name, self._folder)}:{location.line}"
            if (location := next(iter(infos[id_].locations), None)) is not None
            else None
            for id_ in self._ids
        )
