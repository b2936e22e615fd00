from __future__ import annotations

from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import (
    Detached,
    LogOutput,
    Resumed,
    SessionError,
    SourceLoaded,
    Stopped,
    ThreadEnded,
    ThreadStarted,
)
from debug.debugger.inspector import Limits
from debug.debugger.places import AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.session import Session
from debug.debugger.target import FrameList, Hit
from scenarios.fake_debuggee import FakeTarget, RecordingClient, plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from debug.debugger.events import Event as SessionEvent
    from debug.debugger.target import Answer, Request

PATH = "/nowhere/toy.lua"
FOREVER_S = 20.0
"""Longer than anything here takes; a test that waits for so long fails."""


class Scene:
    """A session with a client, and scripts on threads of their own."""

    def __init__(self) -> None:
        self.session = Session(Limits(request_s=FOREVER_S))
        self.client = RecordingClient()
        self.targets: list[FakeTarget] = []

    def script(self, text: str = "a\nb\nc") -> FakeTarget:
        target = FakeTarget(self.session, trace_of(plan(text, PATH)), name=f"script{len(self.targets) + 1}")
        self.targets.append(target)
        return target

    def stopped_script(self) -> FakeTarget:
        """A script at its entry."""
        self.session.disconnect()
        self.session.connect(self.client, stop_on_entry=True)
        target = self.script()
        target.start()
        self.client.wait_for(Stopped)
        return target

    def all_end(self) -> bool:
        return all(target.has_ended.wait(FOREVER_S) for target in self.targets)


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.session.close()
    made.session.terminate()
    assert made.all_end()


def test_a_client_hears_of_a_run_in_its_order(scene: Scene) -> None:
    scene.session.connect(scene.client, stop_on_entry=True)
    scene.script().start()
    stop = scene.client.wait_for(Stopped)
    assert (stop.thread, stop.reason, stop.description) == (1, "entry", "Entry")
    assert stop.location is not None
    assert (stop.location.path, stop.location.line, stop.location.column) == (PATH, 1, 1)
    assert [(thread.name, thread.stopped) for thread in scene.session.threads()] == [("script1", True)]
    scene.session.resume(1)
    assert scene.all_end()
    scene.session.close()
    assert [type(event) for event in scene.client.events] == [
        ThreadStarted,
        SourceLoaded,
        Stopped,
        Resumed,
        ThreadEnded,
        Detached,
    ]
    assert scene.session.threads() == ()


def test_without_a_client_scripts_run_on(scene: Scene) -> None:
    target = scene.script()
    target.run()
    target = scene.script()
    target.begin()
    assert not scene.session.hit(target, target.hit_at(0, "statement"))
    target.end()


def test_a_client_that_comes_late_is_told_what_there_is(scene: Scene) -> None:
    target = scene.script()
    target.begin()
    scene.session.connect(scene.client)
    target.end()
    scene.session.close()
    assert [type(event) for event in scene.client.events] == [
        ThreadStarted,
        SourceLoaded,
        ThreadEnded,
        Detached,
    ]


def test_one_client_at_a_time_and_another_after_it(scene: Scene) -> None:
    scene.session.connect(scene.client)
    with pytest.raises(SessionError, match="another client"):
        scene.session.connect(RecordingClient())
    scene.session.breakpoints.add(AtLine(PATH, 1))
    scene.session.disconnect()
    scene.session.disconnect()
    scene.session.connect(RecordingClient())
    assert scene.session.breakpoints.all() == ()


def test_a_request_to_a_running_script_fails_at_once(scene: Scene) -> None:
    scene.session.connect(scene.client)
    target = scene.script()
    target.begin()
    for request in (
        lambda: scene.session.resume(1),
        lambda: scene.session.step(1, "over"),
        lambda: scene.session.run_to(1, AtLine(PATH, 1)),
        lambda: scene.session.inspector.frames(1),
        lambda: scene.session.inspector.evaluate("x", thread=1),
        lambda: scene.session.inspector.error(1),
    ):
        with pytest.raises(SessionError, match="script1 is running: pause it first"):
            request()
    with pytest.raises(SessionError, match="no script is stopped"):
        scene.session.inspector.evaluate("x")
    for request in (
        lambda: scene.session.resume(9),
        lambda: scene.session.pause(9),
        lambda: scene.session.stop_of(9),
    ):
        with pytest.raises(SessionError, match="there is no thread 9"):
            request()
    assert target.requests == []
    target.end()


def test_a_pause_stops_at_the_next_statement(scene: Scene) -> None:
    scene.session.connect(scene.client)
    target = scene.script()
    target.begin()
    scene.session.pause(1)
    Thread(target=target.reach, args=(1,), daemon=True).start()
    stop = scene.client.wait_for(Stopped)
    assert stop.reason == "pause"
    with pytest.raises(SessionError, match="script1 is stopped"):
        scene.session.pause(1)
    scene.session.resume(1)
    target.end()


def test_a_stop_at_entry_is_only_the_first_pause(scene: Scene) -> None:
    target = scene.stopped_script()
    scene.session.step(1, "over")
    assert scene.client.wait_for(Stopped, 2).reason == "step"
    target.pause()
    scene.session.resume(1)
    assert scene.client.wait_for(Stopped, 3).reason == "pause"


