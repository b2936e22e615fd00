from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from debug.debugger.places import AtLine
from debug.debugger.session import Session
from debug.debugger.stepping import Spot, Step
from scenarios.fake_debuggee import FakeTarget
from scenarios.toy_script import marked, plan, trace_of

if TYPE_CHECKING:
    from debug.debugger.events import Event
    from debug.debugger.stepping import Granularity, StepKind
    from scenarios.toy_script import Trace

FUNCTIONS = ("f", "g", "h")


class Deaf:
    def tell(self, event: Event) -> None:
        pass


class Walk:
    """Steps through a trace from its entry by commands, then lets it run; the moments at which it stood still."""

    def __init__(self, trace: Trace, commands: list[tuple[StepKind, Granularity]]) -> None:
        self.stops: list[int] = []
        self._commands = iter(commands)
        self._session = Session()
        self._session.connect(Deaf(), stop_on_entry=True)
        self._target = FakeTarget(self._session, trace, when_stopped=self._stopped)
        try:
            self._target.run()
        finally:
            self._session.close()

    def _stopped(self) -> None:
        self.stops.append(self._target.now)
        command = next(self._commands, None)
        if command is None:
            self._session.resume(1)
        else:
            self._session.step(1, *command)


def modelled(trace: Trace, commands: list[tuple[StepKind, Granularity]]) -> list[int]:
    """Where `Walk` has to stand still, told from the whole trace."""
    stops = [0]
    for kind, granularity in commands:
        was = trace.moments[stops[-1]]
        for now in range(stops[-1] + 1, len(trace.moments)):
            moment = trace.moments[now]
            same_line = moment.frame is was.frame and moment.probe.place.line == was.probe.place.line
            if trace.may_end(kind, stops[-1], now) and not (same_line and granularity == "line"):
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


kinds = st.sampled_from(["into", "over", "out"])
granularities = st.sampled_from(["line", "statement"])


@example("function f\nreturn f()\nend\nf()", [("into", "line")] * 3)
@given(programs(), st.lists(st.tuples(kinds, granularities), max_size=8))
def test_steps_end_where_the_whole_trace_says(
    program: str, commands: list[tuple[StepKind, Granularity]]
) -> None:
    trace = trace_of(plan(program), fuel=80)
    assert Walk(trace, commands).stops == modelled(trace, commands)


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
    stops = Walk(trace, [(kind, "line") for kind in commands]).stops
    assert len(stops) == len(commands) + 1
    assert trace.moments[stops[-1]].probe.place.line == marked(PROGRAM, mark)


def test_a_step_by_statements_stays_on_the_line() -> None:
    trace = trace_of(plan(PROGRAM))
    stops = Walk(trace, [("over", "statement")] * 2).stops
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
    assert stops == [marked(PROGRAM, "line"), marked(PROGRAM, "inner"), marked(PROGRAM, "line")]


SPOT = Spot(0, 2, 1, 3, 10)


def test_a_step_is_on_its_way_only_on_its_own_line() -> None:
    step = Step("over", "line", SPOT)
    assert step.met(SPOT, is_tail_call=False) == step
    for other in (
        SPOT._replace(line=11),
        SPOT._replace(height=1),
        SPOT._replace(coroutine=1),
        SPOT._replace(function=2),
        SPOT._replace(source=2),
        None,
    ):
        assert step.met(other, is_tail_call=False) is None


def test_what_follows_a_tail_call_is_another_frame() -> None:
    step = Step("into", "line", SPOT).met(SPOT, is_tail_call=True)
    assert step is not None
    assert step.met(SPOT, is_tail_call=False) is None
