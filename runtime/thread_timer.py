"""A timer of the kernel that sends a signal to one thread, as often as wanted: no thread has to wake for it.

Linux (timer_create(2) with SIGEV_THREAD_ID). Its clock is the one of high resolution, not the tick.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time

_CLOCK_MONOTONIC = 1
_TIMER_ABSTIME = 1
_SIGEV_THREAD_ID = 4

_TURNS = 2
"""Timers that take turns. The kernel sets one again when its signal arrives, while another is due next already: so the
processor's own timer is set once a signal instead of twice, which on a virtual machine is its host's work."""


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
    """Not running at first. Raises `OSError` where there is none."""

    def __init__(self, signal_number: int, native_id: int) -> None:
        """`native_id` is the thread's, by `threading.get_native_id`."""
        if sys.platform != "linux":
            raise OSError("only Linux sends signals of timers to threads")
        self._library = ctypes.CDLL(None, use_errno=True)
        self._timers: list[ctypes.c_void_p] = []
        event = _Event(signal=signal_number, notify=_SIGEV_THREAD_ID, thread=native_id)
        try:
            for _ in range(_TURNS):
                timer = ctypes.c_void_p()
                self._check("timer_create", _CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer))
                self._timers.append(timer)
        except OSError:
            self.close()
            raise

    def start(self, period_ns: int) -> None:
        """From now on, whenever the clock reads a whole multiple of that.

        The kernel's tick comes at whole multiples of its own period: where both meet, one interrupt does for both.
        """
        period_ns = max(1, period_ns)
        passed = time.monotonic_ns() // period_ns
        for turn, timer in enumerate(self._timers, 1):
            self._set(timer, (passed + turn) * period_ns, _TURNS * period_ns)

    def stop(self) -> None:
        """No more, until it is started again."""
        for timer in self._timers:
            self._set(timer, 0, 0)

    def close(self) -> None:
        """Give it back."""
        while self._timers:
            self._check("timer_delete", self._timers.pop())

    def _set(self, timer: ctypes.c_void_p, first_at_ns: int, period_ns: int) -> None:
        times = _Times(*divmod(period_ns, 1_000_000_000), *divmod(first_at_ns, 1_000_000_000))
        self._check("timer_settime", timer, _TIMER_ABSTIME, ctypes.byref(times), None)

    def _check(self, name: str, *arguments: object) -> None:
        try:
            function = getattr(self._library, name)
        except AttributeError:  # glibc before 2.34 has them elsewhere
            raise OSError(f"{name} is not there") from None
        if function(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
