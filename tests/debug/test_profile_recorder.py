"""What a recorder makes of samples."""

from __future__ import annotations

import pytest

from debug.clock import ManualClock
from debug.profile.recorder import FrameKey, Recorder, Settings
from debug.reports import TimerRow

MAIN = FrameKey("(main)", "script", "a.lua", None, 3)
WORK = FrameKey("work", "script", "a.lua", 5, 6)


class Run:
    """A recorder whose clock the test turns."""

    def __init__(self) -> None:
        self.clock = ManualClock(now_ns=5_000, unix_ns=1_700_000_000_123_456_789)
        self.recorder = Recorder(Settings(), clock=self.clock.clock)

    def sample(self, weight_ns: int, *frames: FrameKey) -> None:
        self.clock.advance(weight_ns)
        self.recorder.sample(self.recorder.now_ns(), weight_ns, self.recorder.stack(frames))


def test_tables_hold_everything_once() -> None:
    run = Run()
    run.sample(10, MAIN)
    run.sample(20, MAIN, WORK)
    run.sample(30, MAIN, WORK, WORK)
    run.sample(40, MAIN, WORK)
    profile = run.recorder.profile(script="a.lua", engine="lua5.4", exit_code=3)
    assert [one.name for one in profile.functions] == ["(main)", "work"]
    assert [(one.function, one.line) for one in profile.places] == [(0, 3), (1, 6)]
    assert [(one.parent, one.place) for one in profile.stacks] == [(-1, 0), (0, 1), (1, 1)]
    samples = profile.samples
    assert samples.stack == [0, 1, 2, 1]
    assert (samples.weight_ns, samples.at_ns) == ([10, 20, 30, 40], [10, 30, 60, 100])
    assert (profile.duration_ns, profile.active_ns, profile.exit_code) == (100, 100, 3)
    assert profile.started_at == "2023-11-14T22:13:20.123456Z"
    assert profile.started_unix_ns == 1_700_000_000_123_456_000


def test_who_wants_to_know_is_told_that_the_script_is_about_to_run() -> None:
    clock = ManualClock(now_ns=5_000, unix_ns=0)
    told: list[int] = []
    recorder = Recorder(clock=clock.clock, on_begin=lambda: told.append(recorder.now_ns()))
    assert told == []
    clock.advance(10)
    recorder.begin()
    assert told == [5_010]


def test_the_first_start_drops_what_was_before() -> None:
    run = Run()
    run.sample(10, MAIN)
    run.recorder.allocated(0, 99)
    run.recorder.states_ns["C"] = 10
    run.recorder.profile_start()
    run.clock.advance(15)
    run.recorder.sample(run.recorder.now_ns(), 25, run.recorder.stack([MAIN, WORK]))  # 10 of it lie before
    run.recorder.profile_stop()
    run.sample(100, MAIN)
    run.recorder.profile_start()
    run.sample(7, MAIN)
    run.recorder.profile_stop()
    run.clock.advance(3)
    profile = run.recorder.profile(script="a.lua", engine="lua5.4")
    assert profile.samples.weight_ns == [15, 7]
    assert (profile.active_ns, profile.duration_ns) == (22, 135)
    assert [(mark.at_ns, mark.name) for mark in profile.marks] == [
        (10, "profileStart"),
        (25, "profileStop"),
        (125, "profileStart"),
        (132, "profileStop"),
    ]
    assert profile.allocations == []
    assert profile.states_ns == {}


def test_progress_names_the_hottest_function() -> None:
    run = Run()
    assert run.recorder.progress().hottest is None
    run.sample(30, MAIN, WORK)
    run.sample(10, MAIN)
    progress = run.recorder.progress()
    assert (progress.elapsed_ns, progress.samples, progress.hottest, progress.hottest_share) == (
        40,
        2,
        "work",
        0.75,
    )
    run.recorder.profile_start()  # drops them
    for _ in range(3):
        run.sample(10, MAIN)
    progress = run.recorder.progress()
    assert (progress.samples, progress.hottest, progress.hottest_share) == (3, "(main)", 1.0)


def test_no_frame_is_time_outside_of_the_script() -> None:
    run = Run()
    run.sample(10, MAIN)
    run.sample(20)
    profile = run.recorder.profile(script="a.js", engine="js")
    assert profile.samples.stack == [0, 1]
    assert profile.functions[1].kind == "outside"


def test_nothing_is_taken_after_the_end() -> None:
    run = Run()
    run.sample(10, MAIN)
    run.recorder.end()
    run.sample(10, MAIN)
    profile = run.recorder.profile(script="a.lua", engine="lua5.4")
    assert (profile.samples.weight_ns, profile.duration_ns) == ([10], 10)


@pytest.mark.parametrize("name", ["\udcff", "a\ud800b"])
def test_a_name_that_is_no_text_is_made_one(name: str) -> None:
    from debug.profile import store

    run = Run()
    run.recorder.sample(run.recorder.now_ns(), 0, run.recorder.stack([FrameKey(name, "script", name, 1, 1)]))
    run.recorder.thread(name, "coroutine")
    lap = TimerRow(name, 1, *[0.0] * 8)
    profile = run.recorder.profile(
        script=name,
        engine="lua5.4",
        arguments=(name,),
        timers=(TimerRow(name, 1, *[0.0] * 8, laps=(lap,)),),
        source_lines={name: {1: name}},
    )
    assert store.decode(store.encode(profile)) == profile
    assert "\\" in profile.functions[0].name


def test_what_a_coroutine_does_not_run_between_its_samples_it_is_suspended() -> None:
    """`outer` resumes `inner`, so it is under way then; `main` runs in between, before and after."""
    clock = ManualClock()
    recorder = Recorder(clock=clock.clock)
    outer, inner = recorder.thread("outer", "coroutine"), recorder.thread("inner", "coroutine")
    stacks = {name: recorder.stack((FrameKey(name),)) for name in ("main", "outer", "inner")}
    recorder.under_way(stacks["main"], 0, ())
    recorder.under_way(stacks["outer"], outer, (outer,))
    recorder.under_way(stacks["inner"], inner, (inner, outer))
    threads = {"main": 0, "outer": outer, "inner": inner}
    for name, milliseconds in (
        ("main", 5),
        ("outer", 3),
        ("inner", 2),
        ("outer", 1),
        ("main", 7),
        ("inner", 4),
        ("main", 9),
    ):
        clock.advance(milliseconds)
        recorder.sample(recorder.now_ns(), milliseconds, stacks[name], threads[name])
    suspended = {
        thread.name: thread.suspended_ns for thread in recorder.profile(script="x", engine="y").threads
    }
    assert suspended == {"main": None, "outer": 7, "inner": 8}
