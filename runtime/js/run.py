"""One run of one script: an isolate of its own, from its making to its end."""

from __future__ import annotations

import os
from threading import Event
from typing import TYPE_CHECKING, Any

from runtime.engine import ErrorKind, RunResult, StopReason
from runtime.js import boot
from runtime.js.channel import ANSWER_BYTES, HEADER_BYTES, RING_BYTES, Channel
from runtime.js.debug_calls import register_debug_calls
from runtime.js.host_calls import HostCalls
from runtime.js.limits import memory_limit
from runtime.js.outcome import HeapExhausted, OutOfMemory, ParseFailure, ScriptFailure, Terminated
from runtime.js.output import ScriptOutput
from runtime.js.records import Records
from runtime.js.sources import Sources

if TYPE_CHECKING:
    from runtime.bridge import DebugBridge
    from runtime.engine import Script
    from runtime.js.debugger.target import JsTarget
    from runtime.js.host_setup import Host, MainSource
    from runtime.js.isolate import Isolate
    from runtime.js.profile.profiler import Profiler
    from runtime.js.public_isolate import PublicIsolate
    from runtime.js.whereabouts import Site
    from runtime.options import EngineOptions

MESSAGE_LIMITS = (3, 50, 10, 10, False)
"""Depth, string length, array elements, pairs, addresses: what a compact dump shows."""
DATA_LIMITS = (20, 10_000, 1_000, 1_000, False)
"""The same for data of entries, results and thrown values."""

_STOPS = {
    StopReason.TIMEOUT: (ErrorKind.TIMEOUT, 124),
    StopReason.INTERRUPT: (ErrorKind.INTERRUPTED, 130),
    StopReason.TERMINATE: (ErrorKind.TERMINATED, 143),
}
"""What the run is said to have died of, and its exit code."""


