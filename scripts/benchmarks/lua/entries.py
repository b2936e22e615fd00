"""What an entry costs that is kept or written, against logging: wall time, the last flush included."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from debug.manager import DebugManager
from debug.outputs.console import ConsoleOutput
from debug.outputs.fan_out import FanOut
from debug.outputs.file import FileOutput
from scripts.benchmarks.lua import peers
from scripts.benchmarks.lua.runner import engine, run
from scripts.benchmarks.measure import BenchmarkError, Row, compare, wall_ns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from debug.outputs.base import Output
    from scripts.benchmarks.measure import Comparison, Effort

CAPTURED = 200_000
WRITTEN = 100_000
FLUSH_TIMEOUT_S = 60.0


def rows(effort: Effort) -> Iterator[Row]:
    """The captured entry, the JSON lines file and the console that is no terminal."""
    yield from _captured(effort)
    yield _json_file(effort)
    yield _console(effort)


def logging_script(count: int) -> str:
    """A script that logs `count` entries."""
    return f'for i = 1, {count} do Debug.info("{peers.MESSAGE}", "{peers.MODULE}") end'


def _captured(effort: Effort) -> Iterator[Row]:
    count = effort.size(CAPTURED)
    script = logging_script(count)
    with engine(DebugManager()) as lua:
        found = compare(
            lambda: wall_ns(lambda: run(lua, script)),
            lambda: wall_ns(peers.logging_to_deque(count)),
            effort.rounds,
        )
        yield Row(
            "an entry captured, against logging into a deque", found.ratio, 1 / 6, note=_each(found, count)
        )
        work = peers.picologging_to_deque(count)
        if work is None:
            return
        peer = work
        found = compare(lambda: wall_ns(lambda: run(lua, script)), lambda: wall_ns(peer), effort.rounds)
        yield Row("an entry captured, against picologging", found.ratio, 1.0, note=_each(found, count))


def _json_file(effort: Effort) -> Row:
    count = effort.size(WRITTEN)
    with tempfile.TemporaryDirectory() as folder:
        ours_path, peer_path = Path(folder, "ours.jsonl"), Path(folder, "peer.jsonl")

        def peer() -> float:
            handler, work = peers.logging_to_json_file(peer_path, count)
            try:
                return wall_ns(work)
            finally:
                handler.close()

        def ours() -> float:
            ours_path.unlink(missing_ok=True)
            taken = _through(FileOutput(str(ours_path), format="json"), count)
            _expect_lines(ours_path, count)
            return taken

        found = compare(ours, peer, effort.rounds)
        _expect_lines(peer_path, count)
    return Row(
        "an entry to a JSON lines file, against `logging.FileHandler` with a JSON formatter",
        found.ratio,
        1 / 3,
        note=_each(found, count),
    )


def _console(effort: Effort) -> Row:
    count = effort.size(WRITTEN)

    def ours() -> float:
        with _pipe() as stream:
            return _through(ConsoleOutput(stream.fileno()), count)

    def peer() -> float:
        with _pipe() as stream:
            return wall_ns(peers.logging_to_stream(stream, count))

    found = compare(ours, peer, effort.rounds)
    return Row(
        "an entry to a console that is no terminal, against `logging.StreamHandler`",
        found.ratio,
        1 / 2,
        note=_each(found, count),
    )


def _through(output: Output, count: int) -> float:
    """Nanoseconds for `count` entries of a script through an output, until all are written and flushed."""
    manager = DebugManager()
    fan_out = FanOut([output])
    manager.attach(fan_out.put)
    script = logging_script(count)

    def work() -> None:
        run(lua, script)
        if not fan_out.flush(FLUSH_TIMEOUT_S):
            raise BenchmarkError(f"{output.name}: not everything was flushed")

    try:
        with engine(manager) as lua:
            return wall_ns(work)
    finally:
        fan_out.close(FLUSH_TIMEOUT_S)


@contextmanager
def _pipe() -> Iterator[IO[str]]:
    """The writing end of a pipe whose other end another process reads away."""
    reader = "import sys\nwhile sys.stdin.buffer.read1(65536): pass"
    process = subprocess.Popen([sys.executable, "-c", reader], stdin=subprocess.PIPE, text=True)
    assert process.stdin is not None
    try:
        with process.stdin as stream:
            yield stream
    finally:
        process.wait()


def _expect_lines(path: Path, count: int) -> None:
    with path.open("rb") as stream:
        found = sum(1 for _ in stream)
    if found != count:
        raise BenchmarkError(f"{path.name} holds {found} lines where {count} were written")


def _each(found: Comparison, count: int) -> str:
    return f"{found.ours / count:.0f} ns against {found.peer / count:.0f} ns"
