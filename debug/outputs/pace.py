"""When writers of the fan-out write, wait and give up."""

from __future__ import annotations

from typing import NamedTuple


class Pace(NamedTuple):
    """Times and bounds of a lane, in seconds and entries."""

    gather_s: float = 0.005
    """How long a writer that was woken lets entries gather, so that none interrupts a busy script alone."""
    burst: int = 512
    """The most entries written at once; between two bursts the script gets its turn."""
    yield_s: float = 0.0002
    """How long a writer sleeps between bursts while entries keep coming."""
    flush_every_s: float = 0.1
    """How long a written entry may wait for its flush while more come. An error's is flushed at once."""
    patience_s: float = 2.0
    """How long the script waits for a full lossless lane that makes no progress; then entries are dropped."""
    attempts: int = 6
    """How often an entry is tried on an output that fails, before the output is switched off."""
    backoff_s: float = 0.05
    """The wait after the first failure; it doubles with each."""


STANDARD_PACE = Pace()
