"""A script of JavaScript as the debugger sees it: what `debug.debugger.target.Target` promises, kept by the agent in
its isolate and by memory that both write."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any, Literal

from debug.debugger.source import Source
from debug.debugger.target import Resume
from runtime.agent_hits import Refused
from runtime.js.debugger import layout
from runtime.js.debugger.answers import read_answer, read_hit
from runtime.js.debugger.compiled_texts import OTHER_NAME, TOO_MANY, Compiling
from runtime.js.debugger.installation import memory_source, part
from runtime.js.debugger.requests import asked_of, breakpoint_of, condition_of, plain
from runtime.js.debugger.sources import PlantedSources
from runtime.stopped_script import StoppedScript

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from debug.debugger.source import Probe
    from debug.debugger.target import (
        Answer,
        BreakpointOrder,
        Call,
        DataOrder,
        ExceptionOrder,
        Listener,
        Request,
    )
    from runtime.engine import Script
    from runtime.js.debugger.requests import Asked
    from runtime.js.host_calls import HostCalls
    from runtime.js.rewritten import Probes
    from runtime.js.sources import Source as Text
    from runtime.js.sources import Sources


class JsTarget:
    """One script in one isolate: `install`, `begin` before the script runs, `end` when it has ended."""

    language: Literal["javascript"] = "javascript"

    def __init__(
        self,
        listener: Listener,
        script: Script,
        *,
        terminate: Callable[[], None],
        stands_still: Callable[[bool], None],
    ) -> None:
        """`terminate` ends the script; `stands_still` is told whether it is stopped."""
        self._listener = listener
        self._script = script
        self._terminate = terminate
        self._sources = PlantedSources()
        self._unannounced: list[Source] = []
        self._compiling: Compiling | None = None
        self._is_ending = False
        self._stopped: StoppedScript[Asked, str] = StoppedScript(
            self.name, is_ending=lambda: self._is_ending, stands_still=stands_still
        )
        self._changed = self._stopped.changed
        self._orders: dict[int, list[Asked]] = {}
        self._errors: list[Asked] = []
        self._bytes: memoryview | None = None
        self._words: memoryview | None = None

    @property
    def name(self) -> str:
        """The script, as the user named it."""
        return self._script.name

    @property
    def is_stopped(self) -> bool:
        """Whether the script stands still."""
        return self._stopped.state == "stopped"

    # While the isolate is made

    def plant(self, text: bytes, name: str, path: str | None, is_module: bool) -> Probes | None:
        """What is planted in a text; None where that runs plain."""
        planted = self._sources.plant(text, name, path, "module" if is_module else "script")
        if isinstance(planted, Source):
            self._announce(planted)
            return None
        return planted

    def runs_plain(self, name: str) -> None:
        """A text runs as it was written, though something was planted in it."""
        source = self._sources.unplanted(name)
        if source is not None:
            self._announce(source)

    def register(self, calls: HostCalls, texts: Sources) -> None:
        """What the agent calls; `texts` are those that V8 was given."""

        def awaiting(asked: list[tuple[str, int, int]]) -> list[int]:
            return [self._byte_at(texts.get(url), line, column) for url, line, column in asked]

        run_microtasks = calls.get("loop.microtasks")
        if run_microtasks is not None:
            calls.register("loop.microtasks", lambda given: self._run_microtasks(run_microtasks, given))
        calls.register("debugger.awaiting", awaiting)
        calls.register("debugger.hit", self._meet)
        calls.register("debugger.next", self._next)
        calls.register("debugger.loaded", self._loaded)
        calls.register("debugger.orders", lambda byte: self._orders.get(byte, []))
        calls.register("debugger.errors", lambda _: self._errors)
        calls.register("debugger.probe", self._probe)
        calls.register("debugger.place", self._place)
        compiling = self._compiling = Compiling(self._sources, texts, self._announce)
        calls.register("debugger.compile", compiling.plant)
        calls.register("debugger.too_many", lambda _: compiling.runs_plain(TOO_MANY))

    def install(self, isolate: Any) -> None:
        """Before anything else runs in it."""
        memory = isolate.evaluate(memory_source())
        with self._changed:
            self._bytes = memory[: layout.PROBE_BYTES]
            self._words = memory[layout.PROBE_BYTES :].cast("i")

    @staticmethod
    def part() -> str:
        """The agent, as one of the parts of `boot.js`."""
        return part()

    # The script's thread

    def begin(self) -> None:
        """The isolate is there, and nothing of the script has run."""
        self._listener.started(self)
        self._stopped.begin()
        for source in self._unannounced:
            self._listener.loaded(self, source)
        self._unannounced.clear()

    def end(self) -> None:
        """The script has ended; the isolate is there still."""
        with self._changed:
            self._bytes = self._words = None
            began = self._stopped.end()
        if began:
            self._listener.ended(self)

    def _announce(self, source: Source) -> None:
        if self._stopped.state == "new":
            self._unannounced.append(source)
        else:
            self._listener.loaded(self, source)

    def _loaded(self, byte: int) -> None:
        if self._sources.sites.has_other_names and self._compiling is not None:
            self._compiling.runs_plain(OTHER_NAME)
        self._listener.loaded(self, self._sources.starting_at(byte).source)

    def _run_microtasks(self, run: Callable[[Any], Any], given: Any) -> Any:
        self._note_microtasks(layout.RUNNING)
        ran = False
        try:
            ran = run(given)
        finally:
            self._note_microtasks(layout.WAITING if ran else layout.UNKNOWN)  # else V8 runs them by itself
        return ran

    def _note_microtasks(self, state: int) -> None:
        words = self._words
        if words is not None:
            words[layout.MICROTASKS] = state

    def _byte_at(self, text: Text | None, line: int, column: int) -> int:
        return 0 if text is None else self._sources.byte_at(text.name, line, text.column(line, column))

    def _place(self, byte: int) -> tuple[str, int, int] | None:
        planned, probe = self._sources.probe_at(byte)
        if planned is None:
            return None
        place = planned.source.probes[probe - 1].place
        return planned.source.name, place.line, place.column

    def _probe(self, byte: int) -> Asked:
        """What can be seen at a probe."""
        planned, probe = self._sources.probe_at(byte)
        if planned is None:
            return {
                "scopes": [],
                "is_caught": False,
                "is_async": False,
                "keeps": False,
                "handed": [],
                "function": 0,
            }
        scopes = [
            {"name": scope.name, "kind": scope.kind, "variables": [one._asdict() for one in scope.variables]}
            for scope in planned.scopes(probe)
        ]
        info = planned.infos[probe - 1]
        source = planned.source
        return {
            "scopes": scopes,
            "is_caught": info.is_caught,
            "is_async": info.scope.zone.is_async,
            "keeps": info.kept is not None,
            "handed": [one.number for one in info.handed],
            "function": planned.first * 65536 + source.probes[probe - 1].function,
        }

    def _meet(self, told: Asked) -> bool:
        # A stop has done what a pause was to do; the next one may be asked for while the listener still answers.
        was_to_pause = self._take_pause()
        stays = self._stopped.meet(self._listener, self, read_hit(dumps(told), self._sources))
        if was_to_pause and not stays:
            self.pause()
        return stays

    def _take_pause(self) -> bool:
        with self._changed:
            was_to_pause = self._words is not None and self._words[layout.PAUSE] != 0
            if self._words is not None:
                self._words[layout.PAUSE] = 0
        return was_to_pause

    def _next(self, answer: str | None) -> Asked:
        """Take the answer to the last request, and wait for the next one."""
        asked = self._stopped.next(answer)
        return self._with_bytes(asked) if isinstance(asked, Resume) else asked

    def _with_bytes(self, resume: Resume) -> Asked:
        planned = self._sources.numbered(resume.source)
        shift = 0 if planned is None else planned.first - 1  # from probes to their bytes
        return plain(resume) | {"first": resume.first + shift, "last": resume.last + shift}

    # Any thread

    def order(self, source: int, probes: Mapping[int, tuple[BreakpointOrder, ...]]) -> None:
        """Arm these probes of a source, and no others of it."""
        planned = self._sources.numbered(source)
        if planned is None:
            return
        orders = {
            planned.first + probe - 1: [breakpoint_of(one) for one in wanted]
            for probe, wanted in probes.items()
        }
        last = planned.first + len(planned.source.probes)
        with self._changed:
            kept = {byte: order for byte, order in self._orders.items() if not planned.first <= byte < last}
            self._orders = {**kept, **orders}
            if self._bytes is not None:
                flags = bytearray(last - planned.first)
                for byte in orders:
                    flags[byte - planned.first] = 1
                self._count(layout.ORDERS)  # first, so that whoever sees the bytes asks for what they are for
                self._bytes[planned.first : last] = flags

    def order_exceptions(self, orders: Sequence[ExceptionOrder]) -> None:
        """Stop at such errors, and at no others."""
        wanted = [
            {"uncaught": one.uncaught, "caught": one.caught, "condition": condition_of(one.condition)}
            for one in orders
        ]
        with self._changed:
            self._errors = wanted
            self._count(layout.ORDERS)
            if self._bytes is not None:
                self._bytes[layout.ERRORS] = any(one.uncaught or one.caught for one in orders)

    def order_data(self, orders: Sequence[DataOrder]) -> Mapping[int, str]:
        """Watch these, and nothing else."""
        wanted = [
            {"breakpoint": one.breakpoint, "data_id": one.data_id, "condition": condition_of(one.condition)}
            for one in orders
        ]
        question: Asked = {"type": "order_data", "orders": wanted}
        if not orders:
            with self._changed:
                if self._stopped.is_asked:
                    self._stopped.tell(question)
                else:
                    self._count(layout.DATA)
                    self._arm_all()
            return {}
        answer = self._ask(question, None)
        return answer.refused if isinstance(answer, Refused) else {}

    def pause(self) -> None:
        """Stop at the next probe."""
        with self._changed:
            if self._words is not None:
                self._words[layout.PAUSE] = 1
                self._arm_all()

    def request(self, request: Request, timeout_s: float) -> Answer:
        """Ask the stopped script."""
        self._stopped.check()
        asked = asked_of(request)
        if not isinstance(asked, dict):
            return asked
        answer = self._ask(asked, timeout_s)
        assert not isinstance(answer, Refused), "that is asked for by `order_data`"
        return answer

    def calls(self, source: Source, probe: Probe) -> tuple[Call, ...]:
        """The calls of the statement at a probe."""
        from runtime.js.debugger.calls import calls_at

        return calls_at(source, probe)

    def check(self, expression: str) -> str | None:
        """What is wrong with an expression."""
        asked = condition_of(expression)
        return None if asked is None else asked["problem"]

    def give_up(self) -> None:
        """End what the stopped script evaluates."""
        with self._changed:
            if self._stopped.is_answering:
                self._count(layout.GIVE_UP)

    def resume(self, resume: Resume) -> None:
        """Let the stopped script go on."""
        self._stopped.resume(resume)

    def terminate(self) -> None:
        """End the script."""
        self._terminate()

    def detach(self) -> None:
        """Disarm everything, and let it run if it is stopped."""
        with self._changed:
            self._orders, self._errors = {}, []
            if self._bytes is not None and self._words is not None:
                self._count(layout.ORDERS)
                self._bytes[: layout.PROBE_BYTES] = bytes(layout.PROBE_BYTES)
                self._words[layout.PAUSE] = 0
                self._count(layout.RESET)
                self._arm_all()  # once: the agent sees that it is to do nothing more
            if self._stopped.is_asked:
                self._stopped.resume(Resume())

    def wake(self) -> None:
        """The script was asked to end: it does not stay where it is stopped."""
        self._is_ending = True
        self._stopped.wake()

    def _count(self, word: int) -> None:
        if self._words is not None:
            self._words[word] = (self._words[word] + 1) & 0x3FFFFFFF

    def _arm_all(self) -> None:
        if self._bytes is not None:
            self._bytes[layout.ANY_PROBE] = 1

    def _ask(self, question: Asked, timeout_s: float | None) -> Answer | Refused:
        return read_answer(self._stopped.ask(question, timeout_s), self._sources)
