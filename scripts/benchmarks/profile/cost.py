"""A script with a profiler against the same script without: whole commands, from the start to the exit.

The work is long enough that a start hardly counts, which is a little longer with a profiler. The peers profile the same
work in the same run: theirs are ratios against what runs it without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from scripts.benchmarks.commands import in_empty_folder, seconds
from scripts.benchmarks.measure import Row, compare
from scripts.benchmarks.profile import tools

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scripts.benchmarks.measure import Effort
    from scripts.benchmarks.profile.tools import Tool

PROGRAMS = Path(__file__).parent / "programs"
ROUNDS, PEER_ROUNDS = 5, 3
"""At most: each takes seconds, and no bound is read off the peers'."""


@dataclass(frozen=True, slots=True)
class Work:
    """A program of `programs/` in one language."""

    what: str
    program: str
    rounds: int
    """How often it does its work: for about two seconds, in a peer at least for one."""


MIXED, CALLS, NATIVES = "mixed work", "calls and little else", "functions of C"


def lua(effort: Effort) -> Iterator[Row]:
    """Lua 5.4, which has no profiler of its own to compare with."""
    tool = tools.llmspell("lua5.4")
    yield from _rows(effort, Work(f"{MIXED}, lua5.4", "mixed.lua", 700), tool, 1.10)
    yield from _rows(effort, Work(f"{CALLS}, lua5.4", "calls.lua", 1000), tool, 1.15)
    yield from _rows(effort, Work(f"{NATIVES}, lua5.4", "natives.lua", 18_000), tool, 1.25)


def luajit(effort: Effort) -> Iterator[Row]:
    """LuaJIT, and Debian's LuaJIT with its own profiler."""
    tool, peers = tools.llmspell("luajit"), (tools.LUAJIT,)
    yield from _rows(effort, Work(f"{MIXED}, luajit", "mixed.lua", 3000), tool, 1.05, peers)
    yield from _rows(effort, Work(f"{CALLS}, luajit", "calls.lua", 4500), tool, 1.10, peers)


def javascript(effort: Effort) -> Iterator[Row]:
    """JavaScript, and node with its own profiler."""
    tool, peers = tools.llmspell("javascript"), (tools.NODE,)
    yield from _rows(effort, Work(f"{MIXED}, javascript", "mixed.js", 3000), tool, 1.10, peers)
    yield from _rows(effort, Work(f"{CALLS}, javascript", "calls.js", 5000), tool, 1.30, peers)


def python(effort: Effort) -> Iterator[Row]:
    """Profilers of Python on its twins of the scripts: for comparison only."""
    yield from _peers(effort, Work(f"{MIXED}, Python", "mixed.py", 400), tools.PYTHON)
    yield from _peers(effort, Work(f"{CALLS}, Python", "calls.py", 350), tools.PYTHON)
    yield from _peers(effort, Work(f"{NATIVES}, Python", "natives.py", 12_000), tools.PYTHON)


def _rows(effort: Effort, work: Work, tool: Tool, bound: float, peers: Iterable[Tool] = ()) -> Iterator[Row]:
    yield _row(effort, work, tool, min(effort.rounds, ROUNDS), bound)
    yield from _peers(effort, work, peers)


def _peers(effort: Effort, work: Work, peers: Iterable[Tool]) -> Iterator[Row]:
    for peer in peers:
        if peer.is_installed:
            yield _row(effort, work, peer, min(effort.rounds, PEER_ROUNDS))
        else:
            yield Row(_what(work, peer), note="not installed")


def _row(effort: Effort, work: Work, tool: Tool, rounds: int, bound: float | None = None) -> Row:
    arguments = (str(PROGRAMS / work.program), str(effort.size(work.rounds)))
    rates_hz: list[float] = []
    with in_empty_folder() as folder:
        out = Path(folder, "profile")

        def profiled() -> float:
            taken_s = seconds((*tool.profiled_to(out), *arguments), folder)
            if tool.samples is not None:
                rates_hz.append(tool.samples(out) / taken_s)
            return taken_s

        found = compare(profiled, lambda: seconds((*tool.plain, *arguments), folder), rounds)
    rate = f"{median(rates_hz):.0f} samples/s" if rates_hz else "every call counted"
    return Row(
        _what(work, tool),
        found.ratio,
        bound,
        note=f"{found.ours:.2f} s against {found.peer:.2f} s, {rate}",
    )


def _what(work: Work, tool: Tool) -> str:
    return f"{work.what}, with {tool.name}"
