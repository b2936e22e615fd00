from __future__ import annotations

import gc
import re
import threading
import uuid
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug import timers
from debug.clock import ManualClock
from debug.timers import MORE, TimerRegistry

if TYPE_CHECKING:
    from debug.timer_snapshot import NameSnapshot

MS = 1_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(now_ns=5 * MS)


@pytest.fixture
def registry(clock: ManualClock) -> TimerRegistry:
    return TimerRegistry(clock.clock)


def of(registry: TimerRegistry, name: str) -> NameSnapshot:
    return next(one for one in registry.snapshot().names if one.name == name)


def stacks(registry: TimerRegistry) -> dict[str, int]:
    return {";".join(stack.path): stack.self_ns for stack in registry.snapshot().stacks}


def test_a_timer_has_an_id_of_its_own(registry: TimerRegistry) -> None:
    first, second = registry.start(1, "a"), registry.start(1, "a")
    assert first.id != second.id
    assert first.handle != second.handle
    assert re.fullmatch(r"timer_[0-9a-f-]{36}", first.id)
    parsed = uuid.UUID(first.id.removeprefix("timer_"))
    assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)
    assert (first.name, first.scope, first.parent) == ("a", 1, None)


def test_stop_gives_the_milliseconds_and_the_same_again(registry: TimerRegistry, clock: ManualClock) -> None:
    timer = registry.start(1, "a")
    clock.advance(2_500_001)
    assert registry.elapsed(timer.handle) == 2.500001
    assert registry.stop(timer.handle) == 2.500001
    clock.advance(MS)
    assert registry.stop(timer.handle) == 2.500001
    assert registry.elapsed(timer.handle) == 2.500001
    assert of(registry, "a").times.count == 1
    assert registry.active == 0


def test_laps_are_since_the_last_lap_or_the_start(registry: TimerRegistry, clock: ManualClock) -> None:
    timer = registry.start(1, "a")
    laps = []
    for passed, label in ((3, "x"), (4, "y"), (5, "x")):
        clock.advance(passed * MS)
        laps.append(registry.lap(timer.handle, label))
    assert laps == [3.0, 4.0, 5.0]
    assert registry.stop(timer.handle) == 12.0
    assert registry.lap(timer.handle, "late") is None
    assert [(lap.name, lap.times.count, lap.times.total) for lap in of(registry, "a").laps] == [
        ("x", 2, 8 * MS),
        ("y", 1, 4 * MS),
    ]


def test_unknown_handles_and_ids_are_no_trouble(registry: TimerRegistry) -> None:
    for handle in (0, -1, 99):
        assert registry.stop(handle) is None
        assert registry.elapsed(handle) is None
        assert registry.lap(handle, "x") is None
        assert registry.child(handle, "x") is None
        assert registry.discard(handle) is False
    assert registry.event("timer_none", "x") is False
    assert registry.end_scope(99) == 0
    assert registry.start(1, "a", parent=99).parent is None
    assert registry.snapshot().overflowed == 0


def test_self_times_of_nested_timers_add_up_to_the_time_measured(
    registry: TimerRegistry, clock: ManualClock
) -> None:
    outer = registry.start(1, "outer")
    clock.advance(10)
    inner = registry.start(1, "inner")
    assert inner.parent == outer.handle
    clock.advance(20)
    deepest = registry.child(inner.handle, "deepest")
    assert deepest is not None
    clock.advance(30)
    registry.stop(deepest.handle)
    registry.stop(inner.handle)
    clock.advance(5)
    assert stacks(registry) == {"outer": 15, "outer;inner": 20, "outer;inner;deepest": 30}  # outer runs on
    clock.advance(2)
    registry.stop(outer.handle)
    clock.advance(1000)  # nobody runs: not measured
    assert stacks(registry) == {"outer": 17, "outer;inner": 20, "outer;inner;deepest": 30}


def test_timers_may_overlap_and_time_is_never_counted_twice(
    registry: TimerRegistry, clock: ManualClock
) -> None:
    first = registry.start(1, "first")
    clock.advance(10)
    second = registry.start(1, "second")
    clock.advance(10)
    registry.stop(first.handle)
    clock.advance(10)
    registry.stop(second.handle)
    assert stacks(registry) == {"first": 10, "first;second": 20}


def test_scopes_do_not_nest_into_each_other(registry: TimerRegistry, clock: ManualClock) -> None:
    one, other = registry.new_scope(), registry.new_scope()
    assert one != other
    registry.start(one, "a")
    clock.advance(10)
    assert registry.start(other, "b").parent is None
    clock.advance(10)
    assert stacks(registry) == {"a": 20, "b": 10}


