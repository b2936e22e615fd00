from __future__ import annotations

from queue import Queue
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from debug.dap.progress import Progress

if TYPE_CHECKING:
    import msgspec


class HeardLine:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def event(self, name: str, body: msgspec.Struct | None = None) -> None:
        self.heard.append((name, body))

    def cancel(self, seq: int) -> bool:
        raise AssertionError(seq)

    def hang_up(self) -> None:
        raise AssertionError


def test_what_is_done_soon_is_not_told() -> None:
    line = HeardLine()
    with Progress(line, 3, "Evaluating", lambda done, _s: done.wait(20)):
        pass
    assert line.heard == []


@pytest.mark.parametrize("fails", [False, True])
def test_what_takes_long_is_told_until_its_end(fails: bool) -> None:
    line = HeardLine()
    answers: Queue[bool] = Queue()
    told = Event()

    def wait(done: Event, _s: float) -> bool:
        if answers.empty():
            told.set()
            return done.wait(20)
        return answers.get()

    for answer in (False, False, False):
        answers.put(answer)
    try:
        with Progress(line, 3, "Evaluating", wait):
            assert told.wait(20)
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert fails
    assert [name for name, _ in line.heard] == [
        "progressStart",
        "progressUpdate",
        "progressUpdate",
        "progressEnd",
    ]
    start = line.heard[0][1]
    assert (start.progress_id, start.request_id, start.cancellable, start.title) == (
        "3",
        3,
        True,
        "Evaluating",
    )
    assert [body.message for name, body in line.heard if name == "progressUpdate"] == ["2 s", "3 s"]
