"""Collapsed stacks, as Brendan Gregg's flamegraph.pl, speedscope, inferno and py-spy read and write them.

A line a stack, sorted: `outer (file:line);inner (file:line) WEIGHT`, the weight in whole microseconds. Weights are
rounded so that they add up to the sampled time; what is less than a microsecond goes to a neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.call_tree import call_tree
from debug.profile.export.microseconds import rounded_us
from debug.profile.export.paths import paths
from debug.profile.weights import summed, weights_by_thread
from debug.text_safety import printable

if TYPE_CHECKING:
    from debug.profile.model import Function, Profile


def export(profile: Profile) -> bytes:
    """The profile as collapsed stacks, UTF-8."""
    tree = call_tree(profile)
    self_ns = tree.by_node(summed(weights_by_thread(profile), len(profile.stacks)).self_ns)
    names = [_frame(function) for function in profile.functions]

    def join(caller: str | None, node: int) -> str:
        name = names[tree.functions[node]]
        return name if caller is None else f"{caller};{name}"

    by_path: dict[str, int] = {}  # functions that look the same are the same here
    for path, weight_ns in zip(paths(tree.parents, join), self_ns, strict=True):
        if weight_ns:
            by_path[path] = by_path.get(path, 0) + weight_ns
    rows = sorted(by_path.items())
    weights_us = rounded_us(weight_ns for _, weight_ns in rows)
    lines = [
        f"{path} {weight_us}\n" for (path, _), weight_us in zip(rows, weights_us, strict=True) if weight_us
    ]
    return "".join(lines).encode()


def _frame(function: Function) -> str:
    """A frame's name: no line break and no `;` in it."""
    line = f":{function.line}" if function.line else ""
    where = "" if function.file is None else f" ({function.file}{line})"
    return printable(f"{function.name or '(unnamed)'}{where}").replace(";", ":")
