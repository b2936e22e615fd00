from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug import timers
from debug.clock import ManualClock
from debug.entry import PictureText
from debug.reports import (
    NO_TIMERS,
    flame_graph,
    json_report,
    memory_snapshot,
    one_line,
    performance_report,
    timer_rows,
)
from debug.timer_snapshot import StackTime, TimerSnapshot
from debug.timers import TimerRegistry

MS = 1_000_000
NOW_NS = 1_763_890_000_123_456_789

CYCLE: list[object] = []
CYCLE.append(CYCLE)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def registry(clock: ManualClock) -> TimerRegistry:
    return TimerRegistry(clock.clock)


@pytest.fixture
def worked(registry: TimerRegistry, clock: ManualClock) -> TimerRegistry:
    """Three requests with laps, the second with a query inside, one timer left behind, one running."""
    for number, passed in enumerate((10, 20, 30)):
        request = registry.start(1, "request", heap_bytes=1000)
        clock.advance(passed * MS)
        registry.lap(request.handle, "parsed")
        if number == 1:
            query = registry.start(1, "query")
            registry.event(query.id, "row", {"id": 7})
            clock.advance(1_500_000)
            registry.stop(query.handle)
        registry.stop(request.handle, heap_bytes=1000 + 1024 * number)
    registry.discard(registry.start(1, "forgotten").handle)
    registry.start(1, "running")
    return registry


def test_rows_hold_the_figures_longest_total_first(worked: TimerRegistry) -> None:
    request, query, forgotten = timer_rows(worked.snapshot())
    assert (request.name, request.count, request.total_ms) == ("request", 3, 61.5)
    assert (request.mean_ms, request.median_ms, request.min_ms, request.max_ms) == (20.5, 21.5, 10.0, 30.0)
    assert request.p95_ms == pytest.approx(21.5 + 0.9 * 8.5)
    assert request.p99_ms == pytest.approx(21.5 + 0.98 * 8.5)
    assert request.stddev_ms == pytest.approx(10.037429949942367)
    assert request.memory_delta_bytes == 3072
    assert [(lap.name, lap.count, lap.total_ms) for lap in request.laps] == [("parsed", 3, 60.0)]
    assert (query.name, query.memory_delta_bytes) == ("query", None)
    assert (forgotten.name, forgotten.count, forgotten.unfinished) == ("forgotten", 0, 1)


def test_the_performance_report_is_a_table(worked: TimerRegistry) -> None:
    assert performance_report(worked.snapshot()) == snapshot("""\
Performance report (times in ms)

timer         count   total    mean  stddev  memory delta
request           3  61.500  20.500  10.037      +3,072 B
  lap parsed      3  60.000  20.000  10.000
query             1   1.500   1.500   0.000
forgotten         0       -       -       -

timer            min  median     p95     p99     max
request       10.000  21.500  29.150  29.830  30.000
  lap parsed  10.000  20.000  29.000  29.800  30.000
query          1.500   1.500   1.500   1.500   1.500

forgotten: 1 unfinished (not in the figures)\
""")


def test_without_timers_the_report_is_a_sentence(registry: TimerRegistry) -> None:
    assert performance_report(registry.snapshot()) == NO_TIMERS
    registry.start(1, "running")
    assert performance_report(registry.snapshot()) == f"{NO_TIMERS} Running now: 1."
    assert flame_graph(TimerSnapshot()) == ""


def test_the_memory_column_is_there_only_where_memory_was_measured(registry: TimerRegistry) -> None:
    registry.stop(registry.start(1, "a").handle)
    assert "memory" not in performance_report(registry.snapshot())


def test_the_report_says_what_it_leaves_out(registry: TimerRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "MAX_NAMES", 1)
    for name in ("a", "b", "c"):
        registry.stop(registry.start(1, name).handle)
    assert performance_report(registry.snapshot()).endswith("2 measurements of further names are not listed")


def test_a_name_cannot_break_the_table(registry: TimerRegistry) -> None:
    registry.stop(registry.start(1, "a\nb\x1b[31m").handle)
    report = performance_report(registry.snapshot())
    assert r"a\nb\x1b[31m" in report
    assert len(report.splitlines()) == 7
    assert one_line("größe 🙂") == "größe 🙂"


