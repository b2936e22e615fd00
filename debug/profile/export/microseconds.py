"""Rounds nanoseconds to whole microseconds so that the sum stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def rounded_us(durations_ns: Iterable[int]) -> list[int]:
    """Each in microseconds; any first of them add up to their sum, rounded (the error is handed on to the next)."""
    found = []
    sum_ns = before_us = 0
    for duration_ns in durations_ns:
        sum_ns += duration_ns
        sum_us = (sum_ns + 500) // 1000
        found.append(sum_us - before_us)
        before_us = sum_us
    return found
