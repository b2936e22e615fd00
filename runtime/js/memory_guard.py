"""Keeps V8 from ending the process where memory is short: the script ends instead.

mini-racer looks at the heap after a collection and does not see ArrayBuffers; V8 itself, where the heap can grow no
more, prints a dump and traps. Three of V8's own hooks do better, all on the isolate's thread:

- after a full collection heap and ArrayBuffers are held against the limit. V8 gives back the buffers that it found
  dead only with the next collection: where they may have made the difference, there is another one at once;
- near the limit of the heap V8 asks for a higher one, and gets it, so that the script is terminated in order. It
  asks late, after many collections that found nothing, a second or more each: two of them in a row are enough;
- an allocation that fails at once, whatever the limit (`invalid table size`), asks nobody. Before it prints, V8
  reports figures of the heap to whoever keeps them for crash reports. That call never returns: the thread waits for
  ever and the isolate is given up, for V8 cannot go on from there.

The names are exported on Linux and macOS. `std::function` is laid out as the libc++ in V8's own build does it
(`__policy_func`), which the pin of mini-racer's version holds to. Where a name is missing, V8 does as it always did.
"""

from __future__ import annotations

import ctypes
import sys
from threading import Lock
from typing import TYPE_CHECKING, Any

from runtime.js import heap_figures

if TYPE_CHECKING:
    from collections.abc import Callable

_POINTER, _SIZE = ctypes.c_void_p, ctypes.c_size_t
_SYMBOLS: dict[str, tuple[Any, ...]] = {
    "current": ("_ZN2v87Isolate13TryGetCurrentEv", _POINTER),
    "terminate": ("_ZN2v87Isolate18TerminateExecutionEv", None, _POINTER),
    "near_limit": (
        "_ZN2v87Isolate24AddNearHeapLimitCallbackEPFmPvmmES1_",
        None,
        _POINTER,
        _POINTER,
        _POINTER,
    ),
    "after_collection": (
        "_ZN2v87Isolate21AddGCEpilogueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_S2_",
        None,
        _POINTER,
        _POINTER,
        _POINTER,
        ctypes.c_int,
    ),
    "soon": ("_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_", None, _POINTER, _POINTER, _POINTER),
    "collect": ("_ZN2v87Isolate21LowMemoryNotificationEv", None, _POINTER),
    "before_dump": (
        "_ZN2v87Isolate26SetCrashKeyStringCallbacksENSt4__Cr8functionIFPvPKcNS_12CrashKeySizeEEEENS2_IFvS3_NS1_17"
        "basic_string_viewIcNS1_11char_traitsIcEEEEEEE",
        None,
        _POINTER,
        _POINTER,
        _POINTER,
    ),
    "has_before_dump": ("_ZN2v88internal7Isolate26HasCrashKeyStringCallbacksEv", ctypes.c_bool, _POINTER),
    "at_failure": (
        "_ZN2v87Isolate18SetOOMErrorHandlerEPFvPKcRKNS_10OOMDetailsEPvES6_",
        None,
        _POINTER,
        _POINTER,
        _POINTER,
    ),
}
_FULL_COLLECTION = 1 << 2
"""v8::GCType"""
_TIGHT = 1 / 12
"""Of its limit, what a collection leaves V8 to grow by where it found nothing: most is the young generation's."""
_ROOM_TO_END_BYTES = 64 << 20
"""What V8 gets past the limit, again and again, until the script has noticed that it is terminated."""

_OnNearLimit = ctypes.CFUNCTYPE(_SIZE, _POINTER, _SIZE, _SIZE)
_OnCollection = ctypes.CFUNCTYPE(None, _POINTER, ctypes.c_int, ctypes.c_int, _POINTER)
_OnInterrupt = ctypes.CFUNCTYPE(None, _POINTER, _POINTER)
_OnFailure = ctypes.CFUNCTYPE(None)
"""Arguments of ours are in registers: who needs none may leave them out."""


class _Policy(ctypes.Structure):
    """What `std::function` knows of its kind of function: how to copy and destroy it (not needed), and its type."""

    _fields_ = (("clone", _POINTER), ("destroy", _POINTER), ("is_null", ctypes.c_bool), ("type", _POINTER))


class _StdFunction(ctypes.Structure):
    _fields_ = (("storage", _POINTER * 2), ("invoke", _POINTER), ("policy", ctypes.POINTER(_Policy)))


