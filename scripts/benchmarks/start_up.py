"""From the shell to the exit: the installed command on a script of one line, against node on as much."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks.measure import BenchmarkError, Row, compare, wall_ns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.benchmarks.measure import Effort

PROJECT = Path(__file__).resolve().parents[2]
ROUNDS_FACTOR = 4
"""A start is short and noisy: it gets more turns than a loop."""


def row(effort: Effort, script: str, text: str, peer: str, bound: float) -> Iterator[Row]:
    """The start of `llmspell run SCRIPT` against `node PEER`, where there is a node to compare with."""
    node = shutil.which("node")
    if node is None:
        print("start-up: no node on the PATH, the row is left out", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = str(_installed(folder))
        Path(folder, script).write_text(text, encoding="utf-8")
        environment = {**_clean_environment(), "HOME": name, "XDG_CONFIG_HOME": name}
        found = compare(
            lambda: wall_ns(lambda: _run([command, "run", script], folder, environment)),
            lambda: wall_ns(lambda: _run([node, *peer.split()], folder, environment)),
            effort.rounds * ROUNDS_FACTOR,
        )
    yield Row(
        f"`llmspell run {script}` from shell to exit, against `node {peer}`",
        found.ratio,
        bound,
        note=f"{found.ours / 1e6:.0f} ms against {found.peer / 1e6:.0f} ms",
    )


def _installed(folder: Path) -> Path:
    """The command as users have it: the wheel, not an editable tree, in an environment of its own."""
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quiet, str(PROJECT)], check=True)
    return environment / "bin" / "llmspell"


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("LLMSPELL_", "PYTHON"))}


def _run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(
            f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}"
        )
