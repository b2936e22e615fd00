"""Runs an engine on a thread of its own, while the main thread turns signals into stops.

Ctrl-C and SIGTERM ask the script to end; what cannot be asked (a long call of C) ends with the second Ctrl-C, or
when its grace is over. SIGUSR2 toggles debug level. A standard output that nobody reads any more ends the script.

Afterwards the first signal lets the run bring out what is left, and the second ends the process.
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
from llmspell_cli.streams import nobody_reads
from runtime.engine import StopReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from debug.manager import DebugManager
    from runtime.engine import Engine, RunResult, Script

GRACE_S = 2.0
"""What a script has to end in after a timeout or SIGTERM."""
STUCK_S = 1.0
"""After that a script that Ctrl-C did not end is said to be in a call that cannot be interrupted."""
PRESS_EVERY_S = 0.05
"""How often a script that was asked to end is woken from what blocks it."""

STACK_BYTES = 64 * 1024 * 1024
"""Room for Lua's deepest C calls; only what is touched is used."""

_KICK = signal.SIGURG
"""Ignored by default; with a handler it makes a blocked `read` of the script return."""
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ENDED = b"\0"
"""What the script's thread writes when it is done; signals write their numbers."""

EXIT_CODES = {
    StopReason.INTERRUPT: exits.INTERRUPTED,
    StopReason.TERMINATE: exits.TERMINATED,
    StopReason.TIMEOUT: exits.TIMEOUT,
}


