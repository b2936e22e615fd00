"""Where a script says which line it is at: before the statements of a block, and within what has no block.

statement;              at(7);statement;
if (a) value;           if (a) at(7),value;
while (a) …             while (at(7),a) …
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js import grammar

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(statement_block (_) @statement)
(program (_) @statement)
(switch_case body: (_) @statement)
(switch_default body: (_) @statement)
(if_statement consequence: [(expression_statement (_) @step) (return_statement (_) @step)])
(else_clause [(expression_statement (_) @step) (return_statement (_) @step)])
(for_statement body: (expression_statement (_) @step))
(for_in_statement body: (expression_statement (_) @step))
(while_statement body: (expression_statement (_) @step))
(do_statement body: (expression_statement (_) @step))
(else_clause (if_statement condition: (parenthesized_expression (_) @step)))
(while_statement condition: (parenthesized_expression (_) @step))
(do_statement condition: (parenthesized_expression (_) @step))
(for_statement condition: (_) @step)
"""
_SILENT = frozenset(
    [
        "comment",
        "html_comment",
        "hash_bang_line",
        "empty_statement",
        "import_statement",
        "function_declaration",
        "generator_function_declaration",
    ]
)
"""What does nothing when it is its turn."""


def line_nodes(root: Node) -> list[tuple[str, Node]]:
    """`("statement", node)` for what a statement can stand before, `("step", node)` for what an expression can."""
    return [
        (tag, node)
        for tag, nodes in grammar.captures(_QUERY, root).items()
        for node in nodes
        if node.type not in _SILENT and not _is_directive(node) and not _is_on_the_line_of_the_last(node)
    ]


def _is_directive(node: Node) -> bool:
    return node.type == "expression_statement" and node.named_children[0].type == "string"


def _is_on_the_line_of_the_last(node: Node) -> bool:
    before = node.prev_named_sibling
    return (
        before is not None
        and before.type not in _SILENT
        and before.start_point.row == before.end_point.row == node.start_point.row
        and not _is_directive(before)
        and node.type.endswith(("_statement", "_declaration"))
    )
