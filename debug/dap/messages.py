"""The envelopes of the protocol: requests as they come in, responses and events as they go out."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec

from debug.text_safety import without_surrogates

_RAW_SEQ = re.compile(rb'"seq"\s*:\s*([0-9]{1,9})')
_RAW_COMMAND = re.compile(rb'"command"\s*:\s*"([^"\\]{1,100})"')


class Request(msgspec.Struct, frozen=True):
    """A request. Its arguments are read once it is known what they should be."""

    seq: int
    command: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class Message(msgspec.Struct, frozen=True):
    """What every message has."""

    type: str


class Response(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="response"):
    """The answer to a request."""

    seq: int
    request_seq: int
    success: bool
    command: str
    message: str | None = None
    body: Any = None


class Asking(msgspec.Struct, frozen=True, tag_field="type", tag="request"):
    """A request to the client."""

    seq: int
    command: str
    arguments: Any


class Answered(msgspec.Struct, frozen=True):
    """What the client answers to one."""

    request_seq: int
    success: bool
    message: str | None = None


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="event"):
    """Something that the client did not ask for."""

    seq: int
    event: str
    body: Any = None


class ErrorText(msgspec.Struct, frozen=True, rename="camel"):
    """A failure, for people (the schema's `Message`)."""

    id: int
    format: str
    show_user: bool


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of a response that is no success."""

    error: ErrorText


class Malformed(NamedTuple):
    """A message that is no request, and what can be told of it."""

    problem: str
    seq: int | None
    command: str


_message = msgspec.json.Decoder(Message)
_request = msgspec.json.Decoder(Request)
_answered = msgspec.json.Decoder(Answered)
_encoder = msgspec.json.Encoder()


def read(body: bytes) -> Request | Answered | Malformed | None:
    """The request or the answer that a message is; None for one that is neither, which nothing waits for."""
    try:
        kind = _message.decode(body).type
        if kind == "event":
            return None
        if kind == "response":
            return _answered.decode(body)
        if kind != "request":
            return malformed(f"there is no message of type {kind!r}", body)
        return _request.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return malformed(str(error) or "nested too deeply", body)


def malformed(problem: str, beginning: bytes) -> Malformed:
    """What is wrong with a message of which not more than this is known."""
    seq = _RAW_SEQ.search(beginning)
    command = _RAW_COMMAND.search(beginning)
    return Malformed(
        problem,
        None if seq is None else int(seq[1]),
        "" if command is None else command[1].decode("utf-8", "replace"),
    )


def encode(message: Response | Event | Asking) -> bytes:
    """A message as JSON. Text of scripts that is no Unicode is shown as escapes."""
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        return _encoder.encode(_encodable(msgspec.to_builtins(message)))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {key: _encodable(one) for key, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list | tuple) else value
