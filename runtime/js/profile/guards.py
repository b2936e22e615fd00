"""Where the noted part of a function begins: after the guards at its head, if it calls itself.

    function fib(n) { if (n < 2) return n;  |  return fib(n - 1) + fib(n - 2) }

Of such calls half or more end at a guard, after a nanosecond. That is less than it takes to note them, and that time
is the caller's, which is most often the same function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runtime.js.scopes import Scopes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_CONSTANTS = frozenset({"number", "string", "true", "false", "null", "undefined", "this"})
_COMPARISONS = frozenset(
    {"<", ">", "<=", ">=", "==", "!=", "===", "!==", "&&", "||", "??", "!", "-", "typeof"}
)
"""Operators that take next to no time and make nothing."""
_LEXICAL = frozenset(
    {"lexical_declaration", "class_declaration", "function_declaration", "generator_function_declaration"}
)


def last_guard(body: Node, name: str) -> Node | None:
    """The last of the guards that a function's body begins with; None where it has none or does not call itself."""
    guards = []
    for child in body.named_children:
        if not _is_silent(child):
            if not _is_guard(child):
                break
            guards.append(child)
    if not guards or not _calls(body, name):
        return None
    # What follows becomes a block: what that declares would be out of the guards' sight.
    declared = {
        one for child in body.named_children if child.type in _LEXICAL for one in Scopes.declared_by(child)
    }
    return guards[-1] if declared.isdisjoint(_names(guards)) else None


def _is_silent(node: Node) -> bool:
    return node.type == "comment" or (
        node.type == "expression_statement" and node.named_children[0].type == "string"
    )


def _is_guard(node: Node) -> bool:
    """`if (a < b) return c`, with braces or without."""
    if node.type != "if_statement" or node.child_by_field_name("alternative") is not None:
        return False
    then = node.child_by_field_name("consequence")
    inside = _parts(then)
    if then is not None and then.type == "statement_block" and len(inside) == 1:
        then, inside = inside[0], _parts(inside[0])
    return (
        then is not None
        and then.type == "return_statement"
        and all(map(_is_quick, inside))
        and all(map(_is_quick, _parts(node.child_by_field_name("condition"))))
    )


def _is_quick(node: Node) -> bool:
    """Variables, members, constants and comparisons of them."""
    if node.type == "identifier" or node.type in _CONSTANTS:
        return True
    if node.type in ("binary_expression", "unary_expression"):
        operator = node.child_by_field_name("operator")
        if operator is None or operator.type not in _COMPARISONS:
            return False
    elif node.type == "member_expression":
        owner = node.child_by_field_name("object")
        return owner is not None and _is_quick(owner)
    elif node.type != "parenthesized_expression":
        return False
    return all(map(_is_quick, _parts(node)))


def _parts(node: Node | None) -> list[Node]:
    return [] if node is None else [child for child in node.named_children if child.type != "comment"]


def _calls(body: Node, name: str) -> bool:
    """Whether its text has a call of that name, of a function or a method."""
    own = re.escape(name.rpartition(".")[2].encode())
    return re.search(rb"(?<![\w$])" + own + rb"\s*\(", body.text or b"") is not None


def _names(nodes: list[Node]) -> Iterator[str]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.type == "identifier":
            yield (node.text or b"").decode("utf-8", "replace")
        waiting += node.named_children
