"""What the samples of a profile add up to: by stack, and by whatever else a place belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from debug.profile.model import NO_PARENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.profile.model import Profile, Stack

NO_KEY = -1
"""Of a place that belongs to nothing that is asked for."""


@dataclass(frozen=True, slots=True)
class Weights:
    """For each stack of a profile: what was sampled at its innermost place."""

    self_ns: list[int]
    samples: list[int]


@dataclass(frozen=True, slots=True)
class Totals:
    """For each key: its own weight, and that of everything below it, each stack counted once."""

    own: list[int]
    total: list[int]


def weights_by_thread(profile: Profile) -> list[Weights]:
    """For each thread the weights of its stacks."""
    stacks = len(profile.stacks)
    found = [Weights([0] * stacks, [0] * stacks) for _ in profile.threads]
    columns = [(one.self_ns, one.samples) for one in found]
    samples = profile.samples
    for stack, weight_ns, thread in zip(samples.stack, samples.weight_ns, samples.thread, strict=True):
        self_ns, count = columns[thread]
        self_ns[stack] += weight_ns
        count[stack] += 1
    return found


def summed(weights: Sequence[Weights], stacks: int) -> Weights:
    """All threads as one."""
    if len(weights) == 1:
        return weights[0]
    self_ns, samples = [0] * stacks, [0] * stacks
    for one in weights:
        self_ns = [before + more for before, more in zip(self_ns, one.self_ns, strict=True)]
        samples = [before + more for before, more in zip(samples, one.samples, strict=True)]
    return Weights(self_ns, samples)


def allocated_by_stack(profile: Profile) -> list[int]:
    """For each stack the bytes that were allocated at its innermost place."""
    found = [0] * len(profile.stacks)
    for one in profile.allocations:
        found[one.stack] += one.allocated_bytes
    return found


def inclusive(parents: Sequence[int], own: Sequence[int]) -> list[int]:
    """For each node its own weight and that of all below it. A parent's number is lower than its children's."""
    found = list(own)
    for node in range(len(found) - 1, -1, -1):
        parent = parents[node]
        if parent != NO_PARENT:
            found[parent] += found[node]
    return found


def totals(stacks: Sequence[Stack], key_of_place: Sequence[int], keys: int, own: Sequence[int]) -> Totals:
    """Weights of stacks by a key of their places (`NO_KEY` for none), recursion counted once.

    A node counts for its key unless one above it has the same key: the tree is walked with a count of each key on the
    way down to the node.
    """
    parents = [stack.parent for stack in stacks]
    key_of = [key_of_place[stack.place] for stack in stacks]
    below = inclusive(parents, own)
    by_key, total = [0] * keys, [0] * keys
    for node, key in enumerate(key_of):
        if key != NO_KEY:
            by_key[key] += own[node]
    above = [0] * keys
    for node in _down_and_up(parents):
        if node < 0:
            key = key_of[~node]
            if key != NO_KEY:
                above[key] -= 1
        else:
            key = key_of[node]
            if key != NO_KEY:
                if above[key] == 0:
                    total[key] += below[node]
                above[key] += 1
    return Totals(by_key, total)


def _down_and_up(parents: Sequence[int]) -> list[int]:
    """Each node when it is entered, and its complement (`~node`) when it is left. Stacks may be deep: no recursion."""
    children: list[list[int]] = [[] for _ in parents]
    waiting: list[int] = []
    for node, parent in enumerate(parents):
        (waiting if parent == NO_PARENT else children[parent]).append(node)
    order = []
    while waiting:
        node = waiting.pop()
        order.append(node)
        if node >= 0:
            waiting.append(~node)
            waiting.extend(children[node])
    return order
