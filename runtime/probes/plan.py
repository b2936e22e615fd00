"""The plan of a source: which statements it has, where they stand, which functions they are in.

A rewriter plants a probe at each; a debugger binds breakpoints to them, steps from one to the next and names them.
Lines and columns count from 1, columns in bytes; `Plan.column_in_characters` tells the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

MAIN = 0
"""The id of the function that the file itself is."""


class Kind(IntEnum):
    """What runs once a probe has been passed."""

    STATEMENT = 1
    CONDITION = 2
    """Of a loop, or of an `elseif`: passed each time it is computed."""
    RETURN = 3
    TAIL_CALL = 4
    """A return whose call takes the place of the function's own frame."""
    ENTRY = 5
    """Nothing: the function was entered, and its first statement has no probe that is passed once only."""


class Probe(msgspec.Struct, frozen=True, gc=False):
    """One place. Ids count from 1, in the order of the source."""

    id: int
    kind: Kind
    line: int
    column: int
    end_line: int
    end_column: int
    """Past the last byte."""
    function: int
    """The id of the function it is in."""
    depth: int
    """How many blocks of that function it is in; the function's body is 1."""
    start: int
    """The same place as `line` and `column`, in bytes from 0."""


class Function(msgspec.Struct, frozen=True, gc=False):
    """A function of the source; `MAIN` is the file."""

    id: int
    name: str
    """As it is declared or first assigned (`Account:deposit`); empty where it has none."""
    parent: int | None
    """The function it is written in."""
    line: int
    column: int
    end_line: int
    start: int
    end: int
    """In bytes, from 0; past the last one."""
    first_probe: int
    last_probe: int
    """The ids from `first_probe` to `last_probe` are its own and those of the functions in it; none: last < first."""
    entry: int | None
    """The probe passed once at each call, before anything else; None where nothing is planted."""


class Plan(msgspec.Struct, frozen=True, dict=True):
    """What can be stopped at in one source."""

    text: bytes
    probes: tuple[Probe, ...]
    """The probe with the id n stands at n - 1."""
    functions: tuple[Function, ...]
    """By id, in the order in which they begin."""

    def probe(self, id: int) -> Probe:
        """Raises IndexError where there is none."""
        if id < 1:
            raise IndexError(f"probe ids count from 1, not {id}")
        return self.probes[id - 1]

    def at_line(self, line: int) -> Sequence[Probe]:
        """Those that begin on the line, first one first."""
        lines = self._lines
        return self.probes[bisect_left(lines, line) : bisect_right(lines, line)]

    def next_line(self, line: int) -> int | None:
        """The first line from `line` on where a probe begins; None past the last."""
        lines = self._lines
        at = bisect_left(lines, line)
        return lines[at] if at < len(lines) else None

    def named(self, name: str) -> Sequence[Function]:
        """The functions called so: by the whole name, or by what stands after its last `.` or `:`."""
        return [one for one in self.functions if name and name in (one.name, _last_part(one.name))]

    def column_in_characters(self, line: int, column: int) -> int:
        """The column, from 1, counted in characters; bytes that are no UTF-8 count as one each."""
        begin = self._line_starts[line - 1]
        return len(self.text[begin : begin + column - 1].decode("utf-8", "surrogateescape")) + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [probe.line for probe in self.probes]

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find(b"\n", at + 1)
        return starts


def _last_part(name: str) -> str:
    return name.replace(":", ".").rpartition(".")[2]
