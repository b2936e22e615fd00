"""Pipes to programs for Luas that were built without `io.popen`, as lupa's are.

A pipe is a file of Lua's own, on which its own C code reads and writes: `popen.lua` opens `/dev/null`, and here the
`FILE *` of that handle is replaced by one of the pipe. The userdata of a file is, in the public `lauxlib.h`,
`struct luaL_Stream { FILE *f; lua_CFunction closef; }`, and `FILE *` alone in Lua 5.1; before anything is written
there it must hold the `FILE *` that Lua tells of it.

A handle that is collected is closed by Lua's own function, which knows of no program: that is waited for at the end.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import signal
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Failure = tuple[None, bytes, int]
"""What Lua's file functions return: nil, the message, the error number."""

_SHELL = b"/bin/sh"
_REAP_FROM = 32
"""So many programs are kept before the first look for those that nobody can ask for any more."""
_PATIENCE_S = 0.1
"""How long a script that was asked to stop waits for a program."""
_PAUSE_S = 0.005


@dataclass(slots=True)
class _Program:
    """A program and our end of the pipe to it."""

    pid: int
    stream: int
    """The address of the userdata."""
    file: int
    """The address of the `FILE`."""
    descriptor: int
    pipe: tuple[int, int]
    """Device and inode, by which a descriptor that was given to something else is known."""

    def is_open(self) -> bool:
        """Whether the script still holds its end."""
        try:
            found = os.fstat(self.descriptor)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self.pipe


class Pipes:
    """The pipes of one VM. Called on its thread only."""

    def __init__(self, library_version: str, stopping: Callable[[], bool] | None = None) -> None:
        """`library_version` is Lua's ("5.4"); `stopping` tells whether the script was asked to end."""
        self._is_old = library_version == "5.1"
        self._stopping = stopping or (lambda: False)
        self._programs: dict[int, _Program] = {}
        self._last = 0
        self._reap_at = _REAP_FROM
        libc = self._libc = ctypes.CDLL(None, use_errno=True)  # gives the GIL away while it blocks
        libc.fdopen.restype, libc.fdopen.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_char_p)
        libc.fclose.restype, libc.fclose.argtypes = ctypes.c_int, (ctypes.c_void_p,)
        libc.fflush.restype, libc.fflush.argtypes = ctypes.c_int, (ctypes.c_void_p,)
        libc.waitpid.restype = ctypes.c_int
        libc.waitpid.argtypes = (ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.c_int)

    def open(self, stream: bytes, file: bytes, command: bytes, mode: bytes) -> int | Failure | bool:
        """Run `command` and make the handle our end of a pipe to it; the number to close it by.

        `stream` is Lua's text for the bare userdata, `file` the one for the file. False, with nothing done, where
        the handle is not laid out as expected.
        """
        address, own_file = _address(stream), _address(file)
        if not (address and own_file) or ctypes.c_void_p.from_address(address).value != own_file:
            return False
        command = command.split(b"\0", 1)[0]
        if mode.strip(b"e") not in (b"r", b"w"):
            return self._failure(errno.EINVAL, command)
        if len(self._programs) >= self._reap_at:
            self._reap()
        self._libc.fflush(None)  # all that the script wrote so far comes before what the program does
        try:
            pid, descriptor = _spawn(command, reading=b"r" in mode)
        except OSError as error:
            return self._failure(error.errno or errno.EAGAIN, command)
        found = os.fstat(descriptor)
        pipe_file = self._libc.fdopen(descriptor, b"r" if b"r" in mode else b"w")
        if not pipe_file:
            code = ctypes.get_errno()
            os.close(descriptor)
        self._last += 1
        self._programs[self._last] = _Program(
            pid, address, pipe_file or 0, descriptor, (found.st_dev, found.st_ino)
        )
        if not pipe_file:
            return self._failure(code, command)
        ctypes.c_void_p.from_address(address).value = pipe_file
        self._libc.fclose(own_file)
        return self._last

    def close(self, number: int) -> bool | Failure | tuple[bool | None, bytes, int]:
        """Close that pipe and wait for its program: what stock Lua of this version returns.

        The handle has to be alive.
        """
        program = self._programs[number]
        # Closed as Lua marks it: without a file (5.1) or without a function to close it.
        word = program.stream if self._is_old else program.stream + ctypes.sizeof(ctypes.c_void_p)
        ctypes.c_void_p.from_address(word).value = None
        lost = ctypes.get_errno() if self._libc.fclose(program.file) != 0 else 0
        status = self._wait(program.pid)
        if status is None:
            return self._failure(errno.EINTR)
        del self._programs[number]
        if status < 0:
            return self._failure(-status)
        if status == 0 and lost:
            return self._failure(lost)
        if self._is_old:
            return True
        if os.WIFSIGNALED(status):
            return None, b"signal", os.WTERMSIG(status)
        return True if status == 0 else None, b"exit", os.WEXITSTATUS(status)

    def wait(self) -> None:
        """When the VM has ended: for the programs whose pipes it closed."""
        for program in self._programs.values():
            if not program.is_open():  # else the program may wait for us
                self._wait(program.pid)
        self._programs.clear()

    def _wait(self, pid: int) -> int | None:
        """How the program ended, as `waitpid` tells it; an error number, negated; None where the script has to end
        first."""
        attempts = int(_PATIENCE_S / _PAUSE_S)
        status = ctypes.c_int()
        while True:
            stopping = self._stopping()
            found = self._libc.waitpid(pid, ctypes.byref(status), os.WNOHANG if stopping else 0)
            if found == pid:
                return status.value
            if found < 0 and ctypes.get_errno() != errno.EINTR:
                return -ctypes.get_errno()
            if stopping:
                attempts -= 1
                if attempts < 0:
                    return None
                time.sleep(_PAUSE_S)

    def _reap(self) -> None:
        """Forget the programs that have ended and whose handles were collected."""
        for number, program in list(self._programs.items()):
            if not program.is_open() and os.waitpid(program.pid, os.WNOHANG)[0]:
                del self._programs[number]
        self._reap_at = max(_REAP_FROM, 2 * len(self._programs))

    @staticmethod
    def _failure(code: int, about: bytes | None = None) -> Failure:
        message = os.strerror(code).encode("utf-8", "surrogateescape")
        return None, message if about is None else about + b": " + message, code


def _address(text: bytes) -> int:
    """The address in Lua's text for a value; 0 where there is none."""
    found = re.search(rb"\b0x([0-9a-fA-F]+)", text)
    return int(found[1], 16) if found else 0


def _spawn(command: bytes, *, reading: bool) -> tuple[int, int]:
    """The shell's process number, and the descriptor of our end of the pipe. Raises OSError."""
    read_end, write_end = os.pipe()  # not inherited by other programs
    ours, theirs, number = (read_end, write_end, 1) if reading else (write_end, read_end, 0)
    try:
        pid = os.posix_spawn(
            _SHELL,
            [b"sh", b"-c", command],
            _environment(),
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs, number)],
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # Python ignores them, programs do not expect it
        )
    except OSError:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return pid, ours


def _environment() -> dict[bytes, bytes]:
    """That of the C library: C modules of the script may have changed it."""
    try:
        entries = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    except ValueError:
        return dict(os.environb)
    found: dict[bytes, bytes] = {}
    for index in count() if entries else ():
        entry: bytes | None = entries[index]
        if entry is None:
            break
        name, equals, value = entry.partition(b"=")
        if name and equals:
            found.setdefault(name, value)
    return found
