"""The breakpoints of a session: asked for by its client, bound in the sources that scripts load."""

from __future__ import annotations

from itertools import count
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from debug.debugger.binding import probes_within
from debug.debugger.breakpoint import Breakpoint
from debug.debugger.events import BreakpointChanged, LogOutput, SessionError
from debug.debugger.loaded import file_key, is_same_file
from debug.debugger.places import AtFunction, AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.target import DataOrder, NotStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from debug.debugger.events import BreakpointInfo, Event
    from debug.debugger.loaded import LoadedSource
    from debug.debugger.places import Where
    from debug.debugger.script import Script, Scripts, StepTarget
    from debug.debugger.source import Place
    from debug.debugger.target import BreakpointOrder, ExceptionOrder, Hit

_END_OF_LINE = 1 << 30


class Wanted(NamedTuple):
    """A breakpoint as it is asked for."""

    where: Where
    rules: Rules = Rules()


class Reached(NamedTuple):
    """What a hit means to the breakpoints."""

    stops: tuple[int, ...]
    """Those that stop the script."""
    failures: tuple[str, ...]
    """Conditions of these that failed, in words."""


class Breakpoints:
    """From any thread. None of it waits for a running script.

    What is wrong with a breakpoint (no such line, a hit count that is none) raises nothing: it is unverified then, and
    its message says why. A breakpoint that is not verified may become so when a source is loaded; the client is told.
    """

    def __init__(self, scripts: Scripts, tell: Callable[[Event], None]) -> None:
        self._scripts = scripts
        self._tell = tell
        self._ids = count(1)
        self._all: dict[int, Breakpoint] = {}
        self._exceptions: tuple[ExceptionOrder, ...] = ()
        self._data_lock = Lock()
        """Held while scripts are told what to watch, which waits; no script ever takes it."""

    # For clients

    def set_lines(self, file: str | int, wanted: Sequence[Wanted]) -> tuple[BreakpointInfo, ...]:
        """Have these in a file (a path or a `SourceInfo.id`), and no others. `Wanted.where` are `AtLine` of the same
        file. One that was there before at the same place keeps its id, and with the same rules its hits."""
        key = None if isinstance(file, int) else file_key(file)

        def is_in_file(breakpoint: Breakpoint) -> bool:
            if not isinstance(breakpoint.where, AtLine):
                return False
            return breakpoint.where.file == file if key is None else breakpoint.is_in_file(key)

        return self._replace(is_in_file, wanted)

    def set_functions(self, wanted: Sequence[Wanted]) -> tuple[BreakpointInfo, ...]:
        """Have these `AtFunction`, and no others."""
        return self._replace(lambda breakpoint: isinstance(breakpoint.where, AtFunction), wanted)

    def set_data(self, wanted: Sequence[Wanted]) -> tuple[BreakpointInfo, ...]:
        """Have these `OnData`, and no others. A script takes them while it is stopped: one that runs, at its next stop;
        the client is told then."""
        infos = self._replace(lambda breakpoint: isinstance(breakpoint.where, OnData), wanted)
        self._order_data()
        with self._scripts.lock:
            return tuple(self._now_told(self._all[info.id]) for info in infos if info.id in self._all)

    def set_exceptions(self, orders: Sequence[ExceptionOrder]) -> None:
        """Stop where such errors are thrown, and at no others."""
        with self._scripts.lock:
            self._exceptions = tuple(orders)
            for script in self._scripts.all():
                script.target.order_exceptions(self._exceptions)

    def add(self, where: Where, rules: Rules | None = None) -> BreakpointInfo:
        """One more."""
        with self._scripts.lock:
            made = self._make(where, rules or Rules())
            self._arm()
        if isinstance(where, OnData):
            self._order_data()
        with self._scripts.lock:
            return self._now_told(made)

    def change(self, id_: int, rules: Rules) -> BreakpointInfo:
        """Give one other rules; its hits stay. Raises SessionError where there is none."""
        with self._scripts.lock:
            changed = self._get(id_)
            if changed.rules.thread != rules.thread:
                raise SessionError("a breakpoint stays with its thread: remove it and set another")
            changed.set_rules(rules)
            self._arm()
        if isinstance(changed.where, OnData):
            self._order_data()
        with self._scripts.lock:
            return self._now_told(changed)

    def ignore(self, id_: int, hits: int) -> BreakpointInfo:
        """Pass by the next `hits` hits of one. Raises SessionError where there is none."""
        with self._scripts.lock:
            ignored = self._get(id_)
            ignored.ignore = max(0, hits)
            return self._now_told(ignored)

    def remove(self, id_: int) -> None:
        """Raises SessionError where there is none."""
        with self._scripts.lock:
            removed = self._get(id_)
            del self._all[id_]
            self._arm()
        if isinstance(removed.where, OnData):
            self._order_data()

    def all(self) -> tuple[BreakpointInfo, ...]:
        """In the order in which they were made."""
        with self._scripts.lock:
            return tuple(one.info() for one in self._all.values() if not one.hidden)

    def locations(
        self,
        file: str | int,
        line: int,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
    ) -> tuple[Place, ...]:
        """Where breakpoints can be set from a position (or in a line) to another, in what was loaded last of a file;
        none where it was not loaded."""
        key = None if isinstance(file, int) else file_key(file)
        with self._scripts.lock:
            matching = [
                loaded
                for loaded in self._scripts.sources()
                if (loaded.info.id == file if key is None else loaded.key and is_same_file(loaded.key, key))
            ]
        if not matching:
            return ()
        last_line = line if end_line is None else end_line
        return tuple(
            probes_within(matching[-1].source, line, column or 1, last_line, end_column or _END_OF_LINE)
        )

    # For the session, which holds the lock

    def started(self, script: Script) -> None:
        """A script has started."""
        if self._exceptions:
            script.target.order_exceptions(self._exceptions)

    def loaded(self, loaded: LoadedSource) -> None:
        """A source was loaded: bind in it, arm it, and tell whose places have changed."""
        bound = [one for one in self._all.values() if one.bind(loaded)]
        if bound:
            self._arm_source(loaded)
        for one in bound:
            self._tell_change(one)

    def ended(self, script: Script) -> None:
        """A script has ended. What was bound in it stays verified for the client until it hears otherwise."""
        for one in self._all.values():
            one.forget(script.id)

    def run_to(self, script: Script, where: AtLine) -> None:
        """Stop this script there, once. Raises SessionError where it cannot be stopped there."""
        made = self._make(where, Rules(temporary=True, thread=script.id), hidden=True)
        problem = made.info().message
        if problem is not None:
            del self._all[made.id]
            raise SessionError(f"cannot run to line {where.line}: {problem}")
        self._arm()

    def step_into(self, script: Script, target: StepTarget) -> None:
        """Stop this script where that function is entered from where it is now, once."""
        line, column, *_ = target.entry.place
        where = AtLine(target.source.info.id, line, column)
        made = self._make(where, Rules(temporary=True, thread=script.id), hidden=True)
        made.depths, made.ignore = target.depths, target.passed
        self._arm()

    def reached(self, script: Script, hit: Hit) -> Reached:
        """Count a hit of the script's, say what logpoints have to say, and tell which breakpoints stop it."""
        if not (hit.breakpoints or hit.failed or hit.changes):
            return Reached((), ())
        stops: list[int] = []
        failures: list[str] = []
        logged = {one.breakpoint: one.values for one in hit.logged}
        ids = dict.fromkeys((*hit.breakpoints, *hit.failed, *(change.breakpoint for change in hit.changes)))
        for id_ in ids:
            one = self._all.get(id_)
            # The client may have changed its mind while the hit was under way.
            if one is None or not one.armed or not one.is_for(script.id):
                continue
            if one.depths is not None and hit.depth not in one.depths:
                continue
            one.hits += 1
            failed = hit.failed.get(id_)
            if failed is not None:
                text = f"the condition {one.rules.condition!r} failed: {failed}"
                if one.log_message is None:
                    stops.append(id_)
                    failures.append(text)
                else:
                    self._tell(LogOutput(script.id, id_, text, script.location_of(hit)))
            elif one.ignore > 0:
                one.ignore -= 1
            elif one.hit_condition is not None and not one.hit_condition.holds(one.hits):
                continue
            elif one.log_message is not None:
                text = one.log_message.text(logged.get(id_, ()))
                self._tell(LogOutput(script.id, id_, text, script.location_of(hit)))
            else:
                stops.append(id_)
        return Reached(tuple(stops), tuple(failures))

    def is_hidden(self, id_: int) -> bool:
        """Whether it is the session's own."""
        return self._all[id_].hidden

    def stopped(self, script: Script, stops: tuple[int, ...]) -> None:
        """A script stops, at these: those that were for one stop go."""
        gone = [
            one
            for one in self._all.values()
            if (one.hidden and one.rules.thread == script.id) or (one.id in stops and one.rules.temporary)
        ]
        for one in gone:
            del self._all[one.id]
            if not one.hidden:
                self._tell(BreakpointChanged(one.info(), removed=True))
        if gone:
            self._arm()
        if self._data_of(script)[1] != script.watching:
            # On a thread of its own: the script takes it once it stands still.
            Thread(target=self._catch_up, args=(script,), name="llmspell-data", daemon=True).start()

    def clear(self) -> None:
        """The client has gone, and its targets are detached: nothing of its is left."""
        self._all.clear()
        self._exceptions = ()
        for script in self._scripts.all():
            script.watching = frozenset()
        for loaded in self._scripts.sources():
            loaded.ordered = {}

    def _get(self, id_: int) -> Breakpoint:
        found = self._all.get(id_)
        if found is None or found.hidden:
            raise SessionError(f"there is no breakpoint {id_}")
        return found

    def _make(self, where: Where, rules: Rules, *, hidden: bool = False) -> Breakpoint:
        made = Breakpoint(next(self._ids), where, rules, hidden=hidden)
        self._all[made.id] = made
        for loaded in self._scripts.sources():
            made.bind(loaded)
        return made

    def _replace(
        self, belongs: Callable[[Breakpoint], bool], wanted: Sequence[Wanted]
    ) -> tuple[BreakpointInfo, ...]:
        with self._scripts.lock:
            belonging = [one for one in self._all.values() if not one.hidden and belongs(one)]
            for one in belonging:
                del self._all[one.id]
            before = {one.where: one for one in reversed(belonging)}
            now: list[Breakpoint] = []
            for where, rules in wanted:
                kept = before.pop(where, None)
                if kept is None or kept.rules.thread != rules.thread:
                    kept = self._make(where, rules)
                elif kept.rules != rules:
                    kept.set_rules(rules)
                    kept.hits = kept.ignore = 0
                self._all[kept.id] = kept
                now.append(kept)
            self._arm()
            return tuple(self._now_told(one) for one in now)

    def _now_told(self, one: Breakpoint) -> BreakpointInfo:
        one.told = one.info()
        return one.told

    def _tell_change(self, one: Breakpoint) -> None:
        """Tell the client where a breakpoint is now, unless it knows."""
        told, info = one.told, one.info()
        if one.hidden or (
            told is not None
            and (told.verified, told.message, told.locations) == (info.verified, info.message, info.locations)
        ):
            return
        one.told = info
        self._tell(BreakpointChanged(info))

    def _arm(self) -> None:
        for loaded in self._scripts.sources():
            self._arm_source(loaded)

    def _arm_source(self, loaded: LoadedSource) -> None:
        """Tell a source's target what to look out for in it, where that has changed."""
        orders: dict[int, tuple[BreakpointOrder, ...]] = {}
        for one in self._all.values():
            if one.armed:
                for probe in one.probes_in(loaded):
                    orders[probe.id] = (*orders.get(probe.id, ()), one.order)
        if orders != loaded.ordered:
            loaded.ordered = orders
            loaded.target.order(loaded.source.number, orders)

    def _order_data(self) -> None:
        """Tell each script what to watch, where that has changed."""
        with self._data_lock:
            with self._scripts.lock:
                scripts = self._scripts.all()
            for script in scripts:
                self._order_data_of(script)

    def _data_of(self, script: Script) -> tuple[dict[int, Breakpoint], frozenset[DataOrder]]:
        """The breakpoints on data of a script, and what it is to watch for them. Called with the lock held."""
        mine: dict[int, Breakpoint] = {}
        orders: list[DataOrder] = []
        for one in self._all.values():
            if isinstance(one.where, OnData) and one.armed and one.is_for(script.id):
                thread, _, data_id = one.where.data_id.partition(":")
                if thread == str(script.id):
                    mine[one.id] = one
                    orders.append(DataOrder(one.id, data_id, one.order.condition))
        return mine, frozenset(orders)

    def _catch_up(self, script: Script) -> None:
        """Have a script that has stopped watch what was asked for while it ran, and tell what came of it."""
        with self._data_lock:
            self._order_data_of(script)
        with self._scripts.lock:
            for one in self._data_of(script)[0].values():
                self._tell_change(one)

    def _order_data_of(self, script: Script) -> None:
        with self._scripts.lock:
            mine, wanted = self._data_of(script)
            if wanted == script.watching:
                return
            # Before it is told: a client that goes meanwhile has to know that there is something to take back.
            before, script.watching = script.watching, wanted
        try:
            refused = script.target.order_data(sorted(wanted, key=lambda order: order.breakpoint))
        except NotStopped:
            # What it watched before it goes on watching; the others say that they are not watched.
            with self._scripts.lock:
                script.watching = before
            return
        with self._scripts.lock:
            for id_, one in mine.items():
                one.refused = refused.get(id_)
