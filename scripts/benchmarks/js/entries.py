"""What an entry costs that is kept, against node's `console.log` to /dev/null.

Both are timed inside the script, by `performance.now()` around a loop that follows a shorter one. Ours is a call
that Python answers when it has taken all that was logged before, so the figure ends with the last entry in the ring.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from debug.config import DebugConfig
from debug.manager import DebugManager
from scripts.benchmarks.js.runner import node, run, told
from scripts.benchmarks.measure import BenchmarkError, Row, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

TIMED = Template("""
function log(count) {
  for (let i = 0; i < count; i++) $call;
}
log($count / 10);
const start = performance.now();
log($count);
const taken = performance.now() - start;
""")
RETURN = "return [taken];"
TELL = "console.error(taken);"
CAPTURED = 200_000
DATA = "{id: i, name: 'ada', cached: true, ratio: 0.25, path: '/users/ada'}"


def rows(effort: Effort) -> Iterator[Row]:
    """A plain entry, and one with data of five fields."""
    ours, peer = 'Debug.info("cache hit", "cache.user")', 'console.log("INFO cache.user cache hit")'
    yield from _row(effort, "an entry captured, with level, module and message", ours, peer, 0.5)
    ours = f'Debug.logWithData("info", "cache hit", {DATA}, "cache.user")'
    peer = f'console.log("INFO cache.user cache hit", {DATA})'
    yield from _row(effort, "the same with a data object of 5 fields", ours, peer, 0.8)


def logging_script(count: int, call: str = 'Debug.info("cache hit", "cache.user")') -> str:
    """A script that logs `count` entries after a tenth as many, and returns the milliseconds that they took."""
    return TIMED.substitute(call=call, count=count) + RETURN


def _row(effort: Effort, what: str, call: str, peer_call: str, bound: float) -> Iterator[Row]:
    found_node = node()
    if found_node is None:
        return
    count = effort.size(CAPTURED)
    script = logging_script(count, call)
    peer_script = TIMED.substitute(call=peer_call, count=count) + TELL

    def ours() -> float:
        manager = DebugManager(DebugConfig())
        (taken_ms,) = run(script, manager)
        expected = count + int(count / 10)
        if manager.emitted != expected:
            raise BenchmarkError(f"{manager.emitted:,} entries were captured, not {expected:,}")
        return taken_ms

    found = compare(ours, lambda: told(found_node, "-e", peer_script), effort.rounds)
    yield Row(
        f"{what}, against node's `console.log` to /dev/null",
        found.ratio,
        bound,
        note=f"{found.ours / count * 1e6:.0f} ns against {found.peer / count * 1e6:.0f} ns",
    )
