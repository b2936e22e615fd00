"""The texts of a run, as they were planted, by the bytes of their probes."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from debug.debugger.source import FunctionSpan, Place, Source
from runtime.js.debugger.compiling import Sites
from runtime.js.debugger.layout import FIRST_PROBE, PROBE_BYTES
from runtime.js.debugger.planting import Unplantable, plant
from runtime.js.debugger.structure import Numbers

if TYPE_CHECKING:
    from runtime.js.debugger.planned import Planned
    from runtime.js.debugger.planting import TextKind
    from runtime.js.debugger.zones import Scope
    from runtime.js.rewritten import Probes

_WITH_PROBES = "with probes it is no JavaScript"


class PlantedSources:
    """Of one run; they only become more."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []
        self._firsts: list[int] = []
        self._next_byte = FIRST_PROBE
        self._next_number = 1
        self._numbers = Numbers()
        self.sites = Sites()
        """Where texts are compiled while the script runs."""

    def plant(
        self, text: bytes, name: str, path: str | None, kind: TextKind, outer: Scope | None = None
    ) -> Probes | Source:
        """What is planted in a text; a source that says why nothing is."""
        number = self._next_number
        self._next_number += 1
        try:
            first = self._next_byte
            plan = plant(text, name, path, number, first, self._numbers, self.sites, kind, outer)
            count = max(1, len(plan.planned.source.probes))
            if self._next_byte + count > PROBE_BYTES:
                raise Unplantable("the run has too many statements")
        except Unplantable as reason:
            return _plain(number, text.decode("utf-8", "replace"), name, path, str(reason))
        self._planned.append(plan.planned)
        self._firsts.append(self._next_byte)
        self._next_byte += count
        return plan.probes

    def plain(self, text: str, name: str, why: str) -> Source:
        """A text of the script's own that runs as it is."""
        number = self._next_number
        self._next_number += 1
        return _plain(number, text, name, None, why)

    def newest(self) -> Planned:
        """The text that was planted last."""
        return self._planned[-1]

    def starting_at(self, byte: int) -> Planned:
        """The text whose first probe has that byte."""
        return self._planned[bisect_right(self._firsts, byte) - 1]

    def numbered(self, number: int) -> Planned | None:
        """The text whose source has that number."""
        return next((one for one in self._planned if one.source.number == number), None)

    def byte_at(self, name: str, line: int, column: int) -> int:
        """The byte of the innermost statement there, in the text of that name; 0 where there is none."""
        for one in reversed(self._planned):
            if one.source.name == name:
                at = line, column
                inside = [probe for probe in one.source.probes if probe.place[:2] <= at < probe.place[2:]]
                return one.first + max(inside, key=lambda probe: probe.place[:2]).id - 1 if inside else 0
        return 0

    def unplanted(self, name: str) -> Source | None:
        """The source of a text that turned out to run plain."""
        for one in reversed(self._planned):
            if one.source.name == name:
                return one.source._replace(probes=(), unstoppable=_WITH_PROBES)
        return None

    def probe_at(self, byte: int) -> tuple[Planned | None, int]:
        """Text and probe of a byte; None and 0 where it is none's."""
        at = bisect_right(self._firsts, byte) - 1
        if byte < FIRST_PROBE or at < 0:
            return None, 0
        planned = self._planned[at]
        probe = byte - planned.first + 1
        return (planned, probe) if probe <= len(planned.source.probes) else (None, 0)


def _plain(number: int, text: str, name: str, path: str | None, why: str) -> Source:
    whole = Place(1, 1, text.count("\n") + 1, 1)
    return Source(number, name, path, text, (), (FunctionSpan("(main)", whole),), why)
