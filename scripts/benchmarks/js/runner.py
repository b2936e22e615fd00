"""JavaScript as benchmarks run it: whole scripts through the engine or in node, which hand back numbers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from debug.config import DebugConfig
from debug.manager import DebugManager
from debug.values import Table
from runtime.engine import Script
from runtime.js.engine import JsEngine
from scripts.benchmarks.measure import BenchmarkError

PROGRAMS = Path(__file__).parent / "programs"
LLMSPELL = (sys.executable, "-m", "llmspell_cli", "run")


def run(text: str, manager: DebugManager | None = None) -> tuple[float, ...]:
    """Run a script in a context of its own; the array of numbers that it returned."""
    engine = JsEngine(manager or DebugManager(DebugConfig()))
    result = engine.run(Script(name="benchmark.js", text=text.encode()))
    if result.error is not None:
        raise BenchmarkError(result.error.message)
    (value,) = result.values
    if not isinstance(value, Table):
        raise BenchmarkError(f"the script returned {value!r}, not an array")
    return tuple(float(one) for one in value.items if isinstance(one, int | float))


def node() -> str | None:
    """Where node is; None, said on standard error, where there is none."""
    found = shutil.which("node")
    if found is None:
        print("no node on the PATH: rows that compare with it are left out", file=sys.stderr)
    return found


def told(*command: str, text: str | None = None) -> float:
    """The number that a command writes last on standard error; its standard output goes to /dev/null.

    `text` is a script for its standard input.
    """
    done = subprocess.run(
        command, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    try:
        if done.returncode:
            raise ValueError
        return float(json.loads(done.stderr.rstrip().splitlines()[-1]))
    except (IndexError, TypeError, ValueError):
        raise BenchmarkError(f"{command} ended with {done.returncode}: {done.stderr.strip()}") from None
