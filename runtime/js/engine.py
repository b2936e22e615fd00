"""Runs JavaScript with the Debug global, on V8."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runtime.bridge import DebugBridge
from runtime.engine import RunResult, StopReason
from runtime.js import LANGUAGE
from runtime.js.host_setup import Host
from runtime.js.run import Run
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from debug.debugger.target import Listener
    from debug.manager import DebugManager
    from runtime.countdown import Countdown
    from runtime.engine import Script
    from runtime.js.debugger.target import JsTarget


class JsEngine:
    """Runs one script at a time; each run has an isolate of its own, which ends with it."""

    def __init__(self, manager: DebugManager, options: EngineOptions | None = None) -> None:
        self._manager = manager
        self._options = options or EngineOptions()
        self._run: Run | None = None
        self._timeout: Countdown | None = None

    @property
    def name(self) -> str:
        """`js`."""
        return "js"

    def run(self, script: Script) -> RunResult:
        """Run it to its end, the calling thread waiting. Never raises for what the script does."""
        options = self._options
        bridge = DebugBridge(self._manager, script.name, options.defaults, options.recorder, LANGUAGE)
        countdown = self._timeout = self._countdown()
        profiler, target = None, None
        if options.debugger is not None:
            target = self._new_target(options.debugger, script, countdown)
            if options.recorder is not None:
                options.recorder.fallback = "a script of JavaScript that is in the debugger is not profiled"
        elif options.recorder is not None:
            from runtime.js.profile.profiler import Profiler

            profiler = Profiler(options.recorder)
        host = Host(script, sandbox=options.limits.sandbox, planter=target or profiler)
        run = self._run = Run(script, bridge, options, host, profiler, target)
        unsubscribe = self._manager.subscribe(run.levels_changed)
        if countdown is not None:
            countdown.start()
        try:
            return replace(run.run(), language=LANGUAGE)
        finally:
            if countdown is not None:
                countdown.cancel()
            unsubscribe()
            self._run = None
            bridge.end()

    def stop(self, reason: StopReason) -> None:
        """End the running script; from any thread. Nothing of it runs after that, no `finally` either."""
        run = self._run
        if run is not None:
            run.stop(reason)

    def time_left_s(self) -> float | None:
        """What is left of the time limit; see `Engine`."""
        return self._options.limits.timeout_s if self._timeout is None else self._timeout.left_s

    def close(self) -> None:
        """Nothing is held between runs."""

    def _countdown(self) -> Countdown | None:
        timeout_s = self._options.limits.timeout_s
        if timeout_s is None:
            return None
        from runtime.countdown import Countdown

        return Countdown(timeout_s, lambda: self.stop(StopReason.TIMEOUT))

    def _new_target(self, listener: Listener, script: Script, countdown: Countdown | None) -> JsTarget:
        from runtime.js.debugger.target import JsTarget

        def stands_still(is_stopped: bool) -> None:
            """Its time is what it runs."""
            if countdown is not None:
                (countdown.pause if is_stopped else countdown.start)()

        return JsTarget(
            listener, script, terminate=lambda: self.stop(StopReason.TERMINATE), stands_still=stands_still
        )
