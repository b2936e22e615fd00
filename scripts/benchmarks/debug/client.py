"""A client of `llmspell dap`, as short as one can be: requests wait for their responses, events for their turn."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scripts.benchmarks.commands import environment, in_empty_folder
from scripts.benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

LLMSPELL = (sys.executable, "-m", "llmspell_cli")


class Client:
    """Speaks over two files."""

    def __init__(self, read_from: BinaryIO, write: Callable[[bytes], Any]) -> None:
        self._read_from = read_from
        self._write = write
        self._sent = 0

    def request(self, command: str, **arguments: Any) -> Any:
        """The body of the response. Raises `BenchmarkError` for one that says no."""
        number = self.send(command, **arguments)
        while True:
            message = self._next()
            if message.get("request_seq") == number:
                if not message["success"]:
                    raise BenchmarkError(f"{command}: {message.get('message')}")
                return message.get("body", {})

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request, and leave its response to whoever reads."""
        self._sent += 1
        text = json.dumps(
            {"seq": self._sent, "type": "request", "command": command, "arguments": arguments}
        ).encode()
        self._write(b"Content-Length: %d\r\n\r\n%b" % (len(text), text))
        return self._sent

    def event(self, name: str) -> Any:
        """The body of the next event of that name."""
        while True:
            message = self._next()
            if message.get("event") == name:
                return message.get("body", {})

    def _next(self) -> dict[str, Any]:
        header = self._read_from.readline()
        if not header:
            raise BenchmarkError("the adapter has ended")
        self._read_from.readline()
        found: dict[str, Any] = json.loads(self._read_from.read(int(header.split(b":")[1])))
        return found


@contextmanager
def over_standard_streams() -> Iterator[Client]:
    """An adapter of its own at the other end of pipes."""
    with in_empty_folder() as folder, started((*LLMSPELL, "dap"), folder) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Client(process.stdout, flushing(process.stdin))


@contextmanager
def over_tcp() -> Iterator[Client]:
    """An adapter of its own at a port."""
    with in_empty_folder() as folder, started((*LLMSPELL, "dap", "--port", "0"), folder) as process:
        assert process.stderr is not None
        found = re.search(rb"127\.0\.0\.1:(\d+)", process.stderr.readline())
        if found is None:
            raise BenchmarkError("the adapter told no port")
        with socket.create_connection(("127.0.0.1", int(found[1]))) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield Client(connection.makefile("rb"), connection.sendall)


def launch(client: Client, script: Path, *breakpoints: dict[str, Any], stop_on_entry: bool = False) -> int:
    """Launch a script; the thread that it stopped at first."""
    client.request("initialize", adapterID="bench")
    client.request("launch", program=str(script), stopOnEntry=stop_on_entry)
    if breakpoints:
        client.request("setBreakpoints", source={"path": str(script)}, breakpoints=list(breakpoints))
    client.request("configurationDone")
    return int(client.event("stopped")["threadId"])


@contextmanager
def started(command: Sequence[str], folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """An adapter with pipes on all its streams; ended afterwards."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def flushing(stream: Any) -> Callable[[bytes], None]:
    """Writes to it, at once."""

    def write(data: bytes) -> None:
        stream.write(data)
        stream.flush()

    return write
