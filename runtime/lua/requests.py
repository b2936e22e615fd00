"""What is asked of a running VM from outside (new levels, a stop), and seeing to it that it gets it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE_S = 0.001
LONGEST_PAUSE_S = 0.02
"""Between two attempts to reach the VM."""
GRACE_S = 0.1
"""What a script has for cleaning up between the first error that a stop raises in it and the state in which every
instruction fails."""


class Requests:
    """The mailbox of one run. The VM empties it by `poll`, whoever asks calls the rest, from any thread."""

    def __init__(self, knock: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        """`knock` makes the VM poll soon; it may be lost. `clock` tells seconds."""
        self._knock = knock
        self._clock = clock
        self._grace_until = 0.0
        self._lock = threading.RLock()  # a signal handler may ask while another that it interrupted asks
        self._levels = False
        self._attention = False
        self._stop: bytes | None = None
        self._ended = threading.Event()
        self._courier: threading.Thread | None = None
        self.stop_delivered = False
        self.is_unwinding = False
        """Whether every instruction of the script fails from now on."""

    def ask_for_levels(self) -> None:
        """The levels or filters have changed."""
        self._levels = True
        self._send()

    def ask_for_attention(self) -> None:
        """There is something for whoever else listens where the VM polls."""
        self._attention = True
        self._send()

    def ask_to_stop(self, message: bytes) -> None:
        """Raise `message` as an error in the script, and go on until it has ended; asking again changes nothing."""
        with self._lock:
            if self._stop is None:
                self._stop = message
        self._send()

    def let_clean_up(self) -> None:
        """The script has begun to unwind: its time for cleaning up starts now."""
        with self._lock:
            if self.stop_delivered and self._grace_until:
                self._grace_until = self._clock() + GRACE_S

    def poll(self) -> tuple[bool, bytes | None, int]:
        """On the VM's thread: whether the levels changed, what to raise, and whether once (1) or from now on (2)."""
        with self._lock:
            levels, self._levels = self._levels, False
            self._attention = False
            if self._stop is None or self._ended.is_set():  # finalizers are not asked any more
                return levels, None, 0
            if not self.stop_delivered:
                self.stop_delivered = True
                self._grace_until = self._clock() + GRACE_S
                return levels, self._stop, 1
            if self._clock() < self._grace_until:
                return levels, None, 0
            self.is_unwinding = True
            return levels, self._stop, 2

    def is_stopping(self) -> bool:
        """Whether the script was asked to end; also after the run."""
        return self._stop is not None

    def end(self) -> None:
        """The run is over: nobody is to be reached any more."""
        with self._lock:  # no courier is about to start then
            self._ended.set()
            courier = self._courier
        if courier is not None and courier is not threading.current_thread():
            courier.join()

    def _send(self) -> None:
        self._knock()
        with self._lock:
            if self._ended.is_set() or (self._courier is not None and self._courier.is_alive()):
                return
            self._courier = threading.Thread(target=self._carry, name="llmspell-courier", daemon=True)
            self._courier.start()

    def _carry(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._ended.wait(pause):
            with self._lock:
                if not self._levels and not self._attention and self._stop is None:
                    self._courier = None
                    return
            if self._clock() >= self._grace_until:
                self._knock()
            pause = min(pause * 2, LONGEST_PAUSE_S)
