"""A timer of the kernel that sends a signal to one thread, as often as wanted: no thread has to wake for it.

Linux (timer_create(2) with SIGEV_THREAD_ID). Its clock is the one of high resolution, not the tick.
"""

from __future__ import annotations

import ctypes
import os
import sys

_CLOCK_MONOTONIC = 1
_SIGEV_THREAD_ID = 4


class _Event(ctypes.Structure):
    """`struct sigevent`."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("thread", ctypes.c_int),
        ("rest", ctypes.c_char * 44),
    )


class _Times(ctypes.Structure):
    """`struct itimerspec`."""

    _fields_ = (
        ("period_s", ctypes.c_long),
        ("period_ns", ctypes.c_long),
        ("first_s", ctypes.c_long),
        ("first_ns", ctypes.c_long),
    )


class ThreadTimer:
    """One timer, not running at first. Raises `OSError` where there is none."""

    def __init__(self, signal_number: int, native_id: int) -> None:
        """`native_id` is the thread's, by `threading.get_native_id`."""
        if sys.platform != "linux":
            raise OSError("only Linux sends signals of timers to threads")
        self._library = ctypes.CDLL(None, use_errno=True)
        event = _Event(signal=signal_number, notify=_SIGEV_THREAD_ID, thread=native_id)
        self._timer = ctypes.c_void_p()
        self._check("timer_create", _CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(self._timer))

    def start(self, period_ns: int) -> None:
        """From now on, each time so much has passed."""
        seconds, nanoseconds = divmod(max(1, period_ns), 1_000_000_000)
        self._set(_Times(seconds, nanoseconds, seconds, nanoseconds))

    def stop(self) -> None:
        """No more, until it is started again."""
        self._set(_Times())

    def close(self) -> None:
        """Give it back."""
        self._check("timer_delete", self._timer)

    def _set(self, times: _Times) -> None:
        self._check("timer_settime", self._timer, 0, ctypes.byref(times), None)

    def _check(self, name: str, *arguments: object) -> None:
        try:
            function = getattr(self._library, name)
        except AttributeError:  # glibc before 2.34 has them elsewhere
            raise OSError(f"{name} is not there") from None
        if function(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
