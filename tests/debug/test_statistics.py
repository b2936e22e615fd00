from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.statistics import EXACT_SAMPLES, Distribution

durations = st.lists(st.integers(0, 10**12), min_size=1, max_size=60)


def filled(values: list[int]) -> Distribution:
    distribution = Distribution()
    for value in values:
        distribution.add(value)
    return distribution


def interpolated(values: list[int], q: float) -> float:
    """What the standard library's inclusive method gives for percentiles, written for any share."""
    ordered = sorted(values)
    position = q * (len(ordered) - 1)
    low = ordered[int(position)]
    high = ordered[min(int(position) + 1, len(ordered) - 1)]
    return low + (high - low) * (position - int(position))


@given(durations)
def test_it_agrees_with_the_standard_library(values: list[int]) -> None:
    distribution = filled(values)
    assert (distribution.count, distribution.total) == (len(values), sum(values))
    assert (distribution.min, distribution.max) == (min(values), max(values))
    assert distribution.mean == pytest.approx(statistics.fmean(values))
    expected = statistics.stdev(values) if len(values) > 1 else 0.0
    assert distribution.stddev == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert distribution.quantile(0.5) == pytest.approx(statistics.median(values))
    if len(values) > 1:
        percentiles = statistics.quantiles(values, n=100, method="inclusive")
        assert distribution.quantiles(0.95, 0.99) == pytest.approx((percentiles[94], percentiles[98]))


@given(durations, st.floats(0, 1))
def test_quantiles_interpolate_between_the_samples(values: list[int], q: float) -> None:
    assert filled(values).quantile(q) == pytest.approx(interpolated(values, q))


def test_nothing_added_is_all_zero_and_one_sample_has_no_deviation() -> None:
    empty = Distribution()
    assert (empty.mean, empty.stddev, empty.quantiles(0.5, 1.0), empty.max) == (0.0, 0.0, (0.0, 0.0), 0)
    one = filled([7])
    assert (one.mean, one.stddev, one.quantiles(0.0, 0.5, 1.0)) == (7.0, 0.0, (7.0, 7.0, 7.0))


@pytest.mark.parametrize("q", [-0.1, 1.1, float("nan")])
def test_a_share_outside_0_to_1_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        filled([1]).quantile(q)


def test_figures_out_of_range_are_clamped() -> None:
    distribution = filled([-5, 10**30])
    assert (distribution.min, distribution.max) == (0, 2**63 - 1)


@pytest.mark.parametrize("seed", range(3))
def test_past_the_exact_samples_quantiles_err_by_one_percent_at_most(seed: int) -> None:
    source = random.Random(seed)
    values = [int(source.lognormvariate(12, 3)) for _ in range(EXACT_SAMPLES + 5000)]
    distribution = filled(values)
    ordered = sorted(values)
    for q in (0.0, 0.001, 0.25, 0.5, 0.95, 0.99, 0.999, 1.0):
        lower = ordered[int(q * (len(ordered) - 1))]
        upper = ordered[min(int(q * (len(ordered) - 1)) + 1, len(ordered) - 1)]
        assert lower * 0.99 - 1 <= distribution.quantile(q) <= upper * 1.01 + 1
    assert distribution.count == len(values)
    assert distribution.total == sum(values)
    assert distribution.stddev == pytest.approx(statistics.stdev(values))


def test_the_switch_to_the_sketch_happens_after_the_last_exact_sample() -> None:
    values = list(range(EXACT_SAMPLES))
    distribution = filled(values)
    assert distribution.quantile(0.5) == statistics.median(values)
    distribution.add(EXACT_SAMPLES)
    assert distribution.quantile(0.5) == pytest.approx(EXACT_SAMPLES / 2, rel=0.01)
    assert len(distribution._samples) == 0


@pytest.mark.parametrize("size", [5, EXACT_SAMPLES + 5])
def test_a_copy_is_independent(size: int) -> None:
    distribution = filled(list(range(1, size + 1)))
    twin = distribution.copy()
    before = (twin.count, twin.total, twin.max, twin.stddev, twin.quantiles(0.5, 0.99))
    assert before == (
        distribution.count,
        distribution.total,
        distribution.max,
        distribution.stddev,
        distribution.quantiles(0.5, 0.99),
    )
    for _ in range(2 * size):
        distribution.add(10**9)
    assert (twin.count, twin.total, twin.max, twin.stddev, twin.quantiles(0.5, 0.99)) == before
    assert distribution.quantile(0.5) == pytest.approx(10**9, rel=0.01)
