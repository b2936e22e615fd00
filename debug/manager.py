"""What the switches, the filters, the captured entries and the timers of a process hang on."""

from __future__ import annotations

from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

from debug.capture import CaptureRing
from debug.clock import SYSTEM_CLOCK
from debug.config import DebugConfig
from debug.entry import readable, shape
from debug.filters import MAX_CACHED_MODULES, MAX_CACHED_NAME_LENGTH, ModuleFilter
from debug.hierarchy import Hierarchy
from debug.level import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from debug.clock import Clock
    from debug.entry import Entry, PictureText, Unshaped
    from debug.filters import FilterSummary
    from debug.timers import TimerRegistry

OWN_MODULE = "llmspell.debug"
"""The module of entries about the debug system itself."""

MAX_CAUSES = 1000
"""Distinct causes that `warn_once` tells apart."""

MAX_CAUSE_LENGTH = 500
"""Causes are told apart by so many characters."""


class Emit(Protocol):
    """Captures an entry and hands it to the sink. Checks nothing: the caller has asked for the threshold."""

    def __call__(
        self,
        level: int,
        message: str | bytes | PictureText,
        module: str | bytes | None = None,
        data: Any = None,
        at_ns: int | None = None,
    ) -> None:
        """`at_ns` is when it was logged (Unix time), where that was not now."""