def test_a_child_of_a_stopped_timer_is_nested_under_it(registry: TimerRegistry, clock: ManualClock) -> None:
    parent = registry.start(7, "parent")
    registry.stop(parent.handle)
    child = registry.child(parent.handle, "child")
    assert child is not None
    assert (child.scope, child.parent) == (7, parent.handle)
    clock.advance(3)
    assert stacks(registry) == {"parent": 0, "parent;child": 3}


def test_what_is_not_stopped_counts_as_unfinished(registry: TimerRegistry, clock: ManualClock) -> None:
    collected = registry.start(1, "a")
    registry.start(1, "a")
    stopped = registry.start(1, "a")
    registry.start(2, "a")
    clock.advance(MS)
    assert registry.discard(collected.handle) is True
    assert registry.discard(collected.handle) is False
    assert registry.stop(collected.handle) is None
    registry.stop(stopped.handle)
    assert registry.discard(stopped.handle) is False
    assert registry.end_scope(1) == 1
    assert registry.end_scope(1) == 0
    name = of(registry, "a")
    assert (name.times.count, name.unfinished, registry.active) == (1, 2, 1)
    assert registry.start(1, "after the end").parent is None


def test_the_heap_is_measured_where_both_ends_are_known(registry: TimerRegistry) -> None:
    for start_bytes, end_bytes in ((1000, 1500), (None, 9), (2000, 1800), (7, None)):
        timer = registry.start(1, "a", heap_bytes=start_bytes)
        registry.stop(timer.handle, heap_bytes=end_bytes)
    assert of(registry, "a").heap == (2000, 1800, 300)
    registry.stop(registry.start(1, "b", heap_bytes=1).handle)
    assert of(registry, "b").heap is None


def test_events_are_kept_while_their_timer_runs(registry: TimerRegistry, clock: ManualClock) -> None:
    timer = registry.start(1, "a")
    clock.advance(7)
    assert registry.event(timer.id, "hit", {"key": 1}) is True
    registry.stop(timer.handle)
    assert registry.event(timer.id, "late") is False
    name = of(registry, "a")
    assert name.events == (("hit", 7, {"key": 1}),)
    assert name.event_count == 1


def test_only_the_newest_events_are_kept_but_all_are_counted(registry: TimerRegistry) -> None:
    timer = registry.start(1, "a")
    for number in range(timers.MAX_EVENTS_PER_NAME + 10):
        registry.event(timer.id, str(number))
    name = of(registry, "a")
    assert name.event_count == timers.MAX_EVENTS_PER_NAME + 10
    assert [event.name for event in name.events][::63] == ["10", "73"]


def test_distinct_names_labels_and_paths_are_bounded_and_the_rest_is_counted(
    registry: TimerRegistry, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "MAX_NAMES", 10)
    monkeypatch.setattr(timers, "MAX_NODES", 10)
    for number in range(25):
        timer = registry.start(1, f"name {number}")
        clock.advance(2)
        registry.lap(timer.handle, f"label {number}")
        registry.stop(timer.handle)
    snapshot = registry.snapshot()
    assert len(snapshot.names) == 10
    assert snapshot.overflowed == 15 * 2
    by_path = stacks(registry)
    assert len(by_path) == 9
    assert by_path[MORE] == (25 - 8) * 2
    assert sum(by_path.values()) == 50
    again = registry.start(1, "name 0")
    for number in range(20):
        registry.lap(again.handle, f"another label {number}")
    assert len(of(registry, "name 0").laps) == 1


def test_long_names_are_told_apart_by_their_head(registry: TimerRegistry) -> None:
    timer = registry.start(1, "x" * 1_000_000)
    assert timer.name == "x" * 1_000_000
    registry.stop(timer.handle)
    name = registry.snapshot().names[0].name
    assert name == "x" * (timers.MAX_NAME_LENGTH - 1) + "…"
    registry.stop(registry.start(1, "é" * timers.MAX_NAME_LENGTH).handle)
    assert registry.snapshot().names[1].name == "é" * timers.MAX_NAME_LENGTH


def test_deep_nesting_ends_in_the_deepest_place(registry: TimerRegistry, clock: ManualClock) -> None:
    for _ in range(3000):
        registry.start(1, "f")
        clock.advance(1)
    by_path = stacks(registry)
    assert len(by_path) == timers.MAX_DEPTH
    assert sum(by_path.values()) == 3000
    assert registry.end_scope(1) == 3000


def test_finished_timers_are_forgotten_oldest_first(
    registry: TimerRegistry, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "MAX_FINISHED", 3)
    handles = []
    for _ in range(5):
        handles.append(registry.start(1, "a").handle)
        clock.advance(MS)
        registry.stop(handles[-1])
    assert [registry.stop(handle) for handle in handles] == [None, None, 1.0, 1.0, 1.0]
    assert of(registry, "a").times.count == 5


