"""A started timer, and what is known about all of them at one moment: plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from debug.statistics import Distribution


class Timer(NamedTuple):
    """A timer that was started. `parent` is the handle of the one it is nested under."""

    handle: int
    id: str
    """`timer_<uuid4>`."""
    name: str
    scope: int
    parent: int | None


class TimerEvent(NamedTuple):
    """Something recorded while a timer ran. `metadata` is None, JSON types or a picture's text."""

    name: str
    offset_ns: int
    """Since the timer's start."""
    metadata: Any


class HeapChange(NamedTuple):
    """The script heap around the latest run that measured it, and its growth summed over all such runs."""

    start_bytes: int
    end_bytes: int
    total_delta_bytes: int


class NameSnapshot(NamedTuple):
    """What is known about the timers of one name (or the laps of one label, which have only times)."""

    name: str
    times: Distribution
    unfinished: int = 0
    heap: HeapChange | None = None
    laps: tuple[NameSnapshot, ...] = ()
    events: tuple[TimerEvent, ...] = ()
    event_count: int = 0


class StackTime(NamedTuple):
    """The time that belonged to one place in the tree of nested timers, running ones included."""

    path: tuple[str, ...]
    self_ns: int


class TimerSnapshot(NamedTuple):
    """Everything the registry knew at one moment."""

    names: tuple[NameSnapshot, ...] = ()
    """In the order in which they were first seen to finish."""
    stacks: tuple[StackTime, ...] = ()
    active: int = 0
    overflowed: int = 0
    """Runs, laps and events of names and labels past the bounds."""
