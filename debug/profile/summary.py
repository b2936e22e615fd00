"""The figures of a profile that people read first. A pure function of the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from debug.profile.lines import line_table
from debug.profile.model import Function, FunctionKind, ThreadKind  # noqa: TC001  msgspec reads the types of fields
from debug.profile.weights import allocated_by_stack, summed, totals, weights_by_thread
from debug.reports import TimerRow  # noqa: TC001  msgspec reads the types of fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.profile.model import Profile


class FunctionFigures(msgspec.Struct, frozen=True, gc=False):
    """A function and its time. Recursion counts once."""

    function: Function
    self_ns: int
    total_ns: int
    samples: int
    """Taken while it ran itself."""


class LineFigures(msgspec.Struct, frozen=True, gc=False):
    """A line and its time: its own, and with what it called."""

    file: str
    line: int
    text: str | None
    """None where the profile does not hold it."""
    self_ns: int
    total_ns: int
    samples: int


class ThreadFigures(msgspec.Struct, frozen=True, gc=False):
    """A thread: how long it ran, and how long it waited."""

    name: str
    kind: ThreadKind
    running_ns: int
    suspended_ns: int | None
    """None where that was not seen."""
    samples: int


class HeapFigures(msgspec.Struct, frozen=True, gc=False):
    """The script's heap over the run."""

    start_bytes: int
    peak_bytes: int
    end_bytes: int


class FunctionAllocations(msgspec.Struct, frozen=True, gc=False):
    """What a function allocated itself, and with what it called."""

    function: Function
    self_bytes: int
    total_bytes: int


class LineAllocations(msgspec.Struct, frozen=True, gc=False):
    """What was allocated on a line, and in what it called."""

    file: str
    line: int
    text: str | None
    self_bytes: int
    total_bytes: int


class Summary(msgspec.Struct, frozen=True):
    """A profile in figures. Lists begin with the largest self figure; what has none at all is left out."""

    script: str
    arguments: tuple[str, ...]
    engine: str
    collector: str
    fallback: str | None
    tool_version: str
    started_at: str
    exit_code: int | None
    rate_hz: float
    duration_ns: int
    active_ns: int
    sampled_ns: int
    samples: int
    by_kind_ns: dict[FunctionKind, int]
    """The sampled time by the kind of function that ran; kinds that did not are left out."""
    states_ns: dict[str, int]
    functions: tuple[FunctionFigures, ...]
    lines: tuple[LineFigures, ...]
    threads: tuple[ThreadFigures, ...]
    heap: HeapFigures | None
    allocations_by_function: tuple[FunctionAllocations, ...]
    allocations_by_line: tuple[LineAllocations, ...]
    timers: tuple[TimerRow, ...]


def summarize(profile: Profile) -> Summary:
    """The figures of a profile."""
    weights = weights_by_thread(profile)
    whole = summed(weights, len(profile.stacks))
    functions = _functions(profile, whole.self_ns, whole.samples)
    by_kind_ns: dict[FunctionKind, int] = {}
    for one in functions:
        if one.samples:
            by_kind_ns[one.function.kind] = by_kind_ns.get(one.function.kind, 0) + one.self_ns
    allocated = allocated_by_stack(profile) if profile.allocations else []
    return Summary(
        script=profile.script,
        arguments=profile.arguments,
        engine=profile.engine,
        collector=profile.collector,
        fallback=profile.fallback,
        tool_version=profile.tool_version,
        started_at=profile.started_at,
        exit_code=profile.exit_code,
        rate_hz=profile.rate_hz,
        duration_ns=profile.duration_ns,
        active_ns=profile.active_ns,
        sampled_ns=sum(whole.self_ns),
        samples=len(profile.samples.stack),
        by_kind_ns=by_kind_ns,
        states_ns=profile.states_ns,
        functions=functions,
        lines=_lines(profile, whole.self_ns, whole.samples),
        threads=tuple(
            ThreadFigures(thread.name, thread.kind, sum(one.self_ns), thread.suspended_ns, sum(one.samples))
            for thread, one in zip(profile.threads, weights, strict=True)
        ),
        heap=_heap(profile),
        allocations_by_function=_function_allocations(profile, allocated),
        allocations_by_line=_line_allocations(profile, allocated),
        timers=profile.timers,
    )


def _functions(
    profile: Profile, self_ns: Sequence[int], samples: Sequence[int]
) -> tuple[FunctionFigures, ...]:
    count = len(profile.functions)
    key_of_place = [place.function for place in profile.places]
    time = totals(profile.stacks, key_of_place, count, self_ns)
    taken = [0] * count
    for stack, number in zip(profile.stacks, samples, strict=True):
        taken[key_of_place[stack.place]] += number
    rows = [
        FunctionFigures(function, time.own[key], time.total[key], taken[key])
        for key, function in enumerate(profile.functions)
        if time.total[key] or taken[key]
    ]
    return tuple(sorted(rows, key=lambda row: (-row.self_ns, -row.total_ns, row.function.name)))


def _lines(profile: Profile, self_ns: Sequence[int], samples: Sequence[int]) -> tuple[LineFigures, ...]:
    lines, of_place = line_table(profile)
    time = totals(profile.stacks, of_place, len(lines), self_ns)
    taken = [0] * len(lines)
    for stack, number in zip(profile.stacks, samples, strict=True):
        if of_place[stack.place] >= 0:
            taken[of_place[stack.place]] += number
    rows = [
        LineFigures(*line, time.own[key], time.total[key], taken[key])
        for key, line in enumerate(lines)
        if time.total[key] or taken[key]
    ]
    return tuple(sorted(rows, key=lambda row: (-row.self_ns, -row.total_ns, row.file, row.line)))


def _heap(profile: Profile) -> HeapFigures | None:
    if not profile.heap:
        return None
    used = [point.used_bytes for point in profile.heap]
    return HeapFigures(used[0], max(used), used[-1])


def _function_allocations(profile: Profile, allocated: Sequence[int]) -> tuple[FunctionAllocations, ...]:
    if not allocated:
        return ()
    key_of_place = [place.function for place in profile.places]
    size = totals(profile.stacks, key_of_place, len(profile.functions), allocated)
    rows = [
        FunctionAllocations(function, size.own[key], size.total[key])
        for key, function in enumerate(profile.functions)
        if size.total[key]
    ]
    return tuple(sorted(rows, key=lambda row: (-row.self_bytes, -row.total_bytes, row.function.name)))


def _line_allocations(profile: Profile, allocated: Sequence[int]) -> tuple[LineAllocations, ...]:
    if not allocated:
        return ()
    lines, of_place = line_table(profile)
    size = totals(profile.stacks, of_place, len(lines), allocated)
    rows = [
        LineAllocations(*line, size.own[key], size.total[key])
        for key, line in enumerate(lines)
        if size.total[key]
    ]
    return tuple(sorted(rows, key=lambda row: (-row.self_bytes, -row.total_bytes, row.file, row.line)))
