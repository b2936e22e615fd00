"""The calls in a statement, in the order in which they are made: what a step may go into."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from debug.debugger.source import Place
from debug.debugger.target import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tree_sitter import Node

    from debug.debugger.source import Probe, Source

_SHOWN_CHARACTERS = 60


class Grammar(NamedTuple):
    """What a language calls its calls."""

    callees: Mapping[str, str]
    """The nodes that call something, with the field of what they call."""
    functions: frozenset[str]
    """Nodes that are run later."""
    block: str
    """The node that has statements of its own; also around a single one."""
    expression: Callable[[str], str]
    """What a call calls, as an expression that has its value."""


class _Text(NamedTuple):
    """A text and its bytes, which differ in length where it is not ASCII."""

    text: str
    data: bytes

    def offset(self, line: int, column: int) -> int:
        """A place, in bytes from 0."""
        lines = self.text.split("\n")
        before = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
        return len(_bytes(self.text[:before]))

    def part(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> Place:
        """Where a node is."""
        return Place(*self._position(node.start_byte), *self._position(node.end_byte))

    def _position(self, offset: int) -> tuple[int, int]:
        before = self.data[:offset].decode("utf-8", "replace")
        return before.count("\n") + 1, len(before) - before.rfind("\n")


def calls_in(
    source: Source, probe: Probe, parse: Callable[[bytes], Node], grammar: Grammar
) -> tuple[Call, ...]:
    """The calls of the statement at a probe; those of the statements and functions in it are none of its own."""
    text = _Text(source.text, _bytes(source.text))
    begin = text.offset(probe.place.line, probe.place.column)
    end = text.offset(probe.place.end_line, probe.place.end_column)
    others = {
        text.offset(other.place.line, other.place.column)
        for other in source.probes
        if other.id != probe.id and probe.place[:2] < other.place[:2] < probe.place[2:]
    }
    made = []
    for node, callee in _calls(parse(text.data), begin, end, others, grammar):
        label = " ".join(text.part(node).split())
        if len(label) > _SHOWN_CHARACTERS:
            label = label[: _SHOWN_CHARACTERS - 1] + "…"
        made.append(Call(label, grammar.expression(text.part(callee)), text.place(node)))
    return tuple(made)


def _calls(
    node: Node, begin: int, end: int, others: set[int], grammar: Grammar
) -> Iterator[tuple[Node, Node]]:
    """Calls from `begin` to `end` with what they call, each behind those that its parts make."""
    for child in node.named_children:
        if child.end_byte <= begin or child.start_byte >= end:
            continue
        inside = begin <= child.start_byte and child.end_byte <= end
        is_part = inside and child.end_byte - child.start_byte < end - begin
        if inside and (child.type in grammar.functions or child.start_byte in others):
            continue
        if is_part and child.type == grammar.block:
            continue
        yield from _calls(child, begin, end, others, grammar)
        called = grammar.callees.get(child.type) if inside else None
        callee = None if called is None else child.child_by_field_name(called)
        if callee is not None:
            yield child, callee


def _bytes(text: str) -> bytes:
    """One byte for what is no character, so that the lengths of parts add up."""
    return text.encode("utf-8", "replace")
