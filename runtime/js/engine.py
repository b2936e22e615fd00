"""Runs JavaScript with the Debug global, on V8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.bridge import DebugBridge
from runtime.engine import RunResult, StopReason
from runtime.js.host_setup import Host
from runtime.js.run import Run
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from threading import Timer

    from debug.manager import DebugManager
    from runtime.engine import Script


class JsEngine:
    """Runs one script at a time; each run has an isolate of its own, which ends with it."""

    def __init__(self, manager: DebugManager, options: EngineOptions | None = None) -> None:
        self._manager = manager
        self._options = options or EngineOptions()
        self._run: Run | None = None

    @property
    def name(self) -> str:
        """`js`."""
        return "js"

    def run(self, script: Script) -> RunResult:
        """Run it to its end, the calling thread waiting. Never raises for what the script does."""
        options = self._options
        bridge = DebugBridge(self._manager, script.name, options.defaults, options.recorder)
        profiler = None
        if options.recorder is not None:
            from runtime.js.profile.profiler import Profiler

            profiler = Profiler(options.recorder)
        host = Host(
            script, sandbox=options.limits.sandbox, plant=None if profiler is None else profiler.plant
        )
        run = self._run = Run(script, bridge, options, host, profiler)
        unsubscribe = self._manager.subscribe(run.levels_changed)
        timer = self._start_timeout()
        try:
            return run.run()
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()
            unsubscribe()
            self._run = None
            bridge.end()

    def stop(self, reason: StopReason) -> None:
        """End the running script; from any thread. Nothing of it runs after that, no `finally` either."""
        run = self._run
        if run is not None:
            run.stop(reason)

    def close(self) -> None:
        """Nothing is held between runs."""

    def _start_timeout(self) -> Timer | None:
        timeout_s = self._options.limits.timeout_s
        if timeout_s is None:
            return None
        from threading import Timer

        timer = Timer(timeout_s, self.stop, (StopReason.TIMEOUT,))
        timer.daemon = True
        timer.start()
        return timer
