"""The capture ring: the newest entries, unshaped, and the count of those that had to leave."""

from __future__ import annotations

import sys
from collections import deque
from itertools import islice, repeat
from operator import itemgetter, length_hint
from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from debug.entry import RawLine, Unshaped

_SEQUENCE_END = sys.maxsize


class CaptureRing:
    """Holds the newest `limit` entries. Safe to use from many threads; adding an entry takes no lock.

    An entry is added in two steps, `append((next_sequence(), ...))`. Nothing else may draw sequence numbers:
    the ring tells from them how many entries there ever were. With limit 0 it keeps none.
    Raises ValueError for a negative limit.
    """

    append: Callable[[Unshaped], None]
    extend: Callable[[Iterable[Unshaped]], None]
    next_sequence: Callable[[], int]
    """The next sequence number, counting from 0."""

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise ValueError(f"the capture limit must not be negative: {limit}")
        # A bound past what memory can address is no bound, and deque refuses it.
        self._entries: deque[Unshaped] = deque(maxlen=min(limit, sys.maxsize))
        # A range iterator counts as fast as itertools.count, and can be asked where it stands.
        self._sequence = iter(range(_SEQUENCE_END))
        self._cleared = 0
        self._clear_lock = RLock()
        self.append = self._entries.append
        self.extend = self._entries.extend
        self.next_sequence = self._sequence.__next__

    @property
    def limit(self) -> int:
        """How many entries it holds at most."""
        limit = self._entries.maxlen
        return sys.maxsize if limit is None else limit

    @property
    def issued(self) -> int:
        """How many sequence numbers were drawn: the entries there ever were."""
        return _SEQUENCE_END - length_hint(self._sequence)

    @property
    def dropped(self) -> int:
        """How many entries left because newer ones came; those that `clear` took do not count.

        Exact while nobody appends. Otherwise entries that are just being added may be counted early.
        """
        with self._clear_lock:
            return max(0, self.issued - len(self._entries) - self._cleared)

    def numbered(self, lines: Sequence[bytes], source: str, language: str) -> Iterator[RawLine]:
        """The lines as entries, their numbers drawn as they are asked for: to be appended each, or all by `extend`."""
        return zip(islice(self._sequence, len(lines)), lines, repeat(language), repeat(source), strict=False)

    def __len__(self) -> int:
        return len(self._entries)

    def newest(self, limit: int | None = None) -> list[Unshaped]:
        """The newest `limit` entries (None: all that are held), oldest first."""
        if limit is not None and limit <= 0:
            return []
        while True:
            try:
                held = list(self._entries) if limit is None else list(islice(reversed(self._entries), limit))
            except RuntimeError:  # it changed while being copied
                continue
            # Two threads may append in the other order than they drew their numbers.
            held.sort(key=itemgetter(0))
            return held

    def clear(self) -> None:
        """Let go of every entry that is held now."""
        with self._clear_lock:
            for _ in range(len(self._entries)):
                try:
                    self._entries.popleft()
                except IndexError:
                    break
                self._cleared += 1
