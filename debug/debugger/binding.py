"""Where in a loaded source a breakpoint comes to lie."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from debug.debugger.source import Place, Probe, Source


def bind_line(source: Source, line: int, column: int | None = None) -> Probe | str:
    """The probe for a breakpoint at `line`, or why there is none.

    The first statement that starts on the line; with a column the first at or after it, else the last before it. A
    line on which none starts passes to the next statement of the function around it, else to the next one at all.
    """
    if source.unstoppable is not None:
        return _cannot_be(source.unstoppable)
    probes = source.probes
    at = first_from(probes, line)
    if at < len(probes) and probes[at].place.line == line:
        here = probes[at : first_from(probes, line + 1)]
        return next((probe for probe in here if column is None or probe.place.column >= column), here[-1])
    last_line = source.text.count("\n") + (not source.text.endswith("\n"))
    is_in_text = 1 <= line <= last_line
    around = _function_around(source, line)
    reason = source.functions[around].unstoppable
    if is_in_text and reason is not None:
        return _cannot_be(reason)
    if line < 1 or at == len(probes):
        if is_in_text:
            return f"no statement on line {line} or after it"
        return f"the file has {last_line} line{'' if last_line == 1 else 's'}, and no line {line}"
    return next((probe for probe in islice(probes, at, None) if probe.function == around), probes[at])


def bind_function(source: Source, name: str) -> tuple[Probe, ...] | str:
    """The first probe of each function that is called `name`, in full or by its last part; why there are none where
    there are such functions."""
    named = {index: one for index, one in enumerate(source.functions) if _is_called(one.name, name)}
    if not named:
        return ()
    first: dict[int, Probe] = {}
    for probe in source.probes:
        if probe.function in named:
            first.setdefault(probe.function, probe)
    reasons = [source.unstoppable, *(one.unstoppable for one in named.values())]
    reason = next((reason for reason in reasons if reason is not None), None)
    return _cannot_be(reason) if reason is not None and not first else tuple(first.values())


def probes_within(source: Source, line: int, column: int, end_line: int, end_column: int) -> list[Place]:
    """Where statements start from one position to another, that one included, in the order of the text."""
    probes = source.probes[first_from(source.probes, line) : first_from(source.probes, end_line + 1)]
    starts = [probe.place for probe in probes]
    return [
        place for place in starts if (line, column) <= (place.line, place.column) <= (end_line, end_column)
    ]


def _cannot_be(reason: str) -> str:
    return f"cannot be stopped in: {reason}"


def first_from(probes: tuple[Probe, ...], line: int) -> int:
    """The index of the first one on a line or after it; they come in the order of the text."""
    return bisect_left(probes, line, key=lambda probe: probe.place.line)


def _function_around(source: Source, line: int) -> int:
    """The innermost function with the line in it; of two on the same lines the later one is the inner one."""
    around = [
        (function.place.line, -function.place.end_line, function.place.column, index)
        for index, function in enumerate(source.functions)
        if function.place.line <= line <= function.place.end_line
    ]
    return max(around)[-1] if around else 0


def _is_called(full: str, name: str) -> bool:
    if full.endswith(name):
        before = full[: -len(name)]
        return before == "" or before[-1] in ".:#"
    return False
