"""The requests that are served, by name.

@serves("continue", Turn.IN_TURN)
def continue_(conversation: Conversation, arguments: ContinueArguments) -> ContinueResponseBody: ...
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from debug.dap.errors import RequestError
from debug.dap.types import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.dap.terminal import TerminalRun


class Turn(Enum):
    """When a request is served, and whether events wait for its response."""

    AT_ONCE = "at once"
    """Though others wait for a script. Events come after the response."""
    IN_TURN = "in turn"
    """After those before it. Events come after the response: a client takes a thread for running once it reads the
    response to `continue`, so a stop told before would be lost on it."""
    WAITING = "waiting"
    """After those before it, and it waits for a script; events come when they happen."""


class Reply(NamedTuple):
    """A response's body, and what is to be done when it is on its way."""

    body: msgspec.Struct | None
    then: Callable[[], None]


class NoArguments(msgspec.Struct, frozen=True):
    """Of a request that has none."""


class Handler(NamedTuple):
    """How a request is served."""

    command: str
    turn: Turn
    call: Callable[[Any, Any], msgspec.Struct | Reply | TerminalRun | None]
    decoder: msgspec.json.Decoder[Any]
    progress: str | None
    """What a person reads while it takes long."""

    def arguments(self, raw: msgspec.Raw) -> msgspec.Struct:
        """The arguments. Raises RequestError, which names the field that is wrong."""
        try:
            found: msgspec.Struct = self.decoder.decode(b"{}" if bytes(raw) == b"null" else raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RequestError(f"the arguments of {self.command} are wrong: {error}") from None
        return found


HANDLERS: dict[str, Handler] = {}


def serves(
    command: str,
    turn: Turn,
    arguments: type[msgspec.Struct] | None = None,
    *,
    progress: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The decorated function serves `command`; its arguments are those of the protocol, or a struct that has more."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        decoder = msgspec.json.Decoder(arguments or REQUESTS[command] or NoArguments)
        HANDLERS[command] = Handler(command, turn, call, decoder, progress)
        return call

    return register
