"""Paths from the root to each node of a tree, made from the path of the parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from debug.profile.model import NO_PARENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

P = TypeVar("P")


def paths(parents: Sequence[int], join: Callable[[P | None, int], P]) -> Iterator[P]:
    """For each node in turn `join(path of its parent, node)`. Parents have lower numbers.

    A path is forgotten after its last child, so deep or wide trees do not hold all of them at once.
    """
    last_child = [NO_PARENT] * len(parents)
    for node, parent in enumerate(parents):
        if parent != NO_PARENT:
            last_child[parent] = node
    held: dict[int, P] = {}
    for node, parent in enumerate(parents):
        if parent == NO_PARENT:
            path = join(None, node)
        else:
            path = join(held[parent], node)
            if last_child[parent] == node:
                del held[parent]
        if last_child[node] != NO_PARENT:
            held[node] = path
        yield path
