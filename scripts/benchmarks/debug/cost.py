"""A script with a breakpoint that is never reached, against the script alone: whole commands, from start to exit."""

from __future__ import annotations

import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scripts.benchmarks.commands import in_empty_folder, seconds
from scripts.benchmarks.debug.debugpy_peer import run_under_debugpy
from scripts.benchmarks.measure import Row, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

PROGRAMS = Path(__file__).parent / "programs"
LLMSPELL = (sys.executable, "-m", "llmspell_cli")
ROUNDS, PEER_ROUNDS = 5, 3
"""At most: each takes seconds, and no bound is read off the peers'."""


class Work(NamedTuple):
    """A program, how often it does its work (for a second or two), and the bound."""

    program: str
    count: int
    bound: float


LUA = (
    Work("fib.lua", 250, 2.0),
    Work("sieve.lua", 150, 2.0),
    Work("strings.lua", 700, 1.2),
    Work("nbody.lua", 600_000, 2.0),
)
LUAJIT = (
    Work("fib.lua", 2500, 3.0),
    Work("sieve.lua", 2500, 1.3),
    Work("strings.lua", 2500, 1.2),
    Work("nbody.lua", 12_000_000, 1.3),
)
JAVASCRIPT = (Work("calls.js", 3000, 4.0), Work("loops.js", 4000, 4.0), Work("mixed.js", 700, 2.5))


def lua(effort: Effort) -> Iterator[Row]:
    """Lua 5.4, with a line hook written in Lua as the peer."""
    for work in LUA:
        yield _ours(effort, work, "lua5.4")
        yield _line_hook(effort, work, "lua5.4", 12)


def luajit(effort: Effort) -> Iterator[Row]:
    """LuaJIT; under a hook it compiles nothing."""
    for work in LUAJIT:
        yield _ours(effort, work, "luajit")
        yield _line_hook(effort, work, "luajit", 60)


def javascript(effort: Effort) -> Iterator[Row]:
    """JavaScript, with node's inspector as the peer."""
    for work in JAVASCRIPT:
        yield _ours(effort, work, "javascript")
        yield _inspector(effort, work)


def python(effort: Effort) -> Iterator[Row]:
    """Debuggers of Python on a twin, for comparison only."""
    script, count = PROGRAMS / "fib.py", str(effort.size(12))
    yield _row(
        "fib.py, Python, with bdb",
        (sys.executable, PROGRAMS / "python_bdb.py", script, _never(script), count),
        (sys.executable, script, count),
        min(effort.rounds, PEER_ROUNDS),
    )
    yield _debugpy(effort, script, str(effort.size(120)))


def _ours(effort: Effort, work: Work, engine: str) -> Row:
    script, count = PROGRAMS / work.program, str(effort.size(work.count))
    stops = f"{script}:{_never(script)}"
    return _row(
        f"{work.program}, {engine}, with `llmspell debug`",
        (
            *LLMSPELL,
            "debug",
            "--engine",
            engine,
            "--commands",
            "/dev/null",
            "--break-at",
            stops,
            script,
            count,
        ),
        (*LLMSPELL, "run", "--engine", engine, script, count),
        min(effort.rounds, ROUNDS),
        work.bound,
    )


def _debugpy(effort: Effort, script: Path, count: str) -> Row:
    """The debugger of Python that editors use, over its adapter. It takes most of a second to end, whatever it ran: the
    work is long enough that this hardly counts."""
    what = "fib.py, Python, with debugpy"
    if find_spec("debugpy") is None:
        return Row(what, note="not installed")
    with in_empty_folder() as folder:
        found = compare(
            lambda: run_under_debugpy(script, count, int(_never(script)), folder),
            lambda: seconds((sys.executable, script, count), folder),
            min(effort.rounds, PEER_ROUNDS),
        )
    return Row(what, found.ratio, note=f"{found.ours:.2f} s against {found.peer:.2f} s")


def _line_hook(effort: Effort, work: Work, engine: str, shorter: int) -> Row:
    script, count = PROGRAMS / work.program, str(effort.size(max(1, work.count // shorter)))
    return _row(
        f"{work.program}, {engine}, with a line hook in Lua",
        (*LLMSPELL, "run", "--engine", engine, PROGRAMS / "line_hook.lua", script, _never(script), count),
        (*LLMSPELL, "run", "--engine", engine, script, count),
        min(effort.rounds, PEER_ROUNDS),
    )


def _inspector(effort: Effort, work: Work) -> Row:
    what = f"{work.program}, node, with its inspector"
    if shutil.which("node") is None:
        return Row(what, note="not installed")
    script, count = PROGRAMS / work.program, str(effort.size(work.count))
    return _row(
        what,
        ("node", PROGRAMS / "inspector.js", script, _never(script), count),
        ("node", script, count),
        min(effort.rounds, PEER_ROUNDS),
    )


def _row(
    what: str,
    debugged: tuple[str | Path, ...],
    plain: tuple[str | Path, ...],
    rounds: int,
    bound: float | None = None,
) -> Row:
    with in_empty_folder() as folder:
        found = compare(lambda: seconds(debugged, folder), lambda: seconds(plain, folder), rounds)
    return Row(what, found.ratio, bound, note=f"{found.ours:.2f} s against {found.peer:.2f} s")


def _never(script: Path) -> str:
    """The line that no run comes to."""
    lines = script.read_text(encoding="utf-8").splitlines()
    return str(next(number for number, line in enumerate(lines, 1) if re.search(r"(--|//|#) never$", line)))
