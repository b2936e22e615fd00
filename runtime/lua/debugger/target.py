"""A script of Lua as the debugger sees it: what `debug.debugger.target.Target` promises, kept by the VM's agent."""

from __future__ import annotations

import os
import sys
from collections import deque
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Literal

from debug.debugger.target import Resume
from runtime.agent_hits import Refused
from runtime.lua.async_hook import AsyncHook
from runtime.lua.debugger.answers import read_answer, read_hit
from runtime.lua.debugger.asking import as_bytes, as_optional, as_values
from runtime.lua.debugger.sources import source_of
from runtime.lua.rewrite.install import OWN, install
from runtime.stopped_script import StoppedScript

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from debug.debugger.source import Probe, Source
    from debug.debugger.target import (
        Answer,
        BreakpointOrder,
        Call,
        DataOrder,
        ExceptionOrder,
        Hit,
        Listener,
        Request,
    )
    from runtime.engine import Script
    from runtime.lua.debugger.asking import Values
    from runtime.lua.rewrite.install import Probes
    from runtime.lua.rewrite.install import Source as Chunk
    from runtime.lua.steady_hook import SteadyHook
    from runtime.lua.variants import Variant

_PARTS = ("frames.lua", "values.lua", "evaluate.lua", "look_up.lua", "errors.lua", "data.lua")
"""In the order in which they use one another."""

_TICK_S = 0.5
"""A condition that is at work at one tick and still at the next is ended."""
_INSIST_S = 0.05
"""Between two attempts to end an evaluation."""

_PRELUDES = b"=[llmspell]"


