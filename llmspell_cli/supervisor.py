"""Runs an engine on a thread of its own, while the main thread turns signals into stops.

Ctrl-C and SIGTERM ask the script to end; what cannot be asked (a long call of C) ends with the second Ctrl-C, or
when its grace is over. SIGUSR2 toggles debug level. A standard output that nobody reads any more ends the script.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from llmspell_cli import exits
from runtime.engine import RunResult, StopReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from debug.manager import DebugManager
    from runtime.engine import Engine, Script

GRACE_S = 2.0
"""What a script has to end in after a timeout or SIGTERM."""
STUCK_S = 1.0
"""After that a script that Ctrl-C did not end is said to be in a call that cannot be interrupted."""

STACK_BYTES = 64 * 1024 * 1024
"""Room for Lua's deepest C calls; only what is touched is used."""

_KICK = signal.SIGURG
"""Ignored by default; with a handler it makes a blocked `read` of the script return."""

_EXIT_CODES = {
    StopReason.INTERRUPT: exits.INTERRUPTED,
    StopReason.TERMINATE: exits.TERMINATED,
    StopReason.TIMEOUT: exits.TIMEOUT,
}


class Supervisor:
    """One run. `end_hard` ends the process when the script cannot be made to."""

    def __init__(
        self,
        engine: Engine,
        manager: DebugManager,
        timeout_s: float | None,
        end_hard: Callable[[int], None],
        say: Callable[[str], None],
    ) -> None:
        self._engine = engine
        self._manager = manager
        self._timeout_s = timeout_s
        self._end_hard = end_hard
        self._say = say
        self._worker: threading.Thread | None = None
        self._result: RunResult | None = None
        self._bug: BaseException | None = None
        self._asked: StopReason | None = None
        self._asked_at = 0.0
        self._told = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self.output_closed = False

    def run(self, script: Script) -> RunResult:
        """Run the script to its end. Raises what was a bug of ours."""
        threading.stack_size(STACK_BYTES)
        self._worker = threading.Thread(target=self._work, args=(script,), name="llmspell-script")
        with self._signals():
            self._worker.start()
            started = time.monotonic()
            while True:
                ready, _, _ = select.select([self._reader], [], [], self._patience(started))
                if ready and b"." in os.read(self._reader, 4096):
                    break
                self._press(started)
        self._worker.join()
        if self._bug is not None:
            raise self._bug
        assert self._result is not None
        return self._result

    def _work(self, script: Script) -> None:
        try:
            self._result = self._engine.run(script)
            if self._result.finalize:
                self._engine.close()
        except BaseException as bug:  # handed to the main thread, which raises it
            self._bug = bug
        finally:
            os.write(self._writer, b".")

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Our handlers. The wakeup descriptor wakes the main thread whichever thread a signal came to."""
        handlers: dict[signal.Signals, Any] = {
            signal.SIGINT: lambda *_: self._ask(StopReason.INTERRUPT),
            signal.SIGTERM: lambda *_: self._ask(StopReason.TERMINATE),
            signal.SIGHUP: lambda *_: self._ask(StopReason.TERMINATE),
            signal.SIGUSR2: lambda *_: self._manager.toggle_debug(),
            signal.SIGPIPE: lambda *_: self._pipe_closed(),
            _KICK: lambda *_: None,
        }
        before: dict[signal.Signals, Any] = {}
        os.set_blocking(self._reader, True)
        wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        try:
            for number, handler in handlers.items():
                if number in (signal.SIGINT, signal.SIGHUP) and signal.getsignal(number) == signal.SIG_IGN:
                    continue  # a background job, or nohup
                before[number] = signal.signal(number, handler)
            signal.siginterrupt(_KICK, True)
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(wakeup)

    def _ask(self, reason: StopReason) -> None:
        if self._asked is not None:
            if reason is StopReason.INTERRUPT:
                self._end_hard(_EXIT_CODES[self._asked])
            return
        self._asked, self._asked_at = reason, time.monotonic()
        self._engine.stop(reason)
        self._kick()

    def _pipe_closed(self) -> None:
        """Somebody wrote to a pipe that nobody reads: if it was standard output, the script's work is in vain."""
        poller = select.poll()
        poller.register(1, 0)
        try:
            closed = any(event & (select.POLLERR | select.POLLHUP) for _, event in poller.poll(0))
        except OSError:
            return
        if closed and self._asked is None:
            self.output_closed = True
            self._ask(StopReason.TERMINATE)

    def _kick(self) -> None:
        """Make a system call that blocks the script return."""
        worker = self._worker
        if worker is not None and worker.is_alive() and worker.ident is not None:
            with contextlib.suppress(OSError, ValueError):
                signal.pthread_kill(worker.ident, _KICK)

    def _patience(self, started: float) -> float | None:
        """How long to wait for the script before pressing it again, in seconds."""
        if self._asked is not None:
            return 0.05
        if self._timeout_s is None:
            return None
        return max(0.05, started + self._timeout_s - time.monotonic())

    def _press(self, started: float) -> None:
        now = time.monotonic()
        if self._asked is None:
            if self._timeout_s is not None and now >= started + self._timeout_s:
                self._asked, self._asked_at = (
                    StopReason.TIMEOUT,
                    now,
                )  # the engine's own timer stops the script
                self._kick()
            return
        waited = now - self._asked_at
        self._kick()
        if self._asked is StopReason.INTERRUPT:
            if waited > STUCK_S and not self._told:
                self._told = True
                self._say(
                    "llmspell: the script is in a call that cannot be interrupted; Ctrl-C again ends it\n"
                )
        elif waited > GRACE_S:
            self._end_hard(_EXIT_CODES[self._asked])
