"""Which names a part of a JavaScript program declares for itself, so that they mean nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_FUNCTIONS = frozenset(
    [
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    ]
)
_NAMED_DECLARATIONS = frozenset(
    {"function_declaration", "generator_function_declaration", "class_declaration"}
)


class Scopes:
    """The scopes of one tree, each looked at once."""

    def __init__(self) -> None:
        self._declared: dict[int, frozenset[str]] = {}

    def shadows(self, node: Node, name: str) -> bool:
        """Whether a scope between the node and the module declares the name."""
        above = node.parent
        while above is not None and above.type != "program":
            if name in self._names(above):
                return True
            above = above.parent
        return False

    @staticmethod
    def declared_by(declaration: Node) -> list[str]:
        """The names of a `const`, `let`, `var`, function or class declaration."""
        if declaration.type in ("lexical_declaration", "variable_declaration"):
            return [
                name
                for declarator in declaration.named_children
                if declarator.type == "variable_declarator"
                for name in _pattern_names(declarator.child_by_field_name("name"))
            ]
        return list(_pattern_names(declaration.child_by_field_name("name")))

    @staticmethod
    def names_of(pattern: Node | None) -> list[str]:
        """The names that a pattern binds."""
        return list(_pattern_names(pattern))

    def _names(self, scope: Node) -> frozenset[str]:
        known = self._declared.get(scope.id)
        if known is None:
            known = self._declared[scope.id] = frozenset(_declared_in(scope))
        return known


def _declared_in(scope: Node) -> Iterator[str]:
    kind = scope.type
    if kind in _FUNCTIONS:
        if kind in ("function_expression", "generator_function"):
            yield from _pattern_names(scope.child_by_field_name("name"))
        parameters = scope.child_by_field_name("parameters") or scope.child_by_field_name("parameter")
        if parameters is not None and parameters.type == "formal_parameters":
            for parameter in parameters.named_children:
                yield from _pattern_names(parameter)
        else:
            yield from _pattern_names(parameters)
        body = scope.child_by_field_name("body")
        if body is not None:
            yield from _variables(body)
    elif kind == "class_static_block":
        yield from _variables(scope)
    elif kind in ("statement_block", "switch_case", "switch_default", "switch_body"):
        yield from _block(scope)
    elif kind == "for_statement":
        first = scope.child_by_field_name("initializer")
        if first is not None and first.type == "lexical_declaration":
            yield from Scopes.declared_by(first)
    elif kind == "for_in_statement":
        if scope.child_by_field_name("kind") is not None:
            yield from _pattern_names(scope.child_by_field_name("left"))
    elif kind == "catch_clause":
        yield from _pattern_names(scope.child_by_field_name("parameter"))
    elif kind == "class":
        yield from _pattern_names(scope.child_by_field_name("name"))


def _block(block: Node) -> Iterator[str]:
    for child in block.named_children:
        if child.type == "lexical_declaration" or child.type in _NAMED_DECLARATIONS:
            yield from Scopes.declared_by(child)
        elif child.type in ("switch_case", "switch_default"):
            yield from _block(child)


def _variables(node: Node) -> Iterator[str]:
    """What `var` declares, anywhere but in functions inside."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "variable_declaration":
            yield from Scopes.declared_by(one)
        elif one.type == "for_in_statement":
            kind = one.child_by_field_name("kind")
            if kind is not None and kind.text == b"var":
                yield from _pattern_names(one.child_by_field_name("left"))
        waiting += (child for child in one.named_children if child.type not in _FUNCTIONS)


def _pattern_names(pattern: Node | None) -> Iterator[str]:
    if pattern is None:
        return
    kind = pattern.type
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        yield (pattern.text or b"").decode("utf-8", "replace")
    elif kind in ("assignment_pattern", "object_assignment_pattern"):
        yield from _pattern_names(pattern.child_by_field_name("left"))
    elif kind == "pair_pattern":
        yield from _pattern_names(pattern.child_by_field_name("value"))
    elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from _pattern_names(child)
