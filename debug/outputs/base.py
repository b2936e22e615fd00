"""What an output is: the protocol that console, files and everything later keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.entry import Entry


class OutputError(Exception):
    """An output that cannot be opened or written, in a sentence for its user."""


class OutputClosed(Exception):
    """Nobody reads the output any more (a closed pipe). The fan-out switches it off without a word."""


class Output(Protocol):
    """Somewhere entries go. Called from one writer thread only, so it needs no lock of its own.

    Any of the methods may raise; the fan-out then retries with backoff or switches the output off. So that a
    retry loses nothing and repeats nothing, `write` raises only where it has taken nothing of the burst, and
    `flush` goes on where it failed.

    An output that buffers has a method `after_fork` as well: called in a forked child, it forgets what it has
    taken but not flushed, which the parent writes. One with `most_queued` has no more entries wait for it.
    """

    @property
    def name(self) -> str:
        """What to call it in a warning, e.g. `file debug.log`."""

    @property
    def lossless(self) -> bool:
        """True: the script waits briefly when the queue is full. False: the oldest go, and are counted."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Take a burst of entries, in order. It may keep them in a buffer until `flush`."""

    def flush(self) -> None:
        """Bring everything written so far to where it lasts."""

    def close(self) -> None:
        """Flush and give back what is held. Called once, last."""
