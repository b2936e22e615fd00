from __future__ import annotations

import threading
from json import dumps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.clock import ManualClock
from debug.config import DebugConfig
from debug.entry import Unshaped, picture_type, read_line, shape
from debug.level import Level
from debug.manager import OWN_MODULE, DebugManager

_texts = st.text(st.characters(codec=None), max_size=30)


def line(level: int, at_ms: int, *fields: str) -> bytes:
    return "\t".join((str(level), str(at_ms), *fields)).encode("ascii")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (line(3, 5, '"hit"'), (5_000_000, 3, "hit", None, None)),
        (line(1, 0, '""', '"a.b"'), (0, 1, "", "a.b", None)),
        (line(2, 7, '"\\u00e9\\n\\ud800"', '"\\t"'), (7_000_000, 2, "é\n\ud800", "\t", None)),
        (
            line(5, 7, "[1]", "", "{}"),
            (7_000_000, 5, picture_type("javascript")(b"[1]"), None, picture_type("javascript")(b"{}")),
        ),
        (
            line(4, 7, "12", '"m"', '"x"'),
            (7_000_000, 4, picture_type("javascript")(b"12"), "m", picture_type("javascript")(b'"x"')),
        ),
    ],
)
def test_what_a_line_says(written: bytes, expected: tuple[object, ...]) -> None:
    raw = read_line((9, written, "javascript", "a.js"))
    assert raw == (9, *expected, "a.js")
    assert [type(part) for part in raw[3:6]] == [type(part) for part in expected[2:]]


@given(st.integers(1, 5), st.integers(0, 2**43), _texts, st.none() | _texts)
def test_every_text_is_read_as_it_was(level: int, at_ms: int, message: str, module: str | None) -> None:
    fields = [dumps(message)] if module is None else [dumps(message), dumps(module)]
    raw = (1, line(level, at_ms, *fields), "javascript", "a.js")
    assert read_line(raw) == (1, at_ms * 1_000_000, level, message, module, None, "a.js")
    entry = shape(raw)
    assert (entry.level, entry.message, entry.module, entry.time_ns) == (
        Level(level),
        message,
        module,
        at_ms * 1_000_000,
    )


def test_data_is_shown_as_that_of_any_entry() -> None:
    picture = '{"t":"table","pair_count":1,"pairs":[["a",1]]}'
    entry = shape((1, line(3, 5, picture, "", picture), "javascript", "a.js"))
    shown = picture_type("javascript")(picture.encode())
    other = shape((1, 5_000_000, 3, shown, None, shown, "a.js"))
    assert entry.to_dict() == other.to_dict()
    assert (entry.message, entry.metadata) == ("{ a: 1 }", {"a": 1})


def numbered(*messages: str) -> list[bytes]:
    return [line(3, 0, dumps(message)) for message in messages]


def messages(manager: DebugManager) -> list[str]:
    return [entry.message for entry in manager.entries()]


def test_lines_and_other_entries_of_one_time_are_kept_in_the_order_in_which_they_came() -> None:
    manager = DebugManager(clock=ManualClock().clock)
    emit, emit_lines = manager.emitter("a.lua"), manager.line_emitter("b.js", "javascript")
    emit(3, "one")
    emit_lines(numbered("two", "three"))
    emit(3, "four")
    emit_lines([])
    emit_lines(numbered("five"))
    assert messages(manager) == ["one", "two", "three", "four", "five"]
    assert [entry.sequence for entry in manager.entries()] == list(range(5))
    assert [entry.source for entry in manager.entries()] == ["a.lua", "b.js", "b.js", "a.lua", "b.js"]
    assert manager.emitted == 5


@pytest.mark.parametrize(("limit", "held"), [(0, []), (1, ["4"]), (3, ["2", "3", "4"]), (9, list("01234"))])
def test_lines_leave_the_ring_and_are_counted_as_all_entries(limit: int, held: list[str]) -> None:
    manager = DebugManager(DebugConfig(capture_limit=limit))
    manager.line_emitter("a.js", "javascript")(numbered(*"01234"))
    assert messages(manager) == held
    assert (manager.emitted, manager.dropped) == (5, 5 - len(held))


def test_a_sink_gets_each_line() -> None:
    manager = DebugManager()
    seen: list[Unshaped] = []
    emit_lines = manager.line_emitter("a.js", "javascript")
    emit_lines(numbered("before"))
    manager.attach(seen.append)
    emit_lines(numbered("one", "two"))
    manager.detach()
    emit_lines(numbered("after"))
    assert [shape(raw).message for raw in seen] == ["one", "two"]
    assert messages(manager) == ["before", "one", "two", "after"]


def test_a_failing_sink_costs_no_line_and_is_reported_once() -> None:
    def broken(_: Unshaped) -> None:
        raise OSError("disk on fire")

    manager = DebugManager()
    manager.attach(broken)
    manager.line_emitter("a.js", "javascript")(numbered(*"012"))
    assert [entry.message for entry in manager.entries() if entry.module != OWN_MODULE] == ["0", "1", "2"]
    assert [entry.level for entry in manager.entries() if entry.module == OWN_MODULE] == [Level.WARN]


def test_many_threads_lose_nothing_and_repeat_nothing() -> None:
    manager = DebugManager(DebugConfig(capture_limit=100_000))

    def script(number: int) -> None:
        emit, emit_lines = manager.emitter(f"{number}"), manager.line_emitter(f"{number}", "javascript")
        for count in range(0, 1000, 10):
            emit(3, f"{count}")
            emit_lines(numbered(*(f"{count + step}" for step in range(1, 10))))

    threads = [threading.Thread(target=script, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = manager.entries()
    assert [entry.sequence for entry in entries] == list(range(6000))
    for number in range(6):
        own = [entry.message for entry in entries if entry.source == f"{number}"]
        assert own == [f"{count}" for count in range(1000)]
