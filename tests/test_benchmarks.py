"""What the benchmarks' figures rest on: sides that take turns, bounds read the right way round, tables."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.benchmarks import report
from scripts.benchmarks.measure import Growth, Row, compare

TIMES = st.floats(min_value=1e-3, max_value=1e6)


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=12))
def test_compare_takes_turns_and_leaves_the_warm_up_out(pairs: list[tuple[float, float]]) -> None:
    ours = iter([-1.0, *(first for first, _ in pairs)])
    peer = iter([-1.0, *(second for _, second in pairs)])
    order: list[str] = []

    def take(name: str, figures: object) -> float:
        order.append(name)
        return next(figures)  # type: ignore[call-overload]

    found = compare(lambda: take("ours", ours), lambda: take("peer", peer), len(pairs))

    assert found.ratio == median(first / second for first, second in pairs)
    assert found.ours == median(first for first, _ in pairs)
    assert found.peer == median(second for _, second in pairs)
    turns = [order[at : at + 2] for at in range(2, len(order), 2)]
    assert turns == [["peer", "ours"] if turn % 2 else ["ours", "peer"] for turn in range(len(pairs))]


@pytest.mark.parametrize(
    ("measured", "at_least", "ok"),
    [
        (1.7, False, True),
        (1.8, False, True),
        (1.9, False, False),
        (1.7, True, False),
        (1.8, True, True),
        (1.9, True, True),
    ],
)
def test_bound_is_read_the_right_way_round(measured: float, at_least: bool, ok: bool) -> None:
    assert Row("speed", measured, 1.8, at_least=at_least).ok is ok


def test_table_lines_up_and_names_what_is_not_reached() -> None:
    text = report.rows_table(
        [
            Row("short", 0.0625, 1 / 6, note="1 ns"),
            Row("a longer row", 7, 5, "ms"),
            Row("up", 1.9, 1.8, "", True),
        ]
    )

    assert text.splitlines() == [
        "| what         | measured | bound           | ok  | behind it |",
        "| ------------ | -------: | --------------- | --- | --------- |",
        "| short        |    0.062 | at most 0.167   | yes | 1 ns      |",
        "| a longer row |  7.00 ms | at most 5.00 ms | NO  |           |",
        "| up           |     1.90 | at least 1.80   | yes |           |",
    ]


def test_page_holds_every_row_and_table() -> None:
    rows = [Row("first", 1.0, 2.0), Row("second", 3.0, 2.0)]
    growth = Growth("dumps", "nodes", "microseconds a node", ((10, 1.5), (1_000_000, 1.25)))

    page = report.page("scripts/bench lua --write", rows, [growth])

    assert report.rows_table(rows) in page
    assert "| 1,000,000 |               1.250 |" in page
    assert page.startswith("# Speed and memory\n")
    assert page.endswith("|\n")
