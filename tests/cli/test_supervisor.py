"""The main thread presses a script that has to end now and then, not as often as it is woken."""

from __future__ import annotations

import os
import signal
import threading
import time

from debug.manager import DebugManager
from llmspell_cli.supervisor import PRESS_EVERY_S, Supervisor
from runtime.engine import RunResult, Script, StopReason

ENOUGH_STOPS = 4


class _StubbornEngine:
    """Its script ends when it was asked to for the fourth time."""

    name = "stubborn"

    def __init__(self) -> None:
        self.stops: list[float] = []
        self._given_in = threading.Event()

    def run(self, _script: Script) -> RunResult:
        os.kill(os.getpid(), signal.SIGINT)
        self._given_in.wait(30)
        return RunResult(130)

    def stop(self, _reason: StopReason) -> None:
        self.stops.append(time.monotonic())
        if len(self.stops) >= ENOUGH_STOPS:
            self._given_in.set()

    def close(self) -> None:
        """Nothing is held."""


def test_the_signal_that_wakes_the_script_does_not_wake_the_next_press() -> None:
    engine = _StubbornEngine()
    supervisor = Supervisor(engine, DebugManager(), None, lambda _reason: None, lambda _text: None)
    with supervisor:
        assert supervisor.run(Script("x.lua", b"")).exit_code == 130
    assert len(engine.stops) >= ENOUGH_STOPS
    pauses = [after - before for before, after in zip(engine.stops, engine.stops[1:], strict=False)]
    assert min(pauses) > PRESS_EVERY_S / 2
