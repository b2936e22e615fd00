"""What a session tells its client, and the data that both speak in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from debug.debugger.places import Where
    from debug.debugger.rules import Rules


class SessionError(Exception):
    """A request that came to nothing. Its text is for people, and says why."""


class ThreadInfo(NamedTuple):
    """A script of the session, as it is now."""

    id: int
    """From 1, never used again."""
    name: str
    """The script, as the user named it."""
    language: Literal["lua", "javascript", "python"]
    stopped: bool


class SourceInfo(NamedTuple):
    """A text that a script has loaded. Loaded again, or by another thread, it is another source."""

    id: int
    """From 1, over all threads."""
    thread: int
    name: str
    """As stacks and errors show it."""
    path: str | None
    """The file, absolute; None for text that came from nowhere, which `Sources.text` has."""
    unstoppable: str | None
    """Why it cannot be stopped in; None where it can."""


class Location(NamedTuple):
    """A stretch of a source. Lines and columns count from 1, columns in characters; the end is past the last one.
    A column of 0 is not known."""

    source: int
    """`SourceInfo.id`."""
    path: str | None
    name: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0


class BreakpointInfo(NamedTuple):
    """A logical breakpoint, as it is now."""

    id: int
    where: Where
    """As it was asked for."""
    rules: Rules
    verified: bool
    """Whether the script can stop there."""
    message: str | None
    """Why not."""
    locations: tuple[Location, ...]
    """Where it is bound, the source loaded last first, the same place of a file once; empty unless `verified`, and for
    data."""
    hits: int
    """How often it was reached with its condition holding."""
    ignore: int
    """How many further hits are passed by."""


class DataChanged(NamedTuple):
    """A watched variable, before and after."""

    breakpoint: int
    name: str
    old: str
    new: str


StopReason: TypeAlias = Literal["breakpoint", "step", "pause", "entry", "exception", "data", "statement"]
"""`statement`: `Debug.breakpoint()`, or `debugger` in JavaScript."""

# Events


class ThreadStarted(NamedTuple):
    """A script's VM is there."""

    thread: ThreadInfo


class ThreadEnded(NamedTuple):
    """A script has ended."""

    thread: ThreadInfo


class SourceLoaded(NamedTuple):
    """A source is about to run for the first time."""

    source: SourceInfo


class BreakpointChanged(NamedTuple):
    """A breakpoint was bound, moved, lost its place, or (a temporary one) was removed; not for what the client's own
    request has answered."""

    breakpoint: BreakpointInfo
    removed: bool = False


class Stopped(NamedTuple):
    """A thread has stopped, the others run on. It can be asked from now on."""

    thread: int
    reason: StopReason
    description: str
    """In a few words, e.g. `Breakpoint 2`."""
    text: str | None
    """More to say: the error, the change of data, the condition that failed."""
    breakpoints: tuple[int, ...]
    """Those that were hit."""
    location: Location | None
    """None where the place is at no probe; `Inspector.frames` may know."""
    changes: tuple[DataChanged, ...] = ()
    error: str | None = None
    error_type: str | None = None
    uncaught: bool = False


class Resumed(NamedTuple):
    """A thread goes on. Its frames and variables are no more."""

    thread: int


class LogOutput(NamedTuple):
    """A logpoint's text, without a newline at its end."""

    thread: int
    breakpoint: int
    text: str
    location: Location | None


class Detached(NamedTuple):
    """The session let go of the client; the scripts run on. The last event."""

    reason: str


Event: TypeAlias = (
    ThreadStarted | ThreadEnded | SourceLoaded | BreakpointChanged | Stopped | Resumed | LogOutput | Detached
)


class Client(Protocol):
    """Who uses a session: an editor's adapter, a prompt."""

    def tell(self, event: Event) -> None:
        """Take an event. Called on a thread of the session's, one event at a time, in their order; no script waits for
        it, and it may make requests. If it raises, or takes nothing for long, the session lets go of the client."""
