from __future__ import annotations

from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import (
    Detached,
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
from scenarios.fake_debuggee import FOREVER_S, PATH, FakeTarget, RecordingClient, Scene
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from debug.debugger.events import Event as SessionEvent
    from debug.debugger.target import Answer, Request


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
