"""The memory that a profiled script and the sampler share, and the names that stand in the script's rewritten text.

    byte 0    the clock of the sampled time, in milliseconds (a double)
    byte 64   how many places are on the stack, then the places, outermost first (32-bit integers)
              then for each async function how long its activations have waited, in milliseconds (doubles): the
              clock is taken off where one begins to wait and added where it goes on
              then how many of them wait now (32-bit integers)

A place stands for a function (or a line of one) and is never 0.
"""

from __future__ import annotations

from runtime.js.planted import PREFIX

STACK_BYTE = 64
STACK_WORDS = 1 << 15
"""V8's own stack is full before this one is."""
WAITED_BYTE = STACK_BYTE + 4 * STACK_WORDS
MAX_ASYNC = 1 << 13
"""Async functions whose waiting is counted: more of them are not."""
WAITING_BYTE = WAITED_BYTE + 8 * MAX_ASYNC
SIZE_BYTES = WAITING_BYTE + 4 * MAX_ASYNC

RESUMED = 1 << 30
"""Added to a place: an async function goes on, called by nobody."""

STACK, ACTIVATION, OWN = f"{PREFIX}s", f"{PREFIX}a", f"{PREFIX}k"
"""The stack and the class of activations, of all texts; and what a function has of its own: its depth or activation."""
