"""One logical breakpoint: what was asked for, and where it is bound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from debug.debugger import hit_condition, log_message
from debug.debugger.binding import bind_function, bind_line
from debug.debugger.events import BreakpointInfo, SessionError
from debug.debugger.loaded import file_key, is_same_file
from debug.debugger.places import AtFunction, AtLine, OnData
from debug.debugger.target import BreakpointOrder

if TYPE_CHECKING:
    from debug.debugger.events import Location
    from debug.debugger.hit_condition import HitCondition
    from debug.debugger.loaded import LoadedSource
    from debug.debugger.log_message import LogMessage
    from debug.debugger.places import Where
    from debug.debugger.rules import Rules
    from debug.debugger.source import Probe


class Breakpoint:
    """Guarded by the lock of its session."""

    def __init__(self, id_: int, where: Where, rules: Rules, *, hidden: bool = False) -> None:
        self.id = id_
        self.where = where
        self.hidden = hidden
        """Whether it is a session's own, of which no client knows."""
        self.hits = 0
        self.ignore = 0
        self.depths: tuple[int, ...] | None = None
        """Where it counts only with the script's stack so deep."""
        self.told: BreakpointInfo | None = None
        """What the client knows of it."""
        self.refused: str | None = "is watched from the next stop on"
        """Of data: why it is not watched; None when it is."""
        self._key = (
            file_key(where.file) if isinstance(where, AtLine) and isinstance(where.file, str) else None
        )
        self._bound: dict[LoadedSource, tuple[Probe, ...]] = {}
        self._locations: dict[tuple[str | int, int, int], Location] = {}
        """By file, line and column: a file that is loaded time and again has its places once."""
        self._unbound: str | None = None
        self.set_rules(rules)

    def set_rules(self, rules: Rules) -> None:
        """Take other rules. What is wrong with them makes it unverified."""
        self.rules = rules
        self.problem: str | None = None
        self.hit_condition: HitCondition | None = None
        self.log_message: LogMessage | None = None
        try:
            if rules.hit_condition is not None and rules.hit_condition.strip():
                self.hit_condition = hit_condition.parse(rules.hit_condition)
            if rules.log_message:
                self.log_message = log_message.parse(rules.log_message)
        except SessionError as error:
            self.problem = str(error)
        condition = rules.condition
        self.order = BreakpointOrder(
            self.id,
            condition if condition is not None and condition.strip() else None,
            () if self.log_message is None else self.log_message.expressions,
        )

    @property
    def armed(self) -> bool:
        """Whether its probes are to be armed."""
        return self.rules.enabled and self.problem is None

    def is_for(self, thread: int) -> bool:
        """Whether it is for this thread."""
        return self.rules.thread is None or self.rules.thread == thread

    def is_in_file(self, key: str) -> bool:
        """Whether it was asked for in the file of this key."""
        return self._key is not None and is_same_file(self._key, key)

    def bind(self, loaded: LoadedSource) -> bool:
        """Look for its place in a source; whether that is one of its sources."""
        where = self.where
        if not self.is_for(loaded.info.thread):
            return False
        if isinstance(where, AtFunction):
            found = bind_function(loaded.source, where.name)
        elif isinstance(where, AtLine) and self._is_source(where, loaded):
            at = bind_line(loaded.source, where.line, where.column)
            found = at if isinstance(at, str) else (at,)
        else:
            return False
        if isinstance(found, str):
            self._unbound = found
        elif found:
            self._bound[loaded] = found
            self._locate(loaded, found)
        return bool(found)

    def forget(self, thread: int) -> None:
        """Let go of the sources of a thread."""
        for loaded in [loaded for loaded in self._bound if loaded.info.thread == thread]:
            del self._bound[loaded]
        self._locations.clear()
        for loaded, probes in self._bound.items():
            self._locate(loaded, probes)

    def probes_in(self, loaded: LoadedSource) -> tuple[Probe, ...]:
        """Its probes in a source."""
        return self._bound.get(loaded, ())

    def info(self) -> BreakpointInfo:
        """As clients see it."""
        message = self.problem or self._why_unbound()
        return BreakpointInfo(
            self.id,
            self.where,
            self.rules,
            message is None,
            message,
            tuple(reversed(self._locations.values())) if message is None else (),
            self.hits,
            self.ignore,
        )

    def _locate(self, loaded: LoadedSource, probes: tuple[Probe, ...]) -> None:
        # In the order of the text when they are shown, the source loaded last first.
        for probe in reversed(probes):
            key = (loaded.key or loaded.info.id, probe.place.line, probe.place.column)
            self._locations.pop(key, None)
            self._locations[key] = loaded.location(probe)

    def _is_source(self, where: AtLine, loaded: LoadedSource) -> bool:
        if self._key is None:
            return where.file == loaded.info.id
        return loaded.key is not None and is_same_file(self._key, loaded.key)

    def _why_unbound(self) -> str | None:
        if isinstance(self.where, OnData):
            return self.refused
        if self._bound:
            return None
        if self._unbound is not None:
            return self._unbound
        if isinstance(self.where, AtFunction):
            return f"no function {self.where.name} is loaded yet"
        if self._key is None:
            return f"there is no source {self.where.file}"
        return "not loaded yet" if os.path.exists(self._key) else f"there is no file {self.where.file}"
