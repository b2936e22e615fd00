"""What a prelude calls on the host's side, the same for every language: plain text, numbers and JSON go through it.

A prelude decides what is switched off and sees to the types of arguments; what it hands over is used as it is.
Text comes as the language has it: bytes of Lua, str of JavaScript.
Values cross as the JSON of their picture (`debug.picture`), stacks as that of `debug.stack`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from debug.entry import picture_type, readable
from debug.level import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from debug.dump_options import DumpOptions
    from debug.manager import DebugManager
    from debug.profile.recorder import Recorder

MAX_KNOWN_OPTIONS = 100
"""Sets of dump options that are kept resolved."""


@dataclass(frozen=True, slots=True)
class BridgeDefaults:
    """What the configuration says of dumps and stack traces."""

    dump: Mapping[str, Any] = field(default_factory=dict)
    """Options by name, over the documented defaults of `Debug.dump`."""
    stack_max_depth: int = 50
    capture_locals: bool | None = None
    """None: where the level is `trace`."""
    capture_upvalues: bool | None = None
    include_source: bool = True


class DebugBridge:
    """`Debug` for one script: the manager and the script's own timers, under the names of the contract."""

    def __init__(
        self,
        manager: DebugManager,
        source: str,
        defaults: BridgeDefaults,
        recorder: Recorder | None = None,
        language: str = "lua",
    ) -> None:
        """`recorder` takes the samples of a profiled run; in the words of `language` values are shown (see
        `debug.dialect`)."""
        self._manager = manager
        self._recorder = recorder
        self._source = source
        self._defaults = defaults
        self._scope: int | None = None
        self._options: dict[bytes, DumpOptions] = {}
        self._emit = manager.emitter(source)
        self.emit = self._emit
        self.emit_lines = manager.line_emitter(source, language)
        self._language = language
        self._picture = picture_type(language)

    # Logging and switches

    def emit_value(
        self, level: int, message: bytes, is_text: bool, module: bytes | None, data: bytes | None
    ) -> None:
        """An entry whose message may be a picture and that may carry data."""
        self._emit(
            level,
            message if is_text else self._picture(message),
            module,
            None if data is None else self._picture(data),
        )

    def warn(self, cause: str | bytes, message: str | bytes) -> None:
        """Report a wrong use of `Debug` once."""
        self._manager.warn_once(readable(cause), readable(message), self._source)

    def threshold(self, module: str | bytes) -> int:
        """The level that a module passes at."""
        return self._manager.threshold(module)

    def levels(self) -> tuple[int, int]:
        """`(floor, the level without a module)`."""
        return self._manager.floor, self._manager.threshold(None)

    def level_of(self, name: str | bytes) -> int:
        """The level that an entry may have of that name; 0 where there is none."""
        level = Level.parse(readable(name))
        return 0 if level is None else int(level)

    def set_level(self, name: str | bytes) -> bool:
        """False for an unknown name."""
        level = Level.parse(readable(name))
        if level is None:
            self._warn_of_name("setLevel", "level", name)
            return False
        self._manager.set_level(level)
        return True

    def get_level(self) -> str:
        """The upper-case name."""
        return self._manager.level.name

    def set_enabled(self, enabled: bool) -> None:
        """Switch everything on or off."""
        self._manager.set_enabled(enabled)

    def is_enabled(self) -> bool:
        """Whether anything passes at all."""
        return self._manager.enabled

    # Module filters

    def add_filter(self, pattern: str | bytes, enabled: bool) -> None:
        """`addModuleFilter`."""
        self._add_filter("addModuleFilter", pattern, None, enabled)

    def add_advanced_filter(self, pattern: str | bytes, pattern_type: str | bytes, enabled: bool) -> bool:
        """`addAdvancedFilter`."""
        return self._add_filter("addAdvancedFilter", pattern, readable(pattern_type), enabled)

    def remove_filter(self, pattern: str | bytes) -> bool:
        """Whether a rule with that pattern was there."""
        return self._manager.remove_filter(readable(pattern))

    def clear_filters(self) -> None:
        """`clearModuleFilters`."""
        self._manager.clear_filters()

    def set_default_filter(self, enabled: bool) -> None:
        """`setDefaultFilterEnabled`."""
        self._manager.set_default_filter(enabled)

    def filter_summary(self) -> dict[str, Any]:
        """`getFilterSummary`, as JSON types."""
        summary = self._manager.filter_summary()
        rules = []
        for rule in summary.rules:
            shown: dict[str, Any] = {
                "pattern": rule.pattern,
                "pattern_type": rule.pattern_type,
                "enabled": rule.enabled,
            }
            if rule.description is not None:
                shown["description"] = rule.description
            rules.append(shown)
        return {
            "default_enabled": summary.default_enabled,
            "total_rules": summary.total_rules,
            "rules": rules,
        }

    # Timers and reports

    def timer_start(
        self, name: str | bytes, parent: int | None, heap_bytes: int | None
    ) -> tuple[int, str, str]:
        """`(handle, id, name)`."""
        timers = self._manager.timers
        text = readable(name)
        timer = None if parent is None else timers.child(parent, text, heap_bytes)
        if timer is None:
            if self._scope is None:
                self._scope = timers.new_scope()
            timer = timers.start(self._scope, text, None, heap_bytes)
        return timer.handle, timer.id, text

    def timer_stop(self, handle: int, heap_bytes: int | None) -> float | None:
        """Milliseconds."""
        return self._manager.timers.stop(handle, heap_bytes)

    def timer_lap(self, handle: int, label: str | bytes) -> float | None:
        """Milliseconds since the last lap or the start."""
        return self._manager.timers.lap(handle, readable(label))

    def timer_elapsed(self, handle: int) -> float | None:
        """Milliseconds."""
        return self._manager.timers.elapsed(handle)

    def timer_discard(self, handle: int) -> None:
        """The script has no way any more to stop it."""
        self._manager.timers.discard(handle)

    def timer_event(self, timer_id: str | bytes, name: str | bytes, metadata: bytes | None) -> bool:
        """`recordEvent`."""
        shown = None if metadata is None else self._picture(metadata)
        return self._manager.timers.event(readable(timer_id), readable(name), shown)

    def end(self) -> None:
        """The script has ended: what still runs is unfinished."""
        if self._scope is not None:
            self._manager.timers.end_scope(self._scope)
            self._scope = None

    def performance_report(self) -> str:
        """`performanceReport`."""
        from debug.reports import performance_report

        return performance_report(self._manager.timers.snapshot())

    def json_report(self) -> str:
        """`jsonReport`."""
        from debug.reports import json_report

        return json_report(self._manager.timers.snapshot(), self._manager.now_ns())

    def flame_graph(self) -> str:
        """`flameGraph`."""
        from debug.reports import flame_graph

        return flame_graph(self._manager.timers.snapshot())

    def memory_snapshot(self) -> dict[str, Any]:
        """`memorySnapshot`, as JSON types."""
        from debug.reports import memory_snapshot

        return memory_snapshot(self._manager.timers.snapshot(), self._manager.now_ns())

    def memory_stats(
        self, used_bytes: int | None, allocated_bytes: int | None, collections: int
    ) -> dict[str, int]:
        """`memoryStats`: the figures that are known."""
        from debug.memory import MemoryStats, resident_bytes

        return MemoryStats(used_bytes, allocated_bytes, resident_bytes(), collections).to_dict()

    # Profiles

    def profile_start(self) -> bool:
        """Switch sampling on; False where nothing is profiled."""
        if self._recorder is None:
            return False
        self._recorder.profile_start()
        return True

    def profile_stop(self) -> bool:
        """Switch sampling off; False where nothing is profiled."""
        if self._recorder is None:
            return False
        self._recorder.profile_stop()
        return True

    # Captured entries, dumps, stacks

    def entries(self, limit: int | None) -> list[dict[str, Any]]:
        """`getCapturedEntries`, as JSON types."""
        return [entry.to_dict() for entry in self._manager.entries(limit)]

    def clear_entries(self) -> None:
        """`clearCaptured`."""
        self._manager.clear_entries()

    def dump_limits(self, options: bytes) -> tuple[int, int, int, int, bool]:
        """What the walker needs: depth, string length, array elements, pairs, addresses.

        `options` is `default`, `compact`, `verbose` or the picture of a table of options.
        """
        resolved = self._resolve(options)
        return (
            resolved.max_depth,
            resolved.max_string_length,
            resolved.max_array_elements,
            resolved.max_table_pairs,
            resolved.show_addresses,
        )

    def dump(self, picture: bytes, options: bytes, label: str | bytes | None) -> str:
        """The text of a value."""
        from debug import values

        shown = None if label is None else readable(label)
        dialect = values.dialect_of(self._language)
        return values.to_text(values.decode(picture), self._resolve(options), shown, dialect)

    def stack_options(self, options: bytes | None) -> tuple[int, bool, bool, bool]:
        """Depth, locals, upvalues, source."""
        given: Mapping[str, Any] = {}
        if options is not None:
            from debug import values

            given = values.to_metadata(values.decode(options))
        defaults = self._defaults
        at_trace = self._manager.level == Level.TRACE
        depth = given.get("max_depth", defaults.stack_max_depth)
        if isinstance(depth, bool) or not isinstance(depth, (int, float)) or not 0 <= depth < 2**31:
            self._manager.warn_once(
                "stack max_depth", "max_depth of a stack trace should be a number from 0", self._source
            )
            depth = defaults.stack_max_depth
        return (
            int(depth),
            self._flag(given, "capture_locals", defaults.capture_locals, at_trace),
            self._flag(given, "capture_upvalues", defaults.capture_upvalues, at_trace),
            self._flag(given, "include_source", defaults.include_source, True),
        )

    def stack_text(self, trace: bytes, include_source: bool) -> str:
        """`stackTrace`."""
        from debug import stack
        from debug.dialects import dialect_of

        return stack.to_text(stack.decode(trace), include_source, dialect_of(self._language))

    def stack_json(self, trace: bytes) -> dict[str, Any]:
        """`stackTraceJson`, as JSON types."""
        from debug import stack
        from debug.dialects import dialect_of

        return stack.to_json(stack.decode(trace), dialect_of(self._language))

    # Behind the scenes

    def _add_filter(
        self, function: str, pattern: str | bytes, pattern_type: str | None, enabled: bool
    ) -> bool:
        from debug.filters import FilterError

        try:
            self._manager.add_filter(readable(pattern), enabled, pattern_type)
        except FilterError as problem:
            self._manager.warn_once(f"{function} {problem}", f"Debug.{function}: {problem}", self._source)
            return False
        return True

    def _resolve(self, options: bytes) -> DumpOptions:
        known = self._options.get(options)
        if known is not None:
            return known
        from debug import values

        base = values.DEFAULT
        if self._defaults.dump:
            base, _ = values.DumpOptions.from_mapping(self._defaults.dump, base)
        if options == b"default":
            resolved = base
        elif options == b"compact":
            resolved = values.COMPACT
        elif options == b"verbose":
            resolved = values.VERBOSE
        else:
            given = values.to_metadata(values.decode(options))
            resolved, problems = values.DumpOptions.from_mapping(given, base)
            for problem in problems:
                self._manager.warn_once(f"dump {problem}", f"Debug.dumpWithOptions: {problem}", self._source)
        if len(self._options) >= MAX_KNOWN_OPTIONS:
            self._options.clear()
        self._options[options] = resolved
        return resolved

    def _flag(self, given: Mapping[str, Any], name: str, configured: bool | None, otherwise: bool) -> bool:
        value = given.get(name)
        if isinstance(value, bool):
            return value
        if value is not None:
            self._manager.warn_once(
                f"stack {name}", f"{name} of a stack trace should be true or false", self._source
            )
        return otherwise if configured is None else configured

    def _warn_of_name(self, function: str, what: str, name: str | bytes) -> None:
        from debug.level import LEVEL_NAMES

        text = readable(name)[:100]
        self._manager.warn_once(
            f"{function} {text}",
            f'Debug.{function}: unknown {what} "{text}"; it takes {", ".join(LEVEL_NAMES)}',
            self._source,
        )