def test_a_clock_read_by_a_thread_that_came_late_takes_nothing_away(
    registry: TimerRegistry, clock: ManualClock
) -> None:
    timer = registry.start(1, "a")
    other = registry.start(1, "b")
    clock.advance(10)
    registry.stop(other.handle)
    clock.now_ns -= 15
    assert registry.lap(timer.handle, "x") == 0.0
    assert registry.stop(timer.handle) == 0.0
    assert stacks(registry) == {"a": 0, "a;b": 10}


steps = st.lists(
    st.tuples(
        st.sampled_from(["start", "child", "stop", "discard", "lap", "end"]),
        st.integers(1, 2),
        st.integers(0, 20),
        st.integers(0, 50),
    ),
    max_size=40,
)


@given(steps)
def test_the_sum_of_self_times_is_the_time_in_which_a_timer_of_the_scope_ran(
    actions: list[tuple[str, int, int, int]],
) -> None:
    clock = ManualClock()
    registry = TimerRegistry(clock.clock)
    running: dict[int, set[int]] = {1: set(), 2: set()}
    started: list[int] = []
    measured = stopped = unfinished = 0
    for action, scope, pick, passed in actions:
        clock.advance(passed)
        measured += passed * sum(1 for handles in running.values() if handles)
        handle = started[pick % len(started)] if started else 0
        owner = next((number for number in running if handle in running[number]), None)
        match action:
            case "start":
                timer = registry.start(scope, f"n{pick % 3}")
                running[scope].add(timer.handle)
                started.append(timer.handle)
            case "child" if (child := registry.child(handle, "child")) is not None:
                running[child.scope].add(child.handle)
                started.append(child.handle)
            case "stop":
                registry.stop(handle)
                stopped += owner is not None
            case "discard":
                assert registry.discard(handle) == (owner is not None)
                unfinished += owner is not None
            case "lap":
                assert (registry.lap(handle, "x") is None) == (owner is None)
            case "end":
                assert registry.end_scope(scope) == len(running[scope])
                unfinished += len(running[scope])
                running[scope] = set()
        if action in ("stop", "discard") and owner is not None:
            running[owner].discard(handle)
    snapshot = registry.snapshot()
    assert sum(stack.self_ns for stack in snapshot.stacks) == measured
    assert snapshot.active == registry.active == sum(map(len, running.values()))
    assert sum(name.times.count for name in snapshot.names) == stopped
    assert sum(name.unfinished for name in snapshot.names) == unfinished


def test_many_threads_lose_nothing() -> None:
    registry = TimerRegistry()

    def work() -> None:
        scope = registry.new_scope()
        for number in range(200):
            outer = registry.start(scope, "outer")
            inner = registry.start(scope, "inner")
            registry.lap(inner.handle, "lap")
            registry.event(outer.id, "event")
            if number % 4:
                registry.stop(inner.handle)
            else:
                registry.discard(inner.handle)
            registry.stop(outer.handle)
            if number % 50 == 0:
                registry.snapshot()
        registry.start(scope, "left")
        registry.end_scope(scope)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outer, inner, left = of(registry, "outer"), of(registry, "inner"), of(registry, "left")
    assert (outer.times.count, outer.event_count) == (1600, 1600)
    assert (inner.times.count, inner.unfinished, inner.laps[0].times.count) == (1200, 400, 1600)
    assert (left.times.count, left.unfinished) == (0, 8)
    assert registry.active == 0
    assert not registry._scopes
    assert set(stacks(registry)) == {"outer", "outer;inner", "left"}


def test_finalizers_may_come_in_between_anywhere() -> None:
    """Python's collector may end a VM inside any call, and the VM's finalizers discard its timers there."""
    registry = TimerRegistry()
    discarded: list[bool] = []

    class Owner:
        def __init__(self) -> None:
            self.cycle = self
            self.handle = registry.start(registry.new_scope() % 3, f"n{len(discarded) % 7}").handle

        def __del__(self) -> None:
            discarded.append(registry.discard(self.handle))
            registry.snapshot()

    before = gc.get_threshold()
    gc.set_threshold(3, 2, 2)
    try:
        for number in range(400):
            Owner()
            timer = registry.start(1, f"own {number % 5}")
            registry.lap(timer.handle, f"lap {number % 3}")
            registry.snapshot()
            registry.stop(timer.handle)
    finally:
        gc.set_threshold(*before)
    gc.collect()
    assert discarded == [True] * 400
    assert registry.active == 0
    names = registry.snapshot().names
    assert sum(name.unfinished for name in names) == 400
    assert sum(name.times.count for name in names) == 400
