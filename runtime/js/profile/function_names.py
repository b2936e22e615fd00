"""What a function is called: its own name, or that of the variable, property or class it is written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

ANONYMOUS = "(anonymous)"

LONGEST = 80
"""Of a name that is an expression (`a.b.c = function`)."""


def name_of(function: Node) -> str:
    """As it shows in a profile: `total`, `Cart.add`, `new Cart`, `Cart.(static block)`."""
    if function.type == "class_static_block":
        return _member(function, "(static block)")
    if function.type == "method_definition":
        name = _text(function.child_by_field_name("name"))
        if name == "constructor" and _is_in_class(function):
            return f"new {_class_name(function) or ANONYMOUS}"
        return _member(function, name)
    own = function.child_by_field_name("name")
    return _text(own) if own is not None else _given_name(function) or ANONYMOUS


def _given_name(value: Node) -> str | None:
    """The name that a function or class gets from where it stands."""
    above = value.parent
    while above is not None and above.type == "parenthesized_expression":
        value, above = above, above.parent
    if above is None:
        return None
    kind = above.type
    if kind == "export_statement":
        return "default"
    if kind == "field_definition":
        return _member(above, _text(above.child_by_field_name("property")))
    target = {
        "variable_declarator": "name",
        "pair": "key",
        "assignment_expression": "left",
        "augmented_assignment_expression": "left",
        "assignment_pattern": "left",
        "object_assignment_pattern": "left",
    }.get(kind)
    named = None if target is None else above.child_by_field_name(target)
    if named is None or named == value:
        return None
    text = _text(named)
    return text if len(text) <= LONGEST and "\n" not in text else None


def _member(member: Node, name: str) -> str:
    owner = _class_name(member) if _is_in_class(member) else None
    return f"{owner}.{name}" if owner else name


def _is_in_class(member: Node) -> bool:
    return member.parent is not None and member.parent.type == "class_body"


def _class_name(member: Node) -> str | None:
    body = member.parent
    made = None if body is None else body.parent
    if made is None:
        return None
    own = made.child_by_field_name("name")
    return _text(own) if own is not None else _given_name(made)


def _text(node: Node | None) -> str:
    if node is None:
        return ANONYMOUS
    text = (node.text or b"").decode("utf-8", "replace")
    return text[1:-1] if node.type == "string" else text
