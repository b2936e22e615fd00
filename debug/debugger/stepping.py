"""Where a step ends: pure, so that it can be held against a model.

The agent in the VM keeps to the frames (see `debug.debugger.target.Resume`); here it is decided whether the line was
left. A step by lines passes the statements that follow in the same frame on the line on which it began, as gdb does: a
loop on one line is one step. A stop for another reason ends a step.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

StepKind: TypeAlias = Literal["into", "over", "out"]
Granularity: TypeAlias = Literal["line", "statement"]


class Spot(NamedTuple):
    """Where a script is. Two spots are the same line of the same frame when they are equal."""

    coroutine: int
    height: int
    """Frames of the script within the coroutine."""
    source: int
    function: int
    line: int


class Step(NamedTuple):
    """A step on its way."""

    kind: StepKind
    granularity: Granularity = "line"
    start: Spot | None = None
    """None: not known, so that any other place is another line."""
    leaving: bool = False
    """Whether the statement last met there is a tail call: what is met next is another frame, if it looks the same."""

    def met(self, spot: Spot | None, *, is_tail_call: bool) -> Step | None:
        """The step after a hit of it at `spot`: None where it ends there."""
        if self.granularity == "statement" or self.leaving:
            return None
        if spot is None or spot != self.start:
            return None
        return self._replace(leaving=is_tail_call)
