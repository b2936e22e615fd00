"""A source that a script of a session has loaded, and which file it is of."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from debug.debugger.events import Location, SourceInfo

if TYPE_CHECKING:
    from debug.debugger.source import Probe, Source
    from debug.debugger.target import BreakpointOrder, Target


class LoadedSource:
    """A source of one thread, and what was ordered for it."""

    def __init__(self, id_: int, thread: int, target: Target, source: Source) -> None:
        self.info = SourceInfo(id_, thread, source.name, source.path, source.unstoppable)
        self.target = target
        self.source = source
        self.key = None if source.path is None else file_key(source.path)
        self.ordered: dict[int, tuple[BreakpointOrder, ...]] = {}
        """What its target was told last."""

    @cached_property
    def _probes(self) -> dict[int, Probe]:
        return {probe.id: probe for probe in self.source.probes}

    def probe(self, number: int) -> Probe | None:
        """The probe of this number."""
        return self._probes.get(number)

    def location(self, probe: Probe) -> Location:
        """Where a probe is."""
        return Location(self.info.id, self.info.path, self.info.name, *probe.place)


def file_key(path: str) -> str:
    """A file's one name: absolute, without links."""
    return os.path.normcase(os.path.realpath(path))


def is_same_file(key: str, other: str) -> bool:
    """Whether two keys are of the same file: where a file system takes `A.lua` for `a.lua`, they are."""
    if key == other:
        return True
    if key.casefold() != other.casefold():
        return False
    try:
        return os.path.samefile(key, other)
    except OSError:
        return False
