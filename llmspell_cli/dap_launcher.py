"""Runs the scripts that an editor launches: on the main thread of this process, where signals are dealt with.

The adapter, on threads of its own, asks for runs; the main thread is in `work`.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from debug.dap.launcher import Command, LaunchError
from llmspell_cli.arguments import build_request, split
from llmspell_cli.captured_output import STDOUT, CapturedOutput
from llmspell_cli.end_of_run import show_end, show_timers
from llmspell_cli.errors import LlmspellError, UsageProblem
from llmspell_cli.exits import SCRIPT_FAILED, TERMINATED
from llmspell_cli.script_file import read_script
from llmspell_cli.script_run import Watch, run_script
from runtime import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.dap.launcher import Launched, LaunchRequest, Run
    from debug.debugger.target import Listener
    from llmspell_cli.arguments import RunRequest
    from llmspell_cli.script_run import Ended


AGAIN_S = 0.1
_OURSELVES = (sys.executable, "-P", "-m", "llmspell_cli")


class MainThreadLauncher:
    """Runs one script after the other. A `debug.dap.launcher.Launcher`."""

    def __init__(self) -> None:
        self._runs: SimpleQueue[_Launched | None] = SimpleQueue()
        self._is_busy = False

    def launch(self, request: LaunchRequest, listener: Listener | None, run: Run) -> Launched:
        """Get a run ready. Raises LaunchError."""
        asked, folder, environ = _prepared(request)
        return _Launched(self._runs, asked, folder, environ, listener, run)

    def command(self, request: LaunchRequest, port: int | None) -> Command:
        """The command that runs it elsewhere. Raises LaunchError."""
        asked, folder, _ = _prepared(request)
        inspect = () if port is None else (f"--inspect={port}", "--inspect-wait")
        words = ("run", *inspect, *_options(request), "--", asked.script, *request.args)
        return Command(os.path.basename(asked.script), folder, (*_OURSELVES, *words))

    def work(self) -> None:
        """Run what is launched, until `close`. On the main thread, where the signals that end a run come to."""
        signal.signal(signal.SIGTERM, lambda *_: self._terminated())
        while (launched := self._runs.get()) is not None:
            self._is_busy = True
            launched.work()
            self._is_busy = False

    def _terminated(self) -> None:
        """SIGTERM outside of a run: just before one or after it, it was meant for that."""
        if not self._is_busy:
            os._exit(TERMINATED)

    def close(self) -> None:
        """Let `work` return when what runs has ended."""
        self._runs.put(None)


def _prepared(request: LaunchRequest) -> tuple[RunRequest, str, dict[str, str]]:
    """What is to be run, in which folder and environment. Raises LaunchError."""
    folder = os.path.abspath(request.cwd or os.getcwd())
    if not os.path.isdir(folder):
        raise LaunchError(f"there is no directory {folder}")
    environ = dict(os.environ)
    for name, value in request.env.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
    path = request.program if os.path.isabs(request.program) else os.path.join(folder, request.program)
    try:
        line = split([*_options(request), "--", path, *request.args])
        asked = build_request(line, environ, folder)
        script = read_script(asked.script, asked.arguments)
        registry.choose(asked.settings.run.engine, script.name, script.text[:200])
    except UsageProblem as error:
        raise LaunchError("\n".join(problem.text() for problem in error.problems)) from None
    except registry.EngineChoiceError as error:
        raise LaunchError(str(error)) from None
    return asked, folder, environ


def _options(request: LaunchRequest) -> list[str]:
    """As words of the command line."""
    words = list(request.options)
    words += [] if request.engine is None else [f"--engine={request.engine}"]
    words += [] if request.timeout is None else [f"--timeout={request.timeout}"]
    return words


class _Launched:
    """A run that an editor has asked for."""

    def __init__(
        self,
        runs: SimpleQueue[_Launched | None],
        request: RunRequest,
        folder: str,
        environ: dict[str, str],
        listener: Listener | None,
        run: Run,
    ) -> None:
        self._runs = runs
        self._request = request
        self._folder = folder
        self._environ = environ
        self._listener = listener
        self._run = run
        self._is_cancelled = False
        self._is_over = Event()
        self._output = CapturedOutput(self._take)

    @property
    def name(self) -> str:
        """The script's file."""
        return os.path.basename(self._request.script)

    @property
    def process_id(self) -> int:
        """This one."""
        return os.getpid()

    def start(self) -> None:
        """Begin, when the main thread comes to it."""
        self._runs.put(self)

    def terminate(self) -> None:
        """End it: as SIGTERM does, which gives the script some time and then ends the process."""
        if not self._is_cancelled:
            self._is_cancelled = True
            Thread(target=self._end, name="llmspell-dap-end", daemon=True).start()

    def work(self) -> None:
        """Run it, on the main thread."""
        code = SCRIPT_FAILED
        try:
            with _place(self._folder, self._environ), self._output:
                try:
                    watch = Watch(debugger=self._listener, abandoned=self._abandoned)
                    code = 0 if self._is_cancelled else run_script(self._request, self._report, watch)
                except LlmspellError as error:
                    self._run.output("important", f"llmspell: error: {error}\n")
                    code = error.exit_code
        finally:
            self._is_over.set()
            self._run.ended(code)

    def _end(self) -> None:
        # Again and again: outside of a run the signal is for nobody, and this may be just before it.
        while not self._is_over.wait(AGAIN_S):
            os.kill(os.getpid(), signal.SIGTERM)

    def _abandoned(self, code: int) -> None:
        """The script cannot be made to end, and the process does: bring out what there is."""
        self._is_over.set()
        self._output.close()
        self._run.ended(code)

    def _take(self, descriptor: int, text: str) -> None:
        self._run.output("stdout" if descriptor == STDOUT else "stderr", text)

    def _report(self, ended: Ended) -> int:
        show_end(ended)
        if ended.request.settings.timers:
            show_timers(ended)
        return ended.exit_code


@contextmanager
def _place(folder: str, environ: dict[str, str]) -> Iterator[None]:
    """The folder and the environment that a script runs in, and what was there before it afterwards."""
    before, kept = os.getcwd(), dict(os.environ)
    os.chdir(folder)
    _set_environment(environ)
    try:
        yield
    finally:
        _set_environment(kept)
        os.chdir(before)


def _set_environment(wanted: dict[str, str]) -> None:
    for name in [name for name in os.environ if name not in wanted]:
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
