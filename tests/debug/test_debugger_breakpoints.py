from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import BreakpointChanged, LogOutput, SessionError, Stopped
from debug.debugger.places import AtFunction, AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.session import Session
from debug.debugger.target import DataChange, DataOrder, ExceptionOrder
from scenarios.fake_debuggee import FakeTarget, RecordingClient
from scenarios.toy_script import marked, plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOP = """\
-- a loop of five
x; again 4       -- @loop
function deposit
y                -- @deposit
end
-- a remark      -- @remark
deposit()        -- @call
z                -- @last"""


class Debuggee:
    """A session with a client, and the toy script in a file."""

    def __init__(self, path: Path, text: str = LOOP) -> None:
        path.write_text(text)
        self.path = str(path)
        self.text = text
        self.client = RecordingClient()
        self.session = Session()
        self.breakpoints = self.session.breakpoints
        self.session.connect(self.client)
        self.target = FakeTarget(self.session, trace_of(plan(text, self.path)), when_stopped=self._stopped)
        self.stops: list[Stopped] = []
        self.when_stopped: Callable[[Stopped], None] = lambda _: None

    def _stopped(self) -> None:
        told = self.session.stop_of(self.session.threads()[-1].id)
        assert told is not None
        self.stops.append(told)
        self.when_stopped(told)
        self.session.resume(told.thread)

    def at(self, mark: str, column: int | None = None) -> AtLine:
        return AtLine(self.path, marked(self.text, mark), column)

    def run(self) -> list[int]:
        """Runs it to its end; the lines at which it stopped."""
        self.target.run()
        return [stop.location.line for stop in self.stops if stop.location is not None]

    def events(self) -> RecordingClient:
        """The client, told everything."""
        self.session.close()
        return self.client


@pytest.fixture
def debuggee(tmp_path: Path) -> Iterator[Debuggee]:
    made = Debuggee(tmp_path / "toy.lua")
    yield made
    made.session.close()


def test_a_breakpoint_set_before_its_file_is_loaded_is_bound_then(debuggee: Debuggee) -> None:
    (info,) = debuggee.breakpoints.set_lines(debuggee.path, [Wanted(debuggee.at("last"))])
    assert (info.verified, info.message, info.locations) == (False, "not loaded yet", ())
    assert debuggee.run() == [marked(LOOP, "last")]
    (stop,) = debuggee.stops
    assert (stop.reason, stop.description, stop.breakpoints) == (
        "breakpoint",
        f"Breakpoint {info.id}",
        (info.id,),
    )
    (changed,) = debuggee.events().of(BreakpointChanged)
    assert (changed.breakpoint.id, changed.breakpoint.verified, changed.removed) == (info.id, True, False)
    assert changed.breakpoint.locations[0][1:5] == (debuggee.path, "toy", marked(LOOP, "last"), 1)


def test_a_breakpoint_moves_to_the_next_statement(debuggee: Debuggee) -> None:
    debuggee.target.begin()
    (info,) = debuggee.breakpoints.set_lines(debuggee.path, [Wanted(debuggee.at("remark"))])
    assert info.verified
    assert info.where == debuggee.at("remark")
    assert info.locations[0].line == marked(LOOP, "call")
    assert debuggee.events().of(BreakpointChanged) == []  # the request has answered it


def test_no_such_file_and_no_such_line_say_so(debuggee: Debuggee) -> None:
    debuggee.target.begin()
    gone = AtLine("/no/such/file.lua", 1)
    assert debuggee.breakpoints.add(gone).message == "there is no file /no/such/file.lua"
    assert debuggee.breakpoints.add(AtLine(77, 1)).message == "there is no source 77"
    past = debuggee.breakpoints.add(AtLine(debuggee.path, 99))
    assert (past.verified, past.message) == (False, "the file has 8 lines, and no line 99")


def test_setting_the_lines_of_a_file_replaces_them_and_keeps_what_stays(debuggee: Debuggee) -> None:
    debuggee.target.begin()
    other = debuggee.breakpoints.add(AtFunction("deposit"))
    first, second = debuggee.breakpoints.set_lines(
        debuggee.path, [Wanted(debuggee.at("loop")), Wanted(debuggee.at("last"))]
    )
    (kept, third) = debuggee.breakpoints.set_lines(
        debuggee.path, [Wanted(debuggee.at("last")), Wanted(debuggee.at("call"))]
    )
    assert (kept.id, third.id > second.id) == (second.id, True)
    assert [info.id for info in debuggee.breakpoints.all()] == [other.id, kept.id, third.id]
    assert first.id not in {info.id for info in debuggee.breakpoints.all()}
    armed = {order.breakpoint for orders in debuggee.target.orders[1].values() for order in orders}
    assert armed == {other.id, kept.id, third.id}
    assert debuggee.breakpoints.set_lines(debuggee.path, []) == ()
    assert [info.id for info in debuggee.breakpoints.all()] == [other.id]


