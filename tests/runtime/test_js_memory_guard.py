"""When a script that fills its heap is ended: before V8 has collected many times for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js import heap_figures
from runtime.js.heap_figures import HeapFigures
from runtime.js.memory_guard import MemoryGuard

if TYPE_CHECKING:
    import pytest

V8_LIMIT_BYTES = 1_200
TIGHT, LOOSE = 99, 100
"""Bytes left."""


class Heap:
    """Stands in for V8."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, limit_bytes: int) -> None:
        self.left_bytes = V8_LIMIT_BYTES
        self.is_ended = False
        monkeypatch.setattr(heap_figures, "of_current_isolate", lambda *_: self.figures())
        self.guard = MemoryGuard(object(), V8_LIMIT_BYTES, lambda: None)
        self.guard._v8 = {"terminate": lambda _: self.end()}
        self.guard.limit_bytes = limit_bytes

    def figures(self) -> HeapFigures:
        return HeapFigures(V8_LIMIT_BYTES - self.left_bytes, V8_LIMIT_BYTES, 0, self.left_bytes)

    def end(self) -> None:
        self.is_ended = True

    def collected(self, *left_bytes: int) -> bool:
        for self.left_bytes in left_bytes:
            self.guard._collected()
        return self.is_ended


def test_two_collections_in_a_row_that_leave_next_to_nothing_end_the_script(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heap = Heap(monkeypatch, V8_LIMIT_BYTES)
    assert not heap.collected(500, TIGHT, LOOSE, TIGHT, LOOSE)
    assert heap.collected(TIGHT, TIGHT)
    assert heap.guard.reached


def test_v8_asks_for_more_once_where_the_limit_is_higher_than_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heap = Heap(monkeypatch, 2 * V8_LIMIT_BYTES)
    assert not heap.collected(TIGHT, TIGHT, TIGHT)
    assert heap.guard._near_limit(None, V8_LIMIT_BYTES, V8_LIMIT_BYTES) == 2 * V8_LIMIT_BYTES
    assert not heap.is_ended
    assert heap.guard._near_limit(None, 2 * V8_LIMIT_BYTES, V8_LIMIT_BYTES) > 2 * V8_LIMIT_BYTES
    assert heap.is_ended


def test_at_its_own_limit_v8_gets_more_only_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    heap = Heap(monkeypatch, V8_LIMIT_BYTES)
    old_generation_bytes = V8_LIMIT_BYTES - 80
    assert heap.guard._near_limit(None, old_generation_bytes, old_generation_bytes) > old_generation_bytes
    assert heap.is_ended
