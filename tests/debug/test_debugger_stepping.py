from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from debug.debugger.places import AtLine
from debug.debugger.session import Session
from debug.debugger.stepping import Passing, passing
from scenarios.fake_debuggee import FakeTarget
from scenarios.toy_script import marked, plan, trace_of

if TYPE_CHECKING:
    from debug.debugger.events import Event
    from debug.debugger.stepping import Granularity, StepKind
    from scenarios.toy_script import Trace

FUNCTIONS = ("f", "g", "h")


class Command(NamedTuple):
    """A step."""

    kind: StepKind
    granularity: Granularity = "line"
    ahead: int = 0
    """To a line so much later; 0: to another one."""


class Deaf:
    def tell(self, event: Event) -> None:
        pass


class Walk:
    """Steps through a trace from its entry by commands, then lets it run; the moments at which it stood still."""

    def __init__(self, trace: Trace, commands: list[Command]) -> None:
        self.stops: list[int] = []
        self._trace = trace
        self._commands = iter(commands)
        self._session = Session()
        self._session.connect(Deaf(), stop_on_entry=True)
        self._target = FakeTarget(self._session, trace, when_stopped=self._stopped)
        try:
            self._target.run()
        finally:
            self._session.close()
        self.crossings = self._target.met
        """How often the debuggee has asked whether it is to stop."""

    def _stopped(self) -> None:
        self.stops.append(self._target.now)
        command = next(self._commands, None)
        if command is None:
            self._session.resume(1)
            return
        line = self._trace.moments[self._target.now].probe.place.line
        self._session.step(
            1, command.kind, command.granularity, before=line + command.ahead if command.ahead else None
        )


def modelled(trace: Trace, commands: list[Command]) -> list[int]:
    """Where `Walk` has to stand still, told from the whole trace."""
    stops = [0]
    for kind, granularity, ahead in commands:
        was = trace.moments[stops[-1]]
        line = was.probe.place.line
        for now in range(stops[-1] + 1, len(trace.moments)):
            moment = trace.moments[now]
            here = moment.probe.place.line
            is_passed = moment.frame is was.frame and (here < line + ahead if ahead else here == line)
            if trace.may_end(kind, stops[-1], now) and not (is_passed and granularity == "line"):
                stops.append(now)
                break
        else:
            break
    return stops


statements = st.one_of(
    st.just("x = 1"),
    st.sampled_from([f"{name}()" for name in FUNCTIONS]),
    st.sampled_from([f"return {name}()" for name in FUNCTIONS]),
    st.sampled_from([f"try {name}()" for name in FUNCTIONS]),
    st.sampled_from([f"resume {name}" for name in FUNCTIONS]),
    st.just("error"),
    st.just("yield"),
    st.integers(1, 3).map("again {}".format),
)
lines = st.lists(statements, min_size=1, max_size=3).map("; ".join)
bodies = st.lists(lines, min_size=1, max_size=4).map("\n".join)


@st.composite
def programs(draw: st.DrawFn) -> str:
    parts = [f"function {name}\n{draw(bodies)}\nend" for name in FUNCTIONS]
    return "\n".join([*parts, draw(bodies)])


commands = st.builds(
    Command,
    st.sampled_from(["into", "over", "out"]),
    st.sampled_from(["line", "statement"]),
    st.sampled_from([0, 0, 1, 2, 5]),
)


@example("function f\nreturn f()\nend\nf()", [Command("into")] * 3)
@given(programs(), st.lists(commands, max_size=8))
def test_steps_end_where_the_whole_trace_says(program: str, commands: list[Command]) -> None:
    trace = trace_of(plan(program), fuel=80)
    walk = Walk(trace, commands)
    assert walk.stops == modelled(trace, commands)
    assert walk.crossings == len(walk.stops)  # what is passed by is passed without being asked about


PROGRAM = """\
function fact
x; return inner()   -- @tail
end
function inner
y = 2               -- @inner
end
function numbers
first               -- @first
yield               -- @yield
second              -- @second
end
function fails
error               -- @error
end
a = 1; fact(); b    -- @line
x; again 3          -- @loop
resume numbers      -- @consumer
between             -- @between
resume numbers
try fails()         -- @try
last                -- @last"""


@pytest.mark.parametrize(
    ("commands", "mark"),
    [
        (["over"], "loop"),
        (["over", "over"], "consumer"),
        (["into"], "tail"),
        (["into", "into"], "inner"),
        (["into", "over"], "line"),  # over a tail call is out of the frame
        (["into", "into", "out"], "line"),
        (["over", "over", "into", "into"], "yield"),
        (["over", "over", "into", "into", "over"], "second"),  # over a yield stays in the coroutine
        (["over", "over", "into", "into", "out"], "between"),  # out of it stops where it was resumed
        (["over"] * 5 + ["into", "over"], "last"),  # an error leaves the frame
    ],
)
def test_a_step_by_lines_comes_to_the_line_that_people_expect(commands: list[StepKind], mark: str) -> None:
    trace = trace_of(plan(PROGRAM))
    stops = Walk(trace, [Command(kind) for kind in commands]).stops
    assert len(stops) == len(commands) + 1
    assert trace.moments[stops[-1]].probe.place.line == marked(PROGRAM, mark)


def test_a_step_by_statements_stays_on_the_line() -> None:
    trace = trace_of(plan(PROGRAM))
    stops = Walk(trace, [Command("over", "statement")] * 2).stops
    assert [trace.moments[stop].probe.place.line for stop in stops] == [marked(PROGRAM, "line")] * 3


def test_a_step_of_an_outer_frame_passes_the_inner_ones() -> None:
    trace = trace_of(plan(PROGRAM))
    session = Session()
    stops: list[int] = []

    def when_stopped() -> None:
        stops.append(trace.moments[target.now].probe.place.line)
        if len(stops) == 1:
            session.run_to(1, AtLine("/toy", marked(PROGRAM, "inner")))
        elif len(stops) == 2:
            session.step(1, "over", frame=session.inspector.frames(1).frames[1].id)
        else:
            session.resume(1)

    session.connect(Deaf(), stop_on_entry=True)
    trace = trace_of(plan(PROGRAM, "/toy"))
    target = FakeTarget(session, trace, when_stopped=when_stopped)
    target.run()
    session.close()
    assert stops == [marked(PROGRAM, "line"), marked(PROGRAM, "inner"), marked(PROGRAM, "loop")]


def test_what_is_passed_is_the_line_or_all_before_another_one() -> None:
    source = plan("a; b\nc\n\nd; e", number=7)
    assert passing(source, 1) == Passing(7, 1, 2)
    assert passing(source, 4) == Passing(7, 4, 5)
    assert passing(source, 2, before=4) == Passing(7, 1, 3)
    assert passing(source, 3) == passing(source, 9) == passing(source, 1, before=1) == Passing()
