"""How cost grows with work: that of one unit should stay about the same from the first line to the last."""

from __future__ import annotations

from statistics import median
from string import Template
from typing import TYPE_CHECKING

from scripts.benchmarks.js.entries import logging_script
from scripts.benchmarks.js.runner import run
from scripts.benchmarks.measure import BenchmarkError, Growth, powers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

# A tree of arrays with ten children each; every array and every leaf is a node. It is dumped whole.
DUMP = Template("""
let made = 0;
function grow(depth) {
  made++;
  if (depth === 0) return made;
  const node = [];
  for (let i = 0; i < 10 && made < $nodes; i++) node.push(grow(depth - 1));
  return node;
}
const tree = grow($depth);
const options = {max_depth: 20, max_array_elements: 1000, max_table_pairs: 1000, max_string_length: 1000};
Debug.dump([1]);
const taken = [], length = Debug.dumpWithOptions(tree, options).length;
for (let i = 0; i < $rounds; i++) {
  const start = performance.now();
  Debug.dumpWithOptions(tree, options);
  taken.push(performance.now() - start);
}
return [made, length, ...taken];
""")
TIMERS = Template("""
function time(count) {
  for (let i = 0; i < count; i++) Debug.timer("step " + i % 100).stop();
}
time(100);
const start = performance.now();
time($timers);
return [performance.now() - start];
""")
FEWEST = 10_000
MOST_TIMERS = 100_000


def tables(effort: Effort) -> Iterator[Growth]:
    """Entries, dumped nodes, timers."""
    yield _entries(effort)
    yield _dumps(effort)
    yield _timers(effort)


def _entries(effort: Effort) -> Growth:
    points: list[tuple[int, float]] = []
    for count in powers(min(FEWEST, effort.largest), effort.largest):
        taken_ms = median(run(logging_script(count))[0] for _ in range(effort.rounds))
        points.append((count, taken_ms / count * 1e3))
    return Growth("entries captured by one script", "entries", "microseconds an entry", tuple(points))


def _dumps(effort: Effort) -> Growth:
    points: list[tuple[int, float]] = []
    for depth, nodes in enumerate(powers(10, effort.largest), start=1):
        made, length, *taken_ms = run(DUMP.substitute(nodes=nodes, depth=depth, rounds=effort.rounds))
        if length < made:
            raise BenchmarkError(f"a dump of {made:.0f} nodes is {length:.0f} characters long: it was cut")
        points.append((int(made), median(taken_ms) / made * 1e3))
    return Growth("an array dumped whole", "nodes", "microseconds a node", tuple(points))


def _timers(effort: Effort) -> Growth:
    points: list[tuple[int, float]] = []
    for count in powers(10, min(effort.largest, MOST_TIMERS)):
        (taken_ms,) = run(TIMERS.substitute(timers=count))
        points.append((count, taken_ms / count * 1e3))
    return Growth("timers started and stopped", "timers", "microseconds a timer", tuple(points))
