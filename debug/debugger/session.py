"""A debugging session: the scripts of a run as its threads, and one client that looks on.

    session = Session()                  # the listener of each script's target
    session.connect(client)              # it is told of threads, sources, stops
    session.breakpoints.add(AtLine("a.lua", 3))
    session.step(thread, "over")         # once it was told of a stop
    session.inspector.frames(thread)

Without a client the scripts run on as if nothing were there. Any method may be called from any thread, and none waits
for a running script. What comes to nothing raises SessionError.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from debug.debugger.breakpoints import Breakpoints
from debug.debugger.events import (
    DataChanged,
    Detached,
    Resumed,
    SessionError,
    SourceLoaded,
    Stopped,
    ThreadEnded,
    ThreadStarted,
)
from debug.debugger.inspector import Inspector, Limits
from debug.debugger.notifier import Notifier
from debug.debugger.script import Scripts, Stop
from debug.debugger.sources import Sources
from debug.debugger.stepping import Passing, passing
from debug.debugger.target import NotStopped, Resume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.debugger.breakpoints import Reached
    from debug.debugger.events import Client, Event, StopReason, ThreadInfo
    from debug.debugger.places import AtLine
    from debug.debugger.script import Script
    from debug.debugger.source import Source
    from debug.debugger.stepping import Granularity, StepKind
    from debug.debugger.target import Hit, Target

_PATIENCE_S = 10.0

_TEXTS: dict[StopReason, str] = {
    "breakpoint": "Breakpoint",
    "step": "Step",
    "pause": "Paused",
    "entry": "Entry",
    "exception": "Error",
    "data": "Data changed",
    "statement": "Breakpoint statement",
}


class Session:
    """The debugger as scripts' targets see it (`debug.debugger.target.Listener`), and as its client does."""

    def __init__(self, limits: Limits | None = None, *, patience_s: float = _PATIENCE_S) -> None:
        self._scripts = Scripts()
        self._lock = self._scripts.lock
        self._notifier: Notifier | None = None
        self._patience_s = patience_s
        self._stop_on_entry = False
        self.has_begun = False
        """Whether any script has begun."""
        self.breakpoints = Breakpoints(self._scripts, self._tell)
        self.inspector = Inspector(self._scripts, limits or Limits())
        self.sources = Sources(self._scripts)

    # Clients

    def connect(self, client: Client, *, stop_on_entry: bool = False) -> None:
        """Tell this client what happens, beginning with the scripts and sources that there are; with `stop_on_entry`
        scripts that start from now on stop at their first statement. Raises SessionError while there is another."""
        with self._lock:
            if self._notifier is not None:
                raise SessionError("another client is debugging this run")
            self._notifier = Notifier(client, self._client_gone, self._patience_s)
            self._stop_on_entry = stop_on_entry
            for script in self._scripts.all():
                self._tell(ThreadStarted(script.info()))
            for loaded in self._scripts.sources():
                self._tell(SourceLoaded(loaded.info))

    def disconnect(self) -> None:
        """The client goes, told nothing more: its breakpoints are gone, all scripts run on. Another may come."""
        self._let_go(None)

    def close(self, *, flush_s: float = 2.0) -> None:
        """The run is over: a client is told `Detached` last. It is waited for while it takes one event in `flush_s`."""
        notifier = self._let_go("the run has ended")
        if notifier is not None:
            notifier.join(flush_s)

    def check(self, expression: str) -> str | None:
        """What is wrong with an expression in the language of the first script; None where it parses, and where there
        is no script."""
        with self._lock:
            targets = [script.target for script in self._scripts.all()]
        return targets[0].check(expression) if targets else None

    # Running

    def threads(self) -> tuple[ThreadInfo, ...]:
        """The scripts that run or are stopped, in the order in which they started."""
        with self._lock:
            return tuple(script.info() for script in self._scripts.all())

    def stop_of(self, thread: int) -> Stopped | None:
        """Why a thread is stopped; None while it runs. Raises SessionError where there is none."""
        with self._lock:
            stop = self._scripts.get(thread).stop
            return None if stop is None else stop.told

    def resume(self, thread: int) -> None:
        """Let a stopped thread go on. Raises SessionError while it runs."""
        with self._lock:
            self._go_on(self._scripts.stopped(thread), Resume())

    def step(
        self,
        thread: int,
        kind: StepKind,
        granularity: Granularity = "line",
        frame: int | None = None,
        *,
        before: int | None = None,
        target: int | None = None,
    ) -> None:
        """Let a stopped thread go one step: `into` calls, `over` them, or `out` of the frame; by default from the
        innermost one. A step by lines passes what is left of the line in that frame, with `before` all of its lines
        before that one. With `target`, a `StepTargetInfo.id`, it goes over the statement, and into that call if it
        is made. Raises SessionError while it runs, and for a frame that is no more."""
        with self._lock:
            stop = self._scripts.stopped(thread)
            agent_frame, loaded, line = 0, None, 0
            handle = None if frame is None else self._scripts.frame(frame)
            if handle is not None and handle.stop is not stop:
                raise SessionError(f"frame {frame} is of another thread")
            if handle is not None and handle.frame != stop.innermost:
                agent_frame, loaded, line = handle.frame, handle.loaded, handle.line
            elif (found := stop.script.probe_of(stop.hit)) is not None:
                loaded, line = found[0], found[1].place.line
            if target is not None:
                kind = "over"
                self.breakpoints.step_into(stop.script, self._scripts.step_target(stop, target))
            passed = Passing()
            if loaded is not None and kind != "out" and granularity == "line":
                passed = passing(loaded.source, line, before)
            self._go_on(stop, Resume(kind, agent_frame, *passed))

    def run_to(self, thread: int, where: AtLine) -> None:
        """Let a stopped thread go on to a line, or to where it stops before. Raises SessionError while it runs, and
        where it cannot be stopped there."""
        with self._lock:
            stop = self._scripts.stopped(thread)
            self.breakpoints.run_to(stop.script, where)
            self._go_on(stop, Resume())

    def pause(self, thread: int) -> None:
        """Stop a running thread at the next statement. Raises SessionError where it is stopped."""
        with self._lock:
            script = self._scripts.get(thread)
            if script.stop is not None:
                raise SessionError(f"{script.name} is stopped")
            script.target.pause()

    def terminate(self, thread: int | None = None) -> None:
        """End a thread, or all: what they do about being ended is not stopped in."""
        with self._lock:
            for script in self._scripts.all() if thread is None else (self._scripts.get(thread),):
                script.terminating = True
                if script.stop is not None:
                    script.stop = None
                    self._tell(Resumed(script.id))
                script.target.terminate()

    # What targets call

    def started(self, target: Target) -> None:
        """A script's VM is there."""
        with self._guarding(), self._lock:
            self.has_begun = True
            script = self._scripts.add(target)
            self._tell(ThreadStarted(script.info()))
            self.breakpoints.started(script)
            if self._notifier is not None and self._stop_on_entry:
                script.entering = True
                target.pause()

    def loaded(self, target: Target, source: Source) -> None:
        """A source was loaded."""
        with self._guarding(), self._lock:
            script = self._scripts.of(target)
            if script is not None:
                loaded = self._scripts.load(script, source)
                self._tell(SourceLoaded(loaded.info))
                self.breakpoints.loaded(loaded)

    def hit(self, target: Target, hit: Hit) -> bool:
        """Whether the script is to stay."""
        stays = False
        with self._guarding():
            with self._lock:
                notifier = self._notifier
                script = self._scripts.of(target)
                if notifier is None or script is None or script.terminating:
                    return False
                if script.stop is not None:
                    return False  # it is what a request runs that comes by here
                stays = self._stays(script, hit)
            if not stays:
                notifier.wait_for_room()
        return stays

    def ended(self, target: Target) -> None:
        """A script has ended."""
        with self._guarding(), self._lock:
            script = self._scripts.of(target)
            if script is not None:
                script.stop = None
                self._scripts.remove(script)
                self.breakpoints.ended(script)
                self._tell(ThreadEnded(script.info()))

    # Within

    @contextmanager
    def _guarding(self) -> Iterator[None]:
        """The border to a script: what fails here is the debugger's, and ends the debugging, not the script."""
        try:
            yield
        except Exception as error:
            self._let_go(f"the debugger failed: {type(error).__name__}: {error}")

    def _tell(self, event: Event) -> None:
        if self._notifier is not None:
            self._notifier.put(event)

    def _stays(self, script: Script, hit: Hit) -> bool:
        """Whether a hit is a stop; tells of it. Called with the lock held."""
        reached = self.breakpoints.reached(script, hit)
        reason = self._reason(script, hit, reached)
        if reason is None:
            return False
        shown = tuple(id_ for id_ in reached.stops if not self.breakpoints.is_hidden(id_))
        if shown and reason == "step":
            reason = "breakpoint"
        elif reason == "breakpoint" and not shown:
            reason = "step"  # it has come to where it was to run to
        told = Stopped(
            script.id,
            reason,
            _description(reason, shown),
            _text(hit, reached),
            shown,
            script.location_of(hit),
            tuple(
                DataChanged(change.breakpoint, change.name, change.old, change.new)
                for change in hit.changes
                if change.breakpoint in shown
            ),
            hit.error,
            hit.error_type,
            hit.uncaught,
        )
        script.stop = Stop(script, hit, told)
        script.is_stepping = False
        script.entering = False
        self.breakpoints.stopped(script, reached.stops)
        self._tell(told)
        return True

    def _reason(self, script: Script, hit: Hit, reached: Reached) -> StopReason | None:
        """Why a hit stops the script; None where it does not."""
        if hit.reason == "step" and script.is_stepping:  # else it is of a client that has gone
            return "step"
        if hit.reason in ("step", "breakpoint", "data"):
            if not reached.stops:
                return None
            return "data" if hit.reason == "data" else "breakpoint"
        return "entry" if hit.reason == "pause" and script.entering else hit.reason

    def _go_on(self, stop: Stop, resume: Resume) -> None:
        """Let a script go on from a stop. Called with the lock held."""
        script = stop.script
        script.stop = None
        script.is_stepping = resume.kind != "continue"
        self._tell(Resumed(script.id))
        try:
            script.target.resume(resume)
        except NotStopped:
            raise SessionError(f"{script.name} is not stopped any more") from None

    def _client_gone(self, notifier: Notifier, reason: str) -> None:
        with self._lock:
            if self._notifier is notifier:
                self._let_go(reason)

    def _let_go(self, reason: str | None) -> Notifier | None:
        """Have no client any more, told why where there is a reason, and let all scripts run on."""
        with self._lock:
            notifier, self._notifier = self._notifier, None
            if notifier is None:
                return None
            notifier.end(None if reason is None else Detached(reason))
            self.breakpoints.clear()
            for script in self._scripts.all():
                script.stop = None
                script.is_stepping = script.entering = False
                # What one target fails at must not keep the others where they are.
                with suppress(Exception):
                    script.target.detach()
            return notifier


def _description(reason: StopReason, breakpoints: tuple[int, ...]) -> str:
    if reason in ("breakpoint", "data") and breakpoints:
        return f"{_TEXTS[reason]} {', '.join(map(str, breakpoints))}"
    return _TEXTS[reason]


def _text(hit: Hit, reached: Reached) -> str | None:
    """What more there is to say of a stop."""
    said = [] if hit.error is None else [hit.error]
    said += (f"{change.name}: {change.old} → {change.new}" for change in hit.changes)
    said += reached.failures
    return "\n".join(said) or None
