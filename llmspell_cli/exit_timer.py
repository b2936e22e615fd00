"""Ends the process at a set time even while one call of C holds the whole interpreter."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def exit_after(seconds: float, code: int) -> Callable[[], None]:
    """End the process with that exit code after so long, whatever it is doing then, with no cleaning up.

    Returns what takes that back. Where the system has no timers that call a function, the process dies of SIGALRM.
    """
    cancel = _call_exit_after(seconds, code) if sys.platform == "linux" else None
    if cancel is not None:
        return cancel
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)

    def stop_clock() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    return stop_clock


def _call_exit_after(seconds: float, code: int) -> Callable[[], None] | None:
    """Have the C library call `_exit` from a thread of its own; None where it cannot."""
    import ctypes

    class Event(ctypes.Structure):
        """`struct sigevent`, as glibc and musl have it."""

        _fields_ = (
            ("value", ctypes.c_void_p),
            ("signal", ctypes.c_int),
            ("notify", ctypes.c_int),
            ("function", ctypes.c_void_p),
            ("attributes", ctypes.c_void_p),
            ("room", ctypes.c_char * 64),
        )

    class Times(ctypes.Structure):
        """`struct itimerspec`: the interval, then the time until the first."""

        _fields_ = (("interval", ctypes.c_long * 2), ("first", ctypes.c_long * 2))

    monotonic, call_a_function = 1, 2
    library = ctypes.CDLL(None)
    try:
        create, settime = library.timer_create, library.timer_settime
    except AttributeError:
        return None
    function = ctypes.cast(library._exit, ctypes.c_void_p)
    timer = ctypes.c_void_p()
    if create(monotonic, ctypes.byref(Event(code, 0, call_a_function, function)), ctypes.byref(timer)) != 0:
        return None

    def settle(nanoseconds: int) -> int:
        times = Times(first=divmod(nanoseconds, 10**9))
        return int(settime(timer, 0, ctypes.byref(times), None))

    if settle(max(1, int(seconds * 1e9))) != 0:
        return None

    def cancel() -> None:
        settle(0)

    return cancel
