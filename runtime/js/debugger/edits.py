"""What is planted in a text, in the order in which it is to stand."""

from __future__ import annotations

from runtime.js.planted import marked
from runtime.js.rewritten import Edit


class Edits:
    """They are noted outermost first where they begin and innermost first where they end: `apply_edits` keeps the order
    of those at one place."""

    def __init__(self) -> None:
        self.made: list[Edit] = []
        self._ends: list[tuple[int, str]] = []

    def insert(self, at: int, text: str) -> None:
        """There, and now."""
        if text:
            self.made.append(Edit(at, at, marked(text)))

    def ends_before(self, at: int, text: str) -> None:
        """As an end, of what may begin later than others do that end earlier."""
        index = len(self._ends)
        while index and self._ends[index - 1][0] < at:
            index -= 1
        self._ends.insert(index, (at, text))

    def at_end(self, at: int, text: str) -> None:
        """There, once all that stands before it has been noted."""
        self._ends.append((at, text))

    def next_end(self) -> int | None:
        """The byte of the next end."""
        return self._ends[-1][0] if self._ends else None

    def end(self) -> None:
        """Note the next end."""
        self.insert(*self._ends.pop())
