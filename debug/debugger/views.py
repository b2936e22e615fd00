"""What a stopped script shows of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from debug.debugger.events import Location


class FrameInfo(NamedTuple):
    """A function that runs."""

    id: int
    """Over all threads, until its thread goes on."""
    name: str
    location: Location | None
    """None where it has no source."""
    source_name: str
    """What to call its source where it has no location."""
    kind: Literal["script", "native", "boundary"]
    """`boundary`: the edge of a coroutine or an await, named so."""


class FramePage(NamedTuple):
    """Some frames from the innermost on."""

    frames: tuple[FrameInfo, ...]
    total: int


class ScopeInfo(NamedTuple):
    """Variables that belong together."""

    name: str
    kind: Literal["arguments", "locals", "upvalues", "globals"]
    reference: int
    """For `Inspector.variables`, until its thread goes on."""
    named: int
    """How many; -1: not counted."""
    expensive: bool
    """Whether it should be opened only when it is asked for."""


class VariableInfo(NamedTuple):
    """A name and its value, or the value of an expression."""

    name: str
    text: str
    """The value, on one line; all of it for a clipboard."""
    type: str
    reference: int
    """Above 0: it can be opened by `Inspector.variables`, until its thread goes on."""
    indexed: int
    """Its array elements."""
    named: int
    """Its other fields; -1: not counted."""
    evaluate_name: str | None
    """An expression for the same value in its frame."""
    read_only: bool
    kind: Literal["data", "method", "class", "virtual", "internal"]


class StepTargetInfo(NamedTuple):
    """A call that a step can go into."""

    id: int
    """For `Session.step`, until its thread goes on."""
    text: str
    """On one line."""
    location: Location


class ErrorInfo(NamedTuple):
    """The error that stopped a script."""

    message: str
    type: str | None
    uncaught: bool
    traceback: str
    """A frame a line, the innermost first."""
