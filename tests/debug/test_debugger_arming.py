"""Whatever is asked for, loaded and taken back in whatever order, what is armed is what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from debug.debugger.binding import bind_function, bind_line
from debug.debugger.breakpoints import Wanted
from debug.debugger.events import BreakpointChanged
from debug.debugger.places import AtFunction, AtLine
from debug.debugger.rules import Rules
from debug.debugger.session import Session
from scenarios.fake_debuggee import FakeTarget, RecordingClient
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.events import BreakpointInfo
    from debug.debugger.events import Event as SessionEvent
    from debug.debugger.places import Where
    from debug.debugger.source import Source

TEXTS = ("a\n\nb; c\n", "function f\nx\nend\n\nf()\n", "-- nothing\n")
PATHS = ("/nowhere/a", "/nowhere/b", None)

rules_ = st.sampled_from(
    [
        Rules(),
        Rules(enabled=False),
        Rules(condition="n"),
        Rules(hit_condition="?"),
        Rules(thread=2),
        Rules(log_message="{n}"),
    ]
)
paths = st.sampled_from(PATHS[:2])
line_numbers = st.integers(0, 6)


class Arming(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.client = RecordingClient()
        self.session = Session()
        self.session.connect(self.client)
        self.targets = [FakeTarget(self.session, trace_of(plan("x"))) for _ in range(2)]
        self.loaded: list[tuple[int, Source]] = []
        self.wanted: dict[int, Wanted] = {}
        self.known: dict[int, BreakpointInfo] = {}
        """What the client knows, by answers and events."""
        for target in self.targets:
            self.session.started(target)

    @rule(script=st.integers(0, 1), text=st.sampled_from(TEXTS), path=st.sampled_from(PATHS))
    def load(self, script: int, text: str, path: str | None) -> None:
        source = plan(text, path, number=len(self.loaded) + 1)
        self.loaded.append((script, source))
        told: list[SessionEvent] = []
        self.session.breakpoints._tell = told.append  # told at once, not on another thread
        self.session.loaded(self.targets[script], source)
        for event in told:
            assert isinstance(event, BreakpointChanged)
            self.known[event.breakpoint.id] = event.breakpoint

    @rule(path=paths, asked=st.lists(st.tuples(line_numbers, rules_), max_size=3))
    def set_lines(self, path: str, asked: list[tuple[int, Rules]]) -> None:
        wanted = [Wanted(AtLine(path, line), rules) for line, rules in asked]
        infos = self.session.breakpoints.set_lines(path, wanted)
        self.forget(lambda where: isinstance(where, AtLine) and where.file == path)
        self.wanted.update({info.id: one for info, one in zip(infos, wanted, strict=True)})
        self.known.update({info.id: info for info in infos})
        assert len({info.id for info in infos}) == len(wanted)

    @rule(asked=st.lists(rules_, max_size=2))
    def set_functions(self, asked: list[Rules]) -> None:
        wanted = [Wanted(AtFunction("f"), rules) for rules in asked]
        infos = self.session.breakpoints.set_functions(wanted)
        self.known.update({info.id: info for info in infos})
        self.forget(lambda where: isinstance(where, AtFunction))
        self.wanted.update({info.id: one for info, one in zip(infos, wanted, strict=True)})

    @rule(path=paths, line=line_numbers, rules=rules_)
    def add(self, path: str, line: int, rules: Rules) -> None:
        where: Where = AtLine(path, line)
        info = self.session.breakpoints.add(where, rules)
        self.wanted[info.id], self.known[info.id] = Wanted(where, rules), info

    @rule(data=st.data(), rules=rules_)
    def change(self, data: st.DataObject, rules: Rules) -> None:
        if self.wanted:
            id_ = data.draw(st.sampled_from(sorted(self.wanted)))
            rules = rules._replace(thread=self.wanted[id_].rules.thread)
            self.known[id_] = self.session.breakpoints.change(id_, rules)
            self.wanted[id_] = self.wanted[id_]._replace(rules=rules)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.wanted:
            id_ = data.draw(st.sampled_from(sorted(self.wanted)))
            self.session.breakpoints.remove(id_)
            del self.wanted[id_]

    @invariant()
    def what_is_armed_is_what_was_asked_for(self) -> None:
        for script, source in self.loaded:
            orders = self.targets[script].orders.get(source.number, {})
            armed = {(probe, order.breakpoint) for probe, of_probe in orders.items() for order in of_probe}
            assert armed == {
                (probe, id_)
                for id_, one in self.wanted.items()
                if one.rules.enabled
                and one.rules.hit_condition is None
                and one.rules.thread in (None, script + 1)
                for probe in self.places(one.where, source)
            }

    @invariant()
    def all_are_known(self) -> None:
        infos = self.session.breakpoints.all()
        assert {info.id: Wanted(info.where, info.rules) for info in infos} == self.wanted
        assert [self.known[info.id] for info in infos] == list(infos)
        assert all(info.verified == (info.message is None) == bool(info.locations) for info in infos)

    def forget(self, belongs: Callable[[Where], bool]) -> None:
        self.wanted = {id_: one for id_, one in self.wanted.items() if not belongs(one.where)}

    def places(self, where: Where, source: Source) -> list[int]:
        if isinstance(where, AtFunction):
            return [probe.id for probe in bind_function(source, where.name)]
        assert isinstance(where, AtLine)
        found = bind_line(source, where.line) if source.path == where.file else ""
        return [] if isinstance(found, str) else [found.id]

    def teardown(self) -> None:
        self.session.close()


Arming.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
TestArming = Arming.TestCase