class Run:
    """Made for one script, run once. `stop` and `levels_changed` may come from any thread at any time."""

    def __init__(
        self,
        script: Script,
        bridge: DebugBridge,
        options: EngineOptions,
        host: Host,
        profiler: Profiler | None = None,
        target: JsTarget | None = None,
    ) -> None:
        self._script = script
        self._bridge = bridge
        self._options = options
        self._host = host
        self._profiler = profiler
        self._target = target
        self._sources = Sources()
        self._calls = HostCalls()
        self._records = Records(bridge, ScriptOutput(), options.wait_for_entries)
        self._isolate: Isolate | PublicIsolate | None = None
        self._channel: Channel | None = None
        self._stopped = Event()
        self._stop: StopReason | None = None
        self._stopped_at: tuple[Site, ...] = ()
        self._exit_code: int | None = None
        self._limit_bytes = 0

    def stop(self, reason: StopReason) -> None:
        """End the script, whatever it is doing."""
        is_first, self._stop = self._stop is None, self._stop or reason
        self._stopped.set()
        isolate, target = self._isolate, self._target
        if isolate is not None:
            # Where the debugger has stopped it, V8 tells nobody where that is.
            if is_first and not (target is not None and target.is_stopped):
                self._stopped_at = isolate.where()
            isolate.cancel()
        if target is not None:
            target.wake()

    def levels_changed(self) -> None:
        """Let the script see the levels as they are now."""
        channel = self._channel
        if channel is not None:
            channel.set_levels(*self._bridge.levels())

    def run(self) -> RunResult:
        """To its end. Everything is given back on every path."""
        try:
            isolate = self._isolate = self._new_isolate()
            try:
                if self._stop is not None:
                    isolate.cancel()
                ended = self._run(isolate)
            finally:
                if self._profiler is not None:
                    self._profiler.stop()
                if self._target is not None:
                    self._target.end()
                channel, self._channel = self._channel, None
                if channel is not None:
                    channel.close()
        finally:
            if self._isolate is not None:
                self._isolate.close()
                self._isolate = None
        return self._result(ended)

    def _new_isolate(self) -> Isolate | PublicIsolate:
        from runtime.js.isolate import Isolate, IsolateUnavailable

        try:
            return Isolate(self._on_bell)
        except IsolateUnavailable:
            from runtime.js.public_isolate import PublicIsolate

            return PublicIsolate()

    def _on_bell(self) -> None:
        channel = self._channel
        if channel is not None:
            channel.on_bell()

    def _run(self, isolate: Any) -> Any:
        """What ended it: an exit code, or what was raised."""
        self._limit_bytes = memory_limit(
            self._options.limits.max_memory_bytes,
            isolate.heap_limit_bytes,
            keeps_any=isolate.keeps_any_limit,
        )
        isolate.set_memory_limit(self._limit_bytes)
        register_debug_calls(self._calls, self._bridge, self._sources, isolate.heap_bytes_in_bell)
        self._calls.register("exit", self._exit)
        self._host.register(self._calls, self._sources, isolate.heap_bytes_in_bell)
        profiler = self._profiler
        if profiler is not None:
            profiler.register(self._calls, self._bridge)
        target = self._target
        if target is not None:
            target.register(self._calls, self._sources)
        try:
            if profiler is not None:
                profiler.install(isolate, self._sources)
            if target is not None:
                target.install(isolate)
            part = None if target is None else target.part()
            enter = isolate.evaluate(boot.boot_source(self._config(), self._host.sources(), part))
            channel = self._channel = Channel(
                isolate.call(enter, boot.MEMORY), self._records.handle, self._calls.answer
            )
            channel.answers_by_polling = not isolate.has_bell
            channel.set_levels(*self._bridge.levels())
            channel.start()
            if isolate.call(enter, boot.INSTALL, isolate.bell()) == boot.FAILED:
                return boot.FAILED
            for arguments in ((boot.TURN,), (boot.EXIT, 0), (boot.EXIT, 1)):
                isolate.prepare(*arguments)
            if target is not None:
                target.begin()
            main = self._host.main_source()
            self._sources.add(main.source)
            try:
                function = isolate.evaluate(main.wrapped)
            except ParseFailure as problem:
                return problem
            if main.probed is not None:
                function = self._with_probes(isolate, main.probed, function)
            elif profiler is not None:
                function = isolate.evaluate(profiler.named(main.wrapped))
            return self._loop(isolate, enter, isolate.call(enter, boot.START, function))
        except (OutOfMemory, Terminated, ScriptFailure) as problem:
            return problem

    def _loop(self, isolate: Any, enter: Any, due_ms: float) -> Any:
        """Turn until nothing is left to run."""
        while due_ms >= 0:
            if due_ms > 0 and self._is_stopped_within(min(due_ms / 1000, 3600.0)):
                return None
            due_ms = isolate.call(enter, boot.TURN)
        code = isolate.call(enter, boot.EXIT, 1 if due_ms == boot.FAILED else 0)
        return boot.FAILED if due_ms == boot.FAILED else code

    def _is_stopped_within(self, wait_s: float) -> bool:
        if self._profiler is None:
            return self._stopped.wait(wait_s)
        with self._profiler.waiting():
            return self._stopped.wait(wait_s)

    def _with_probes(self, isolate: Any, probed: MainSource, plain: Any) -> Any:
        """The script as a function with probes, or as it is where it is no JavaScript with them."""
        text = probed.wrapped if self._profiler is None else self._profiler.named(probed.wrapped)
        try:
            function = isolate.evaluate(text)
        except ParseFailure:
            self._host.runs_plain(probed.source.name)
            return plain
        self._sources.add(probed.source)
        return function

    def _exit(self, code: Any) -> None:
        """The script ends itself; on the isolate's thread."""
        if self._exit_code is None:
            self._exit_code = int(code) & 255
        isolate = self._isolate
        if isolate is not None:
            isolate.cancel()

    def _config(self) -> dict[str, Any]:
        script = self._script
        path = None if script.path is None else os.path.realpath(script.path)
        return {
            "name": self._host.main_source().source.url,
            "file": script.name if path is None else path,
            "folder": None if path is None else os.path.dirname(path),
            "arguments": list(script.arguments),
            "is_profiled": self._profiler is not None,
            "layout": {
                "header_bytes": HEADER_BYTES,
                "ring_bytes": RING_BYTES,
                "answer_bytes": ANSWER_BYTES,
            },
            "limits": {"message": MESSAGE_LIMITS, "data": DATA_LIMITS},
        }

    def _result(self, ended: Any) -> RunResult:
        if self._exit_code is not None:
            return RunResult(self._exit_code)
        if self._stop is not None:
            from runtime.js.errors import stopped

            kind, exit_code = _STOPS[self._stop]
            timeout_s = self._options.limits.timeout_s
            return RunResult(
                exit_code, stopped(self._script, kind, timeout_s, self._stopped_at, self._sources)
            )
        if isinstance(ended, OutOfMemory):
            from runtime.js.errors import out_of_memory

            lost = isinstance(ended, HeapExhausted)
            return RunResult(1, out_of_memory(self._script, None if lost else self._limit_bytes))
        if isinstance(ended, ParseFailure):
            from runtime.js.errors import syntax_error

            return RunResult(1, syntax_error(self._host.main_source().source, str(ended)))
        if self._records.failure is not None or not isinstance(ended, int):
            from runtime.js.errors import runtime_error

            failure = self._records.failure or {"kind": "unknown"}
            return RunResult(1, runtime_error(self._script, failure, self._sources))
        return RunResult(ended, values=self._values())

    def _values(self) -> tuple[Any, ...]:
        if self._records.result is None:
            return ()
        from debug import values

        return (values.decode(self._records.result.encode()),)
