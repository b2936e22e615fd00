"""Statistics over durations, in bounded memory: exact for long enough, then a sketch."""

from __future__ import annotations

from array import array
from math import floor, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ddsketch import DDSketch

EXACT_SAMPLES = 10_000
"""Up to so many samples quantiles are exact."""

SKETCH_ACCURACY = 0.005
"""Relative error of a quantile past `EXACT_SAMPLES`."""

_LARGEST_NS = 2**63 - 1


class Distribution:
    """Durations in nanoseconds, one added at a time. Not thread-safe: its owner locks.

    With nothing added, every figure is 0.
    """

    __slots__ = ("_mean", "_samples", "_sketch", "_squares", "count", "max", "min", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self.min = 0
        self.max = 0
        self._mean = 0.0
        self._squares = 0.0  # sum of squared distances from the mean
        self._samples = array("q")
        self._sketch: DDSketch | None = None

    def add(self, value_ns: int) -> None:
        """Add a duration. A negative one counts as 0, one of more than 292 years as 292 years."""
        value_ns = min(max(value_ns, 0), _LARGEST_NS)
        if self.count == 0:
            self.min = self.max = value_ns
        elif value_ns < self.min:
            self.min = value_ns
        elif value_ns > self.max:
            self.max = value_ns
        self.count += 1
        self.total += value_ns
        distance = value_ns - self._mean  # Welford: no difference of two large sums
        self._mean += distance / self.count
        self._squares += distance * (value_ns - self._mean)
        if self._sketch is not None:
            self._sketch.add(value_ns)
        elif len(self._samples) < EXACT_SAMPLES:
            self._samples.append(value_ns)
        else:
            self._sketch = self._to_sketch(value_ns)
            self._samples = array("q")

    @property
    def mean(self) -> float:
        """The arithmetic mean."""
        return self.total / self.count if self.count else 0.0

    @property
    def stddev(self) -> float:
        """The sample standard deviation (over n - 1); 0.0 for fewer than two."""
        return sqrt(self._squares / (self.count - 1)) if self.count > 1 else 0.0

    def quantile(self, q: float) -> float:
        """The value that the share `q` of the samples does not exceed, `0 <= q <= 1`.

        By linear interpolation between samples up to `EXACT_SAMPLES`, by the sketch past that.
        Raises ValueError for another `q`.
        """
        return self.quantiles(q)[0]

    def quantiles(self, *shares: float) -> tuple[float, ...]:
        """`quantile` for several shares at once."""
        for share in shares:
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"a quantile lies between 0 and 1: {share}")
        if self.count == 0:
            return (0.0,) * len(shares)
        if self._sketch is not None:
            return tuple(self._estimate(self._sketch, share) for share in shares)
        ordered = sorted(self._samples)
        return tuple(_interpolate(ordered, share) for share in shares)

    def copy(self) -> Distribution:
        """An independent one with the same content."""
        twin = Distribution()
        twin.count, twin.total, twin.min, twin.max = self.count, self.total, self.min, self.max
        twin._mean, twin._squares = self._mean, self._squares
        twin._samples = self._samples[:]
        if self._sketch is not None:
            twin._sketch = _new_sketch()
            twin._sketch.merge(self._sketch)
        return twin

    def _to_sketch(self, value_ns: int) -> DDSketch:
        sketch = _new_sketch()
        for sample in self._samples:
            sketch.add(sample)
        sketch.add(value_ns)
        return sketch

    def _estimate(self, sketch: DDSketch, share: float) -> float:
        # The ends are known exactly, and the sketch may err past them.
        if share == 0.0:
            return float(self.min)
        if share == 1.0:
            return float(self.max)
        estimate = sketch.get_quantile_value(share) or 0.0  # None only where there are no samples
        return min(max(estimate, float(self.min)), float(self.max))


def _new_sketch() -> DDSketch:
    from ddsketch import DDSketch  # few runs have that many samples of one name

    return DDSketch(SKETCH_ACCURACY)


def _interpolate(ordered: list[int], share: float) -> float:
    position = share * (len(ordered) - 1)
    below = floor(position)
    low = ordered[below]
    if below + 1 == len(ordered):
        return float(low)
    return low + (ordered[below + 1] - low) * (position - below)
