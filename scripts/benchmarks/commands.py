"""Whole commands, timed from the start to the exit."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scripts.benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextmanager
def in_empty_folder() -> Iterator[str]:
    """A folder where nothing configures anything; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def environment(folder: str) -> dict[str, str]:
    """What a command sees: nothing that steers ours, and the folder as its home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LLMSPELL_")}
    return kept | {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder}


def seconds(command: Sequence[str | Path], folder: str) -> float:
    """The seconds that a command takes, in that folder. Raises `BenchmarkError` where it fails."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    taken_s = time.perf_counter() - start
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        raise BenchmarkError(f"{' '.join(map(str, command))} ended with {done.returncode}: {said}")
    return taken_s
