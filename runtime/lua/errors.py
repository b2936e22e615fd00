"""What Lua says of an error, as data: where it was, what was thrown, what lies behind it, what may help."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from debug import stack as stacks
from debug import values
from debug.entry import readable
from runtime.engine import ErrorKind, ScriptError
from runtime.lua.hints import Advice, for_runtime
from runtime.lua.syntax_hints import for_syntax
from runtime.source_lines import line_of, text_of

if TYPE_CHECKING:
    from debug.stack import StackTrace
    from debug.values import Value
    from runtime.engine import Script

_POSITION = re.compile(rb"([^\n]+?):(\d+): (.*)", re.DOTALL)
_OUT_OF_MEMORY = re.compile(rb"not enough memory|(?:.*: )?not enough memory for buffer allocation")
"""As Lua itself says it: only the second with a position."""
_MODULE = re.compile(
    r"error loading module '(?P<name>[^\n]*)' from file '(?P<file>[^\n]*)':\n\t(?P<problem>[^\n]*:\d+: .*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Thrown:
    """What the prelude found out where an error was thrown. Pictures and stacks are JSON."""

    kind: bytes
    """The Lua type of what was thrown."""
    message: bytes | None
    value: bytes | None = None
    trace: bytes | None = None
    names: bytes | None = None
    """The names that a misspelt one may have meant, where the message speaks of a nil value."""
    coroutine_trace: bytes | None = None
    """The stack of a coroutine that died of this."""
    exception: object | None = None
    """The exception, where a Python function raised it."""
    source_line: bytes | None = None
    """The line that the message speaks of, where it is one of a text that the script loaded."""


def syntax_error(script: Script, message: bytes) -> ScriptError:
    """What the compiler said of the script."""
    where, line, text = _split(message)
    if where is None and message.startswith(b"attempt to load a binary chunk"):
        return ScriptError(
            ErrorKind.SYNTAX,
            "this is compiled Lua (bytecode), not a script",
            source=script.name,
            hint="run the source that it was compiled from; bytecode is never run, for it can crash the process",
        )
    return _uncompiled(script, script.name, line, readable(text))


def _uncompiled(script: Script, source: str, line: int | None, shown: str) -> ScriptError:
    source_line = line_of(script, source, line)
    advice = for_syntax(shown, source_line, text_of(script, source))
    return ScriptError(
        ErrorKind.SYNTAX,
        shown,
        source=source,
        line=line,
        column=advice.column,
        source_line=source_line,
        hint=advice.hint,
    )


def runtime_error(
    script: Script, thrown: Thrown | None, message: bytes | None, max_memory_bytes: int | None
) -> ScriptError:
    """An error that the script did not catch. `message` is what arrived, where that is a string."""
    if message is not None and _OUT_OF_MEMORY.fullmatch(message):
        return _out_of_memory(script, max_memory_bytes)
    if thrown is None:
        thrown = Thrown(b"string", message if message is not None else b"the script failed")
    trace = None if thrown.trace is None else stacks.decode(thrown.trace)
    where, line, text = _split(thrown.message) if thrown.kind == b"string" else (None, None, thrown.message)
    value: Value = None if thrown.value is None else values.decode(thrown.value)
    source = _source(script, where, trace)
    if source is None:
        source, line = _place(trace)
    source = source or script.name
    source_line = line_of(script, source, line)
    if source_line is None and thrown.source_line is not None:
        source_line = readable(thrown.source_line)
    shown, cause = _message(thrown, text), None
    if isinstance(thrown.exception, BaseException):
        shown, cause = _python_failure(thrown.exception)
        value = None
    elif thrown.coroutine_trace is not None:
        inner, inner_line, shown = _innermost(shown)
        coroutine_trace = stacks.decode(thrown.coroutine_trace)
        cause = _coroutine_failure(script, shown, coroutine_trace, inner, inner_line)
    if cause is None:
        shown, cause = _nested(script, shown, trace)
    names = [readable(name) for name in thrown.names.split()] if thrown.names else []
    if cause is not None and cause.kind is ErrorKind.RUNTIME and cause.line is not None:
        advice = for_runtime(shown, names, cause.source_line)
        cause = replace(cause, column=advice.column, hint=advice.hint)
        advice = Advice()
    else:
        advice = for_runtime(shown, names, source_line)
    return ScriptError(
        ErrorKind.RUNTIME,
        shown,
        source=source,
        line=line,
        column=advice.column,
        source_line=source_line,
        value=value,
        stack=trace,
        cause=cause,
        hint=advice.hint,
    )


def stopped(script: Script, kind: ErrorKind, thrown: Thrown | None, timeout_s: float | None) -> ScriptError:
    """The script was stopped from outside; where it was then, if that is known."""
    trace = None if thrown is None or thrown.trace is None else stacks.decode(thrown.trace)
    source, line = _place(trace)
    message = {
        ErrorKind.INTERRUPTED: "the script was interrupted (Ctrl-C)",
        ErrorKind.TERMINATED: "the script was terminated (SIGTERM)",
    }.get(kind, f"the script ran longer than its limit of {timeout_s:g} s" if timeout_s else "out of time")
    return ScriptError(
        kind,
        message,
        source=source or script.name,
        line=line,
        source_line=line_of(script, source, line),
        stack=trace,
    )


def limit_unavailable(script: Script, variant: str) -> ScriptError:
    """This VM takes no allocator but its own."""
    return ScriptError(
        ErrorKind.MEMORY,
        f"{variant} cannot keep a limit of memory",
        source=script.name,
        hint="run it without --max-memory, or with another engine: luajit can",
    )


def _out_of_memory(script: Script, max_memory_bytes: int | None) -> ScriptError:
    limit = (
        ""
        if max_memory_bytes is None
        else f": the script needs more than its limit of {_size(max_memory_bytes)}"
    )
    return ScriptError(
        ErrorKind.MEMORY,
        f"not enough memory{limit}",
        source=script.name,
        hint=None if max_memory_bytes is None else "raise the limit with --max-memory",
    )


def _message(thrown: Thrown, text: bytes | None) -> str:
    if text is not None:
        return readable(text)
    kind = readable(thrown.kind)
    return "nil was thrown" if kind == "nil" else f"a {kind} was thrown"


def _python_failure(exception: BaseException) -> tuple[str, ScriptError]:
    """A Python function failed: what to say in the script, and the failure itself at its innermost place."""
    text = type(exception).__name__
    try:
        said = str(exception)
    except Exception:  # the border to the script's Python code
        said = ""
    if said:
        text = f"{text}: {said}"
    source, line, where = None, None, exception.__traceback__
    while where is not None:
        file = where.tb_frame.f_code.co_filename
        if os.path.isfile(file):  # lupa's own frames have none
            source, line = file, where.tb_lineno
        where = where.tb_next
    return (
        f"a Python function failed: {text}",
        ScriptError(ErrorKind.RUNTIME, text, source=source, line=line),
    )


def _coroutine_failure(
    script: Script, message: str, trace: StackTrace, where: str | None, line_said: int | None
) -> ScriptError | None:
    """`where` and `line_said` are what the message says; LuaJIT keeps no stack of a coroutine that died."""
    source, line = _place(trace)
    if line is None and where is not None:
        source, line = _source(script, where.encode(), trace), line_said
    return ScriptError(
        ErrorKind.RUNTIME,
        f"in a coroutine: {message}",
        source=source,
        line=line,
        source_line=line_of(script, source, line),
        stack=trace,
    )


def _nested(script: Script, message: str, trace: StackTrace | None) -> tuple[str, ScriptError | None]:
    """An error that was thrown on (by `error(e)`, by a coroutine.wrap function) has one position before another;
    one of `require` quotes what the compiler said of a module."""
    module = _MODULE.match(message)
    if module:
        _, line_said, problem = _split(module["problem"].encode())
        cause = _uncompiled(script, module["file"], line_said, readable(problem))
        return f"error loading module '{module['name']}' from file '{module['file']}'", cause
    where, line, text = _innermost(message)
    source = None if where is None else _source(script, where.encode(), trace, known_only=True)
    if source is None:
        return message, None
    return text, ScriptError(
        ErrorKind.RUNTIME,
        text,
        source=source,
        line=line,
        source_line=line_of(script, source, line),
    )


def _innermost(message: str) -> tuple[str | None, int | None, str]:
    where, line = None, None
    for _ in range(20):
        next_where, next_line, text = _split(message.encode())
        if next_where is None:
            break
        where, line, message = readable(next_where), next_line, readable(text)
    return where, line, message


def _split(message: bytes | None) -> tuple[bytes | None, int | None, bytes]:
    """`script.lua:3: what` as its parts; the first two are None where no position is said."""
    found = _POSITION.match(message or b"")
    if found is None:
        return None, None, message or b""
    return found[1], int(found[2]), found[3]


def _source(
    script: Script, where: bytes | None, trace: StackTrace | None, *, known_only: bool = False
) -> str | None:
    """The file that a message means; Lua shortens long names to `...end of the path`."""
    if where is None:
        return None
    said = readable(where)
    known = [script.name, *(frame.source for frame in (trace.frames if trace else ()) if frame.source)]
    for name in known:
        if name == said or (said.startswith("...") and name.endswith(said[3:])):
            return name
    return None if known_only else said


def _place(trace: StackTrace | None) -> tuple[str | None, int | None]:
    """Where the innermost frame with a line is."""
    for frame in trace.frames if trace else ():
        if frame.line is not None:
            return frame.source, frame.line
    return None, None


def _size(size_bytes: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:g} {unit}"
    return f"{size_bytes} bytes"
