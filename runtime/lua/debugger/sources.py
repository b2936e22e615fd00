"""A chunk with probes as the debugger sees a source."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from debug.debugger.source import FunctionSpan, Place, Probe, Source
from runtime.probes.plan import MAIN, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.engine import Script
    from runtime.lua.rewrite.install import Source as Chunk
    from runtime.lua.rewrite.rewriter import Rewritten
    from runtime.probes.plan import Plan

_KINDS = {
    Kind.STATEMENT: "statement",
    Kind.CONDITION: "condition",
    Kind.RETURN: "return",
    Kind.TAIL_CALL: "tail call",
    Kind.ENTRY: "statement",
}

_SHOWN_OF_TEXT = 60
_NEAR = re.compile(r" near .*$", re.DOTALL)


def source_of(chunk: Chunk, script: Script) -> Source:
    """The source that a chunk is, by the number that the VM knows it by."""
    name, path = _name(chunk.name, script)
    text = chunk.text
    if path is not None and chunk.name == b"@" + os.fsencode(script.name):
        text = script.text.removeprefix(
            b"\xef\xbb\xbf"
        )  # as it lies on the disk, a first line with `#` included
    shown = text.decode("utf-8", "surrogateescape")
    plan, reason = chunk.rewritten.plan, _reason(chunk.rewritten)
    if plan is None:
        end = Place(1, 1, shown.count("\n") + 1, 1)
        return Source(chunk.key, name, path, shown, (), (FunctionSpan("(main)", end),), reason)
    if chunk.plan is None:
        return Source(chunk.key, name, path, shown, (), _functions(plan), reason)
    without = frozenset(chunk.rewritten.without)
    column = _columns(plan)
    probes = tuple(
        Probe(
            one.id,
            Place(one.line, column(one.line, one.column), one.end_line, column(one.end_line, one.end_column)),
            one.function,
            _KINDS[one.kind],
        )
        for one in plan.probes
        if one.function not in without
    )
    functions = tuple(
        one._replace(unstoppable=reason) if id in without else one for id, one in enumerate(_functions(plan))
    )
    return Source(chunk.key, name, path, shown, probes, functions, None if probes else reason)


def _reason(rewritten: Rewritten) -> str:
    """Why there are no probes, where there are none."""
    plan, reason = rewritten.plan, rewritten.reason or "it has no probes"
    if plan is None or not plan.probes:
        return reason
    # What Lua says of where it was belongs to a text that nobody sees.
    return f"with probes it passes a limit of Lua: {_NEAR.sub('', reason)}"


def _functions(plan: Plan) -> tuple[FunctionSpan, ...]:
    lines = plan.text.split(b"\n")
    spans = []
    for function in plan.functions:
        last = lines[function.end_line - 1]
        end_column = (
            len(last) if function.id == MAIN else function.end - (plan.text.rfind(b"\n", 0, function.end) + 1)
        )
        place = Place(function.line, function.column, function.end_line, end_column + 1)
        spans.append(FunctionSpan(name_of(plan, function.id), place))
    return tuple(spans)


def name_of(plan: Plan, function: int) -> str:
    """What a function is called."""
    return "(main)" if function == MAIN else plan.functions[function].name or "(anonymous)"


def _columns(plan: Plan) -> Callable[[int, int], int]:
    """From columns in bytes to columns in characters."""
    if plan.text.isascii():
        return lambda _line, column: column
    return plan.column_in_characters


def _name(chunk_name: bytes, script: Script) -> tuple[str, str | None]:
    """As stacks show it, and the file."""
    if chunk_name == b"@" + os.fsencode(script.name):
        return script.name, None if script.path is None else os.path.abspath(os.fspath(script.path))
    if chunk_name.startswith(b"@"):
        name = os.fsdecode(chunk_name[1:])
        return name, os.path.abspath(name)
    shown = chunk_name.decode("utf-8", "backslashreplace")
    if shown.startswith("="):
        return shown[1:], None
    first, *more = shown.split("\n", 1)
    if more or len(first) > _SHOWN_OF_TEXT:
        first = first[:_SHOWN_OF_TEXT] + "..."
    return f'[string "{first}"]', None
