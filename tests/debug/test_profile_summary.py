"""The figures of a profile."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given

from debug.profile.call_tree import heavy_paths
from debug.profile.summary import summarize
from scenarios.profiles import MS, profile_of, profiles

if TYPE_CHECKING:
    from debug.profile.model import Profile


def frames_of(profile: Profile, stack: int) -> list[tuple[int, int | None]]:
    """Function and line of each place of a stack, innermost first: the slow way."""
    found = []
    while stack >= 0:
        place = profile.places[profile.stacks[stack].place]
        found.append((place.function, place.line))
        stack = profile.stacks[stack].parent
    return found


def test_recursion_counts_once() -> None:
    summary = summarize(
        profile_of([(3 * MS, "main:1 fib:5 fib:6 fib:6"), (MS, "main:1 fib:5"), (2 * MS, "main:2 rep")])
    )
    figures = {one.function.name: (one.self_ns, one.total_ns, one.samples) for one in summary.functions}
    assert figures == {"main": (0, 6 * MS, 0), "fib": (4 * MS, 4 * MS, 4), "rep": (2 * MS, 2 * MS, 2)}
    assert [one.function.name for one in summary.functions] == ["fib", "rep", "main"]
    lines = {one.line: (one.self_ns, one.total_ns, one.samples) for one in summary.lines}
    assert lines == {1: (0, 4 * MS, 0), 5: (MS, 4 * MS, 1), 6: (3 * MS, 3 * MS, 3), 2: (0, 2 * MS, 0)}
    assert summary.by_kind_ns == {"script": 4 * MS, "native": 2 * MS}


def test_lines_have_their_text() -> None:
    summary = summarize(profile_of([(MS, "main:3 work:7")], texts={7: "  return x"}))
    assert {one.line: one.text for one in summary.lines} == {7: "  return x", 3: None}


@given(profiles())
def test_the_parts_add_up_to_the_sampled_time(profile: Profile) -> None:
    summary = summarize(profile)
    assert summary.sampled_ns == profile.sampled_ns
    assert sum(one.self_ns for one in summary.functions) == profile.sampled_ns
    assert sum(summary.by_kind_ns.values()) == profile.sampled_ns
    assert sum(one.running_ns for one in summary.threads) == profile.sampled_ns
    assert sum(one.samples for one in summary.functions) == summary.samples == len(profile.samples.stack)
    assert sum(one.self_bytes for one in summary.allocations_by_function) == sum(
        one.allocated_bytes for one in profile.allocations
    )


@given(profiles())
def test_figures_are_those_of_a_slow_count(profile: Profile) -> None:
    own: Counter[int] = Counter()
    total: Counter[int] = Counter()
    line_total: Counter[tuple[str, int]] = Counter()
    for stack, weight_ns in zip(profile.samples.stack, profile.samples.weight_ns, strict=True):
        frames = frames_of(profile, stack)
        own[frames[0][0]] += weight_ns
        for function in {function for function, _ in frames}:
            total[function] += weight_ns
        places = {(profile.functions[function].file, line) for function, line in frames}
        for file, line in places:
            if file is not None and line is not None:
                line_total[file, line] += weight_ns
    summary = summarize(profile)
    expected = Counter(
        (profile.functions[key], own[key], total[key]) for key in total if total[key] or own[key]
    )
    assert (
        Counter((one.function, one.self_ns, one.total_ns) for one in summary.functions if one.total_ns)
        == expected
    )
    found = {(one.file, one.line): one.total_ns for one in summary.lines if one.total_ns}
    assert found == {key: value for key, value in line_total.items() if value}


@given(profiles())
def test_a_summary_is_json(profile: Profile) -> None:
    document = msgspec.json.decode(msgspec.json.encode(summarize(profile)))
    assert document["sampled_ns"] == profile.sampled_ns
    assert document["threads"][0]["kind"] == "main"


def test_the_heap_and_what_was_allocated() -> None:
    from debug.clock import ManualClock
    from debug.profile.recorder import FrameKey, Recorder

    clock = ManualClock()
    recorder = Recorder(clock=clock.clock)
    for used in (100, 900, 300):
        recorder.heap(recorder.now_ns(), used)
    grow = FrameKey("grow", "script", "a.lua", 2, 4)
    recorder.allocated(recorder.stack([FrameKey("(main)", "script", "a.lua", None, 9)]), 10)
    recorder.allocated(recorder.stack([FrameKey("(main)", "script", "a.lua", None, 9), grow, grow]), 50)
    summary = summarize(recorder.profile(script="a.lua", engine="lua5.4"))
    assert summary.heap is not None
    assert (summary.heap.start_bytes, summary.heap.peak_bytes, summary.heap.end_bytes) == (100, 900, 300)
    assert [
        (one.function.name, one.self_bytes, one.total_bytes) for one in summary.allocations_by_function
    ] == [
        ("grow", 50, 50),
        ("(main)", 10, 60),
    ]
    assert [(one.line, one.self_bytes, one.total_bytes) for one in summary.allocations_by_line] == [
        (4, 50, 50),
        (9, 10, 60),
    ]


def test_an_empty_profile_has_no_figures() -> None:
    summary = summarize(profile_of([]))
    assert (summary.sampled_ns, summary.functions, summary.lines, summary.heap) == (0, (), (), None)
    assert heavy_paths(profile_of([])) == ()


def test_heavy_paths_are_open_and_light_ones_folded() -> None:
    profile = profile_of(
        [
            (60 * MS, "main:1 parse:5 scan:9"),
            (20 * MS, "main:1 sort:5 sort:5 sort:5"),
            (10 * MS, "main:1 sort:5 compare:9"),
            (3 * MS, "main:1 log:2"),
            (2 * MS, "main:1 exit:2"),
            (5 * MS, "main:1"),
        ]
    )
    shown = [
        (
            row.depth,
            row.function.name,
            row.self_ns // MS,
            row.total_ns // MS,
            row.folded_ns // MS,
            row.folded_functions,
        )
        for row in heavy_paths(profile, min_share=0.05)
    ]
    assert shown == [
        (0, "main", 5, 100, 5, 2),
        (1, "parse", 0, 60, 0, 0),
        (2, "scan", 60, 60, 0, 0),
        (1, "sort", 20, 30, 0, 0),
        (2, "compare", 10, 10, 0, 0),
    ]
    assert [row.function.name for row in heavy_paths(profile) if row.recursive] == ["sort"]
    assert [row.function.name for row in heavy_paths(profile, max_rows=2)] == ["main", "parse"]


@given(profiles(min_samples=1))
def test_every_row_of_the_tree_adds_up(profile: Profile) -> None:
    rows = heavy_paths(profile, min_share=0.1)
    for number, row in enumerate(rows):
        below = 0
        for other in rows[number + 1 :]:
            if other.depth <= row.depth:
                break
            if other.depth == row.depth + 1:
                below += other.total_ns
        assert row.total_ns == row.self_ns + below + row.folded_ns
        assert row.total_ns >= 0.1 * profile.sampled_ns


def test_a_deep_stack_is_no_recursion_of_ours() -> None:
    profile = profile_of([(MS, " ".join(f"f{number}:1" for number in range(5000)))])
    assert summarize(profile).functions[0].function.name == "f4999"
    assert len(heavy_paths(profile, max_rows=10_000)) == 5000