class DebugManager:
    """Switches, filters, captured entries and timers, for every script of the process. Thread-safe.

    A script's VM reads `floor` and `generation` as plain attributes: an entry more verbose than `floor`
    passes for no module, and a threshold once asked for holds until `generation` is another.
    """

    level: Level
    """The general level. Read it; `set_level` changes it."""
    enabled: bool
    """Whether anything passes at all. Read it; `set_enabled` changes it."""
    floor: int
    """The most verbose level that any module may pass at now; 0 where nothing passes."""
    generation: int
    """A number that is another one after each change of switches, levels or filters."""

    def __init__(self, config: DebugConfig | None = None, *, clock: Clock = SYSTEM_CLOCK) -> None:
        """Raises `FilterError` for a filter rule that cannot be, ValueError for a negative capture limit."""
        config = DebugConfig() if config is None else config
        self._clock = clock
        self._ring = CaptureRing(config.capture_limit)
        self._filter = ModuleFilter(config.filters)
        # `a.b` and `a.b.*` both mean the module and all below it.
        self._levels = Hierarchy((name.removesuffix(".*"), level) for name, level in config.levels.items())
        self._most_verbose_module = max(config.levels.values(), default=Level.OFF)
        self._configured_level = config.level
        self._before_toggle: tuple[Level, bool] | None = None
        # One cell that every emitter looks into, so that those made before `attach` see the sink, too.
        self._sink: list[Callable[[Unshaped], None] | None] = [None]
        self._subscriptions: tuple[list[Callable[[], None]], ...] = ()
        self._causes: set[str] = set()
        self._timers: TimerRegistry | None = None
        # Reentrant: a signal handler may switch the level while its own thread is in here.
        self._lock = RLock()
        self._generations = count(1)
        self._thresholds: dict[str, int] = {}
        self.level = config.level
        self.enabled = config.enabled
        self._publish()

    # Switches

    def set_level(self, level: Level) -> None:
        """Set the general level; levels configured for single modules stay."""
        level = Level(level)
        with self._lock:
            if level == self.level:
                return
            self.level = level
            self._publish()
        self._notify()

    def set_enabled(self, enabled: bool) -> None:
        """Switch everything on or off."""
        with self._lock:
            if enabled == self.enabled:
                return
            self.enabled = enabled
            self._publish()
        self._notify()

    def toggle_debug(self) -> None:
        """Go to level DEBUG (and enable), or back to what was before. Safe in a signal handler."""
        with self._lock:
            if self.enabled and self.level == Level.DEBUG:
                self.level, self.enabled = self._before_toggle or (self._level_without_debug(), True)
                self._before_toggle = None
            else:
                self._before_toggle = (self.level, self.enabled)
                self.level, self.enabled = Level.DEBUG, True
            self._publish()
        self._notify()

    def threshold(self, module: str | bytes | None) -> int:
        """The most verbose level that passes for that module: 0 where it is filtered out or all is disabled.

        None and an empty name pass every filter, at the general level.
        """
        if not self.enabled:
            return 0
        if not module:
            return self.level.value
        name = readable(module)
        # Taken first: what is computed from older rules then ends in a cache that is out of use.
        thresholds = self._thresholds
        known = thresholds.get(name)
        if known is not None:
            return known
        found = self._level_of(name) if self._filter.decide(name) else 0
        if len(name) <= MAX_CACHED_NAME_LENGTH:
            if len(thresholds) >= MAX_CACHED_MODULES:
                thresholds.clear()
            thresholds[name] = found
        return found

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called after every change, on the thread that made it; returns what ends that.

        What the callback raises goes nowhere but into one warning.
        """
        # A list, so that a callback subscribed twice is two subscriptions told apart by identity.
        subscription = [callback]
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)

        def unsubscribe() -> None:
            with self._lock:
                self._subscriptions = tuple(one for one in self._subscriptions if one is not subscription)

        return unsubscribe

    # Module filters (see `ModuleFilter`)

    def add_filter(
        self,
        pattern: str,
        enabled: bool = True,
        pattern_type: str | None = None,
        description: str | None = None,
    ) -> None:
        """Add a rule or replace the one with that pattern. Raises `FilterError`; then nothing has changed."""
        self._filter.add(pattern, enabled, pattern_type, description)
        self._changed()

    def remove_filter(self, pattern: str) -> bool:
        """Remove the rule with that pattern, as it was written; False where there was none."""
        removed = self._filter.remove(pattern)
        if removed:
            self._changed()
        return removed

    def clear_filters(self) -> None:
        """Remove every rule and enable the default."""
        self._filter.clear()
        self._changed()

    def set_default_filter(self, enabled: bool) -> None:
        """Whether a module that no rule matches may log."""
        self._filter.set_default(enabled)
        self._changed()

    def filter_summary(self) -> FilterSummary:
        """The rules in the order in which they are tried."""
        return self._filter.summary()

    # Entries

    def emitter(self, source: str) -> Emit:
        """The hot path for one script, called `source` in its entries."""
        next_sequence = self._ring.next_sequence
        append = self._ring.append
        time_ns = self._clock.time_ns
        cell = self._sink
        sink_failed = self._sink_failed

        def emit(
            level: int,
            message: str | bytes | PictureText,
            module: str | bytes | None = None,
            data: Any = None,
            at_ns: int | None = None,
        ) -> None:
            at = time_ns() if at_ns is None else at_ns
            raw = (next_sequence(), at, level, message, module, data, source)
            append(raw)
            sink = cell[0]
            if sink is not None:
                try:
                    sink(raw)
                except Exception as problem:
                    sink_failed(problem)

        return emit

    def line_emitter(self, source: str, language: str) -> Callable[[Sequence[bytes]], None]:
        """The same for a script whose VM writes its entries as lines (see `debug.entry.read_line`), many at a time.

        `language` is that of the values in them (see `debug.dialect`).
        """
        ring = self._ring
        cell = self._sink
        sink_failed = self._sink_failed

        def emit_lines(lines: Sequence[bytes]) -> None:
            sink = cell[0]
            if sink is None:
                ring.extend(ring.numbered(lines, source, language))
                return
            for raw in ring.numbered(lines, source, language):
                ring.append(raw)
                try:
                    sink(raw)
                except Exception as problem:
                    sink_failed(problem)

        return emit_lines

    def log(
        self,
        level: Level,
        message: str | bytes | PictureText,
        module: str | bytes | None = None,
        data: Any = None,
        source: str = "",
    ) -> bool:
        """Capture an entry where its level passes for its module; tells whether it did."""
        if not Level.OFF < level <= self.threshold(module):
            return False
        self.emitter(source)(int(level), message, module, data)
        return True

    def warn_once(self, cause: str, message: str, source: str = "") -> bool:
        """Say in one `warn` entry of `OWN_MODULE` what is wrong with the use of the debug system.

        `cause` tells one trouble from another; each is said once. Filters hold it back only where a rule
        names it: that other modules are picked must not hide a failed output. What was held back is said the
        next time it happens. Returns whether it was said now.
        """
        cause = cause[:MAX_CAUSE_LENGTH]
        with self._lock:
            if cause in self._causes or len(self._causes) > MAX_CAUSES or not self._may_warn():
                return False
            if len(self._causes) == MAX_CAUSES:
                message = f"more than {MAX_CAUSES} distinct causes to warn of; further ones are not reported"
            self._causes.add(cause)
        self.emitter(source)(Level.WARN.value, message, OWN_MODULE)
        return True

    def attach(self, sink: Callable[[Unshaped], None]) -> None:
        """Hand every entry from now on to `sink`, too, on the thread that logs.

        It takes the place of the last one and should return at once. What it raises goes nowhere but into
        one warning.
        """
        self._sink[0] = sink

    def detach(self) -> None:
        """Hand entries to no sink any more."""
        self._sink[0] = None

    def entries(self, limit: int | None = None) -> list[Entry]:
        """The `limit` captured entries that came last (None: all that are held), oldest first.

        In the order of their times, and those of a script as it logged them: what VMs of their own write arrives in
        batches.
        """
        entries = [shape(raw) for raw in self._ring.newest(limit)]
        latest: dict[str, int] = {}
        times = []
        for entry in entries:
            time_ns = latest[entry.source] = max(entry.time_ns, latest.get(entry.source, 0))
            times.append(time_ns)
        if len(latest) < 2:
            return entries
        order = sorted(range(len(entries)), key=times.__getitem__)
        return [entries[at] for at in order]

    def clear_entries(self) -> None:
        """Empty the ring; what goes does not count as dropped."""
        self._ring.clear()

    @property
    def emitted(self) -> int:
        """How many entries there ever were."""
        return self._ring.issued

    @property
    def dropped(self) -> int:
        """How many entries left the ring because newer ones came."""
        return self._ring.dropped

    def now_ns(self) -> int:
        """Unix time, by the clock that stamps the entries."""
        return self._clock.time_ns()

    @property
    def timers(self) -> TimerRegistry:
        """The timers of every script; made when first asked for, so that a run without any is spared them."""
        timers = self._timers
        if timers is None:
            from debug.timers import TimerRegistry

            with self._lock:
                if self._timers is None:
                    self._timers = TimerRegistry(self._clock)
                timers = self._timers
        return timers

    # Behind the scenes

    def _changed(self) -> None:
        with self._lock:
            self._publish()
        self._notify()

    def _publish(self) -> None:
        """Make what was changed visible. The generation comes last: who sees it sees the rest as well."""
        self.floor = max(self.level, self._most_verbose_module).value if self.enabled else 0
        self._thresholds = {}
        self.generation = next(self._generations)

    def _notify(self) -> None:
        for (callback,) in self._subscriptions:
            try:
                callback()
            except Exception as problem:
                self.warn_once("subscriber", f"a subscriber to changes failed: {_describe(problem)}")

    def _sink_failed(self, problem: Exception) -> None:
        self.warn_once("sink", f"an entry could not be handed to the outputs: {_describe(problem)}")

    def _level_of(self, module: str) -> int:
        """The level configured for the longest prefix of the module, else the general one."""
        level = self._levels.find(module)
        return (self.level if level is None else level).value

    def _may_warn(self) -> bool:
        return (
            self.enabled
            and self._level_of(OWN_MODULE) >= Level.WARN
            and self._filter.verdict(OWN_MODULE) is not False
        )

    def _level_without_debug(self) -> Level:
        configured = self._configured_level
        return configured if configured != Level.DEBUG else Level.INFO


def _describe(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"
