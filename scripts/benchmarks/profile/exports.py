"""A long recording in each format: time, and the peak of the process that loads it, exports it and does no more."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from debug.profile import store
from debug.profile.export import FORMATS, exported, format_for
from scripts.benchmarks.measure import BenchmarkError, Row
from scripts.benchmarks.profile.recording import recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

MOST_S = 3.0
MOST_MB = 500.0
TURNS = 3


class _Export(NamedTuple):
    """What one process found."""

    taken_s: float
    size_bytes: int
    peak_bytes: int
    """Of resident memory."""
    loaded_bytes: int
    """The peak before the export: the interpreter and the recording."""


def rows(effort: Effort) -> Iterator[Row]:
    """Every format, the recording the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recording.json")
        # The peak of a process that made it would count for those that it starts.
        _process("record", str(effort.largest), str(path))
        for form in FORMATS:
            turns = range(min(TURNS, effort.rounds))
            found = [_exported_in_process(form.name, path) for _ in turns]
            what = f"{effort.largest:,} samples as {form.name}"
            size_bytes = found[0].size_bytes
            yield Row(
                what,
                median(one.taken_s for one in found),
                MOST_S,
                "s",
                note=f"{size_bytes / 1e6:.1f} MB written",
            )
            yield Row(
                f"{what}, peak memory",
                median(one.peak_bytes for one in found) / 1e6,
                MOST_MB,
                "MB",
                note=f"{median(one.loaded_bytes for one in found) / 1e6:.0f} MB of it when loaded",
            )


def _exported_in_process(form: str, path: Path) -> _Export:
    return msgspec.json.decode(_process("export", form, str(path)), type=_Export)


def _process(*arguments: str) -> bytes:
    done = subprocess.run([sys.executable, "-m", __name__, *arguments], capture_output=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _record(samples: int, path: Path) -> None:
    store.save(recording(samples), path)


def _export_and_tell(form: str, path: Path) -> None:
    profile = store.load(path)
    loaded_bytes = _peak_bytes()
    start = time.perf_counter()
    content = exported(profile, format_for(None, form))
    taken_s = time.perf_counter() - start
    found = _Export(taken_s, len(content), _peak_bytes(), loaded_bytes)
    sys.stdout.buffer.write(msgspec.json.encode(found))


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    task, first, where = sys.argv[1:]
    if task == "record":
        _record(int(first), Path(where))
    else:
        _export_and_tell(first, Path(where))
