"""Looks through the texts that people have evaluated, before the VM gets them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from runtime.js import grammar
from runtime.js.debugger.layout import GUARD

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = """
(for_statement body: (_) @body)
(for_in_statement body: (_) @body)
(while_statement body: (_) @body)
(do_statement body: (_) @body)
(function_declaration body: (_) @body)
(function_expression body: (_) @body)
(arrow_function body: (_) @expression)
"""
_TREE_LIMIT = 200
_PURE_UNARY = frozenset({"typeof", "!", "void", "-", "+", "~"})
_IMPURE_BINARY = frozenset({"in", "instanceof"})
_CHAIN = re.compile(r"([\w$][\w$.\]\[]*)\.([\w$]*)\Z")
_WORD = re.compile(r"[\w$]*\Z")


class TextError(Exception):
    """A text that is no JavaScript; says why."""


class Text(NamedTuple):
    """A text as the agent evaluates it."""

    text: str
    """With a look at the clock in each loop."""
    is_expression: bool


class Beginning(NamedTuple):
    """What a name is completed from."""

    tree: list[Any] | None
    """The object whose field it is; None: a variable."""
    prefix: str


def read(text: str, *, statements: bool) -> Text:
    """A text of one expression, or else, where they may be, of statements. Raises TextError."""
    stripped = text.strip().rstrip(";")
    whole = f"({stripped}\n)".encode("utf-8", "surrogatepass")
    root = grammar.parser().parse(whole).root_node
    if not root.has_error and len(root.named_children) == 1:
        inside = root.named_children[0]
        if (
            inside.type == "expression_statement"
            and inside.named_children[0].type == "parenthesized_expression"
        ):
            _refuse_waiting(root)
            return Text(_guarded(whole, root).decode("utf-8", "surrogatepass")[1:-2], True)
    encoded = text.encode("utf-8", "surrogatepass")
    root = grammar.parser().parse(encoded).root_node
    if root.has_error:
        raise TextError(f"SyntaxError: {_where(root)}")
    if not statements:
        raise TextError(
            "SyntaxError: an expression is needed, not a statement" if stripped else "there is no expression"
        )
    _refuse_waiting(root)
    return Text(_guarded(encoded, root).decode("utf-8", "surrogatepass"), False)


def tree_of(text: str) -> list[Any] | None:
    """The expression as `look.js` takes it; None where it may change something, or is none."""
    root = grammar.parser().parse(f"({text}\n)".encode("utf-8", "surrogatepass")).root_node
    if root.has_error or len(root.named_children) != 1:
        return None
    return _tree(root.named_children[0].named_children[0], 0)


def beginning(text: str) -> Beginning | None:
    """What stands at the end of a text and is to be completed."""
    word = _WORD.search(text)
    prefix = "" if word is None else word[0]
    before = text[: len(text) - len(prefix)]
    if not before.endswith("."):
        return Beginning(None, prefix)
    chain = _CHAIN.search(before.removesuffix(".").removesuffix("?") + ".")
    tree = None if chain is None else tree_of(chain[1])
    return None if tree is None else Beginning(tree, prefix)


def _guarded(text: bytes, root: Node) -> bytes:
    places: list[tuple[int, str]] = []
    for tag, nodes in grammar.captures(_LOOPS, root).items():
        for node in nodes:
            if node.type == "statement_block":
                places.append((node.start_byte + 1, f"{GUARD}();"))
            elif tag == "expression":
                places += ((node.start_byte, f"({GUARD}(),"), (node.end_byte, ")"))
            else:
                places += ((node.start_byte, f"{{{GUARD}();"), (node.end_byte, "}"))
    for at, inserted in sorted(places, reverse=True):
        text = text[:at] + inserted.encode() + text[at:]
    return text


def _refuse_waiting(root: Node) -> None:
    """In a stopped script nothing that is waited for would come."""
    for node in grammar.captures("(await_expression) @await (yield_expression) @await", root).get(
        "await", ()
    ):
        above = node.parent
        while above is not None and "function" not in above.type and above.type != "method_definition":
            above = above.parent
        if above is None:
            raise TextError("SyntaxError: a stopped script cannot wait: no await and no yield")


def _where(root: Node) -> str:
    node = root
    while True:
        inside = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inside is None or node.is_missing:
            break
        node = inside
    if node.is_missing:
        return f"{node.type!r} is missing"
    token = (node.text or b"").decode("utf-8", "replace").strip()
    return f"unexpected {token[:40]!r}" if token else "unexpected end"


def _tree(node: Node, depth: int) -> list[Any] | None:
    """None where something in it may change something."""
    if depth > _TREE_LIMIT:
        return None
    text = (node.text or b"").decode("utf-8", "replace")
    children = [child for child in node.named_children if child.type != "comment"]
    kind = node.type
    if kind in ("identifier", "this", "undefined"):
        return ["name", text] if kind == "identifier" else [kind]
    if kind in ("true", "false", "null"):
        return ["value", json.loads(text)]
    if kind == "number":
        return _number(text)
    if kind == "string":
        return _string(text)
    if kind == "template_string" and not any(child.type == "template_substitution" for child in children):
        return ["value", text[1:-1]] if "\\" not in text else None
    if kind == "parenthesized_expression":
        return _tree(children[0], depth + 1) if len(children) == 1 else None
    if kind == "member_expression":
        value = _tree(children[0], depth + 1)
        name = node.child_by_field_name("property")
        if value is None or name is None or name.type != "property_identifier":
            return None
        return ["member", value, ["value", (name.text or b"").decode()], "?." in _between(node)]
    parts = _parts(node, kind, children)
    if parts is None:
        return None
    head, inside, tail = parts
    trees = [_tree(child, depth + 1) for child in inside]
    return None if any(one is None for one in trees) else [*head, *trees, *tail]


def _parts(node: Node, kind: str, children: list[Node]) -> tuple[list[Any], list[Node], list[Any]] | None:
    """What stands before, the nodes within, and what stands after."""
    if kind == "subscript_expression":
        return ["member"], children[:1] + children[-1:], ["?." in _between(node)]
    if kind == "ternary_expression":
        return ["?"], children, []
    operator = node.child_by_field_name("operator")
    named = "" if operator is None else (operator.text or b"").decode()
    if kind == "unary_expression" and named in _PURE_UNARY:
        return ["unary", named], children, []
    if kind == "binary_expression" and named not in _IMPURE_BINARY:
        return ([named] if named in ("&&", "||", "??") else ["binary", named]), children, []
    return None


def _between(node: Node) -> str:
    return "".join((child.text or b"").decode() for child in node.children if child.type == "optional_chain")


def _number(text: str) -> list[Any] | None:
    plain = text.replace("_", "")
    try:
        if plain.endswith("n"):
            return ["bigint", str(int(plain[:-1], 0))]
        return ["value", int(plain, 0) if plain[:1] == "0" and plain[1:2].isalpha() else float(plain)]
    except ValueError:
        return None


def _string(text: str) -> list[Any] | None:
    inside = text[1:-1]
    if "\\" not in inside:
        return ["value", inside]
    try:
        return ["value", json.loads(f'"{inside}"')]
    except ValueError:
        return None
