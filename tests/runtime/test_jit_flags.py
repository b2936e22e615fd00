"""LuaJIT's profiling signal: sent when somebody wants something, and missed by nobody when it gets lost."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
from importlib import import_module
from typing import Any

import pytest

from debug.manager import DebugManager
from debug.profile.recorder import Recorder
from runtime.engine import RunResult, Script, StopReason
from runtime.lua.async_hook import AsyncHook
from runtime.lua.engine import LuaEngine
from runtime.lua.jit_flags import JitFlags
from runtime.lua.variants import VARIANTS
from runtime.options import EngineOptions

SIGNALLED, PROFILING = 0x80, 0x44
"""The flag itself, and what the byte behind it, the mode of the table of instructions, holds when it leads to the
profiler."""

ENDLESS = "local x = 0 Debug.info('up') while true do\n x = (x + 1) % 7\n end"

LOST = pytest.mark.parametrize("mode", [0, PROFILING], ids=["before the table was made", "while it was made"])
"""When the signal came, and so what is left of it."""


class Run:
    """A script without end on a thread of its own."""

    def __init__(self, recorder: Recorder | None) -> None:
        manager = DebugManager()
        up = threading.Event()
        manager.attach(lambda _entry: up.set())
        self.engine = LuaEngine(manager, "luajit", EngineOptions(recorder=recorder))
        self.result: RunResult | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert up.wait(30)

    def _run(self) -> None:
        self.result = self.engine.run(Script("f.lua", ENDLESS.encode()))

    def end(self) -> None:
        self.engine.stop(StopReason.INTERRUPT)
        self._thread.join()
        self.engine.close()


@pytest.fixture
def flags(monkeypatch: pytest.MonkeyPatch) -> list[JitFlags]:
    """Those of the VMs that are made."""
    made: list[JitFlags] = []
    init = JitFlags.__init__

    def noted(self: JitFlags, *arguments: Any) -> None:
        init(self, *arguments)
        made.append(self)

    monkeypatch.setattr(JitFlags, "__init__", noted)
    return made


def lose_a_signal(flag: JitFlags, mode: int) -> None:
    mask = flag._mask
    ctypes.c_uint8.from_address(ctypes.addressof(mask) + 1).value |= mode
    mask.value |= SIGNALLED


@LOST
def test_a_profile_goes_on_after_a_lost_signal(flags: list[JitFlags], mode: int) -> None:
    recorder = Recorder()
    run = Run(recorder)
    lose_a_signal(flags[0], mode)
    while flags[0].is_signalled:  # without mending, for ever
        pass
    taken = recorder.progress().samples
    while recorder.progress().samples <= taken + 5:
        pass
    run.end()
    assert run.result is not None
    assert run.result.exit_code == 130


@LOST
def test_a_script_is_reached_after_a_lost_signal(flags: list[JitFlags], mode: int) -> None:
    run = Run(None)
    lose_a_signal(flags[0], mode)
    run.end()
    assert run.result is not None
    assert run.result.exit_code == 130


MANY_STOPS = """
from debug.profile.recorder import Recorder, Settings
from tests.runtime.test_jit_flags import Run
for _ in range(20):
    run = Run(Recorder(Settings(rate_hz=10_000)))
    run.end()
    assert run.result.exit_code == 130
print("all of them")
"""


def test_a_stop_that_comes_while_a_sample_is_taken_ends_the_script_alone() -> None:
    done = subprocess.run([sys.executable, "-c", MANY_STOPS], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("all of them\n", "", 0)


def test_nothing_signals_a_script_that_nobody_wants_anything_of() -> None:
    run = Run(None)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    run.end()


def test_another_layout_of_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(VARIANTS["luajit"].module)
    monkeypatch.setattr("runtime.lua.jit_flags._MASKS", (0, 16, 0))
    hook = AsyncHook(module, module.LuaRuntime(encoding=None), "luajit", None)
    with pytest.raises(LookupError):
        JitFlags(hook.api, hook.main, hook._address or 0)
    assert hook._jit_flags is None
    hook.close()
