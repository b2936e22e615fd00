"""A script's stack as data: frames with their variables, innermost first.

Preludes write it as JSON in the same way as pictures of values (see `debug.picture`). Variables come in the
order of their declaration, so where two have the same name the later one is the one that is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from debug.dialect import LUA
from debug.dump_options import COMPACT
from debug.dump_text import to_text as value_text
from debug.metadata import to_json_scalar
from debug.picture import Value, decode_with
from debug.text_safety import printable, without_surrogates

if TYPE_CHECKING:
    from debug.dialect import Dialect


class Variable(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A named value: `[name, value]` in JSON."""

    name: str
    value: Value


class StackFrame(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One call. `line` is None where the frame has no lines (a builtin)."""

    name: str | None = None
    """The function's name as the language knows it, with what it is: `global 'f'`, `method 'stop'`."""
    source: str | None = None
    """The file as the script was named, e.g. `scripts/a.lua`; `[C]` for a builtin."""
    line: int | None = None
    line_defined: int | None = None
    what: str = ""
    """`main`, `Lua`, `C` (Lua); `function`, `module` elsewhere."""
    num_upvalues: int = 0
    num_params: int = 0
    locals: tuple[Variable, ...] = ()
    upvalues: tuple[Variable, ...] = ()
    tail_call: bool = False


class StackTrace(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The frames, innermost first; `truncated` where there were more than `max_depth`."""

    frames: tuple[StackFrame, ...] = ()
    max_depth: int = 50
    truncated: bool = False
    error: str | None = None
    """Why the trace is not whole, where something went wrong while taking it."""


_DECODER: Final = msgspec.json.Decoder(StackTrace)


def decode(json_text: bytes) -> StackTrace:
    """The trace that `json_text` is. Never raises: what is none is an empty trace whose `error` says why."""
    trace = decode_with(_DECODER, json_text, _undecodable)
    frames = tuple(map(_readable, trace.frames))
    return msgspec.structs.replace(trace, frames=frames)


def to_text(trace: StackTrace, include_source: bool = True, dialect: Dialect = LUA) -> str:
    """The trace as `Debug.stackTrace` returns it. `include_source`: with file and line of each frame."""
    lines = ["Stack trace:"]
    for number, frame in enumerate(trace.frames, 1):
        lines.append(f"{number:3}. {frame_title(frame)}{_place(frame) if include_source else ''}")
        for kind, variables in (("local", frame.locals), ("upvalue", frame.upvalues)):
            for name, value in visible(variables).items():
                lines.append(
                    f"       {kind} {printable(name)} = {value_text(value, COMPACT, dialect=dialect)}"
                )
    if trace.truncated:
        lines.append(f"     … more frames (max_depth is {trace.max_depth})")
    if trace.error is not None:
        lines.append(f"     (not whole: {printable(trace.error)})")
    elif not trace.frames:
        lines.append("     (no frames)")
    return "\n".join(lines)


def to_json(trace: StackTrace, dialect: Dialect = LUA) -> dict[str, Any]:
    """The trace as `Debug.stackTraceJson` returns it: scalars as they are, other values as compact dumps."""
    return {
        "frames": [
            {
                "name": frame.name,
                "source": frame.source,
                "line": frame.line,
                "line_defined": frame.line_defined,
                "what": frame.what,
                "num_upvalues": frame.num_upvalues,
                "num_params": frame.num_params,
                "locals": _json_variables(frame.locals, dialect),
                "upvalues": _json_variables(frame.upvalues, dialect),
            }
            for frame in trace.frames
        ],
        "max_depth": trace.max_depth,
        "truncated": trace.truncated,
        "error": trace.error,
    }


def visible(variables: tuple[Variable, ...]) -> dict[str, Value]:
    """The variables by name; of several with one name the innermost, in its own place."""
    seen: dict[str, Value] = {}
    for variable in variables:
        seen.pop(variable.name, None)
        seen[variable.name] = variable.value
    return seen


def frame_title(frame: StackFrame) -> str:
    """What a frame is called: `global 'f'`, `main chunk`, `function defined at line 3`."""
    if frame.name:
        title = printable(frame.name)
    elif frame.what == "main":
        title = "main chunk"
    elif frame.line is None:
        title = "builtin function"
    elif frame.line_defined is not None and frame.line_defined > 0:
        title = f"function defined at line {frame.line_defined}"
    else:
        title = "function"
    return f"{title} (tail call)" if frame.tail_call else title


def _readable(frame: StackFrame) -> StackFrame:
    """The frame with names that can be encoded, whatever bytes are in them."""
    return msgspec.structs.replace(
        frame,
        name=None if frame.name is None else without_surrogates(frame.name),
        source=None if frame.source is None else without_surrogates(frame.source),
        what=without_surrogates(frame.what),
        locals=_readable_names(frame.locals),
        upvalues=_readable_names(frame.upvalues),
    )


def _readable_names(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    return tuple(Variable(without_surrogates(variable.name), variable.value) for variable in variables)


def _place(frame: StackFrame) -> str:
    if frame.source is None:
        return ""
    line = "" if frame.line is None else f":{frame.line}"
    return f" ({printable(frame.source)}{line})"


def _json_variables(variables: tuple[Variable, ...], dialect: Dialect) -> dict[str, Any]:
    return {name: to_json_scalar(value, dialect) for name, value in visible(variables).items()}


def _undecodable(reason: str) -> StackTrace:
    return StackTrace(error=f"undecodable trace: {reason}")
