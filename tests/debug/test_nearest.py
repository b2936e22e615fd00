"""The nearest known name, against a slow and obviously right distance."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.nearest import did_you_mean, nearest

LEVELS = ("off", "error", "warn", "info", "debug", "trace")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("inof", "info"),
        ("INFO", "info"),
        ("debgu", "debug"),
        ("tracee", "trace"),
        ("wran", "warn"),
        ("eror", "error"),
        ("banana", None),
        ("", None),
        ("x", None),
        ("e" * 5000, None),
    ],
)
def test_finds_what_was_meant(word: str, expected: str | None) -> None:
    assert nearest(word, LEVELS) == expected


def test_the_first_of_equally_near_names_wins() -> None:
    assert nearest("cat", ("car", "cap")) == "car"
    assert nearest("cat", ("cap", "car", "cat")) == "cat"


def test_reads_as_the_end_of_a_sentence() -> None:
    assert did_you_mean("debgu", LEVELS) == "; did you mean debug?"
    assert did_you_mean("banana", LEVELS) == ""


def slow_distance(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours, by the recursive definition."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [
            between(i - 1, j) + 1,
            between(i, j - 1) + 1,
            between(i - 1, j - 1) + (a[i - 1] != b[j - 1]),
        ]
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            ways.append(between(i - 2, j - 2) + 1)
        return min(ways)

    return between(len(a), len(b))


words = st.text(alphabet="abc", max_size=8)


@given(words, st.lists(words, max_size=6))
def test_agrees_with_the_definition(word: str, known: list[str]) -> None:
    allowed = 0 if len(word) < 3 else max(1, (len(word) + 1) // 3)
    within = [(slow_distance(word, name), name) for name in known if slow_distance(word, name) <= allowed]
    expected = min(within, key=lambda pair: pair[0])[1] if word and within else None
    assert nearest(word, known) == expected