class MemoryGuard:
    """Of one isolate; has to live as long as it."""

    def __init__(self, library: Any, heap_limit_bytes: int, on_fatal: Callable[[], None]) -> None:
        """`heap_limit_bytes` is V8's. `on_fatal` runs on the isolate's thread, which from then on waits for ever."""
        self._library = library
        self._heap_limit_bytes = heap_limit_bytes
        self._v8 = _functions(library)
        self._on_fatal = on_fatal
        self._isolate: int | None = None
        self._kept: list[Any] = []  # what C calls for as long as the isolate lives
        self._recount: Any = None
        self._counting = False
        self._tight_count = 0
        self._v8_limit_bytes = heap_limit_bytes
        """What V8 is held to now."""
        self.limit_bytes = sys.maxsize
        """Of heap and ArrayBuffers together."""
        self.reached = False
        """Whether the script was ended for it."""

    @property
    def holds(self) -> bool:
        """Whether the limit may be all that V8 allows, and more."""
        return bool(self._v8)

    @property
    def isolate(self) -> int | None:
        """V8's isolate, where it is installed."""
        return self._isolate

    def install(self) -> int | None:
        """On the isolate's thread, once, before the script runs. V8's isolate; None where it cannot be guarded."""
        if not self._v8:
            return None
        v8 = self._v8
        isolate: int | None = v8["current"]()
        self._isolate = isolate
        if isolate is None:
            return None
        near, collected = _OnNearLimit(self._near_limit), _OnCollection(self._collected)
        failure, self._recount = _OnFailure(self._fatal), _OnInterrupt(self._count_again)
        self._kept += near, collected, failure
        v8["near_limit"](isolate, _address(near), None)
        v8["after_collection"](isolate, _address(collected), None, _FULL_COLLECTION)
        v8["at_failure"](isolate, _address(failure), None)
        if not v8["has_before_dump"](isolate):
            policy = _Policy(None, None, False, None)
            functions = [
                _StdFunction((None, None), _address(failure), ctypes.pointer(policy)) for _ in range(2)
            ]
            self._kept += policy, *functions
            v8["before_dump"](isolate, *(ctypes.addressof(one) for one in functions))
        return isolate

    def _near_limit(self, _: Any, current_bytes: int, __: int) -> int:
        if self._v8_limit_bytes < self.limit_bytes:
            self._v8_limit_bytes = self.limit_bytes
            return self.limit_bytes
        self._end()
        return int(current_bytes) + _ROOM_TO_END_BYTES

    def _collected(self, *_: Any) -> None:
        if self._is_full():
            self._end()
        elif self._is_over() and not self._counting:
            self._counting = True
            self._v8["soon"](self._isolate, _address(self._recount), None)

    def _count_again(self, *_: Any) -> None:
        """Between two instructions of the script."""
        self._v8["collect"](self._isolate)
        self._counting = False
        if self._is_over():
            self._end()

    def _is_full(self) -> bool:
        """Whether V8 has next to nothing left, again, and may have no more."""
        figures = heap_figures.of_current_isolate(self._library, self._heap_limit_bytes)
        is_tight = (
            figures is not None
            and self._v8_limit_bytes >= self.limit_bytes
            and figures.left_bytes < self._v8_limit_bytes * _TIGHT
        )
        self._tight_count = self._tight_count + 1 if is_tight else 0
        return self._tight_count > 1

    def _is_over(self) -> bool:
        figures = heap_figures.of_current_isolate(self._library, self._heap_limit_bytes)
        return figures is not None and figures.used_bytes + figures.external_bytes > self.limit_bytes

    def _end(self) -> None:
        self.reached = True
        self._v8["terminate"](self._isolate)

    def _fatal(self) -> None:
        self.reached = True
        self._on_fatal()
        for_ever = Lock()
        for_ever.acquire()
        for_ever.acquire()


def _address(callback: Any) -> int | None:
    return ctypes.cast(callback, _POINTER).value


def _functions(library: Any) -> dict[str, Any]:
    """V8's functions by our names; none at all where one is missing."""
    try:
        return {
            name: ctypes.CFUNCTYPE(*types)((symbol, library)) for name, (symbol, *types) in _SYMBOLS.items()
        }
    except AttributeError:
        return {}
