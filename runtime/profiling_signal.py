"""SIGPROF, which the profilers of LuaJIT and V8 both send, and whose handler is the whole process's."""

from __future__ import annotations

import signal
from threading import Lock

_DEFAULT, _IGNORE = 0, 1
"""SIG_DFL and SIG_IGN."""

_changing = Lock()


def ignore_by_default() -> bool:
    """Have it ignored where nobody has a handler of his own, from now on. Returns whether somebody has one.

    A signal may be on its way to a thread when a profiler has put back what was there before it: by default it ends
    the process.
    """
    import ctypes

    # Python's own function works on the main thread only, and does not know of handlers in C.
    set_handler = ctypes.CDLL(None).signal
    set_handler.restype, set_handler.argtypes = ctypes.c_ssize_t, (ctypes.c_int, ctypes.c_ssize_t)
    with _changing:
        before: int = set_handler(signal.SIGPROF, _IGNORE)
        if before not in (_DEFAULT, _IGNORE):
            set_handler(signal.SIGPROF, before)
            return True
        return False
