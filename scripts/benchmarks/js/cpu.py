"""Scripts that only compute, run by `llmspell run` and by node.

Each is in `programs/`, runs whole rounds of its work and tells the milliseconds that they took, so that what a start
takes is left to the part `start-up`. The first rounds are among them: V8 compiles while it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.benchmarks.js.runner import LLMSPELL, PROGRAMS, node, told
from scripts.benchmarks.measure import Row, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

ROUNDS = {"scheduler": 120, "constraints": 200, "mixed": 60}
"""How often each does its work: for about a second."""


def rows(effort: Effort) -> Iterator[Row]:
    """An operating system's scheduler, a solver of constraints, and text, maps, sorting and numbers."""
    found_node = node()
    if found_node is None:
        return
    for name, whole in ROUNDS.items():
        script, rounds = str(PROGRAMS / f"{name}.js"), str(effort.size(whole))
        found = compare(
            lambda script=script, rounds=rounds: told(*LLMSPELL, script, rounds),  # type: ignore[misc]
            lambda script=script, rounds=rounds: told(found_node, script, rounds),  # type: ignore[misc]
            effort.rounds,
        )
        yield Row(
            f"`{name}.js` run by llmspell, against node",
            found.ratio,
            1.3,
            note=f"{found.ours:.0f} ms against {found.peer:.0f} ms",
        )
