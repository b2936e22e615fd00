"""Whole commands, timed from the start to the exit."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE_S = 120
"""For a command; the longest takes some ten seconds."""


@contextmanager
def in_empty_folder() -> Iterator[str]:
    """A folder where nothing configures anything; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def environment(folder: str) -> dict[str, str]:
    """What a command sees: nothing that steers ours, and the folder as its home.

    Python may keep what it compiles, as an installation does: else each start would compile what was changed last.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LLMSPELL_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return kept | {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder}


def seconds(command: Sequence[str | Path], folder: str) -> float:
    """The seconds that a command takes, in that folder. Raises `BenchmarkError` where it fails or does not end."""
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            _, stderr = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            where = _stacks(process.pid)
            process.kill()
            raise BenchmarkError(f"{_words(command)} did not end in {PATIENCE_S} s\n{where}") from None
    taken_s = time.perf_counter() - start
    if process.returncode:
        said = stderr.decode(errors="replace")
        raise BenchmarkError(f"{_words(command)} ended with {process.returncode}: {said}")
    return taken_s


def _words(command: Sequence[str | Path]) -> str:
    return " ".join(map(str, command))


def _stacks(process: int) -> str:
    """Where a process is, as py-spy sees it; empty where that is not there."""
    spy = Path(sys.executable).with_name("py-spy")
    try:
        done = subprocess.run(
            (spy, "dump", "--native", "--pid", str(process)), capture_output=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).decode(errors="replace")
