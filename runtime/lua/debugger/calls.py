"""The calls in a statement of Lua."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.lua.rewrite.statements import parse
from runtime.probes.calls import Grammar, calls_in

if TYPE_CHECKING:
    from debug.debugger.source import Probe, Source
    from debug.debugger.target import Call


def _expression(callee: str) -> str:
    """`t:m`, which only a call can be, as `t.m`."""
    table, colon, method = callee.rpartition(":")
    return f"{table}.{method}" if colon and method.isidentifier() else callee


_GRAMMAR = Grammar(
    {"function_call": "name"},
    frozenset({"function_definition", "function_declaration"}),
    "block",
    _expression,
)


def calls_at(source: Source, probe: Probe, variant: str) -> tuple[Call, ...]:
    """In the order in which they are made."""
    return calls_in(source, probe, lambda text: parse(text, variant), _GRAMMAR)