class LuaTarget:
    """One script in one VM. `install` and `connect` are called while it is made, `begin` before the script is loaded,
    `end` when it has ended."""

    language: Literal["lua"] = "lua"

    def __init__(
        self,
        listener: Listener,
        script: Script,
        *,
        attend: Callable[[], None],
        terminate: Callable[[], None],
        is_stopping: Callable[[], bool],
        stopped: Callable[[bool], None],
        warn: Callable[[str, str], None],
    ) -> None:
        """`attend` makes a running VM ask for orders soon, `terminate` ends the script, `is_stopping` tells whether
        that was asked for, `stopped` is told whether the script stands still, `warn` is told (once for a cause, and
        then what) what has failed here."""
        self._listener = listener
        self._script = script
        self._ask_attention = attend
        self._terminate = terminate
        self._warn = warn
        self._orders: deque[Values] = deque()
        self._stopped: StoppedScript[Values, bytes] = StoppedScript(
            self.name,
            is_ending=is_stopping,
            stands_still=stopped,
            comes_first=lambda: (b"orders",) if self._orders else None,
        )
        self._hit: Hit | None = None
        self._chunks: dict[int, Chunk] = {}
        self._with_conditions: set[int] = set()
        self._ticker: Thread | None = None
        self._limited = 0
        self._limit_over = Event()
        self._probes: Probes | None = None
        self._agent: Any = None
        self._hook: AsyncHook | SteadyHook | None = None

    @property
    def name(self) -> str:
        """The script, as the user named it."""
        return self._script.name

    # While the VM is made

    def install(self, runtime: Any, variant: Variant) -> None:
        """Plant probes in what is loaded from now on."""
        self._variant = variant.name
        load = runtime.execute(
            b"local load = loadstring or load return function(text, name) return assert(load(text, name)) end"
        )
        self._load = load
        self._agent, pause = load(_source("agent.lua"), OWN)(OWN)
        self._probes = install(runtime, variant, pause)
        self._probes.on_source(self._loaded)

    def connect(self, host: Any, pictures: Any, control: Any, bottom: Any, debug: Any) -> None:
        """The preludes are there, and `debug` is the Debug global; `host` is a table of `self.host()`."""
        agent, probes = self._agent, self._probes
        assert probes is not None, "it is installed first"
        agent.connect(host, probes.control, probes.shared, pictures, control)
        for part in _PARTS:
            self._load(_source(part), OWN)(agent, bottom, _PRELUDES)
        control[b"attend"] = agent.attend
        debug[b"breakpoint"] = agent.breakpoint

    def reach(self, hook: AsyncHook | SteadyHook) -> None:
        """By this the VM is reached from outside."""
        self._hook = hook

    def host(self) -> dict[bytes, Callable[..., Any]]:
        """What the agent calls."""
        return {
            b"order": self._next_order,
            b"hit": self._meet,
            b"request": self._next_request,
            b"entries": self._entries,
            b"source_named": self._source_named,
            b"limit": self._limit,
            b"threads": self._threads,
            b"failed": self._failed,
        }

    # The script's thread

    def begin(self) -> None:
        """The VM is there."""
        self._listener.started(self)
        self._stopped.begin()
        self._agent.attend()
        self._agent.begin()

    def end(self) -> None:
        """The script has ended; nothing of what runs still (finalizers) is stopped in."""
        began = self._stopped.end()
        self._orders.clear()
        self._limit(0, 0)
        if self._ticker is not None:
            self._ticker.join()
        if began:
            self._agent.finish()
            self._listener.ended(self)

    def close(self) -> None:
        """Before the VM ends: nothing of it is held any more."""
        if self._probes is not None:
            self._probes.close()
        self._probes = self._agent = self._load = self._hook = None

    def _loaded(self, chunk: Chunk) -> None:
        if chunk.name == _PRELUDES:
            return
        self._chunks[chunk.key] = chunk
        plan = chunk.plan
        self._agent.loaded(chunk.key, 0 if plan is None else len(plan.probes))
        self._listener.loaded(self, source_of(chunk, self._script))
        if self._orders:
            self._agent.attend()

    def _meet(self, json_text: bytes) -> bool:
        hit = self._hit = read_hit(json_text, self._chunks)
        return self._stopped.meet(self._listener, self, hit)

    def _next_request(self, answer: bytes | Literal[False]) -> Values:
        """Take the answer to the last request, and wait for the next one."""
        asked = self._stopped.next(answer or None)
        if not isinstance(asked, Resume):
            return asked
        return (b"resume", asked.kind.encode(), asked.frame, asked.source, asked.first, asked.last)

    def _failed(self, what: bytes, problem: bytes, goes_on: bool) -> None:
        """Something of the debugger's has failed, so that the script may not stay where it is stopped."""
        cause = f"debugger: {what.decode()}"
        self._warn(cause, f"{cause}: {problem.decode('utf-8', 'backslashreplace')}")
        if goes_on:
            self._stopped.give_up()

    def _next_order(self) -> Values | None:
        try:
            return self._orders.popleft()
        except IndexError:
            return None

    def _entries(self, key: int) -> bytes:
        plan = self._chunks[key].plan
        assert plan is not None, "it has a probe that was passed"
        return b" ".join(b"%d" % one.entry for one in plan.functions if one.entry is not None)

    def _source_named(self, name: bytes) -> int:
        return max((key for key, chunk in self._chunks.items() if chunk.name == name), default=0)

    def _threads(self) -> None:
        """Give the agent the coroutines that wait for one another, as they lie in memory."""
        hook = self._hook
        if isinstance(hook, AsyncHook) and hook.chain is not None:
            hook.api.call_registered(hook.main, b"llmspell.chain", tuple(hook.chain.from_main()))

    def _limit(self, number: int, seconds: float) -> None:
        """End the evaluation of that number after so long; 0: it has ended."""
        self._limited = number
        self._limit_over.set()
        if number:
            over = self._limit_over = Event()
            Thread(
                target=self._insist, args=(number, seconds, over), name="llmspell-evaluation", daemon=True
            ).start()

    def _insist(self, number: int, seconds: float, over: Event) -> None:
        pause_s = seconds
        while not over.wait(pause_s):
            self._orders.append((b"give_up", number))
            self._ask_attention()
            pause_s = _INSIST_S

    # Any thread

    def order(self, source: int, probes: Mapping[int, tuple[BreakpointOrder, ...]]) -> None:
        """Arm these probes of a source, and no others of it."""
        orders: list[Values] = [(b"clear", source)]
        self._with_conditions.discard(source)
        for probe, wanted in probes.items():
            for one in wanted:
                condition = as_optional(one.condition)
                orders.append(
                    (
                        b"probe",
                        source,
                        probe,
                        one.breakpoint,
                        condition,
                        *(as_bytes(text) for text in one.log),
                    )
                )
                if condition is not None or one.log:
                    self._with_conditions.add(source)
        self._give(orders)
        if self._with_conditions:
            self._tick()

    def order_exceptions(self, orders: Sequence[ExceptionOrder]) -> None:
        """Stop at such errors, and at no others."""
        flat: list[Any] = []
        for one in orders:
            flat += (one.uncaught, one.caught, as_optional(one.condition))
        self._give([(b"errors", *flat)])

    def order_data(self, orders: Sequence[DataOrder]) -> Mapping[int, str]:
        """Watch these, and nothing else."""
        if not orders:
            self._give([(b"no_data",)])
            return {}
        flat: list[Any] = []
        for one in orders:
            flat += (one.breakpoint, as_bytes(one.data_id), as_optional(one.condition))
        answer = read_answer(self._stopped.ask((b"order_data", *flat), None), {}, None)
        return (
            answer.refused
            if isinstance(answer, Refused)
            else {one.breakpoint: "it cannot be" for one in orders}
        )

    def pause(self) -> None:
        """Stop at the next probe."""
        self._give([(b"pause",)])

    def request(self, request: Request, timeout_s: float) -> Answer:
        """Ask the stopped script."""
        hit = self._hit
        answer = read_answer(self._stopped.ask(as_values(request), timeout_s), self._chunks, hit)
        assert not isinstance(answer, Refused), "that is asked for by `order_data`"
        return answer

    def calls(self, source: Source, probe: Probe) -> tuple[Call, ...]:
        """The calls of the statement at a probe."""
        from runtime.lua.debugger.calls import calls_at

        return calls_at(source, probe, self._variant)

    def check(self, expression: str) -> str | None:
        """What is wrong with an expression."""
        from runtime.lua.debugger.checking import problem_of

        return problem_of(expression, self._variant)

    def give_up(self) -> None:
        """End what the stopped script evaluates."""
        if number := self._limited:
            self._limit(number, 0.0)

    def resume(self, resume: Resume) -> None:
        """Let the stopped script go on."""
        self._stopped.resume(resume)

    def terminate(self) -> None:
        """End the script."""
        self._terminate()

    def detach(self) -> None:
        """Disarm everything, and let it run if it is stopped."""
        self._with_conditions.clear()
        with self._stopped.changed:
            self._orders.clear()
            if self._stopped.is_asked:
                self._stopped.resume(Resume())
        self._give([(b"detach",)])

    def wake(self) -> None:
        """The script was asked to end: it does not stay where it is stopped."""
        self._stopped.wake()

    def _give(self, orders: list[Values]) -> None:
        stopped = self._stopped
        with stopped.changed:
            if stopped.state == "ended":
                return
            self._orders.extend(orders)
            is_running = stopped.state == "running"
            stopped.wake()
        if is_running:
            self._ask_attention()

    def _tick(self) -> None:
        if self._ticker is None or not self._ticker.is_alive():
            self._ticker = Thread(target=self._ticking, name="llmspell-conditions", daemon=True)
            self._ticker.start()

    def _ticking(self) -> None:
        stopped = self._stopped

        def is_over() -> bool:
            return stopped.state == "ended" or not self._with_conditions

        while True:
            with stopped.changed:
                if stopped.changed.wait_for(is_over, _TICK_S):
                    return
            if stopped.state == "running":
                self._give([(b"tick",)])


def _source(name: str) -> bytes:
    """A Lua text of this package, from wherever it was imported."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return text
