"""Where a value was thrown that is no error, and so has no stack: V8 tells it to whoever catches in C++.

A `catch` of JavaScript gets the value alone. So what the event loop runs is called through a `v8::TryCatch` of ours,
which also gets V8's message: the place that was thrown from. A `finally` on the way keeps the message, a `catch` does
not. All of it runs on the isolate's thread, inside a call from JavaScript.

A `v8::TryCatch` is made in memory of ours: it takes the position of the stack where it is made for its place (V8 14),
and Python makes it no deeper in the stack than it calls.
"""

from __future__ import annotations

import ctypes
from typing import Any

from runtime.js.v8_names import POINTER as _POINTER
from runtime.js.v8_names import functions, library
from runtime.js.v8_text import text_of_string

_SYMBOLS: dict[str, tuple[Any, ...]] = {
    "current": ("_ZN2v87Isolate13TryGetCurrentEv", _POINTER),
    "terminate": ("_ZN2v87Isolate18TerminateExecutionEv", None, _POINTER),
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
    "begin": ("_ZN2v88TryCatchC1EPNS_7IsolateE", None, _POINTER, _POINTER),
    "end": ("_ZN2v88TryCatchD1Ev", None, _POINTER),
    "was_terminated": ("_ZNK2v88TryCatch13HasTerminatedEv", ctypes.c_bool, _POINTER),
    "thrown": ("_ZNK2v88TryCatch9ExceptionEv", _POINTER, _POINTER),
    "message": ("_ZNK2v88TryCatch7MessageEv", _POINTER, _POINTER),
    "source": ("_ZNK2v87Message21GetScriptResourceNameEv", _POINTER, _POINTER),
    "line": ("_ZNK2v87Message13GetLineNumberENS_5LocalINS_7ContextEEE", ctypes.c_uint64, _POINTER, _POINTER),
    "column": ("_ZNK2v87Message14GetStartColumnEv", ctypes.c_int, _POINTER),
}
_TRY_CATCH_BYTES = 512
"""Of 48 today."""


class Throws:
    """Of one isolate; has to live as long as it."""

    def __init__(self) -> None:
        self._v8 = functions(_SYMBOLS)
        self._task: int | None = None
        self._take: int | None = None

    def watch(self, place: int) -> bool:
        """From now on run `globalThis[place]()`, and hand what it throws to `globalThis[place + 1]`. False where that
        is not possible.
        """
        v8 = self._v8
        isolate = v8["current"]() if v8 else None
        if isolate is None:
            return False
        context = v8["context"](isolate)
        everything = v8["globals"](context)
        kept = []
        for index in (place, place + 1):
            found = v8["item"](everything, context, index)
            if not found:
                return False
            kept.append(v8["keep"](isolate, ctypes.cast(found, ctypes.POINTER(_POINTER))[0]))
        self._task, self._take = kept
        return True

    def run(self) -> tuple[str, int, int] | None:
        """Run it. Where something was thrown from, if it was, and not by us: source, line and column, from 1."""
        v8 = self._v8
        isolate = v8["current"]()
        context = v8["context"](isolate)
        everything = v8["globals"](context)
        memory = (ctypes.c_uint64 * (_TRY_CATCH_BYTES // 8))()
        caught = ctypes.addressof(memory)
        v8["begin"](caught, isolate)
        was_terminated = False
        try:
            if v8["call"](self._task, isolate, context, everything, 0, None):
                return None
            was_terminated = v8["was_terminated"](caught)
            if was_terminated:
                return None
            place = self._place(isolate, context, v8["message"](caught))
            v8["call"](self._take, isolate, context, everything, 1, (_POINTER * 1)(v8["thrown"](caught)))
            return place
        finally:
            v8["end"](caught)
            if was_terminated:  # so is what called us
                v8["terminate"](isolate)

    def _place(self, isolate: int, context: int, message: int | None) -> tuple[str, int, int] | None:
        if not message:
            return None
        v8 = self._v8
        line = v8["line"](message, context)  # v8::Maybe<int>: whether there is one, and which
        if not line & 1:
            return None
        source = text_of_string(library(), isolate, v8["source"](message))
        if source.startswith("llmspell:"):
            return None
        return source, line >> 32, v8["column"](message) + 1
