"""How much memory a script may take."""

from __future__ import annotations

SHARE_OF_V8_LIMIT = 0.6
"""Of the heap that V8 allows, the part that a script may fill where nothing keeps V8 from ending the process.

mini-racer ends the script where a collection leaves the heap above a limit: there must be room for what is allocated
until the next one.
"""


def memory_limit(asked_bytes: int | None, v8_limit_bytes: int, *, keeps_any: bool) -> int:
    """The limit to set, in bytes: the one asked for, as far as it can be kept, or else all that can be."""
    if keeps_any:
        return v8_limit_bytes if asked_bytes is None else asked_bytes
    most = int(v8_limit_bytes * SHARE_OF_V8_LIMIT)
    return most if asked_bytes is None else min(asked_bytes, most)
