"""The calls in a statement of JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js import grammar
from runtime.probes.calls import Grammar, calls_in

if TYPE_CHECKING:
    from debug.debugger.source import Probe, Source
    from debug.debugger.target import Call

_GRAMMAR = Grammar(
    {"call_expression": "function", "new_expression": "constructor"},
    frozenset(
        {
            "arrow_function",
            "class",
            "class_declaration",
            "function_declaration",
            "function_expression",
            "generator_function",
            "generator_function_declaration",
            "method_definition",
        }
    ),
    "statement_block",
    str.strip,
)


def calls_at(source: Source, probe: Probe) -> tuple[Call, ...]:
    """In the order in which they are made."""
    return calls_in(source, probe, lambda text: grammar.parser().parse(text).root_node, _GRAMMAR)
