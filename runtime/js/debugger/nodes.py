"""What is asked of statements and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.source import Place

if TYPE_CHECKING:
    from tree_sitter import Node

_PARTS_THAT_RUN = {
    ("if_statement",): "condition",
    ("switch_statement",): "value",
    ("for_statement",): "initializer",
    ("for_in_statement",): "right",
    ("with_statement",): "object",
}
_WITHOUT_PARTS = frozenset({"try_statement", "labeled_statement"})


def is_head(node: Node, above: Node) -> bool:
    """Whether it declares the variables of a loop."""
    return above.type == "for_statement" and node != above.child_by_field_name("body")


def does_something(export: Node) -> bool:
    """Whether an export statement has something to run in its place."""
    declaration = export.child_by_field_name("declaration")
    if declaration is not None:
        return declaration.type not in ("function_declaration", "generator_function_declaration")
    return export.child_by_field_name("value") is not None


def is_directive(node: Node) -> bool:
    """Whether it is a string alone, as `"use strict"`."""
    return node.type == "expression_statement" and node.named_children[0].type == "string"


def after_directives(body: Node, start: int) -> int:
    """Where what runs begins."""
    for child in body.named_children:
        if child.type == "comment":
            continue
        if not is_directive(child):
            break
        start = child.end_byte
    return start


def value_of(node: Node) -> Node | None:
    """What `yield`, `await` or `return` has behind it."""
    return next((child for child in node.named_children if child.type != "comment"), None)


def last_byte(node: Node) -> int:
    """Where its last token ends: where a semicolon may be left out, it may seem to hold the comment after it."""
    while node.children:
        node = next(child for child in reversed(node.children) if child.type != "comment")
    return node.end_byte


def field(node: Node, name: str) -> Node:
    """A part of a node that there is."""
    found = node.child_by_field_name(name)
    assert found is not None, f"a {node.type} without {name}"
    return found


def part_that_runs(node: Node) -> Node | None:
    """What of a statement runs before the next probe."""
    for kinds, field in _PARTS_THAT_RUN.items():
        if node.type in kinds:
            return node.child_by_field_name(field)
    return None if node.type in _WITHOUT_PARTS else node


def is_in(inner: Node, outer: Node) -> bool:
    """Whether a node is within another."""
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte and inner != outer


class Places:
    """Where nodes of a text stand, in characters."""

    def __init__(self, text: bytes) -> None:
        self._lines = text.split(b"\n")
        self._is_ascii = text.isascii()

    def place_of(self, node: Node) -> Place:
        """Where a node stands."""
        start, end = node.start_point, node.end_point
        return Place(start.row + 1, self._column(*start), end.row + 1, self._column(*end))

    def _column(self, row: int, column: int) -> int:
        if self._is_ascii:
            return column + 1
        return len(self._lines[row][:column].decode("utf-8", "replace")) + 1
