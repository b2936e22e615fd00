"""Looking up what is said about a dotted name or the nearest name above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


class Hierarchy(Generic[T]):
    """Values by dotted name, each for that name and all below: `a.b` is for `a.b` and `a.b.c`, not `a.bc`."""

    __slots__ = ("_by_length", "_longest")

    def __init__(self, values: Iterable[tuple[str, T]]) -> None:
        """Of values with the same name the last one counts."""
        self._by_length: dict[int, dict[str, T]] = {}
        for name, value in values:
            self._by_length.setdefault(len(name), {})[name] = value
        self._longest = max(self._by_length, default=-1)

    def find(self, name: str) -> T | None:
        """The value of the longest name that is `name` or above it."""
        end = len(name)
        if end > self._longest:
            end = name.rfind(".", 0, self._longest + 1)
        while end >= 0:
            # A prefix is cut out only where a value has a name of that length: names may be long and hostile.
            candidates = self._by_length.get(end)
            if candidates is not None:
                value = candidates.get(name[:end])
                if value is not None:
                    return value
            end = name.rfind(".", 0, end)
        return None
