"""What a session tells, as events of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from debug.dap.breakpoint_view import shown
from debug.dap.types import (
    BreakpointEventBody,
    ContinuedEventBody,
    LoadedSourceEventBody,
    ModuleEventBody,
    OutputEventBody,
    StoppedEventBody,
    ThreadEventBody,
)
from debug.debugger.events import (
    BreakpointChanged,
    Detached,
    LogOutput,
    Resumed,
    SourceLoaded,
    Stopped,
    ThreadEnded,
    ThreadStarted,
)
from debug.debugger.places import AtFunction

if TYPE_CHECKING:
    from debug.dap.conversation import Conversation
    from debug.debugger.events import Event, SourceInfo

_REASONS = {"statement": "breakpoint", "data": "data breakpoint"}
"""Where they are called otherwise than ours."""


class Events:
    """Tells one client. Called for one event at a time."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._line = conversation.line
        self._loaded: dict[int, list[SourceInfo]] = {}
        """What the client knows to be loaded, by thread."""

    def tell(self, event: Event) -> None:
        """Send what an event comes to."""
        match event:
            case Stopped():
                self._stopped(event)
            case Resumed():
                if not self._conversation.was_expected(event.thread):
                    body = ContinuedEventBody(event.thread, all_threads_continued=False)
                    self._line.event("continued", body)
            case LogOutput():
                self._log_output(event)
            case BreakpointChanged():
                reason = "removed" if event.removed else "changed"
                breakpoint = shown(event.breakpoint, self._conversation.view)
                self._line.event("breakpoint", BreakpointEventBody(reason, breakpoint))
            case ThreadStarted():
                self._line.event("thread", ThreadEventBody("started", event.thread.id))
            case ThreadEnded():
                for source in self._loaded.pop(event.thread.id, ()):
                    self._source("removed", source)
                self._conversation.expected_resumes.pop(event.thread.id, None)
                self._line.event("thread", ThreadEventBody("exited", event.thread.id))
            case SourceLoaded():
                self._loaded.setdefault(event.source.thread, []).append(event.source)
                self._source("new", event.source)
            case Detached():
                self._conversation.run.detached(event)

    def _stopped(self, event: Stopped) -> None:
        self._line.event(
            "stopped",
            StoppedEventBody(
                self._reason(event),
                event.description,
                event.thread,
                text=event.text,
                all_threads_stopped=False,
                hit_breakpoint_ids=event.breakpoints or None,
            ),
        )

    def _reason(self, event: Stopped) -> str:
        if event.breakpoints and event.reason == "breakpoint":
            every = self._conversation.session.breakpoints.all()
            hit = [info.where for info in every if info.id in event.breakpoints]
            if hit and all(isinstance(where, AtFunction) for where in hit):
                return "function breakpoint"
        return _REASONS.get(event.reason, event.reason)

    def _log_output(self, event: LogOutput) -> None:
        view = self._conversation.view
        body = OutputEventBody(f"{event.text}\n", "console")
        if event.location is not None:
            span = view.span(event.location)
            source = view.source_at(event.location)
            body = OutputEventBody(
                f"{event.text}\n", "console", source=source, line=span.line, column=span.column
            )
        self._line.event("output", body)

    def _source(self, reason: Literal["new", "removed"], info: SourceInfo) -> None:
        view = self._conversation.view
        self._line.event("loadedSource", LoadedSourceEventBody(reason, view.source(info, info.unstoppable)))
        self._line.event("module", ModuleEventBody(reason, view.module(info)))
