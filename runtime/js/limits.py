"""How much memory a script may take.

V8 ends the whole process where its heap cannot grow any more; mini-racer ends the script where a collection leaves
the heap above a limit. That limit must leave room for what is allocated until the next collection.
"""

from __future__ import annotations

SHARE_OF_V8_LIMIT = 0.6
"""Of the heap that V8 allows, the part that a script may fill."""


def memory_limit(asked_bytes: int | None, v8_limit_bytes: int) -> int:
    """The limit to set, in bytes: the one asked for, as far as V8 can keep it."""
    most = int(v8_limit_bytes * SHARE_OF_V8_LIMIT)
    return most if asked_bytes is None else min(asked_bytes, most)
