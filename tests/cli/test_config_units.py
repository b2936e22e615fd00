"""Durations and sizes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmspell_cli.config.units import (
    DURATION_PATTERN,
    SIZE_PATTERN,
    format_duration,
    format_size,
    parse_duration,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("500ms", 0.5), ("2.5", 2.5), ("1.5m", 90), ("2 min", 120), ("1H", 3600), (" 7 ", 7)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("64MB", 64_000_000), ("1KiB", 1024), ("512k", 512_000), ("0.5gib", 2**29), ("4096", 4096), ("7 b", 7)],
)
def test_sizes(text: str, size_bytes: int) -> None:
    assert parse_size(text) == size_bytes


NONSENSE = [
    "",
    " ",
    "s",
    "-1s",
    "1x",
    "1..5s",
    ".5s",
    "5.s",
    "1e3",
    "nan",
    "inf",
    "1 2s",
    "٣s",
    "0x10",
    "1_000",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_neither(text: str) -> None:
    assert parse_duration(text) is None
    assert parse_size(text) is None


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_a_written_duration_reads_back_exactly(seconds: float) -> None:
    written = format_duration(seconds)
    assert (parse_duration(written) if isinstance(written, str) else written) == seconds


@given(
    st.one_of(st.integers(1, 2**60), st.builds(lambda n, e: n * 2**e, st.integers(1, 99), st.integers(0, 40)))
)
def test_a_written_size_reads_back_exactly(size_bytes: int) -> None:
    written = format_size(size_bytes)
    assert (parse_size(written) if isinstance(written, str) else written) == size_bytes


@given(st.from_regex(r"\A[ ]?[0-9]{1,6}(\.[0-9]{1,3})?[ ]?[a-zA-Z]{0,3}\Z"))
def test_the_patterns_of_the_schema_take_what_the_readers_take(text: str) -> None:
    duration, size = parse_duration(text), parse_size(text)
    assert bool(re.search(DURATION_PATTERN, text)) == bool(duration)
    assert bool(re.search(SIZE_PATTERN, text)) == (size is not None and re.search("[1-9]", text) is not None)
