"""The memory that a debugged script shares with Python, and the names that stand in its rewritten text.

    bytes   one for each probe, and the first ones for all of them (`ANY_PROBE`, `ERRORS`): whoever passes one that is
            not 0 calls the agent. Python arms a probe by writing it, at any time
    words   32-bit integers: what changed since the agent last looked

What only the script's side uses lies beside it: how many functions run and at which probe each is (`PLACES`); and for
each, while it calls another, the reader of its variables and those that are handed over by value (`KEPT`).
"""

from __future__ import annotations

from runtime.js.planted import PREFIX

PROBE_BYTES = 1 << 21
"""So many probes fit into all sources of a run; what comes after them runs plain."""
WORDS = 16
SIZE_BYTES = PROBE_BYTES + 4 * WORDS

ANY_PROBE, ERRORS, FIRST_PROBE = 0, 1, 16
"""In the bytes: each probe calls the agent; errors are of interest; the first probe."""

ORDERS, PAUSE, RESET, DATA, GIVE_UP, MICROTASKS = range(6)
"""In the words: the number of the orders; to stop at the next probe; counts up when all that the agent does by itself
(steps, watching) is to end; the same for watching alone; the same for what is evaluated; the state of microtasks."""

WAITING, RUNNING, UNKNOWN = range(3)
"""Microtasks wait, V8 runs them, or nobody tells which of the two."""

MOST_FRAMES = 1 << 14
"""V8's own stack is full before."""
SLOT_BITS = 4
SLOTS = 1 << SLOT_BITS
"""Of a function in what is kept: the reader, then its variables; where they are more, one array of them."""

BYTES, PLACES, KEPT = f"{PREFIX}b", f"{PREFIX}i", f"{PREFIX}k"
HIT, FAILED, LEFT, CAUGHT_AT, DEBUGGER, LOADED = (f"{PREFIX}{letter}" for letter in "huqwdl")
ACTIVATION, NOTHING, OWN, ERROR = (f"{PREFIX}{letter}" for letter in "anfe")
AGENT, GUARD = f"{PREFIX}x", f"{PREFIX}g"
TEXT, PARAMETERS, QUIET = (f"{PREFIX}{letter}" for letter in "tpc")


def reader_name(depth: int) -> str:
    """Of the function that reads the variables of the scope that is so deep."""
    return f"{PREFIX}{depth}"