class Supervisor:
    """One run, and as a context manager the signals from before it until everything is written.

    `end_hard` ends the process when the script cannot be made to; `say` tells the user.
    """

    def __init__(
        self,
        engine: Engine,
        manager: DebugManager,
        end_hard: Callable[[StopReason], None],
        say: Callable[[str], None],
        on_interrupt: Callable[[], bool] | None = None,
    ) -> None:
        """`on_interrupt` says of a Ctrl-C whether it was meant for somebody else."""
        self._engine = engine
        self._manager = manager
        self._end_hard = end_hard
        self._say = say
        self._on_interrupt = on_interrupt
        self._worker: threading.Thread | None = None
        self._result: RunResult | None = None
        self._bug: BaseException | None = None
        self._asked: StopReason | None = None
        self._asked_at = 0.0
        self._press_at = 0.0
        self._asked_twice = False
        self._told = False
        self._ended = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._before: dict[signal.Signals, Any] = {}
        self._wakeup = -1
        self.output_closed = False
        """Whether the script was ended because nobody reads its standard output any more."""

    def __enter__(self) -> Supervisor:
        """Put up our handlers. The wakeup descriptor wakes the main thread whichever thread a signal came to."""
        handlers: dict[signal.Signals, Any] = {
            signal.SIGINT: lambda *_: self._interrupted(),
            signal.SIGTERM: lambda *_: self._ask(StopReason.TERMINATE),
            signal.SIGHUP: lambda *_: self._ask(StopReason.TERMINATE),
            signal.SIGUSR2: lambda *_: self._manager.toggle_debug(),
            signal.SIGPIPE: lambda *_: self._pipe_closed(),
            _KICK: lambda *_: None,
        }
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number, handler in handlers.items():
            if number in _STOPS and signal.getsignal(number) == signal.SIG_IGN:
                continue  # a background job, or nohup
            self._before[number] = signal.signal(number, handler)
        signal.siginterrupt(_KICK, True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)

    def run(self, script: Script) -> RunResult:
        """Run the script to its end. Raises what was a bug of ours."""
        threading.stack_size(STACK_BYTES)
        self._worker = threading.Thread(target=self._work, args=(script,), name="llmspell-script")
        self._worker.start()
        while True:
            ready, _, _ = select.select([self._reader], [], [], self._patience())
            if ready and _ENDED in os.read(self._reader, 4096):
                break
            self._press()
        self._worker.join()
        self._ended = True
        if self._bug is not None:
            raise self._bug
        assert self._result is not None
        return self._result

    def finalize(self) -> None:
        """End the VM, which runs the script's finalizers.

        Python waits for them holding its lock, so no handler of ours would run meanwhile: signals end the process
        as the system does it, and a clock of the C library keeps the timeout.
        """
        cancel = self._limit_finalizers()
        handlers = {number: signal.signal(number, signal.SIG_DFL) for number in self._owned_stops()}
        self._engine.close()
        cancel()
        if self._asked is None:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _limit_finalizers(self) -> Callable[[], None]:
        left_s = self._engine.time_left_s()
        if self._asked in (StopReason.TIMEOUT, StopReason.TERMINATE):
            left_s = GRACE_S
        elif left_s is None:
            return lambda: None
        from llmspell_cli.exit_timer import exit_after

        return exit_after(max(PRESS_EVERY_S, left_s), EXIT_CODES[self._asked or StopReason.TIMEOUT])

    def _work(self, script: Script) -> None:
        try:
            self._result = self._engine.run(script)
        except BaseException as bug:  # handed to the main thread, which raises it
            self._bug = bug
        finally:
            os.write(self._writer, _ENDED)

    # Handlers: on the main thread, between any two of its instructions

    def _interrupted(self) -> None:
        is_running = self._asked is None and not self._ended
        if not (is_running and self._on_interrupt is not None and self._on_interrupt()):
            self._ask(StopReason.INTERRUPT)

    def _ask(self, reason: StopReason) -> None:
        if self._ended:
            for number in self._owned_stops():
                signal.signal(number, signal.SIG_DFL)
        elif self._asked is None:
            self._asked, self._asked_at = reason, time.monotonic()
            self._press_at = self._asked_at + PRESS_EVERY_S
            self._engine.stop(reason)
            self._kick()
        elif reason is StopReason.INTERRUPT:
            self._asked_twice = True

    def _pipe_closed(self) -> None:
        """Somebody wrote to a pipe that nobody reads: if it was standard output, the script's work is in vain."""
        if self._asked is None and not self._ended and nobody_reads(1):
            self.output_closed = True
            self._ask(StopReason.TERMINATE)

    # The main thread, while the script runs

    def _patience(self) -> float | None:
        """How long to wait for the script before pressing it again, in seconds."""
        if self._asked is not None:
            return PRESS_EVERY_S
        left_s = self._engine.time_left_s()
        return None if left_s is None else max(PRESS_EVERY_S, left_s)

    def _press(self) -> None:
        """See to it that a script that has to end does."""
        now = time.monotonic()
        if self._asked is None:
            left_s = self._engine.time_left_s()
            if left_s is not None and left_s <= 0:
                # The engine's own timer stops the script; what blocks it is woken when that has been asked for.
                self._asked, self._asked_at = StopReason.TIMEOUT, now
            return
        if now < self._press_at and not self._asked_twice:
            return  # woken by a signal, our own kick among them
        self._press_at = now + PRESS_EVERY_S
        waited = now - self._asked_at
        if self._asked_twice or (self._asked is not StopReason.INTERRUPT and waited > GRACE_S):
            self._end_hard(self._asked)
        self._engine.stop(self._asked)  # again: asked early, it may not have known of a run yet
        self._kick()
        if self._asked is StopReason.INTERRUPT and waited > STUCK_S and not self._told:
            self._told = True
            self._say("llmspell: the script is in a call that cannot be interrupted; Ctrl-C again ends it\n")

    def _kick(self) -> None:
        """Make a system call that blocks the script return."""
        worker = self._worker
        if worker is not None and worker.is_alive() and worker.ident is not None:
            with contextlib.suppress(OSError, ValueError):
                signal.pthread_kill(worker.ident, _KICK)

    def _owned_stops(self) -> list[signal.Signals]:
        return [number for number in _STOPS if number in self._before]
