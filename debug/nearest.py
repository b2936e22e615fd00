"""The known name that a misspelt one was probably meant to be, for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100
"""Characters; nobody misspells a longer name, and the distance costs their square."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The name among `known` that is nearest to `word`, or None where none is near enough.

    Near enough: about a third of the letters may differ (inserted, left out, replaced, or two neighbours
    swapped), and case does not count. Of equally near names the first one wins.
    """
    if not word or len(word) > _LONGEST:
        return None
    folded = word.casefold()
    best: str | None = None
    # A word of one or two letters is near to nothing but its own other case.
    limit = max(1, (len(folded) + 1) // 3) if len(folded) > 2 else 0
    for name in known:
        candidate = name.casefold()
        if abs(len(candidate) - len(folded)) > limit:
            continue
        found = _distance(folded, candidate, limit)
        if found <= limit:
            best, limit = name, found - 1
            if found == 0:
                break
    return best


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` where one of `known` is near to `name`, else nothing."""
    near = nearest(name, known)
    return "" if near is None else f"; did you mean {near}?"


def _distance(a: str, b: str, limit: int) -> int:
    """Edits (with swaps of neighbours) that turn `a` into `b`; a number over `limit` where there are more."""
    two_above: list[int] = []
    above = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and other == a[i - 2]:
                cost = min(cost, two_above[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(above) > limit:
            return limit + 1
        two_above, above = above, row
    return above[-1]
