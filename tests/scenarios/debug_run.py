"""A script in a real engine under a debugging session, as a client lives through it."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from debug.debugger.events import Stopped
from debug.debugger.inspector import Limits
from debug.debugger.places import AtLine
from debug.debugger.session import Session
from debug.manager import DebugManager
from runtime.engine import Script
from runtime.options import EngineOptions
from runtime.registry import create
from scenarios.fake_debuggee import RecordingClient

if TYPE_CHECKING:
    from pathlib import Path

    from debug.debugger.rules import Rules
    from runtime.engine import Limits as RunLimits
    from runtime.engine import RunResult

FOREVER_S = 30.0
THREAD = 1


class DebugRun:
    """One script. Lines are named by comments: `-- @mark`, in JavaScript `// @mark`."""

    def __init__(
        self,
        engine: str,
        folder: Path,
        text: str,
        *,
        limits: RunLimits | None = None,
        session_limits: Limits | None = None,
        name: str = "script.lua",
        stop_on_entry: bool = False,
    ) -> None:
        self.text = text
        self.name = name
        self.path = str(folder / name)
        (folder / name).write_text(text)
        self._sign = "-- @" if name.endswith(".lua") else "// @"
        self.session = Session(session_limits or Limits(request_s=FOREVER_S))
        self.client = RecordingClient()
        options = EngineOptions(debugger=self.session)
        if limits is not None:
            options = EngineOptions(limits=limits, debugger=self.session)
        self.manager = DebugManager()
        self.engine = create(engine, self.manager, options)
        self.session.connect(self.client, stop_on_entry=stop_on_entry)
        self.result: RunResult | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._stops = 0

    def _run(self) -> None:
        self.result = self.engine.run(Script(self.name, self.text.encode(), self.path))

    def line(self, mark: str) -> int:
        lines = self.text.split("\n")
        return next(n for n, line in enumerate(lines, 1) if line.split(self._sign)[-1].split(" ")[0] == mark)

    def mark(self, line: int) -> str:
        _, found, mark = self.text.split("\n")[line - 1].partition(self._sign)
        return mark.split(" ")[0] if found else f"line {line}"

    def break_at(self, mark: str, rules: Rules | None = None) -> int:
        return self.session.breakpoints.add(AtLine(self.path, self.line(mark)), rules).id

    def start(self) -> None:
        self._thread.start()

    def next_stop(self) -> Stopped:
        self._stops += 1
        return self.client.wait_for(Stopped, self._stops)

    def where(self, stop: Stopped) -> str:
        assert stop.location is not None
        return self.mark(stop.location.line)

    def step(self, kind: str) -> Stopped:
        self.session.step(THREAD, kind)  # type: ignore[arg-type]
        return self.next_stop()

    def go_on(self) -> None:
        self.session.resume(THREAD)

    def top(self) -> int:
        return self.session.inspector.frames(THREAD, 0, 1).frames[0].id

    def frame(self, index: int) -> int:
        return self.session.inspector.frames(THREAD).frames[index].id

    def names(self) -> list[str]:
        return [frame.name for frame in self.session.inspector.frames(THREAD).frames]

    def value(self, text: str, frame: int | None = None) -> str:
        return self.session.inspector.evaluate(text, self.top() if frame is None else frame).text

    def scope(self, name: str, frame: int | None = None) -> dict[str, str]:
        scopes = self.session.inspector.scopes(self.top() if frame is None else frame)
        ref = next(scope.reference for scope in scopes if scope.name == name)
        return {one.name: one.text for one in self.session.inspector.variables(ref)}

    def finish(self) -> RunResult:
        """Its end; the VM lives on until `close`."""
        self._thread.join(FOREVER_S)
        assert not self._thread.is_alive(), "the script still runs"
        assert self.result is not None
        return self.result

    def close(self) -> None:
        self.session.terminate()
        self._thread.join(FOREVER_S)
        self.session.close()
        self.engine.close()
        assert not self._thread.is_alive(), "the script still runs"
