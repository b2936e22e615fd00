"""A script's stack as data: frames with their variables, innermost first.

Preludes write it as JSON in the same way as pictures of values (see `debug.values`).
"""

from __future__ import annotations

import msgspec

from debug.values import Value


class Variable(msgspec.Struct, frozen=True, array_like=True):
    """A named value: `[name, value]` in JSON."""

    name: str
    value: Value


class StackFrame(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call. `line` is None where the frame has no lines (a builtin)."""

    name: str | None = None
    """The function's name as the language knows it, with what it is: `global 'f'`, `method 'stop'`; None if unknown."""
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


class StackTrace(msgspec.Struct, frozen=True, omit_defaults=True):
    """The frames, innermost first; `truncated` where there were more than `max_depth`."""

    frames: tuple[StackFrame, ...] = ()
    max_depth: int = 50
    truncated: bool = False
    error: str | None = None
    """Why the trace is not whole, where something went wrong while taking it."""
