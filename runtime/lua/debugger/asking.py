"""What the agent is asked, as values of Lua."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from debug.debugger.target import (
    AboutData,
    Complete,
    Evaluate,
    Frames,
    Scopes,
    SetExpression,
    SetVariable,
    Variables,
)

if TYPE_CHECKING:
    from debug.debugger.target import Request


Values: TypeAlias = tuple[Any, ...]
"""What a function of Lua gets, or returns."""


def as_values(request: Request) -> Values:
    """A request as values that Lua takes, its tag first."""
    match request:
        case Frames(start, count):
            return b"frames", start, count
        case Scopes(frame):
            return b"scopes", frame
        case Variables(ref, start, count, only):
            return b"variables", ref, start, count, only.encode()
        case Evaluate(text, frame, effects, limit_s, whole):
            return b"evaluate", as_bytes(text), frame, effects, float(limit_s), whole
        case SetVariable(ref, name, text, frame):
            return b"set", ref, as_bytes(name), as_bytes(text), frame
        case SetExpression(target, text, frame):
            return b"set_expression", as_bytes(target), as_bytes(text), frame
        case Complete(text, frame):
            return b"complete", as_bytes(text), frame
        case AboutData(name, ref, frame):
            return b"about_data", as_bytes(name), ref, frame
        case _:
            raise TypeError(f"{type(request).__name__} is nothing to ask for")


def as_bytes(text: str) -> bytes:
    """Text as a script in Lua has it."""
    return text.encode("utf-8", "surrogateescape")


def as_optional(text: str | None) -> bytes | None:
    """The same, where there is any."""
    return None if text is None else as_bytes(text)
