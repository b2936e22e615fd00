"""The heap's figures while a script is blocked in a call of ours: asked of V8 itself, by names that it exports.

mini-racer answers such a question on the isolate's thread, which is the one that waits. V8's own function can be
called right there. It is exported on Linux and macOS; what it tells is believed where it agrees with mini-racer on
the limit, which may only have been raised since.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

_CURRENT = "_ZN2v87Isolate13TryGetCurrentEv"
FIGURES = "_ZN2v87Isolate17GetHeapStatisticsEPNS_14HeapStatisticsE"
_TOTAL, _LEFT, _USED, _LIMIT, _EXTERNAL = 0, 3, 4, 5, 7
"""Words of `v8::HeapStatistics`."""
_ROOM = 64
"""Words that it may have; today it has 16."""

_Words = ctypes.c_size_t * _ROOM


@dataclass(frozen=True, slots=True)
class HeapFigures:
    """Of one isolate, now."""

    used_bytes: int
    held_bytes: int
    """What V8 holds for the heap."""
    external_bytes: int
    """What the heap's objects hold outside of it: ArrayBuffers."""
    left_bytes: int
    """How much it may still grow."""


def of_current_isolate(library: Any, limit_bytes: int) -> HeapFigures | None:
    """Of the isolate that the calling thread is in; None where that cannot be told.

    `limit_bytes` is the `heap_size_limit` it began with.
    """
    functions = _functions(library)
    isolate = functions and functions[0]()
    if not functions or not isolate:
        return None
    found = new_words()
    functions[1](isolate, found)
    return read(found, limit_bytes)


@cache
def _functions(library: Any) -> tuple[Any, Any] | None:
    try:
        current = ctypes.CFUNCTYPE(ctypes.c_void_p)((_CURRENT, library))
        figures = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)((FIGURES, library))
    except AttributeError:
        return None
    return current, figures


def new_words() -> Any:
    """Room for V8 to write figures into."""
    return _Words()


def clear(words: Any) -> None:
    """Forget what was written there."""
    ctypes.memset(words, 0, ctypes.sizeof(words))


def read(found: Any, limit_bytes: int) -> HeapFigures | None:
    """What V8 wrote, for an isolate that began with that `heap_size_limit`; None where it makes no sense."""
    if found[_LIMIT] < limit_bytes or not 0 < found[_USED] <= found[_TOTAL]:
        return None
    return HeapFigures(int(found[_USED]), int(found[_TOTAL]), int(found[_EXTERNAL]), int(found[_LEFT]))
