"""What a step passes by: pure, so that it can be held against a model.

A step by lines passes the statements of its frame that start on the line on which it began, as gdb does: a loop on one
line is one step. A step to a later line passes all those before it, wherever a loop takes it. Which frame is the step's
only the agent in the VM knows, so it is the agent that passes them (see `debug.debugger.target.Resume`): a line may
hold a million rounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from debug.debugger.binding import first_from

if TYPE_CHECKING:
    from debug.debugger.source import Source

StepKind: TypeAlias = Literal["into", "over", "out"]
Granularity: TypeAlias = Literal["line", "statement"]


class Passing(NamedTuple):
    """The probes that a step passes by in its frame, by `Resume`'s names for them."""

    source: int = 0
    first: int = 0
    last: int = 0


def passing(source: Source, line: int, before: int | None = None) -> Passing:
    """What a step passes that begins on `line`: what starts there, or whatever starts before the line `before`."""
    probes = source.probes
    start = first_from(probes, line) if before is None else 0
    end = first_from(probes, line + 1 if before is None else before)
    return Passing(source.number, probes[start].id, probes[end - 1].id) if start < end else Passing()
