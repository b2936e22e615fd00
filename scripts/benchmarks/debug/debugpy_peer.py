"""A script of Python under debugpy, as an editor launches it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from scripts.benchmarks.debug.client import Client, flushing, started

if TYPE_CHECKING:
    from pathlib import Path


def run_under_debugpy(script: Path, argument: str, never: int, folder: str) -> float:
    """The seconds from the request to run it, the breakpoint being set, to its end."""
    with started((sys.executable, "-m", "debugpy.adapter"), folder) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        client = Client(process.stdout, flushing(process.stdin))
        client.request("initialize", adapterID="bench", pathFormat="path", linesStartAt1=True)
        client.send(
            "launch",
            program=str(script),
            args=[argument],
            console="internalConsole",
            justMyCode=False,
            python=[sys.executable],
        )
        client.event("initialized")
        client.request("setBreakpoints", source={"path": str(script)}, breakpoints=[{"line": never}])
        client.send("configurationDone")
        start = time.perf_counter()
        client.event("terminated")
        return time.perf_counter() - start
