"""Two profiles, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given

from debug.profile.diff import diff, regressions
from debug.profile.matching import matched_functions
from debug.profile.merge import merged
from debug.profile.weights import summed
from scenarios.profiles import MS, profile_of, profiles

if TYPE_CHECKING:
    from debug.profile.diff import By
    from debug.profile.model import Profile

OLD = profile_of([(300 * MS, "main:1 parse:5"), (100 * MS, "main:2 sort:9")])


def sides(old: Profile, new: Profile) -> dict[str, tuple[int | None, int | None]]:
    """Self time in milliseconds before and after, by function."""
    return {
        one.function.name: (one.old and one.old.self_ns // MS, one.new and one.new.self_ns // MS)
        for one in diff(old, new).functions
    }


def grown(old: Profile, new: Profile, percent: float, by: By = "time") -> list[str]:
    """What `--fail-over` would name."""
    found = regressions(diff(old, new), percent, by=by)
    return ["(all)" if one.function is None else one.function.name for one in found]


def test_functions_are_compared_the_largest_change_first() -> None:
    new = profile_of([(290 * MS, "main:1 parse:5"), (150 * MS, "main:2 sort:9"), (20 * MS, "main:3 log:4")])
    assert sides(OLD, new) == {"sort": (100, 150), "log": (None, 20), "parse": (300, 290), "main": (0, 0)}
    assert [one.function.name for one in diff(OLD, new).functions] == ["sort", "log", "parse", "main"]
    sort = diff(OLD, new).functions[0]
    assert sort.old is not None
    assert sort.new is not None
    assert sort.old.self_share == 0.25
    assert sort.new.self_share == pytest.approx(150 / 460)


def test_what_moved_in_the_file_is_the_same_function() -> None:
    new = profile_of(
        [(300 * MS, "main:1 parse:15"), (100 * MS, "main:2 sort:19")], defined={"parse": 11, "sort": 16}
    )
    assert sides(OLD, new) == {"parse": (300, 300), "sort": (100, 100), "main": (0, 0)}


def test_the_script_may_have_another_name() -> None:
    new = profile_of([(300 * MS, "main:1 parse:5")], script="new/job.lua")
    assert sides(OLD, new)["parse"] == (300, 300)


def test_functions_without_a_name_are_matched_only_where_as_many_are_left() -> None:
    old = profile_of([(MS, "a:1"), (MS, "b:1")])

    def nameless(*lines: int) -> Profile:
        functions = [
            msgspec.structs.replace(old.functions[number], name="(anonymous)", line=line)
            for number, line in enumerate(lines)
        ]
        return msgspec.structs.replace(old, functions=functions)

    assert matched_functions(nameless(3, 8), nameless(13, 18)) == {0: 0, 1: 1}
    assert matched_functions(nameless(3, 8), nameless(8, 13)) == {
        1: 0,
        0: 1,
    }  # the one that stayed, then the other
    one = msgspec.structs.replace(old, functions=nameless(13).functions)
    assert matched_functions(nameless(3, 8), one) == {}


def test_lines_are_matched_by_their_text_where_they_moved() -> None:
    old = profile_of([(10 * MS, "main:4"), (5 * MS, "main:5")], texts={4: "x = f()", 5: "end"})
    new = profile_of([(30 * MS, "main:6"), (5 * MS, "main:5")], texts={6: "  x = f()", 5: "y = 1"})
    found = {
        (one.line, one.text): (one.old and one.old.self_ns // MS, one.new and one.new.self_ns // MS)
        for one in diff(old, new).lines
    }
    assert found == {(6, "  x = f()"): (10, 30), (5, "end"): (5, None), (5, "y = 1"): (None, 5)}


@given(profiles(), profiles())
def test_nothing_gets_lost_in_a_merge(old: Profile, new: Profile) -> None:
    both = merged(old, new)
    stacks = len(both.tables.stacks)
    assert sum(summed(both.old, stacks).self_ns) == old.sampled_ns
    assert sum(summed(both.new, stacks).self_ns) == new.sampled_ns
    assert sum(summed(both.old, stacks).samples) == len(old.samples.stack)
    found = diff(old, new)
    assert sum(one.old.self_ns for one in found.functions if one.old) == old.sampled_ns
    assert sum(one.new.self_ns for one in found.functions if one.new) == new.sampled_ns


@given(profiles())
def test_a_profile_does_not_differ_from_itself(profile: Profile) -> None:
    found = diff(profile, profile)
    assert all(one.old == one.new for one in (*found.functions, *found.lines))
    assert regressions(found, 0) == ()
    assert regressions(found, 0, by="share") == ()


@pytest.mark.parametrize(
    ("parse_ms", "percent", "named"),
    [
        (300, 10, []),
        (330, 15, []),
        (480, 10, ["(all)", "parse"]),
        (480, 50, ["parse"]),  # 45 % more in all, 60 % more in the function
        (480, 60, []),  # not more than 60 %
        (200, 0, []),  # faster
    ],
)
def test_growth_by_more_than_allowed_is_a_regression(parse_ms: int, percent: float, named: list[str]) -> None:
    new = profile_of([(parse_ms * MS, "main:1 parse:5"), (100 * MS, "main:2 sort:9")])
    assert grown(OLD, new, percent) == named


def test_little_growth_is_noise_however_large_its_share() -> None:
    old = profile_of([(4 * MS, "main:1 parse:5")])
    new = profile_of([(13 * MS, "main:1 parse:5")])
    assert grown(old, new, 10) == []
    assert [one.function for one in regressions(diff(old, new), 10, min_growth_ns=MS)] == [None]


def test_growth_that_sampling_may_make_of_nothing_is_noise() -> None:
    """100 samples and 140 are less than three standard deviations apart; 100 and 150 are more."""
    for grown_ms, named in ((140, []), (150, ["sort"])):
        new = profile_of([(300 * MS, "main:1 parse:5"), (grown_ms * MS, "main:2 sort:9")])
        assert grown(OLD, new, 20) == named


def test_a_function_that_was_taken_out_of_another_is_no_regression() -> None:
    new = profile_of([(100 * MS, "main:1 parse:5"), (200 * MS, "main:1 scan:7"), (100 * MS, "main:2 sort:9")])
    assert grown(OLD, new, 10) == []
    slow = profile_of(
        [(300 * MS, "main:1 parse:5"), (200 * MS, "main:1 scan:7"), (100 * MS, "main:2 sort:9")]
    )
    assert grown(OLD, slow, 10) == ["(all)"]


def test_by_share_runs_of_different_length_are_compared() -> None:
    twice = profile_of([(600 * MS, "main:1 parse:5"), (200 * MS, "main:2 sort:9")])
    assert grown(OLD, twice, 10) == ["(all)", "parse", "sort"]
    assert grown(OLD, twice, 10, by="share") == []
    shifted = profile_of([(400 * MS, "main:1 parse:5"), (400 * MS, "main:2 sort:9")])
    assert grown(OLD, shifted, 10, by="share") == ["sort"]
    sort = regressions(diff(OLD, shifted), 10, by="share")[0]
    assert sort.percent == pytest.approx(100)


def test_what_took_nothing_grew_without_bounds() -> None:
    new = profile_of([(300 * MS, "main:1 parse:5"), (100 * MS, "main:2 sort:9"), (50 * MS, "main:3")])
    assert {one.percent for one in regressions(diff(OLD, new), 40)} == {float("inf")}
    empty = profile_of([])
    assert grown(empty, OLD, 10) == ["(all)"]
    assert grown(OLD, empty, 10, by="share") == []
    assert grown(empty, OLD, 10, by="share") == ["(all)"]
