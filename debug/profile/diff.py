"""What got slower and what got faster between two profiles, and whether that fails a build."""

from __future__ import annotations

from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from debug.profile.merge import merged
from debug.profile.model import Function  # noqa: TC001  msgspec reads the types of fields
from debug.profile.weights import NO_KEY, Totals, summed, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.profile.merge import Tables
    from debug.profile.model import Profile
    from debug.profile.weights import Weights

By: TypeAlias = Literal["time", "share"]
"""`time`: what took longer. `share`: what takes a larger part of the sampled time, for runs of different length."""

MIN_GROWTH_NS = 10_000_000
"""Growth of less is never a regression."""

SIGMAS = 3.0
"""So many standard deviations of sampling a function's growth has to exceed."""

_ENOUGH = 10_000
"""Weights of samples that tell their median well enough."""


class Side(msgspec.Struct, frozen=True, gc=False):
    """A function or a line in one of the profiles."""

    self_ns: int
    total_ns: int
    samples: int
    self_share: float
    """Of all sampled time, 0 to 1; 0 where nothing was sampled."""
    total_share: float


class FunctionChange(msgspec.Struct, frozen=True, gc=False):
    """A function in both profiles; None in the one where it took no time."""

    function: Function
    old: Side | None
    new: Side | None

    @property
    def grown_ns(self) -> int:
        """By how much its self time grew."""
        return _grown_ns(self.old, self.new)


class LineChange(msgspec.Struct, frozen=True, gc=False):
    """A line in both profiles; None in the one where it took no time."""

    file: str
    line: int
    """In the new profile, where it is in it."""
    text: str | None
    old: Side | None
    new: Side | None

    @property
    def grown_ns(self) -> int:
        """By how much its self time grew."""
        return _grown_ns(self.old, self.new)


class Diff(msgspec.Struct, frozen=True):
    """Two profiles, compared. Lists begin with the largest change of self time, slower or faster."""

    old_script: str
    new_script: str
    old_sampled_ns: int
    new_sampled_ns: int
    old_period_ns: float
    """The median weight of a sample: how far apart they really were; 0 where there are none."""
    new_period_ns: float
    functions: tuple[FunctionChange, ...]
    lines: tuple[LineChange, ...]


class Regression(msgspec.Struct, frozen=True, gc=False):
    """Something that grew by more than is allowed."""

    function: Function | None
    """None for the sampled time as a whole."""
    old_ns: float
    """Self time (sampled time as a whole); by share, what it would have been in a run as long as the new one."""
    new_ns: int

    @property
    def percent(self) -> float:
        """By how much it grew; infinity where it was nothing."""
        return (self.new_ns / self.old_ns - 1) * 100 if self.old_ns else float("inf")


def diff(old: Profile, new: Profile) -> Diff:
    """The functions and lines of both, with their figures in each."""
    both = merged(old, new)
    tables = both.tables
    before = summed(both.old, len(tables.stacks))
    after = summed(both.new, len(tables.stacks))
    function_keys = [place.function for place in tables.places]
    line_keys = [NO_KEY if place.line is None else place.line for place in tables.places]
    functions = [
        FunctionChange(function, *sides)
        for function, sides in zip(
            tables.functions, _sides(tables, function_keys, len(tables.functions), before, after), strict=True
        )
        if any(sides)
    ]
    lines = [
        LineChange(*line, *sides)
        for line, sides in zip(
            tables.lines, _sides(tables, line_keys, len(tables.lines), before, after), strict=True
        )
        if any(sides)
    ]
    return Diff(
        old_script=old.script,
        new_script=new.script,
        old_sampled_ns=sum(before.self_ns),
        new_sampled_ns=sum(after.self_ns),
        old_period_ns=_period_ns(old),
        new_period_ns=_period_ns(new),
        functions=tuple(sorted(functions, key=lambda one: (-abs(one.grown_ns), one.function.name))),
        lines=tuple(sorted(lines, key=lambda one: (-abs(one.grown_ns), one.file, one.line))),
    )


def regressions(
    found: Diff, fail_over_percent: float, *, by: By = "time", min_growth_ns: int = MIN_GROWTH_NS
) -> tuple[Regression, ...]:
    """What grew by more than `fail_over_percent`: the sampled time, and the self time of functions in both profiles.

    Growth counts from `min_growth_ns` on, and a function's only past what sampling alone may make of it: the number
    of samples in a function is a count of events, whose standard deviation is its root, and each stands for one period.
    A function that took no time in the old profile is no regression by itself (it may be renamed, or taken out of
    another): what it costs is in the sampled time. By share, old times are scaled to the length of the new run.
    """
    scale = 1.0
    if by == "share":
        scale = found.new_sampled_ns / found.old_sampled_ns if found.old_sampled_ns else 0.0
    whole = Regression(None, found.old_sampled_ns * scale, found.new_sampled_ns)
    grown = [whole] if _exceeds(whole, fail_over_percent, min_growth_ns) else []
    old_period_ns, new_period_ns = found.old_period_ns * scale, found.new_period_ns
    for one in found.functions:
        if one.old is None or one.new is None:
            continue
        candidate = Regression(one.function, one.old.self_ns * scale, one.new.self_ns)
        noise_ns = SIGMAS * sqrt(one.old.samples * old_period_ns**2 + one.new.samples * new_period_ns**2)
        if _exceeds(candidate, fail_over_percent, max(min_growth_ns, noise_ns)):
            grown.append(candidate)
    return tuple(grown)


def _period_ns(profile: Profile) -> float:
    weights = profile.samples.weight_ns
    some = weights[:: len(weights) // _ENOUGH + 1]  # to sort a million takes seconds
    return float(median(some)) if some else 0.0


def _exceeds(candidate: Regression, percent: float, least_ns: float) -> bool:
    growth_ns = candidate.new_ns - candidate.old_ns
    return growth_ns >= least_ns and growth_ns > candidate.old_ns * percent / 100


def _sides(
    tables: Tables, key_of_place: Sequence[int], keys: int, before: Weights, after: Weights
) -> list[tuple[Side | None, Side | None]]:
    """For each key its figures in the old profile and in the new one."""
    columns = []
    for weights in (before, after):
        time = totals(tables.stacks, key_of_place, keys, weights.self_ns)
        samples = [0] * keys
        for stack, taken in zip(tables.stacks, weights.samples, strict=True):
            key = key_of_place[stack.place]
            if key != NO_KEY:
                samples[key] += taken
        columns.append(_column(time, samples, sum(weights.self_ns)))
    return list(zip(*columns, strict=True))


def _column(time: Totals, samples: list[int], whole_ns: int) -> list[Side | None]:
    def share(part_ns: int) -> float:
        return part_ns / whole_ns if whole_ns else 0.0

    return [
        Side(own_ns, total_ns, taken, share(own_ns), share(total_ns)) if total_ns or taken else None
        for own_ns, total_ns, taken in zip(time.own, time.total, samples, strict=True)
    ]


def _grown_ns(old: Side | None, new: Side | None) -> int:
    return (0 if new is None else new.self_ns) - (0 if old is None else old.self_ns)
