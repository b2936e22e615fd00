"""Who called whom: stacks folded by function, and the heavy paths through them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from debug.profile.model import NO_PARENT
from debug.profile.weights import inclusive, summed, weights_by_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.profile.model import Function, Profile

MIN_SHARE = 0.05
"""Of all sampled time: a branch with less is folded."""

MAX_ROWS = 40


@dataclass(frozen=True, slots=True)
class CallTree:
    """Stacks that differ only in lines are one node. Columns, a row a node; parents have lower numbers."""

    parents: list[int]
    functions: list[int]
    """Into `Profile.functions`."""
    of_stack: list[int]
    """For each stack of the profile its node."""

    def by_node(self, by_stack: Sequence[int]) -> list[int]:
        """Figures of stacks added up by node."""
        found = [0] * len(self.parents)
        for node, figure in zip(self.of_stack, by_stack, strict=True):
            found[node] += figure
        return found


def call_tree(profile: Profile) -> CallTree:
    """The stacks of a profile, folded by function."""
    return _folded(profile, recursion=False)


class Row(NamedTuple):
    """A line of the tree that is shown, below its caller."""

    depth: int
    """0 for the outermost."""
    function: Function
    self_ns: int
    total_ns: int
    samples: int
    recursive: bool
    """It called itself, and those calls are in its row."""
    folded_ns: int
    """The time of what it called and has no row."""
    folded_functions: int
    """How many callees that is."""


def heavy_paths(
    profile: Profile, *, min_share: float = MIN_SHARE, max_rows: int = MAX_ROWS
) -> tuple[Row, ...]:
    """The call tree with its heavy paths open, callees heaviest first.

    Opened are the `max_rows` heaviest branches with `min_share` of the sampled time or more. A function that calls
    itself directly has one row for all of that.
    """
    weights = summed(weights_by_thread(profile), len(profile.stacks))
    tree = _folded(profile, recursion=True)
    parents, functions = tree.parents, tree.functions
    self_ns, samples = tree.by_node(weights.self_ns), tree.by_node(weights.samples)
    total_ns = inclusive(parents, self_ns)
    children: list[list[int]] = [[] for _ in parents]
    waiting: list[tuple[int, int]] = []
    least_ns = max(1, min_share * profile.sampled_ns)
    for node, parent in enumerate(parents):
        if parent == NO_PARENT:
            heappush(waiting, (-total_ns[node], node))
        else:
            children[parent].append(node)
    opened: set[int] = set()
    while waiting and len(opened) < max_rows:
        weight, node = heappop(waiting)
        if -weight < least_ns:
            break
        opened.add(node)
        for child in children[node]:
            heappush(waiting, (-total_ns[child], child))
    recursive = {
        tree.of_stack[number]
        for number, stack in enumerate(profile.stacks)
        if stack.parent != NO_PARENT and tree.of_stack[stack.parent] == tree.of_stack[number]
    }
    return tuple(
        _rows(profile, opened, children, (self_ns, total_ns, samples), functions, parents, recursive)
    )


def _rows(
    profile: Profile,
    opened: set[int],
    children: list[list[int]],
    figures: tuple[list[int], list[int], list[int]],
    functions: list[int],
    parents: list[int],
    recursive: set[int],
) -> list[Row]:
    self_ns, total_ns, samples = figures

    def lightest_first(nodes: list[int]) -> list[int]:
        return sorted((node for node in nodes if node in opened), key=lambda node: (total_ns[node], -node))

    rows = []
    waiting = [
        (0, node) for node in lightest_first([n for n, parent in enumerate(parents) if parent == NO_PARENT])
    ]
    while waiting:
        depth, node = waiting.pop()
        closed = [child for child in children[node] if child not in opened and total_ns[child]]
        rows.append(
            Row(
                depth,
                profile.functions[functions[node]],
                self_ns[node],
                total_ns[node],
                samples[node],
                node in recursive,
                sum(total_ns[child] for child in closed),
                len(closed),
            )
        )
        waiting.extend((depth + 1, child) for child in lightest_first(children[node]))
    return rows


def _folded(profile: Profile, *, recursion: bool) -> CallTree:
    """`recursion`: whether a function that calls itself stays on its node."""
    function_of = [place.function for place in profile.places]
    parents: list[int] = []
    functions: list[int] = []
    of_stack: list[int] = []
    known: dict[int, int] = {}  # by parent and function in one number: half as large as by a pair
    count = len(profile.functions)
    for stack in profile.stacks:
        function = function_of[stack.place]
        parent = NO_PARENT if stack.parent == NO_PARENT else of_stack[stack.parent]
        if recursion and parent != NO_PARENT and functions[parent] == function:
            of_stack.append(parent)
            continue
        node = known.setdefault(parent * count + function, len(parents))
        if node == len(parents):
            parents.append(parent)
            functions.append(function)
        of_stack.append(node)
    return CallTree(parents, functions, of_stack)
