"""What a call costs that is switched off: against an empty function, called through an object as well; and what a
call costs that goes to Python and back.

Measured inside the script by `performance.now()`, around a loop that has run before.
"""

from __future__ import annotations

from statistics import median
from string import Template
from typing import TYPE_CHECKING

from debug.config import DebugConfig, FilterRule
from debug.level import Level
from debug.manager import DebugManager
from scripts.benchmarks.js.runner import run
from scripts.benchmarks.measure import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

# Each side is a function of its own, so that V8 compiles each for what it calls.
FILTERED = Template("""
globalThis.Empty = {debug(message, module) {}};
const text = "let mixed = 0; for (let i = 0; i < n; i++) { $work OWNER.debug($arguments); } return mixed";
const loop = (owner) => new Function("n", text.replace("OWNER", owner));
const ours = loop("Debug"), peer = loop("Empty");
function measure(work) {
  const start = performance.now();
  work($calls);
  return performance.now() - start;
}
measure(ours); measure(peer);
const figures = [];
for (let round = 0; round < $rounds; round++) {
  let first, second;
  if (round % 2 === 0) { first = measure(ours); second = measure(peer); }
  else { second = measure(peer); first = measure(ours); }
  figures.push(first, second);
}
return figures;
""")
ROUND_TRIP = Template("""
function measure(calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) Debug.getLevel();
  return performance.now() - start;
}
measure($calls);
return Array.from({length: $rounds}, () => measure($calls));
""")

BY_LEVEL = DebugConfig(level=Level.INFO)
BY_RULE = DebugConfig(level=Level.TRACE, filters=(FilterRule("noise.*", enabled=False),))
MIXING = "mixed = (mixed * 31 + i) | 0;"
"""What a turn of the loop does besides. V8 leaves nothing of an empty function, and an empty loop takes one tick of
the processor a turn: there any branch at all is seen, which otherwise is hidden behind what a loop is there for."""
CALLS = 20_000_000
TRIPS = 5_000
ROUNDS_EACH = 2
"""Rounds in one context: each compiles anew."""


def rows(effort: Effort) -> Iterator[Row]:
    """The filtered call, by level and by rule; the round trip."""
    alone, in_module = '"x"', '"x", "noise.chatter"'
    yield _filtered(effort, "by level", alone, BY_LEVEL, MIXING)
    yield _filtered(effort, "by level", in_module, BY_LEVEL, MIXING)
    yield _filtered(effort, "by a rule", in_module, BY_RULE, MIXING)
    yield _filtered(effort, "by level", alone, BY_LEVEL)
    yield _filtered(effort, "by level", in_module, BY_LEVEL)
    yield _round_trip(effort)


def _filtered(effort: Effort, how: str, arguments: str, config: DebugConfig, work: str = "") -> Row:
    calls = effort.size(CALLS)
    script = FILTERED.substitute(
        arguments=arguments.replace('"', '\\"'), calls=calls, rounds=ROUNDS_EACH, work=work
    )
    figures = [figure for _ in range(effort.rounds) for figure in run(script, DebugManager(config))]
    ours, peer = figures[::2], figures[1::2]
    loop = "a loop that mixes a number" if work else "a loop that does nothing else"
    return Row(
        f"`Debug.debug({arguments})` filtered {how}, against an empty function, in {loop}",
        median(first / second for first, second in zip(ours, peer, strict=True)),
        1.05,
        note=f"{median(ours) / calls * 1e6:.2f} ns against {median(peer) / calls * 1e6:.2f} ns",
    )


def _round_trip(effort: Effort) -> Row:
    trips = effort.size(TRIPS)
    each_us = [taken / trips * 1e3 for taken in run(ROUND_TRIP.substitute(calls=trips, rounds=effort.rounds))]
    return Row(
        "a call that goes to Python and back, `Debug.getLevel()`",
        median(each_us),
        60.0,
        unit="µs",
        note=f"{min(each_us):.1f} to {max(each_us):.1f} µs",
    )
