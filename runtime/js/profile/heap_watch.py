"""What the heap of a running script holds, seen from another thread.

V8 may be asked from any thread to call a C function between two instructions of the script (`RequestInterrupt`). The
one that it is given here is its own `GetHeapStatistics`, which takes the same arguments: the isolate, and where the
figures go. So nothing of Python runs in the script's thread, and the script is not stopped. While the event loop
waits no script runs, and nothing comes in.

The names are exported on Linux and macOS.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from runtime.js import heap_figures

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder

_POINTER = ctypes.c_void_p
_CURRENT = "_ZN2v87Isolate13TryGetCurrentEv"
_REQUEST = "_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_"


PERIOD_NS = 10_000_000
"""Between two points of the heap over time."""


class HeapWatch:
    """Of one isolate; has to live as long as it, for V8 may write into it until then."""

    def __init__(self, recorder: Recorder, heap_limit_bytes: int) -> None:
        """`heap_limit_bytes` is the isolate's `heap_size_limit`."""
        self._recorder = recorder
        self._due_ns = 0
        self._heap_limit_bytes = heap_limit_bytes
        self._words = heap_figures.new_words()
        self._isolate: int | None = None
        self._is_asked = False
        self._request: Any = None
        self._figures: int | None = None

    def begin(self) -> bool:
        """On the isolate's thread, inside a call from it; False where V8 cannot be asked."""
        try:
            from py_mini_racer._dll import init_mini_racer

            library: Any = init_mini_racer(ignore_duplicate_init=True)
            current = ctypes.CFUNCTYPE(_POINTER)((_CURRENT, library))
            self._request = ctypes.CFUNCTYPE(None, _POINTER, _POINTER, _POINTER)((_REQUEST, library))
            self._figures = ctypes.cast(getattr(library, heap_figures.FIGURES), _POINTER).value
        except (ImportError, AttributeError):
            return False
        self._isolate = current()
        return bool(self._isolate)

    def look(self) -> None:
        """Note what came in since the last call, if anything did, and ask for more when it is due. Not after the
        isolate ended."""
        now = self._recorder.now_ns()
        if not self._isolate or now < self._due_ns:
            return
        if self._is_asked:
            found = heap_figures.read(self._words, self._heap_limit_bytes)
            if found is None:
                return
            self._due_ns = now + PERIOD_NS
            self._recorder.heap(now, found.used_bytes)
        heap_figures.clear(self._words)
        self._is_asked = True
        self._request(self._isolate, self._figures, ctypes.addressof(self._words))
