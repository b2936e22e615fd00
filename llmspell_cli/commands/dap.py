"""`llmspell dap`: serve editors, which launch scripts and debug them."""

from __future__ import annotations

import sys
from threading import Thread
from typing import TYPE_CHECKING

from debug.dap.offer import Offer
from debug.dap.server import TcpServer, serve_standard_streams
from debug.debugger.session import Session
from llmspell_cli import exits
from llmspell_cli.dap_launcher import MainThreadLauncher
from llmspell_cli.streams import say

if TYPE_CHECKING:
    from llmspell_cli.arguments import InspectAddress


def dap_command(address: InspectAddress | None = None) -> int:
    """Serve the editor at standard input and output, until it goes; or at an address one after the other, until
    Ctrl-C. The exit code. Raises `CommandLineProblem` where the port cannot be had."""
    launcher = MainThreadLauncher()
    if address is None:
        if sys.stdin is not None and sys.stdin.isatty():
            say(
                "llmspell: waits for an editor on standard input; Ctrl-C ends it, `llmspell debug` has a prompt\n"
            )
        Thread(target=_serve_editor, args=(launcher,), name="llmspell-dap", daemon=True).start()
        launcher.work()
        return exits.OK
    try:
        server = TcpServer(
            lambda: Offer(Session(), launcher), address.host, address.port, token=address.token
        )
    except OSError as error:
        raise address.cannot_be_had(error) from None
    token = "" if server.token is None else f", token {server.token}"
    say(f"llmspell: editors can connect to {server.host}:{server.port}{token}\n")
    server.start()
    launcher.work()
    return exits.OK


def _serve_editor(launcher: MainThreadLauncher) -> None:
    try:
        serve_standard_streams(launcher)
    finally:
        launcher.close()
