"""Runs Lua scripts with the Debug global, on any of lupa's VMs."""

from __future__ import annotations

import os
from threading import get_ident
from typing import TYPE_CHECKING, Any

from runtime.bridge import DebugBridge
from runtime.engine import ErrorKind, RunResult, ScriptError, StopReason
from runtime.lua.library_paths import c_patterns, lua_patterns
from runtime.lua.requests import Requests
from runtime.lua.variants import DEFAULT, VARIANTS
from runtime.lua.vm import LimitUnavailable, LuaVM
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.manager import DebugManager
    from debug.values import Value
    from runtime.countdown import Countdown
    from runtime.engine import Script
    from runtime.lua.debugger.target import LuaTarget
    from runtime.lua.errors import Thrown
    from runtime.lua.profiler import Profiler

OUT_OF_MEMORY = b"not enough memory"

MAX_TRACE_DEPTH = 100
"""Frames of an error's stack that are kept, the innermost."""

_STOPS = {
    StopReason.TIMEOUT: (ErrorKind.TIMEOUT, 124, b"timeout!"),
    StopReason.INTERRUPT: (ErrorKind.INTERRUPTED, 130, b"interrupted!"),
    StopReason.TERMINATE: (ErrorKind.TERMINATED, 143, b"terminated!"),
}
"""What the run is said to have died of, its exit code, and the error that the script sees."""


