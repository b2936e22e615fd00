"""What the figures rest on: sides that take turns, bounds read the right way round, tables, scripts that run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.benchmarks import report
from scripts.benchmarks.js.parts import PARTS
from scripts.benchmarks.js.runner import LLMSPELL, PROGRAMS
from scripts.benchmarks.measure import Effort, Growth, Measured, Row, compare

if TYPE_CHECKING:
    from tests.conftest import RequireReal

ROOT = Path(__file__).parents[1]
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
            Row("a peer", 2.5, note="2 s"),
            Row("another", note="not installed"),
        ]
    )

    assert text.splitlines() == [
        "| what         | measured | bound           | ok  | behind it     |",
        "| ------------ | -------: | --------------- | --- | ------------- |",
        "| short        |    0.062 | at most 0.167   | yes | 1 ns          |",
        "| a longer row |  7.00 ms | at most 5.00 ms | NO  |               |",
        "| up           |     1.90 | at least 1.80   | yes |               |",
        "| a peer       |     2.50 |                 |     | 2 s           |",
        "| another      |          |                 |     | not installed |",
    ]


def test_section_holds_every_row_and_table_with_its_command() -> None:
    rows = (Row("first", 1.0, 2.0), Row("second", 3.0, 2.0))
    growth = Growth("dumps", "nodes", "microseconds a node", ((10, 1.5), (1_000_000, 1.25)))

    text = report.section("lua", [Measured("calls", rows), Measured("growth", (growth,))])

    assert f"### Calls\n\n`scripts/bench lua --only calls`\n\n{report.rows_table(rows)}\n" in text
    assert "`scripts/bench lua --only growth`\n\n**dumps**\n" in text
    assert "| 1,000,000 |               1.250 |" in text
    assert text.endswith("|\n")


def test_a_section_that_is_written_leaves_the_other_language_as_it_is() -> None:
    first = report.with_section("", "js", "JavaScript's figures\n\n### Calls\n")
    both = report.with_section(first, "lua", "Lua's figures")
    again = report.with_section(both, "js", "newer figures")

    assert (
        both
        == f"{report.HEAD}\n## Lua\n\nLua's figures\n\n## JavaScript\n\nJavaScript's figures\n\n### Calls\n"
    )
    assert again == both.replace("JavaScript's figures\n\n### Calls", "newer figures")


def test_the_page_is_as_it_is_written() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Lua\n\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert report.with_section(page, "lua", section) == page


LANGUAGE = ["calls", "entries", "start-up", "growth"]
SOME_PARTS = {
    "lua": LANGUAGE,
    "js": LANGUAGE,
    "profile": ["lua5.4", "luajit", "javascript", "python", "exports"],
    "debug": ["lua5.4", "luajit", "javascript", "python", "waiting"],
}


@pytest.mark.parametrize("subject", report.TITLES)
def test_the_parts_are_named_without_being_measured(subject: str) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", subject, "--list"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(SOME_PARTS[subject]) <= set(listed.stdout.split())


TINY = Effort(rounds=1, scale=0.01, largest=1_000)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["calls", "entries", "cpu", "contexts", "growth"])
def test_a_part_of_javascript_finds_its_figures(part: str, require_real: RequireReal) -> None:
    require_real("node", shutil.which("node") is not None)
    found = tuple(PARTS[part](TINY))
    assert found
    for one in found:
        figures = [cost for _, cost in one.points] if isinstance(one, Growth) else [one.measured]
        assert all(figure is not None and figure > 0 for figure in figures), one


@pytest.mark.real
@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.js")), ids=lambda path: path.stem)
def test_a_program_computes_what_it_computes_in_node(program: Path, require_real: RequireReal) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    ours, theirs = (
        subprocess.run([*command, program, "2"], capture_output=True, text=True, check=True).stdout
        for command in (LLMSPELL, (str(node),))
    )
    assert ours == theirs != ""
