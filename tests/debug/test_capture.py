from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.capture import CaptureRing

if TYPE_CHECKING:
    from debug.entry import RawEntry


def add(ring: CaptureRing, count: int = 1) -> None:
    for _ in range(count):
        ring.append(raw(ring.next_sequence()))


def raw(sequence: int) -> RawEntry:
    return (sequence, 0, 3, "message", None, None, "script.lua")


def held(ring: CaptureRing, limit: int | None = None) -> list[int]:
    return [entry[0] for entry in ring.newest(limit)]


def test_it_keeps_the_newest_and_counts_what_left() -> None:
    ring = CaptureRing(3)
    add(ring, 5)
    assert held(ring) == [2, 3, 4]
    assert (ring.dropped, ring.issued, len(ring), ring.limit) == (2, 5, 3, 3)


@pytest.mark.parametrize(("limit", "expected"), [(0, []), (-1, []), (1, [4]), (2, [3, 4]), (99, [2, 3, 4])])
def test_the_newest_few_come_oldest_first(limit: int, expected: list[int]) -> None:
    ring = CaptureRing(3)
    add(ring, 5)
    assert held(ring, limit) == expected


def test_what_clear_takes_is_not_dropped() -> None:
    ring = CaptureRing(3)
    add(ring, 5)
    ring.clear()
    assert (held(ring), ring.dropped) == ([], 2)
    add(ring, 4)
    assert (held(ring), ring.dropped) == ([6, 7, 8], 3)


def test_with_limit_0_nothing_is_kept_and_all_are_dropped() -> None:
    ring = CaptureRing(0)
    add(ring, 4)
    ring.clear()
    assert (held(ring), ring.dropped) == ([], 4)


def test_a_limit_past_all_memory_is_no_trouble_and_a_negative_one_is_refused() -> None:
    ring = CaptureRing(10**30)
    add(ring, 2)
    assert held(ring) == [0, 1]
    with pytest.raises(ValueError, match="negative: -1"):
        CaptureRing(-1)


def test_entries_appended_out_of_order_are_read_in_order() -> None:
    ring = CaptureRing(5)
    first, second = ring.next_sequence(), ring.next_sequence()
    ring.append(raw(second))
    ring.append(raw(first))
    assert held(ring) == [0, 1]


@given(
    st.integers(0, 6),
    st.lists(st.one_of(st.integers(1, 9), st.just("clear"), st.tuples(st.integers(0, 9))), max_size=20),
)
def test_it_is_a_list_cut_at_its_head(limit: int, steps: list[object]) -> None:
    ring, model = CaptureRing(limit), list[int]()
    issued = dropped = 0
    for step in steps:
        match step:
            case int(count):
                add(ring, count)
                model.extend(range(issued, issued + count))
                issued += count
                surplus = max(0, len(model) - limit)
                dropped += surplus
                del model[:surplus]
            case (int(newest),):
                assert held(ring, newest) == model[len(model) - min(newest, len(model)) :]
            case _:
                ring.clear()
                model.clear()
        assert (held(ring), ring.dropped, ring.issued) == (model, dropped, issued)


def test_every_entry_is_accounted_for_while_others_read_and_clear() -> None:
    ring = CaptureRing(50)
    stop = threading.Event()
    unordered: list[list[int]] = []

    def read_and_clear() -> None:
        while not stop.is_set():
            seen = held(ring)
            if seen != sorted(seen) or len(seen) > 50:
                unordered.append(seen)
            held(ring, 5)
            ring.clear()

    writers = [threading.Thread(target=add, args=(ring, 3000)) for _ in range(8)]
    reader = threading.Thread(target=read_and_clear)
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()
    assert not unordered
    assert ring.issued == 24_000
    before_clear = ring.dropped
    ring.clear()
    assert (len(ring), ring.dropped) == (0, before_clear)