class LuaEngine:
    """Runs one script at a time; each run has a VM of its own, which is kept until the next run or `close`."""

    def __init__(
        self, manager: DebugManager, variant: str = DEFAULT, options: EngineOptions | None = None
    ) -> None:
        """Raises KeyError for a variant that is none of `VARIANTS`."""
        self._manager = manager
        self._variant = VARIANTS[variant]
        self._options = options or EngineOptions()
        self._vm: LuaVM | None = None
        self._target: LuaTarget | None = None
        self._timeout: Countdown | None = None
        self._requests: Requests | None = None
        self._stop: StopReason | None = None
        self._exit_code: int | None = None
        self._close_called = False
        self._thrown: Thrown | None = None

    @property
    def name(self) -> str:
        """E.g. `lua5.4`."""
        return self._variant.name

    def run(self, script: Script) -> RunResult:
        """Run it on the calling thread, to its end. Never raises for what the script does."""
        self.close()
        self._exit_code, self._close_called, self._thrown = None, False, None
        bridge = DebugBridge(self._manager, script.name, self._options.defaults, self._options.recorder)
        requests = self._requests = Requests(self._knock)
        unsubscribe = self._watch_levels(requests)
        self._start_timeout()
        self._target = self._new_target(script, bridge, requests)
        try:
            return self._run(script, bridge, requests)
        finally:
            if self._timeout is not None:
                self._timeout.cancel()
            unsubscribe()
            requests.end()
            self._requests = None
            self._stop = None
            self._thrown = None  # it may hold an exception, whose frames hold the VM
            if self._vm is not None:
                self._vm.settle()
            if self._target is not None:  # now that no hook raises an error in what it runs
                self._target.end()
                self._target = None
            bridge.end()

    def stop(self, reason: StopReason) -> None:
        """Ask the running script to end; from any thread."""
        requests = self._requests
        if requests is not None:
            self._stop = self._stop or reason
            requests.ask_to_stop(_STOPS[self._stop][2])
            if self._target is not None:
                self._target.wake()

    def time_left_s(self) -> float | None:
        """What is left of the time limit; see `Engine`."""
        return self._options.limits.timeout_s if self._timeout is None else self._timeout.left_s

    def close(self) -> None:
        """End the VM (finalizers run) and give back what it held."""
        vm, self._vm = self._vm, None
        if vm is not None:
            vm.close()

    def _run(self, script: Script, bridge: DebugBridge, requests: Requests) -> RunResult:
        try:
            vm = self._vm = self._new_vm(script, bridge, requests)
            if self._target is not None:
                self._target.begin()
            problem = vm.compile(script_text(script.text), b"@" + os.fsencode(script.name))
        except MemoryError:
            return RunResult(1, self._error(script, OUT_OF_MEMORY))
        except LimitUnavailable:
            from runtime.lua.errors import limit_unavailable

            return RunResult(1, limit_unavailable(script, self.name))
        except Exception:  # the border to the VM, where a stop is raised in whatever it does
            if requests.stop_delivered and self._stop is not None:
                return self._stopped(script, self._stop)
            raise
        if problem is not None:
            from runtime.lua.errors import syntax_error

            return RunResult(1, syntax_error(script, problem))
        try:
            ok, result = vm.run([os.fsencode(one) for one in script.arguments])
        except MemoryError:
            ok, result = False, OUT_OF_MEMORY
        except Exception as error:
            # The border to the script: a stop raised past all of it, or an exception of Python that it caught.
            ok, result = False, str(error).encode("utf-8", "backslashreplace")
        if self._exit_code is not None:
            return RunResult(self._exit_code, finalize=self._close_called)
        if requests.stop_delivered and self._stop is not None:
            return self._stopped(script, self._stop)
        if ok:
            return RunResult(0, values=_values(result))
        return RunResult(1, self._error(script, result))

    def _new_vm(self, script: Script, bridge: DebugBridge, requests: Requests) -> LuaVM:
        options = self._options
        limits = options.limits
        folder = None if script.path is None else os.path.dirname(os.fspath(script.path)) or "."
        vm = LuaVM(
            self._variant,
            bridge,
            poll=requests.poll,
            failed=self._failed,
            exit=self._exit,
            stopping=requests.is_stopping,
            wait=options.wait_for_entries,
            interrupted=self._interrupt if options.interrupted_with_children else None,
            max_memory_bytes=limits.max_memory_bytes,
            sandbox=limits.sandbox,
            sandbox_folder=folder,
            max_depth=MAX_TRACE_DEPTH,
            with_locals=options.locals_in_traces,
            profiler=self._profiler(script, requests),
            debugger=self._target,
        )
        if not limits.sandbox:
            version = self._variant.library_version
            vm.set_paths(lua_patterns(folder, version), c_patterns(folder, version))
            if options.c_modules:
                vm.open_to_c_modules()
        vm.set_arguments(os.fsencode(script.name), [os.fsencode(one) for one in script.arguments])
        return vm

    def _profiler(self, script: Script, requests: Requests) -> Profiler | None:
        recorder = self._options.recorder
        if recorder is None:
            return None
        from runtime.lua.function_names import FunctionNames
        from runtime.lua.profiler import Profiler

        def is_ending() -> bool:
            return requests.stop_delivered or self._exit_code is not None

        return Profiler(recorder, FunctionNames(script.name, script.text), is_ending)

    def _new_target(self, script: Script, bridge: DebugBridge, requests: Requests) -> LuaTarget | None:
        listener = self._options.debugger
        if listener is None:
            return None
        from runtime.lua.debugger.target import LuaTarget

        return LuaTarget(
            listener,
            script,
            attend=requests.ask_for_attention,
            terminate=lambda: self.stop(StopReason.TERMINATE),
            is_stopping=requests.is_stopping,
            stopped=self._stands_still,
            warn=bridge.warn,
        )

    def _stands_still(self, is_stopped: bool) -> None:
        """The debugger has stopped the script, or lets it go on: its time is what it runs."""
        if self._timeout is not None:
            if is_stopped:
                self._timeout.pause()
            else:
                self._timeout.start()

    def _watch_levels(self, requests: Requests) -> Callable[[], None]:
        own_thread = get_ident()

        def changed() -> None:
            if get_ident() != own_thread:  # what the script itself changes, it sees at once
                requests.ask_for_levels()

        return self._manager.subscribe(changed)

    def _start_timeout(self) -> None:
        timeout_s = self._options.limits.timeout_s
        if timeout_s is not None:
            from runtime.countdown import Countdown

            self._timeout = Countdown(timeout_s, lambda: self.stop(StopReason.TIMEOUT))
            self._timeout.start()

    def _knock(self) -> None:
        vm, requests = self._vm, self._requests
        if vm is None:
            return
        # LuaJIT notes in one byte which hook is set and that one is running: setting ours while the hook that
        # unwinds runs at every instruction would sooner or later leave it "running" for good, and never called again.
        if requests is not None and requests.is_unwinding and self._variant.name.startswith("luajit"):
            return
        vm.interrupt()

    def _interrupt(self) -> None:
        self.stop(StopReason.INTERRUPT)

    def _failed(self, *found: Any) -> None:
        from runtime.lua.errors import Thrown

        self._thrown = Thrown(*found)
        if (
            self._requests is not None
        ):  # looking at the error, with all that it imports, is not the script's time
            self._requests.let_clean_up()

    def _exit(self, code: int, close: bool) -> None:
        if self._exit_code is None:
            self._exit_code, self._close_called = int(code), close
            self._knock()

    def _error(self, script: Script, message: bytes | None) -> ScriptError:
        from runtime.lua.errors import runtime_error

        return runtime_error(script, self._thrown, message, self._options.limits.max_memory_bytes)

    def _stopped(self, script: Script, reason: StopReason) -> RunResult:
        from runtime.lua.errors import stopped

        kind, exit_code, _ = _STOPS[reason]
        return RunResult(exit_code, stopped(script, kind, self._thrown, self._options.limits.timeout_s))


def script_text(text: bytes) -> bytes:
    """The text as Lua's own loader takes it from a file: without a byte order mark, a first line with `#` blanked."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(b"#"):
        end = text.find(b"\n")
        return b"" if end < 0 else text[end:]
    return text


def _values(pictures: bytes | None) -> tuple[Value, ...]:
    if pictures is None:
        return ()
    from debug import values

    results = values.decode(pictures)
    return results.items if isinstance(results, values.Table) else ()
