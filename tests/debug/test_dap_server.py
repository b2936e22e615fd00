from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from debug.dap.offer import Offer
from debug.dap.server import TcpServer, is_loopback
from scenarios.dap_talk import FUNCTION_F, ToyLauncher, ToyTarget, framed, new_session
from scenarios.fake_debuggee import FOREVER_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class TcpEditor:
    def __init__(self, server: TcpServer) -> None:
        self.socket = socket.create_connection((server.host, server.port), timeout=FOREVER_S)
        self._stream = self.socket.makefile("rb")
        self._seq = 0

    def send(self, command: str, **arguments: Any) -> int:
        self._seq += 1
        request = {"seq": self._seq, "type": "request", "command": command, "arguments": arguments}
        self.socket.sendall(framed(json.dumps(request).encode()))
        return self._seq

    def read(self) -> dict[str, Any] | None:
        header = self._stream.readline()
        if not header:
            return None
        self._stream.readline()
        message: dict[str, Any] = json.loads(self._stream.read(int(header.split(b":")[1])))
        return message

    def response(self, seq: int) -> dict[str, Any]:
        while (message := self.read()) is not None:
            if message.get("request_seq") == seq:
                return message
        raise AssertionError("the connection has ended")

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        return self.response(self.send(command, **arguments))

    def event(self, name: str) -> dict[str, Any]:
        while (message := self.read()) is not None:
            if message.get("event") == name:
                return message
        raise AssertionError("the connection has ended")

    def close(self) -> None:
        self._stream.close()
        self.socket.close()


@contextmanager
def serving(server: TcpServer) -> Iterator[TcpServer]:
    server.start()
    try:
        yield server
    finally:
        server.close()


@contextmanager
def connected(server: TcpServer) -> Iterator[TcpEditor]:
    editor = TcpEditor(server)
    try:
        yield editor
    finally:
        editor.close()


def test_one_client_at_a_time_and_another_after_it() -> None:
    session = new_session()
    with serving(TcpServer(lambda: Offer(session))) as server:
        assert server.host == "127.0.0.1"
        with connected(server) as first:
            assert first.ask("initialize", adapterID="x")["success"]
            assert first.ask("attach")["success"]
            for _ in range(3):
                with connected(server) as second:
                    refused = second.ask("initialize", adapterID="x")
                    assert (refused["success"], refused["command"]) == (False, "initialize")
                    assert "another client" in refused["message"]
                    assert second.read() is None
            assert first.ask("threads")["success"]
            assert first.ask("disconnect")["success"]
            assert first.read() is None
        with connected(server) as third:
            third.ask("initialize", adapterID="x")
            assert third.ask("attach")["success"]


def test_one_that_never_attaches_makes_way() -> None:
    now_s = [0.0]
    server = TcpServer(lambda: Offer(new_session()), clock=lambda: now_s[0])
    with serving(server), connected(server) as idle:
        assert idle.ask("initialize", adapterID="x")["success"]
        now_s[0] = 60.0
        with connected(server) as busy:
            assert busy.ask("initialize", adapterID="x")["success"]
            assert busy.ask("attach")["success"]
            now_s[0] = 120.0
            with connected(server) as late:
                assert not late.ask("initialize", adapterID="x")["success"]


def test_each_client_that_launches_gets_its_own_session(tmp_path: Path) -> None:
    program = tmp_path / "toy.lua"
    program.write_text(FUNCTION_F)
    launcher = ToyLauncher()
    with serving(TcpServer(lambda: Offer(new_session(), launcher))) as server:
        for _ in range(2):
            with connected(server) as editor:
                editor.ask("initialize", adapterID="x")
                assert editor.ask("launch", program=str(program), stopOnEntry=True)["success"]
                editor.ask("configurationDone")
                assert editor.event("stopped")["body"]["threadId"] == 1
                assert editor.ask("disconnect")["success"]
                assert editor.read() is None
    assert [run.target.has_ended.wait(FOREVER_S) for run in launcher.runs] == [True, True]


def test_the_end_of_the_run_is_told_before_the_server_closes(tmp_path: Path) -> None:
    session = new_session()
    server = TcpServer(lambda: Offer(session))
    server.start()
    with connected(server) as editor:
        editor.ask("initialize", adapterID="x")
        editor.ask("attach")
        ToyTarget(session, "a", str(tmp_path / "toy.lua"), {}).run()
        server.output("stdout", "hello\n")
        server.close(7, flush_s=0.0)
        seen = []
        while (message := editor.read()) is not None:
            seen.append((message.get("event"), message.get("body")))
        assert ("exited", {"exitCode": 7}) in seen
        assert seen[-1][0] == "terminated"
        assert any(name == "output" and body["output"] == "hello\n" for name, body in seen)
    with pytest.raises(OSError):
        TcpEditor(server)


def test_without_a_client_nothing_is_told() -> None:
    server = TcpServer(lambda: Offer(new_session()))
    server.start()
    server.output("stdout", "nobody hears\n")
    server.close(0)


def test_beyond_this_machine_a_token_is_asked_for() -> None:
    with serving(TcpServer(lambda: Offer(new_session()), "0.0.0.0")) as server:
        assert server.token is not None
        assert len(server.token) >= 20
        with connected(server) as editor:
            editor.ask("initialize", adapterID="x")
            assert "token" in editor.ask("attach")["message"]
            assert editor.read() is None
        with connected(server) as editor:
            editor.ask("initialize", adapterID="x")
            assert editor.ask("attach", token=server.token)["success"]
    with serving(TcpServer(lambda: Offer(new_session()), token="mine")) as server:
        assert server.token == "mine"


def test_a_browser_is_hung_up_on() -> None:
    with serving(TcpServer(lambda: Offer(new_session()))) as server, connected(server) as browser:
        browser.socket.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        assert browser.read() is None


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, is_local: bool) -> None:
    assert is_loopback(host) == is_local