def test_hits_are_kept_with_the_rules_and_begin_anew_with_others(debuggee: Debuggee) -> None:
    debuggee.breakpoints.set_lines(debuggee.path, [Wanted(debuggee.at("loop"), Rules(hit_condition=">9"))])
    debuggee.run()
    at = debuggee.at("loop")
    (same,) = debuggee.breakpoints.set_lines(debuggee.path, [Wanted(at, Rules(hit_condition=">9"))])
    assert same.hits == 5
    (other,) = debuggee.breakpoints.set_lines(debuggee.path, [Wanted(at, Rules(hit_condition=">8"))])
    assert (other.id, other.hits) == (same.id, 0)


def test_two_breakpoints_of_one_place_are_both_hit(debuggee: Debuggee) -> None:
    ids = tuple(debuggee.breakpoints.add(debuggee.at("last")).id for _ in range(2))
    debuggee.run()
    assert [stop.breakpoints for stop in debuggee.stops] == [ids]


@pytest.mark.parametrize(
    ("rules", "stops"),
    [
        (Rules(), 5),
        (Rules(condition="n == 2"), 1),
        (Rules(condition="  "), 5),
        (Rules(hit_condition="2"), 1),
        (Rules(hit_condition=">=2"), 4),
        (Rules(hit_condition="%2"), 2),
        (Rules(condition="n > 1", hit_condition="2"), 1),
        (Rules(temporary=True), 1),
        (Rules(temporary=True, hit_condition="3"), 1),
        (Rules(enabled=False), 0),
        (Rules(thread=1), 5),
        (Rules(thread=2), 0),
        (Rules(log_message="here"), 0),
    ],
)
def test_rules_tell_which_hits_stop(debuggee: Debuggee, rules: Rules, stops: int) -> None:
    debuggee.breakpoints.add(debuggee.at("loop"), rules)
    assert len(debuggee.run()) == stops


@pytest.mark.parametrize("rules", [Rules(hit_condition="x"), Rules(log_message="{")])
def test_wrong_rules_make_it_unverified(debuggee: Debuggee, rules: Rules) -> None:
    info = debuggee.breakpoints.add(debuggee.at("loop"), rules)
    assert not info.verified
    assert debuggee.run() == []
    assert info.message == debuggee.breakpoints.all()[0].message
    mended = debuggee.breakpoints.change(info.id, Rules())
    assert (mended.id, mended.verified) == (info.id, False)  # its thread has ended


def test_a_hit_condition_of_a_condition_counts_those_that_held(debuggee: Debuggee) -> None:
    debuggee.breakpoints.add(debuggee.at("loop"), Rules(condition="n > 1", hit_condition="2"))
    debuggee.when_stopped = lambda _: seen.append(debuggee.target.now)
    seen: list[int] = []
    debuggee.run()
    assert seen == [4]  # the loop's rounds are the moments 0, 2, 4...


def test_a_condition_that_fails_stops_and_is_told(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("last"), Rules(condition="1 / 0"))
    debuggee.run()
    (stop,) = debuggee.stops
    assert stop.breakpoints == (info.id,)
    assert stop.text == "the condition '1 / 0' failed: division by zero"


def test_ignored_hits_are_counted_and_passed_by(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("loop"))
    assert debuggee.breakpoints.ignore(info.id, 3).ignore == 3
    assert len(debuggee.run()) == 2
    (after,) = debuggee.breakpoints.all()
    assert (after.hits, after.ignore) == (5, 0)