def test_the_json_report_holds_the_same(worked: TimerRegistry) -> None:
    report = json.loads(json_report(worked.snapshot(), NOW_NS))
    assert list(report) == ["version", "generated_at", "summary", "timings"]
    assert report["generated_at"] == "2025-11-23T09:26:40.123456Z"
    assert report["summary"] == {
        "timers": 3,
        "runs": 4,
        "unfinished": 1,
        "active": 1,
        "measured_ms": 61.5,
        "overflowed": 0,
    }
    assert list(report["timings"]) == ["request", "query", "forgotten"]
    request = report["timings"]["request"]
    row = timer_rows(worked.snapshot())[0]
    for column in ("total", "mean", "median", "p95", "p99", "min", "max", "stddev"):
        assert request[f"{column}_ms"] == getattr(row, f"{column}_ms")
    assert request["memory_delta_bytes"] == 3072
    assert request["laps"]["parsed"]["total_ms"] == 60.0
    assert report["timings"]["query"]["events"] == [{"name": "row", "offset_ms": 0.0, "metadata": {"id": 7}}]
    assert report["timings"]["forgotten"] == {"count": 0, "unfinished": 1}


def test_events_of_running_timers_are_in_the_json_report(registry: TimerRegistry) -> None:
    timer = registry.start(1, "running")
    registry.event(timer.id, "tick")
    timing = json.loads(json_report(registry.snapshot(), NOW_NS))["timings"]["running"]
    assert timing == {"count": 0, "event_count": 1, "events": [{"name": "tick", "offset_ms": 0.0}]}


@pytest.mark.parametrize("odd", [{"nan": float("nan")}, {"type": set}, {("a", "b"): 1}, CYCLE])
def test_metadata_that_json_cannot_hold_is_shown_as_text(registry: TimerRegistry, odd: Any) -> None:
    timer = registry.start(1, "a")
    registry.event(timer.id, "odd", odd)
    events = json.loads(json_report(registry.snapshot(), NOW_NS))["timings"]["a"]["events"]
    assert events[0]["metadata"] == repr(odd)


def test_a_picture_as_metadata_is_turned_into_json_types(registry: TimerRegistry) -> None:
    timer = registry.start(1, "a")
    registry.event(timer.id, "tock", PictureText(b'{"t":"table","pairs":[["k",2]],"pair_count":1}'))
    events = json.loads(json_report(registry.snapshot(), NOW_NS))["timings"]["a"]["events"]
    assert events[0]["metadata"] == {"k": 2}


def test_any_name_gives_valid_json_and_text_that_can_be_encoded(registry: TimerRegistry) -> None:
    registry.stop(registry.start(1, 'q"\ud800\n').handle)
    text = json_report(registry.snapshot(), NOW_NS)
    assert list(json.loads(text.encode())["timings"]) == ['q"\ud800\n']
    performance_report(registry.snapshot()).encode()
    flame_graph(registry.snapshot()).encode()


def test_the_flame_graph_has_a_line_for_each_stack(worked: TimerRegistry) -> None:
    assert flame_graph(worked.snapshot()) == snapshot("""\
forgotten 0
request 60000
request;query 1500
running 0\
""")


def test_names_in_the_flame_graph_cannot_break_its_form(registry: TimerRegistry, clock: ManualClock) -> None:
    registry.start(1, "a;b\nc")
    registry.start(1, "")
    clock.advance(2000)
    registry.end_scope(1)
    assert flame_graph(registry.snapshot()).splitlines() == [r"a:b\nc 0", r"a:b\nc;(unnamed) 2"]


@given(
    st.dictionaries(st.text("ab", min_size=1, max_size=3), st.integers(0, 5000), max_size=30),
)
def test_microseconds_add_up_to_the_time_measured(times: dict[str, int]) -> None:
    stacks = tuple(StackTime((name,), self_ns) for name, self_ns in times.items())
    lines = flame_graph(TimerSnapshot(stacks=stacks)).splitlines()
    shown = {}
    for line in lines:
        match = re.fullmatch(r"(.+) (\d+)", line)
        assert match is not None
        shown[match[1]] = int(match[2])
    assert sum(shown.values()) == round(sum(times.values()) / 1000)
    assert shown.keys() == times.keys()
    assert all(abs(shown[name] * 1000 - self_ns) < 1000 for name, self_ns in times.items())


def test_the_memory_snapshot_shows_the_latest_run_of_each_name(worked: TimerRegistry) -> None:
    assert memory_snapshot(worked.snapshot(), NOW_NS) == {
        "timestamp_secs": 1_763_890_000,
        "active_trackers": 1,
        "total_memory_delta_bytes": 2048,
        "tracker_memory_usage": {
            "request": {"start_bytes": 1000, "end_bytes": 3048, "delta_bytes": 2048},
        },
    }
