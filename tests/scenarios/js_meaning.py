"""Runs a script of JavaScript plainly and in the debugger, and compares all that can be seen of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from debug.debugger.target import BreakpointOrder, ExceptionOrder
from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from pathlib import Path

    from debug.debugger.source import Source
    from debug.debugger.target import Hit, Target


class Watcher:
    """A debugger that stays nowhere: `armed` it is asked at each probe, with `errors` at each error, too."""

    def __init__(self, *, armed: bool, errors: bool) -> None:
        self.armed = armed
        self.errors = errors
        self.unstoppable: list[str] = []
        self.hits = 0

    def started(self, target: Target) -> None:
        if self.errors:
            target.order_exceptions([ExceptionOrder(uncaught=True, caught=True)])

    def loaded(self, target: Target, source: Source) -> None:
        if source.unstoppable is not None:
            self.unstoppable.append(source.unstoppable)
        ids = [probe.id for probe in source.probes]
        assert ids == list(range(1, len(ids) + 1))
        starts = [probe.place[:2] for probe in source.probes]
        assert starts == sorted(starts), "they come in the order of the text"
        if self.armed:
            target.order(source.number, {probe: (BreakpointOrder(1),) for probe in ids})

    def hit(self, target: Target, hit: Hit) -> bool:
        assert target.name
        self.hits += 1
        assert hit.depth >= 1
        return False

    def ended(self, target: Target) -> None:
        assert target.name


def outcome(text: str, name: str = "a.js", watcher: Watcher | None = None) -> tuple[Any, ...]:
    manager = DebugManager()
    options = EngineOptions(limits=Limits(timeout_s=30), debugger=watcher)
    result = JsEngine(manager, options).run(Script(name, text.encode(), path=f"/nonexistent/{name}"))
    error = result.error
    told = None if error is None else (error.kind, error.message, error.line, error.column, error.source_line)
    frames = () if error is None or error.stack is None else error.stack.frames
    entries = [(entry.message, entry.metadata) for entry in manager.entries()]
    return result.exit_code, result.values, entries, told, [(one.name, one.line) for one in frames]


def check(text: str, name: str = "a.js") -> None:
    plain = outcome(text, name)
    for armed, errors in ((False, False), (True, False), (False, True)):
        watcher = Watcher(armed=armed, errors=errors)
        assert outcome(text, name, watcher) == plain
        is_javascript = plain[3] is None or plain[3][0] is not ErrorKind.SYNTAX
        assert watcher.unstoppable == [] or not is_javascript
        assert watcher.hits > 0 or not (armed and is_javascript)


def snippets(file: Path) -> dict[str, str]:
    """By the line that stands above each: `//// its name`."""
    parts = re.split(r"^//// (.*)\n", file.read_text(), flags=re.MULTILINE)
    return {title: text.rstrip("\n") for title, text in zip(parts[1::2], parts[2::2], strict=True)}
