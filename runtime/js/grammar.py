"""JavaScript as tree-sitter parses it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query


@cache
def parser() -> Parser:
    """The parser; one thread at a time."""
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


def captures(source: str, root: Node) -> dict[str, list[Node]]:
    """The nodes that a query finds, by the names that it gives them."""
    import tree_sitter

    return tree_sitter.QueryCursor(_query(source)).captures(root)


@cache
def _query(source: str) -> Query:
    import tree_sitter

    language = parser().language
    assert language is not None
    return tree_sitter.Query(language, source)
