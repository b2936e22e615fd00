"""What mini-racer does not tell of promises, asked of V8 itself: which are rejected and unhandled, and microtasks now.

V8's C++ functions are exported by mini-racer's library on Linux and macOS; where one is missing (Windows), nothing is
watched: a rejection that nobody handles then goes unnoticed, and microtasks run when JavaScript has returned.

The reject message is three words. All of it runs on the isolate's thread, inside a call from JavaScript.
"""

from __future__ import annotations

import ctypes
from typing import Any

from runtime.js.v8_names import POINTER as _POINTER
from runtime.js.v8_names import functions

_SYMBOLS: dict[str, tuple[Any, ...]] = {
    "current": ("_ZN2v87Isolate13TryGetCurrentEv", _POINTER),
    "context": ("_ZN2v87Isolate17GetCurrentContextEv", _POINTER, _POINTER),
    "globals": ("_ZN2v87Context6GlobalEv", _POINTER, _POINTER),
    "item": (
        "_ZN2v86Object3GetENS_5LocalINS_7ContextEEEj",
        _POINTER,
        _POINTER,
        _POINTER,
        ctypes.c_uint32,
    ),
    "keep": (
        "_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEm",
        _POINTER,
        _POINTER,
        _POINTER,
    ),
    "call": (
        "_ZN2v88Function4CallEPNS_7IsolateENS_5LocalINS_7ContextEEENS3_INS_5ValueEEEiPS7_",
        _POINTER,
        _POINTER,
        _POINTER,
        _POINTER,
        _POINTER,
        ctypes.c_int,
        ctypes.POINTER(_POINTER),
    ),
    "on_reject": (
        "_ZN2v87Isolate24SetPromiseRejectCallbackEPFvNS_20PromiseRejectMessageEE",
        None,
        _POINTER,
        _POINTER,
    ),
    "is_promise": ("_ZNK2v85Value9IsPromiseEv", ctypes.c_bool, _POINTER),
    "state": ("_ZN2v87Promise5StateEv", ctypes.c_int, _POINTER),
    "result": ("_ZN2v87Promise6ResultEv", _POINTER, _POINTER),
    "put": (
        "_ZN2v86Object3SetENS_5LocalINS_7ContextEEEjNS1_INS_5ValueEEE",
        ctypes.c_uint16,
        _POINTER,
        _POINTER,
        ctypes.c_uint32,
        _POINTER,
    ),
    "microtasks": ("_ZN2v815MicrotasksScope17PerformCheckpointEPNS_7IsolateE", None, _POINTER),
}
_REJECTED, _HANDLED_LATER = 0, 1
"""v8::PromiseRejectEvent"""
_STATES = ("pending", "fulfilled", "rejected")
"""v8::Promise::PromiseState"""


class _RejectMessage(ctypes.Structure):
    """v8::PromiseRejectMessage"""

    _fields_ = (("promise", _POINTER), ("event", ctypes.c_int), ("value", _POINTER))


class Promises:
    """Watches the promises of one isolate."""

    def __init__(self) -> None:
        self._v8 = functions(_SYMBOLS)
        self._kept: list[Any] = []  # what C calls for as long as the isolate lives

    def run_microtasks(self) -> bool:
        """Run what is queued, now. False where that is not possible."""
        isolate = self._isolate()
        if isolate is None:
            return False
        self._v8["microtasks"](isolate)
        return True

    def watch(self, place: int) -> bool:
        """Tell the functions `globalThis[place]` (promise, reason) of each promise that is rejected without a handler
        and `globalThis[place + 1]` (promise) where it got one later. False where that is not possible.
        """
        isolate = self._isolate()
        if isolate is None:
            return False
        v8 = self._v8
        context = v8["context"](isolate)
        everything = v8["globals"](context)
        functions = []
        for index in (place, place + 1):
            found = v8["item"](everything, context, index)
            if not found:
                return False
            functions.append(v8["keep"](isolate, ctypes.cast(found, ctypes.POINTER(_POINTER))[0]))

        def on_reject(message: Any) -> None:
            if message.event in (_REJECTED, _HANDLED_LATER):
                now = v8["context"](isolate)
                arguments = (_POINTER * 2)(message.promise, message.value or message.promise)
                v8["call"](functions[message.event], isolate, now, v8["globals"](now), 2, arguments)

        callback = ctypes.CFUNCTYPE(None, _RejectMessage)(on_reject)
        self._kept.append(callback)
        v8["on_reject"](isolate, ctypes.cast(callback, _POINTER))
        return True

    def state(self, place: int) -> str | None:
        """The state of the promise in `globalThis[place]`, where then its result stands; None where it is not known."""
        isolate = self._isolate()
        if isolate is None:
            return None
        v8 = self._v8
        context = v8["context"](isolate)
        everything = v8["globals"](context)
        promise = v8["item"](everything, context, place)
        if not promise or not v8["is_promise"](promise):
            return None
        state = _STATES[v8["state"](promise)]
        if state in ("fulfilled", "rejected"):
            v8["put"](everything, context, place, v8["result"](promise))
        return state

    def _isolate(self) -> int | None:
        """The isolate whose call this is; None on any other thread, or where V8 says nothing."""
        return self._v8["current"]() if self._v8 else None
