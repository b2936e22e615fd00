"""The main thread presses a script that has to end now and then, not as often as it is woken."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from debug.manager import DebugManager
from llmspell_cli.supervisor import PRESS_EVERY_S, Supervisor
from runtime.engine import RunResult, Script, StopReason

ENOUGH_STOPS = 4
ENOUGH_QUESTIONS = 6


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

    def time_left_s(self) -> float | None:
        """No limit."""
        return None

    def close(self) -> None:
        """Nothing is held."""


class _HeldEngine:
    """Its script has hardly any time left, and is held by a debugger until somebody has often asked how much; then the
    time is over, or it ends."""

    name = "held"

    def __init__(self, *, runs_out: bool) -> None:
        self.stops: list[StopReason] = []
        self._runs_out = runs_out
        self._asked = 0
        self._ended = threading.Event()

    def run(self, _script: Script) -> RunResult:
        self._ended.wait(30)
        return RunResult(124 if self.stops else 0)

    def time_left_s(self) -> float | None:
        self._asked += 1
        if self._asked < ENOUGH_QUESTIONS:
            return 0.001
        if self._runs_out:
            return -0.001
        self._ended.set()
        return 0.001

    def stop(self, reason: StopReason) -> None:
        self.stops.append(reason)
        self._ended.set()

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("runs_out", [False, True])
def test_a_script_is_ended_when_its_own_time_is_over(runs_out: bool) -> None:
    engine = _HeldEngine(runs_out=runs_out)
    with Supervisor(engine, DebugManager(), lambda _reason: None, lambda _text: None) as supervisor:
        assert supervisor.run(Script("x.lua", b"")).exit_code == (124 if runs_out else 0)
    assert set(engine.stops) == ({StopReason.TIMEOUT} if runs_out else set())


def test_the_signal_that_wakes_the_script_does_not_wake_the_next_press() -> None:
    engine = _StubbornEngine()
    supervisor = Supervisor(engine, DebugManager(), lambda _reason: None, lambda _text: None)
    with supervisor:
        assert supervisor.run(Script("x.lua", b"")).exit_code == 130
    assert len(engine.stops) >= ENOUGH_STOPS
    pauses = [after - before for before, after in zip(engine.stops, engine.stops[1:], strict=False)]
    assert min(pauses) > PRESS_EVERY_S / 2
