"""How cost grows with work: that of one unit should stay about the same from the first line to the last.

What is paid once, at the first use of a function, is paid before the measuring starts.
"""

from __future__ import annotations

from functools import partial
from statistics import median
from string import Template
from typing import TYPE_CHECKING

from debug.config import DebugConfig, FilterRule
from debug.manager import DebugManager
from scripts.benchmarks.lua.entries import logging_script
from scripts.benchmarks.lua.runner import engine, run
from scripts.benchmarks.measure import BenchmarkError, Growth, powers, wall_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripts.benchmarks.measure import Effort

MODULES = 1_000
MOST_TIMERS = 100_000

# A tree of tables with ten children each; every table and every leaf is a node. It is dumped whole.
DUMP = Template("""
local made = 0
local function grow(depth)
  made = made + 1
  if depth == 0 then return made end
  local node = {}
  for i = 1, 10 do
    if made >= $nodes then break end
    node[i] = grow(depth - 1)
  end
  return node
end
local tree = grow($depth)
local start = os.clock()
local text = Debug.dumpWithOptions(tree, {
  max_depth = 20, max_array_elements = 1000, max_table_pairs = 1000, max_string_length = 1000})
return os.clock() - start, made, #text
""")

# Timers side by side: each is stopped before the next starts, so that none nests.
TIMERS = Template("""
local start = os.clock()
for i = 1, $timers do Debug.timer("step " .. i % 100):stop() end
local timed = os.clock() - start
start = os.clock()
local report = Debug.performanceReport()
return timed, os.clock() - start, #report
""")

WARM_UP = """
Debug.dump({1})
Debug.timer("warm-up"):stop()
Debug.performanceReport()
"""
REPEATED = 10_000
"""Up to this size one turn is too short to trust: the median of several counts."""


def tables(effort: Effort) -> Iterator[Growth]:
    """Entries, filter rules, dumped nodes, timers."""
    yield _entries(effort)
    yield _rules("a module's first decision, wildcards the worst case", lambda at: f"other{at}.*.end")
    yield _rules("a module's first decision, hierarchical rules", lambda at: f"other.m{at}.*")
    yield _dumps(effort)
    yield from _timers(effort)


def _repeats(size: int, effort: Effort) -> int:
    return effort.rounds if size <= REPEATED else 1


def _entries(effort: Effort) -> Growth:
    points: list[tuple[int, float]] = []
    for count in powers(1_000, effort.largest):
        with engine(DebugManager()) as lua:
            run(lua, logging_script(1_000))
            work = partial(run, lua, logging_script(count))
            taken = median(wall_ns(work) for _ in range(_repeats(count, effort)))
            points.append((count, taken / count / 1e3))
    return Growth("entries captured by one script", "entries", "microseconds an entry", tuple(points))


def _rules(what: str, pattern: Callable[[int], str]) -> Growth:
    """The rules are of others: a module has to be held against all of them, were they tried one by one."""
    points: list[tuple[int, float]] = []
    for count in powers(1, 1_000):
        rules = tuple(FilterRule(pattern(at), enabled=False) for at in range(count))
        manager = DebugManager(DebugConfig(filters=rules))
        modules = [f"workflow.step{at}" for at in range(MODULES)]
        taken = wall_ns(partial(_decide, manager, modules))
        points.append((count, taken / MODULES / 1e3))
    return Growth(what, "rules", "microseconds a module", tuple(points))


def _decide(manager: DebugManager, modules: list[str]) -> None:
    for module in modules:
        manager.threshold(module)


def _dumps(effort: Effort) -> Growth:
    points: list[tuple[int, float]] = []
    with engine(DebugManager()) as lua:
        for depth, nodes in enumerate(powers(10, effort.largest), start=1):
            script = DUMP.substitute(nodes=nodes, depth=depth)
            run(lua, WARM_UP)
            dumps = [run(lua, script) for _ in range(_repeats(nodes, effort))]
            seconds = median(taken for taken, _, _ in dumps)
            _, made, length = dumps[0]
            if length < made:
                raise BenchmarkError(
                    f"a dump of {made:.0f} nodes is {length:.0f} characters long: it was cut"
                )
            points.append((int(made), seconds / made * 1e6))
    return Growth("a table dumped whole", "nodes", "microseconds a node", tuple(points))


def _timers(effort: Effort) -> Iterator[Growth]:
    runs: list[tuple[int, float]] = []
    reports: list[tuple[int, float]] = []
    for count in powers(10, min(effort.largest, MOST_TIMERS)):
        with engine(DebugManager()) as lua:
            run(lua, WARM_UP)
            timed_s, report_s, length = run(lua, TIMERS.substitute(timers=count))
        if not length:
            raise BenchmarkError("the performance report is empty")
        runs.append((count, timed_s / count * 1e6))
        reports.append((count, report_s * 1e3))
    yield Growth("timers started and stopped", "timers", "microseconds a timer", tuple(runs))
    yield Growth("the report over them (100 names)", "timers", "milliseconds the report", tuple(reports))
