"""Where a running script is, asked from another thread: V8 tells it between two of the script's instructions.

By names that V8 exports on Linux and macOS; elsewhere nobody can tell. As in `runtime.js.promises`, a `Local` is a
pointer to a slot.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from threading import Event
from typing import Any

from runtime.js.v8_text import text_of_string

_POINTER = ctypes.c_void_p
_SYMBOLS: dict[str, tuple[Any, ...]] = {
    "soon": ("_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_", None, _POINTER, _POINTER, _POINTER),
    "stack": (
        "_ZN2v810StackTrace17CurrentStackTraceEPNS_7IsolateEiNS0_17StackTraceOptionsE",
        _POINTER,
        _POINTER,
        ctypes.c_int,
        ctypes.c_int,
    ),
    "count": ("_ZNK2v810StackTrace13GetFrameCountEv", ctypes.c_int, _POINTER),
    "frame": ("_ZNK2v810StackTrace8GetFrameEPNS_7IsolateEj", _POINTER, _POINTER, _POINTER, ctypes.c_uint32),
    "source": ("_ZNK2v810StackFrame24GetScriptNameOrSourceURLEv", _POINTER, _POINTER),
    "name": ("_ZNK2v810StackFrame15GetFunctionNameEv", _POINTER, _POINTER),
    "location": ("_ZNK2v810StackFrame11GetLocationEv", ctypes.c_uint64, _POINTER),
}
_DETAILED = 0x7F
"""v8::StackTrace::kDetailed"""
_MAX_FRAMES = 100
_PATIENCE_S = 0.05
"""A script that waits, or is in a long call of V8's own, does not tell."""

_OnInterrupt = ctypes.CFUNCTYPE(None, _POINTER, _POINTER)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a function is; line and column count from 1, in what V8 was given."""

    name: str | None
    source: str
    line: int
    column: int


class Whereabouts:
    """Of one isolate; has to live as long as it."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._v8 = _functions(library)
        self._kept: list[Any] = []  # what C may call for as long as the isolate lives
        self._told = Event()
        self._sites: tuple[Site, ...] = ()

    def request(self, isolate: int | None) -> bool:
        """Ask. The isolate must live; False where there is nobody to ask."""
        if isolate is None or not self._v8:
            return False
        callback = _OnInterrupt(self._tell)
        self._kept.append(callback)
        self._told.clear()
        self._v8["soon"](isolate, ctypes.cast(callback, _POINTER), None)
        return True

    def answer(self) -> tuple[Site, ...]:
        """The sites, innermost first; none where the script does not answer at once. Not on its own thread."""
        return self._sites if self._told.wait(_PATIENCE_S) else ()

    def _tell(self, isolate: int, _: Any) -> None:
        """On the isolate's thread."""
        v8 = self._v8
        stack = v8["stack"](isolate, _MAX_FRAMES, _DETAILED)
        frames = [v8["frame"](stack, isolate, index) for index in range(v8["count"](stack))]
        self._sites = tuple(self._site(isolate, frame) for frame in frames)
        self._told.set()

    def _site(self, isolate: int, frame: int) -> Site:
        v8 = self._v8
        location = v8["location"](frame)  # two ints, both from 0
        return Site(
            text_of_string(self._library, isolate, v8["name"](frame)) or None,
            text_of_string(self._library, isolate, v8["source"](frame)),
            (location & 0xFFFFFFFF) + 1,
            (location >> 32) + 1,
        )


def _functions(library: Any) -> dict[str, Any]:
    """V8's functions by our names; none at all where one is missing."""
    try:
        return {
            name: ctypes.CFUNCTYPE(*types)((symbol, library)) for name, (symbol, *types) in _SYMBOLS.items()
        }
    except AttributeError:
        return {}
