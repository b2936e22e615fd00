"""The composition root: the only place that makes concrete classes out of settings."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from debug.manager import DebugManager
from debug.outputs.fan_out import FanOut
from runtime import registry
from runtime.bridge import BridgeDefaults
from runtime.engine import Limits
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.target import Listener
    from debug.outputs.base import Output
    from debug.outputs.specs import OutputSpec
    from debug.profile.recorder import Recorder
    from llmspell_cli.config.model import Settings
    from llmspell_cli.render.terminal import Terminal
    from runtime.engine import Engine

STDOUT, STDERR = 1, 2


class Session:
    """Everything that a run is made of."""

    def __init__(
        self,
        settings: Settings,
        locals_in_traces: bool,
        recorder: Recorder | None = None,
        debugger: Listener | None = None,
    ) -> None:
        """`recorder` takes the samples of a profiled run, `debugger` stops a debugged one. Raises `OutputError` where
        an output cannot be opened."""
        self.settings = settings
        self.manager = DebugManager(settings.debug)
        self.same_device = _same_device(STDOUT, STDERR)
        self._terminal: Terminal | None = None
        self.fan_out: FanOut | None = None
        outputs = make_outputs(settings.outputs, self._console)
        if outputs:
            self.fan_out = FanOut(outputs, on_failure=self._output_failed)
            self.manager.attach(self.fan_out.put)
        self.failures: dict[str, str] = {}
        """Why an output was switched off, by its name."""
        self.left_behind = False
        """Whether an output took too long at the end."""
        self._locals_in_traces = locals_in_traces
        self._recorder = recorder
        self._debugger = debugger

    @property
    def has_console(self) -> bool:
        """Whether warnings are seen."""
        return any(spec.kind == "console" for spec in self.settings.outputs)

    def flush_outputs(self, timeout_s: float) -> bool:
        """Bring everything logged so far to where it goes; False where that took too long."""
        return self.fan_out is None or self.fan_out.flush(timeout_s)

    def close_outputs(self, timeout_s: float) -> None:
        """Bring everything logged to where it goes."""
        if self.fan_out is not None:
            # Where an output fails now the others still report it. One that nobody reads is not waited for twice.
            self.left_behind = not self.fan_out.close(timeout_s if self.flush_outputs(timeout_s) else 0.5)

    @property
    def terminal(self) -> Terminal:
        """What standard error can show."""
        if self._terminal is None:
            from llmspell_cli.render.terminal import detect

            encoding = getattr(sys.stderr, "encoding", None)
            self._terminal = detect(STDERR, self.settings.color, os.environ, encoding=encoding)  # type: ignore[arg-type]
        return self._terminal

    def engine(self, name: str) -> Engine:
        """The engine of that canonical name, for these settings."""
        settings = self.settings
        run, stack = settings.run, settings.stack
        return registry.create(
            name,
            self.manager,
            EngineOptions(
                limits=Limits(run.timeout_s, run.max_memory_bytes, run.sandbox),
                c_modules=run.c_modules,
                defaults=BridgeDefaults(
                    settings.dump,
                    stack.max_depth,
                    stack.capture_locals,
                    stack.capture_upvalues,
                    stack.include_source,
                ),
                locals_in_traces=self._locals_in_traces,
                wait_for_entries=self._wait_for_entries(),
                interrupted_with_children=True,
                recorder=self._recorder,
                debugger=self._debugger,
            ),
        )

    def _wait_for_entries(self) -> Callable[[], None] | None:
        fan_out = self.fan_out
        if fan_out is None or not self.same_device:
            return None
        if not self.has_console:
            return None

        def wait() -> None:
            fan_out.flush(1.0)

        return wait

    def _console(self, spec: OutputSpec) -> Output:
        before_burst = _flush_c_stdout() if self.same_device else None
        shown_as = spec.format or self.settings.format
        if shown_as != "text":
            from debug.outputs.json_lines import JsonLinesOutput

            return JsonLinesOutput(STDERR, pretty=shown_as == "json_pretty", before_burst=before_burst)
        if self.terminal.is_tty or self.terminal.color:
            from llmspell_cli.render.console_output import RichConsoleOutput

            return RichConsoleOutput(self.terminal, STDERR, before_burst)
        from debug.outputs.console import ConsoleOutput

        return ConsoleOutput(STDERR, before_burst=before_burst)

    def _output_failed(self, name: str, reason: str) -> None:
        self.failures[name] = reason
        self.manager.warn_once(f"output {name}", f"{name} is switched off: {reason}")


def make_outputs(specs: tuple[OutputSpec, ...], console: Callable[[OutputSpec], Output]) -> list[Output]:
    """The outputs; those already made are closed where a later one cannot be. Raises `OutputError`."""
    from debug.outputs.specs import create_output

    made: list[Output] = []
    try:
        for spec in specs:
            made.append(create_output(spec, console))
    except BaseException:
        for output in made:
            output.close()
        raise
    return made


def _same_device(one: int, other: int) -> bool:
    """Whether two descriptors are the same terminal, file or pipe."""
    try:
        return os.path.sameopenfile(one, other)
    except OSError:
        return False


def _flush_c_stdout() -> Callable[[], None]:
    """Brings out what the script has printed, which C's stdio holds."""
    import ctypes

    library = ctypes.CDLL(None)
    name = "__stdoutp" if sys.platform == "darwin" else "stdout"
    stdout = ctypes.c_void_p.in_dll(library, name)
    flush = library.fflush
    flush.argtypes = (ctypes.c_void_p,)
    return lambda: flush(stdout) and None