def test_frames_are_of_one_stop(scene: Scene) -> None:
    scene.stopped_script()
    (frame,) = scene.session.inspector.frames(1).frames
    assert scene.session.inspector.frames(1).frames == (frame,)
    with pytest.raises(SessionError, match=f"there are no variables {frame.id} any more"):
        scene.session.inspector.variables(frame.id)
    scene.session.step(1, "over", frame=frame.id)
    scene.client.wait_for(Stopped, 2)
    with pytest.raises(SessionError, match=f"there is no frame {frame.id} any more: the script has gone on"):
        scene.session.inspector.scopes(frame.id)
    assert scene.session.inspector.frames(1).frames[0].id != frame.id


def test_frames_of_several_threads_differ(scene: Scene) -> None:
    scene.session.connect(scene.client, stop_on_entry=True)
    for _ in range(3):
        scene.script().start()
    scene.client.wait_for(Stopped, 3)
    frames = {
        thread.id: scene.session.inspector.frames(thread.id).frames[0].id
        for thread in scene.session.threads()
    }
    assert len(set(frames.values())) == 3
    with pytest.raises(SessionError, match="is of another thread"):
        scene.session.step(1, "over", frame=frames[2])
    scene.session.resume(2)
    assert scene.targets[0].has_ended.is_set() is False


def test_many_scripts_stop_and_go_on_at_once(scene: Scene) -> None:
    class Driver(RecordingClient):
        def tell(self, event: SessionEvent) -> None:
            super().tell(event)
            if isinstance(event, Stopped):
                assert scene.session.inspector.frames(event.thread).total == 1
                scene.session.resume(event.thread)

    driver = Driver()
    scene.session.connect(driver)
    scene.session.breakpoints.add(AtLine(PATH, 1), Rules(hit_condition="%2"))
    for _ in range(6):
        scene.script("x; again 9").start()
    assert scene.all_end()
    scene.session.close()
    (info,) = [event for event in driver.events if isinstance(event, Detached)]
    assert info.reason == "the run has ended"
    assert len(driver.of(Stopped)) == 30  # of 60 hits each second one, whoever came first
    assert len(driver.of(Resumed)) == 30
    for target in scene.targets:
        assert target.passed == list(range(20))


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


def test_an_answer_that_takes_too_long_is_not_waited_for() -> None:
    may_answer = Event()

    def answer(_: Request) -> Answer:
        assert may_answer.wait(FOREVER_S)
        return FrameList((), 0)

    session = Session(Limits(request_s=0.01))
    client = RecordingClient()
    session.connect(client, stop_on_entry=True)
    target = FakeTarget(session, trace_of(plan("a")), answer=answer)
    target.start()
    client.wait_for(Stopped)
    with pytest.raises(
        SessionError, match=r"toy has not answered within 0.01 seconds, and is still busy with it"
    ):
        session.inspector.frames(1)
    session.close()
    may_answer.set()
    assert target.has_ended.wait(FOREVER_S)


def test_what_a_request_runs_is_not_stopped_in(scene: Scene) -> None:
    target = scene.stopped_script()
    assert not scene.session.hit(target, target.hit_at(1, "statement"))
    (frame,) = scene.session.inspector.frames(1).frames
    assert frame.location is not None


def test_any_requests_from_anywhere_while_scripts_run(scene: Scene) -> None:
    """Whatever comes in between, only SessionError is raised, nothing hangs, and each script runs to its end."""
    scene.session.connect(scene.client)
    session = scene.session
    pokes: list[Callable[[int], object]] = [
        session.pause,
        session.resume,
        lambda thread: session.step(thread, "over", "statement"),
        session.inspector.frames,
        lambda thread: session.run_to(thread, AtLine(PATH, 1)),
        lambda _: session.breakpoints.add(AtLine(PATH, 1), Rules(temporary=True)),
        lambda _: session.breakpoints.set_lines(PATH, [Wanted(AtLine(PATH, 1), Rules(hit_condition="%7"))]),
        lambda thread: session.breakpoints.set_data([Wanted(OnData(f"{thread}:x"))]),
        lambda _: session.breakpoints.set_lines(PATH, []),
    ]

    def poke(seed: int) -> None:
        random = Random(seed)
        for _ in range(150):
            try:
                random.choice(pokes)(random.randint(1, 4))
            except SessionError:
                pass
            except Exception as error:
                failures.append(error)

    failures: list[Exception] = []
    pokers = [Thread(target=poke, args=(seed,), daemon=True) for seed in range(3)]
    for _ in range(4):
        scene.script("x; again 99").start()
    for poker in pokers:
        poker.start()
    for poker in pokers:
        poker.join(FOREVER_S)
    session.disconnect()
    assert scene.all_end()
    assert failures == []
    assert scene.client.of(Detached) == []
    assert all(target.passed == list(range(200)) for target in scene.targets)


def test_ending_stopped_and_running_scripts(scene: Scene) -> None:
    target = scene.stopped_script()
    other = scene.script()
    scene.session.started(other)
    scene.session.terminate()
    assert target.has_ended.wait(FOREVER_S)
    assert target.passed == [0]
    assert other.terminated
    # What it does about being ended is not stopped in.
    assert not scene.session.hit(other, Hit("exception", 0, 0, 1, error="terminated"))
    other.end()
    scene.client.wait_for(Resumed)
    scene.client.wait_for(ThreadEnded, 2)


def test_a_client_goes_and_ends_the_scripts(scene: Scene) -> None:
    target = scene.stopped_script()
    scene.session.disconnect(terminate=True)
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
    scene.session.disconnect(terminate=True)
    assert target.has_ended.wait(FOREVER_S)
    assert told[:2] == ["terminate", "detach"]
