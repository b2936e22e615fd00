"""How things are measured: what is compared takes turns in one run, and the median of the rounds counts."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class BenchmarkError(Exception):
    """What was to be measured failed, so that there is no figure."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure."""

    rounds: int
    """Turns each side gets."""
    scale: float
    """Factor on the sizes of the loops."""
    largest: int
    """Where growth tables end."""

    def size(self, whole: int) -> int:
        """A loop's size at this effort."""
        return max(1, int(whole * self.scale))


FULL = Effort(rounds=9, scale=1.0, largest=1_000_000)
QUICK = Effort(rounds=3, scale=0.25, largest=100_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a figure and the bound it is held to."""

    what: str
    measured: float | None = None
    """None where there is nothing to measure: `note` says why."""
    bound: float | None = None
    """None for a peer's own figure, which is there for comparison."""
    unit: str = ""
    """Empty for a ratio, else e.g. `ms`."""
    at_least: bool = False
    """True where more is better: `bound` is then the least that will do."""
    note: str = ""
    """The figures behind it."""

    @property
    def ok(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        if self.measured is None or self.bound is None:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


@dataclass(frozen=True, slots=True)
class Growth:
    """How the cost of one unit of work changes with the amount of it."""

    what: str
    work: str
    """What is counted, e.g. `entries`."""
    cost: str
    """What is measured, with its unit, e.g. `microseconds an entry`."""
    points: tuple[tuple[int, float], ...]


class Part(Protocol):
    """What is measured together: `scripts/bench LANGUAGE --only NAME` runs one."""

    def __call__(self, effort: Effort) -> Iterable[Row | Growth]:
        """Measure. Raises `BenchmarkError` where there is no figure to be had."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a part has found."""

    part: str
    found: tuple[Row | Growth, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides that took turns: the median of the rounds' ratios, and the median of each side."""

    ratio: float
    ours: float
    peer: float


def compare(ours: Callable[[], float], peer: Callable[[], float], rounds: int) -> Comparison:
    """Let two measurements take turns, the order changing each round; one round before them warms up."""
    ours()
    peer()
    pairs: list[tuple[float, float]] = []
    for turn in range(rounds):
        if turn % 2:
            second = peer()
            first = ours()
        else:
            first = ours()
            second = peer()
        pairs.append((first, second))
    return Comparison(
        median(first / second for first, second in pairs),
        median(first for first, _ in pairs),
        median(second for _, second in pairs),
    )


def wall_ns(work: Callable[[], object]) -> float:
    """The wall time of one call in nanoseconds, the garbage of what went before collected first."""
    gc.collect()
    start = time.perf_counter_ns()
    work()
    return float(time.perf_counter_ns() - start)


def powers(first: int, last: int) -> Iterator[int]:
    """Sizes for a growth table, each ten times the one before."""
    size = first
    while size <= last:
        yield size
        size *= 10
