"""Clients that fail, go away, are slow, come back; scripts run on."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import (
    Detached,
    LogOutput,
    SessionError,
    Stopped,
)
from debug.debugger.places import AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.session import Session
from debug.debugger.target import FrameList, Hit
from scenarios.fake_debuggee import FOREVER_S, PATH, FakeTarget, RecordingClient, Scene
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.debugger.events import Event as SessionEvent
    from debug.debugger.target import Answer, Request


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.session.close()
    made.session.terminate()
    assert made.all_end()


class Failing(RecordingClient):
    """Raises when it is told of a stop."""

    def tell(self, event: SessionEvent) -> None:
        super().tell(event)
        if isinstance(event, Stopped):
            raise BrokenPipeError("gone")


def test_a_client_that_fails_lets_all_scripts_run_on(scene: Scene) -> None:
    client = Failing()
    scene.session.connect(client)
    scene.session.breakpoints.add(AtLine(PATH, 1))
    scene.session.breakpoints.add(AtLine(PATH, 3))
    for _ in range(3):
        scene.script().start()
    assert scene.all_end()
    assert all(target.passed == [0, 1, 2] for target in scene.targets)
    assert scene.session.breakpoints.all() == ()
    scene.session.connect(RecordingClient())


def test_a_client_that_goes_away_in_mid_request(scene: Scene) -> None:
    asked, may_answer = Event(), Event()

    def answer(_: Request) -> Answer:
        asked.set()
        assert may_answer.wait(FOREVER_S)
        return FrameList((), 0)

    target = FakeTarget(scene.session, trace_of(plan("a\nb", PATH)), answer=answer)
    scene.targets.append(target)
    scene.session.connect(scene.client, stop_on_entry=True)
    target.start()
    scene.client.wait_for(Stopped)
    failures: list[str] = []

    def ask() -> None:
        try:
            scene.session.inspector.frames(1)
        except SessionError as error:
            failures.append(str(error))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    assert asked.wait(FOREVER_S)
    scene.session.disconnect()
    may_answer.set()
    assert scene.all_end()
    asking.join(FOREVER_S)
    assert failures == ["toy is not stopped any more"]


def test_a_client_goes_and_ends_the_scripts(scene: Scene) -> None:
    target = scene.stopped_script()
    scene.session.terminate()
    scene.session.disconnect()
    assert target.has_ended.wait(FOREVER_S)
    assert target.terminated
    assert len(scene.client.of(Detached)) == 0


def test_logpoints_lose_nothing_to_a_slow_client(scene: Scene) -> None:
    lines = 25_000  # more than are held for a client
    may_go_on = Event()

    class Slow(RecordingClient):
        def tell(self, event: SessionEvent) -> None:
            assert may_go_on.wait(FOREVER_S)
            self.events.append(event)

    client = Slow()
    scene.session.connect(client)
    info = scene.session.breakpoints.add(AtLine(PATH, 1), Rules(log_message="{n}"))
    target = scene.script("x")
    target.begin()
    hit = target.hit_at(0, breakpoints=(info.id,))

    def say() -> None:
        for _ in range(lines):
            scene.session.hit(target, hit)
        target.end()

    saying = Thread(target=say, daemon=True)
    saying.start()
    may_go_on.set()
    assert target.has_ended.wait(FOREVER_S)
    scene.session.close(flush_s=FOREVER_S)
    assert len(client.of(LogOutput)) == lines


def test_a_client_that_takes_nothing_has_gone() -> None:
    session = Session(patience_s=0.01)
    hanging = Event()

    class Hanging(RecordingClient):
        def tell(self, event: SessionEvent) -> None:
            super().tell(event)
            assert hanging.wait(FOREVER_S)

    client = Hanging()
    session.connect(client)
    info = session.breakpoints.add(AtLine(PATH, 1), Rules(log_message="x"))
    target = FakeTarget(session, trace_of(plan("x", PATH)))
    target.begin()
    hit = target.hit_at(0, breakpoints=(info.id,))
    for _ in range(30_000):
        session.hit(target, hit)
    hanging.set()
    assert client.wait_for(Detached).reason == "the client has taken no event for 0.01 seconds"
    assert target.orders == {}


def test_a_bug_of_the_debuggers_ends_the_debugging_and_not_the_script(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = scene.script()

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    scene.session.connect(scene.client)
    scene.session.breakpoints.add(AtLine(PATH, 1))
    with monkeypatch.context() as patch:
        patch.setattr(target, "order", broken)
        target.run()
    assert target.passed == [0, 1, 2]
    assert scene.client.wait_for(Detached).reason == "the debugger failed: RuntimeError: a bug"


def test_one_target_that_fails_does_not_keep_the_others_stopped(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.session.connect(scene.client, stop_on_entry=True)
    first, second = scene.script(), scene.script()
    first.start()
    scene.client.wait_for(Stopped)
    second.start()
    scene.client.wait_for(Stopped, 2)

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(first, "detach", broken)
        scene.session.disconnect()
    assert second.has_ended.wait(FOREVER_S)
    first.terminate()


def test_a_client_that_went_leaves_nothing_armed(scene: Scene) -> None:
    target = scene.stopped_script()
    scene.session.breakpoints.add(AtLine(PATH, 3))
    scene.session.breakpoints.set_data([])
    scene.session.breakpoints.add(OnData("1:x"))
    scene.session.disconnect()
    assert scene.all_end()
    assert (target.orders, target.exceptions, target.data) == ({}, (), ())
    assert target.passed == [0, 1, 2]


def test_a_step_and_a_pause_go_with_their_client(scene: Scene) -> None:
    target = scene.stopped_script()
    other = scene.script()
    other.begin()
    scene.session.pause(2)
    hits: list[Hit] = []
    scene.session.disconnect()
    listener_hit = scene.session.hit
    scene.session.hit = lambda target, hit: hits.append(hit) or listener_hit(target, hit)  # type: ignore[method-assign]
    for now in range(3):
        other.reach(now)
    other.end()
    assert target.has_ended.wait(FOREVER_S)
    assert hits == []


def test_the_next_client_has_its_breakpoints_armed(scene: Scene) -> None:
    target = scene.script()
    target.begin()
    for _ in range(2):
        scene.session.connect(scene.client)
        scene.session.breakpoints.set_lines(PATH, [Wanted(AtLine(PATH, 2))])
        assert list(target.orders[1]) == [2]
        scene.session.disconnect()
        assert target.orders == {}
    target.end()


def test_a_script_that_is_ended_does_nothing_more_of_its_own(scene: Scene) -> None:
    target = scene.stopped_script()
    told: list[str] = []
    for name in ("terminate", "detach"):
        call = getattr(target, name)
        setattr(target, name, lambda name=name, call=call: told.append(name) or call())
    scene.session.terminate()
    scene.session.disconnect()
    assert target.has_ended.wait(FOREVER_S)
    assert told[:2] == ["terminate", "detach"]
