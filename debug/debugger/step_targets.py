"""Which of a statement's calls a step can go into.

They come from the text. What each calls is looked up before the statement runs, where that can change nothing; then
the step is one over the statement that stops at the entry of that function, if it is called from there, and not before
the calls of the same function that are made first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.script import StepTarget
from debug.picture import Function

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.loaded import LoadedSource
    from debug.debugger.script import Stop
    from debug.debugger.source import Probe
    from debug.values import Value


def step_targets(stop: Stop, look_up: Callable[[str], Value]) -> list[StepTarget]:
    """Of the statement at which a script has stopped, in the order of the calls. `look_up` has the value of an
    expression in that statement's frame, None where it cannot be had."""
    script, hit = stop.script, stop.hit
    at = script.probe_of(hit)
    if at is None or hit.reason == "exception":
        return []  # it is under way already
    source, probe = at
    depths = (hit.depth, hit.depth + 1) if probe.kind == "tail call" else (hit.depth + 1,)
    found: list[StepTarget] = []
    met: dict[tuple[int, int], int] = {}
    for call in script.target.calls(source.source, probe):
        called = look_up(call.callee)
        entry = _entry(stop, called) if isinstance(called, Function) else None
        if entry is None:
            continue
        key = (entry[0].info.id, entry[1].id)
        passed = met[key] = met.get(key, -1) + 1
        # The condition of a loop comes by more than once a call, so that later calls cannot be told from rounds.
        if passed == 0 or entry[1].kind != "condition":
            found.append(StepTarget(call, *entry, passed, depths))
    return found


def _entry(stop: Stop, function: Function) -> tuple[LoadedSource, Probe] | None:
    """The first statement of a function; None where it has none that can be stopped at, or is not told from others."""
    for loaded in reversed(stop.script.sources.values()):
        if loaded.info.name != function.source:
            continue
        spans = loaded.source.functions
        on_line = [index for index, one in enumerate(spans) if index and one.place.line == function.line]
        named = [index for index in on_line if _last(spans[index].name) == _last(function.name or "")]
        candidates = on_line if len(on_line) == 1 else named
        if len(candidates) != 1:
            return None
        first = next((probe for probe in loaded.source.probes if probe.function == candidates[0]), None)
        return None if first is None else (loaded, first)
    return None


def _last(name: str) -> str:
    return name.replace(":", ".").replace("#", ".").rpartition(".")[2]
