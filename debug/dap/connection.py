"""The bytes to and from a client: a socket, or standard input and output."""

from __future__ import annotations

import os
import socket
import struct
import sys
from contextlib import suppress
from typing import Protocol

PATIENCE_S = 10
"""How long a client may take nothing of what is sent to it before it counts as gone."""


class Connection(Protocol):
    """`read` is called by one thread; `write` by one at a time; `close` by any."""

    def read(self, size: int) -> bytes:
        """Some bytes; none at the end. Raises OSError."""

    def write(self, data: bytes) -> None:
        """Write all. Raises OSError."""

    def close(self) -> None:
        """End both ways; a `read` that waits ends."""


class SocketConnection:
    """A client over TCP."""

    def __init__(self, accepted: socket.socket) -> None:
        self._socket = accepted
        # Messages are short and each is waited for: none may wait for the receipt of the one before.
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "SO_SNDTIMEO"):
            patience = struct.pack("ll", PATIENCE_S, 0)
            with suppress(OSError):
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)

    def read(self, size: int) -> bytes:
        """Some bytes."""
        return self._socket.recv(size)

    def write(self, data: bytes) -> None:
        """Write all."""
        self._socket.sendall(data)

    def close(self) -> None:
        """End both ways."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class StandardStreams:
    """Standard input and output, which from then on are the protocol's alone: whatever else would read or write them
    finds an empty input, and standard error."""

    def __init__(self) -> None:
        sys.stdout.flush()
        self._input = os.dup(0)
        self._output = os.dup(1)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
        os.dup2(2, 1)

    def read(self, size: int) -> bytes:
        """Some bytes."""
        return os.read(self._input, size)

    def write(self, data: bytes) -> None:
        """Write all."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._output, view) :]

    def close(self) -> None:
        """Nothing: a thread may read, and the process ends soon."""