def test_a_logpoint_says_its_text_and_does_not_stop(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(
        debuggee.at("loop"), Rules(log_message="n={n}, twice {n * 2}", hit_condition="<3")
    )
    failing = debuggee.breakpoints.add(debuggee.at("last"), Rules(log_message="never", condition="nope"))
    assert debuggee.run() == []
    said = debuggee.events().of(LogOutput)
    assert [(log.breakpoint, log.text) for log in said] == [
        (info.id, "n=0, twice 0"),
        (info.id, "n=2, twice 4"),
        (failing.id, "the condition 'nope' failed: name 'nope' is not defined"),
    ]
    assert said[0].location is not None
    assert said[0].location.line == marked(LOOP, "loop")


def test_a_temporary_breakpoint_is_gone_with_its_stop(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("loop"), Rules(temporary=True))
    debuggee.run()
    assert debuggee.breakpoints.all() == ()
    assert [event.breakpoint.id for event in debuggee.events().of(BreakpointChanged) if event.removed] == [
        info.id
    ]


def test_a_function_breakpoint_is_bound_when_its_function_is_loaded(debuggee: Debuggee) -> None:
    (info,) = debuggee.breakpoints.set_functions([Wanted(AtFunction("deposit"))])
    assert (info.verified, info.message) == (False, "no function deposit is loaded yet")
    assert debuggee.run() == [marked(LOOP, "deposit")]


def test_breakpoints_change_and_go_while_the_script_is_stopped(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("loop"))

    def change(_: Stopped) -> None:
        if len(debuggee.stops) == 1:
            debuggee.breakpoints.change(info.id, Rules(enabled=False))
            debuggee.breakpoints.add(debuggee.at("call"))
        else:
            debuggee.breakpoints.remove(debuggee.breakpoints.all()[-1].id)

    debuggee.when_stopped = change
    assert debuggee.run() == [marked(LOOP, "loop"), marked(LOOP, "call")]
    for action in (debuggee.breakpoints.remove, lambda id_: debuggee.breakpoints.change(id_, Rules())):
        with pytest.raises(SessionError, match="there is no breakpoint 99"):
            action(99)


def test_a_path_is_the_file_however_it_is_written(
    debuggee: Debuggee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.lua").symlink_to(debuggee.path)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    debuggee.target.begin()
    for written in ("toy.lua", "link.lua", f"sub{os.sep}..{os.sep}toy.lua", str(tmp_path / "link.lua")):
        assert debuggee.breakpoints.add(AtLine(written, marked(LOOP, "last"))).verified, written
    upper = debuggee.breakpoints.add(AtLine("TOY.LUA", 2))
    assert upper.verified == os.path.exists("TOY.LUA")


def test_a_breakpoint_is_bound_in_every_source_of_its_file(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("last"))
    debuggee.target.begin()
    longer = plan("-- two\n-- more lines\n" + LOOP, debuggee.path, number=2)
    debuggee.session.loaded(debuggee.target, longer)
    (now,) = debuggee.breakpoints.all()
    assert [location.line for location in now.locations] == [marked(LOOP, "call") + 2, marked(LOOP, "last")]
    assert [len(debuggee.target.orders[number]) for number in (1, 2)] == [1, 1]
    changes = [event.breakpoint for event in debuggee.events().of(BreakpointChanged)]
    assert [(change.id, len(change.locations)) for change in changes] == [(info.id, 1), (info.id, 2)]


def test_a_file_that_is_loaded_time_and_again_has_its_places_once(debuggee: Debuggee) -> None:
    debuggee.breakpoints.add(debuggee.at("last"))
    for number in range(1, 4):
        if number == 1:
            debuggee.target.begin()
        else:
            debuggee.session.loaded(debuggee.target, plan(LOOP, debuggee.path, number=number))
    (info,) = debuggee.breakpoints.all()
    assert [location.source for location in info.locations] == [3]
    assert [len(debuggee.target.orders[number]) for number in (1, 2, 3)] == [1, 1, 1]


def test_text_that_is_no_file_has_breakpoints_by_its_source(debuggee: Debuggee) -> None:
    debuggee.session.started(debuggee.target)
    debuggee.session.loaded(debuggee.target, plan("a\nb", None, number=7))
    (source,) = debuggee.session.sources.all()
    (info,) = debuggee.breakpoints.set_lines(source.id, [Wanted(AtLine(source.id, 2))])
    assert info.verified
    assert list(debuggee.target.orders[7]) == [2]
    assert [place.line for place in debuggee.breakpoints.locations(source.id, 1, end_line=9)] == [1, 2]
    assert debuggee.breakpoints.set_lines(source.id, []) == ()
    assert debuggee.target.orders[7] == {}


def test_locations_are_of_what_was_loaded(debuggee: Debuggee) -> None:
    loop = marked(LOOP, "loop")
    assert debuggee.breakpoints.locations(debuggee.path, loop) == ()
    debuggee.target.begin()
    assert [place.column for place in debuggee.breakpoints.locations(debuggee.path, loop)] == [1, 4]


def test_what_is_told_to_a_target_again_is_only_what_changed(debuggee: Debuggee) -> None:
    debuggee.target.begin()
    assert debuggee.target.orders == {}
    debuggee.breakpoints.add(debuggee.at("last"))
    before = debuggee.target.orders[1]
    debuggee.breakpoints.add(AtLine("/elsewhere", 1))
    assert debuggee.target.orders[1] is before


def test_errors_to_stop_at_reach_scripts_that_run_and_that_start(debuggee: Debuggee) -> None:
    orders = (ExceptionOrder(uncaught=True), ExceptionOrder(caught=True, condition="x"))
    debuggee.target.begin()
    debuggee.breakpoints.set_exceptions(orders)
    later = FakeTarget(debuggee.session, trace_of(plan("x")))
    later.begin()
    assert debuggee.target.exceptions == later.exceptions == orders


def test_data_is_watched_by_the_thread_it_is_of(debuggee: Debuggee) -> None:
    data = [Wanted(OnData("1:count")), Wanted(OnData("1:refused")), Wanted(OnData("2:other"))]
    infos = debuggee.breakpoints.set_data(data)
    assert {info.message for info in infos} == {"is watched from the next stop on"}
    kept, refused, _ = (info.id for info in infos)
    debuggee.target.refuse_data = {refused: "it is a constant"}
    debuggee.breakpoints.add(debuggee.at("call"))

    def watch(_: Stopped) -> None:
        now = debuggee.breakpoints.set_data(data)
        assert [(info.verified, info.message) for info in now] == [
            (True, None),
            (False, "it is a constant"),
            (False, "is watched from the next stop on"),
        ]

    debuggee.when_stopped = watch
    debuggee.run()
    assert debuggee.target.data == (DataOrder(kept, "count"), DataOrder(refused, "refused"))


def test_data_asked_for_while_a_script_runs_is_watched_from_its_next_stop_on(debuggee: Debuggee) -> None:
    data = [Wanted(OnData("1:count")), Wanted(OnData("1:gone"))]
    kept, gone = (info.id for info in debuggee.breakpoints.set_data(data))
    debuggee.target.refuse_data = {gone: "it is gone"}
    debuggee.breakpoints.set_lines(debuggee.path, [Wanted(debuggee.at("call"))])

    def look(_: Stopped) -> None:
        debuggee.client.wait_for(BreakpointChanged, 3)

    debuggee.when_stopped = look
    debuggee.run()
    told = [change.breakpoint for change in debuggee.events().of(BreakpointChanged)[1:]]  # after the line's
    assert [(info.id, info.verified, info.message) for info in told] == [
        (kept, True, None),
        (gone, False, "it is gone"),
    ]
    assert debuggee.target.data == (DataOrder(kept, "count"), DataOrder(gone, "gone"))


def test_a_change_of_data_stops_and_tells_both_values(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(OnData("1:count"), Rules(hit_condition="2"))
    debuggee.target.begin()
    for old, new in (("0", "1"), ("1", "2"), ("2", "3")):
        change = DataChange(info.id, "count", old, new)
        debuggee.target.meet(debuggee.target.hit_at(0, "data", changes=(change,)))
    (stop,) = debuggee.stops
    assert (stop.reason, stop.text, stop.breakpoints) == ("data", "count: 1 → 2", (info.id,))
    assert [(change.old, change.new) for change in stop.changes] == [("1", "2")]


def test_a_hit_of_a_breakpoint_that_is_gone_does_not_stop(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("last"))
    debuggee.target.begin()
    under_way = debuggee.target.hit_at(0, breakpoints=(info.id,), failed={info.id: "x"})
    debuggee.breakpoints.remove(info.id)
    assert not debuggee.session.hit(debuggee.target, under_way)


def test_a_breakpoint_met_while_stepping_is_told_as_such(debuggee: Debuggee) -> None:
    info = debuggee.breakpoints.add(debuggee.at("last"))
    debuggee.target.begin()
    hit = debuggee.target.hit_at(0, "step", breakpoints=(info.id,))
    debuggee.target.meet(hit)
    assert [(stop.reason, stop.breakpoints) for stop in debuggee.stops] == [("breakpoint", (info.id,))]


def test_running_to_a_line_leaves_no_breakpoint(debuggee: Debuggee) -> None:
    debuggee.breakpoints.add(debuggee.at("loop"), Rules(temporary=True))

    def stopped() -> None:
        told = debuggee.session.stop_of(1)
        assert told is not None
        debuggee.stops.append(told)
        with pytest.raises(SessionError, match=r"cannot run to line 99: the file has 8 lines"):
            debuggee.session.run_to(1, AtLine(debuggee.path, 99))
        if len(debuggee.stops) == 1:
            debuggee.session.run_to(1, debuggee.at("call"))
        else:
            debuggee.session.resume(1)

    debuggee.target = FakeTarget(debuggee.session, trace_of(plan(LOOP, debuggee.path)), when_stopped=stopped)
    assert debuggee.run() == [marked(LOOP, "loop"), marked(LOOP, "call")]
    assert (debuggee.stops[1].reason, debuggee.stops[1].breakpoints) == ("step", ())
    assert debuggee.breakpoints.all() == ()
    assert debuggee.target.orders[1] == {}
