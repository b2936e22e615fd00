"""Where a script has texts compiled while it runs, and what is planted there.

    eval(x)                eval(t(eval,x,3))
    (0, eval)(x)           (0, eval)(t(eval,x,0))
    new Function(a, b)     new Function(...p(Function,[a, b]))

What is called stays what it is: the agent plants in the text, where that is really V8's `eval` or `Function` and gets
strings. The number is that of the place: what is compiled there sees the variables around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js.debugger.layout import PARAMETERS, TEXT
from runtime.js.debugger.nodes import last_byte
from runtime.js.debugger.structure import is_direct_eval

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from runtime.js.debugger.zones import Scope


class Sites:
    """The places of a run that compile what sees their variables."""

    def __init__(self) -> None:
        self._scopes: list[Scope | None] = [None]
        self.has_other_names = False
        """Whether a script calls `eval` something else, somewhere."""

    def add(self, scope: Scope) -> int:
        """Its number."""
        self._scopes.append(scope)
        return len(self._scopes) - 1

    def scope(self, number: int) -> Scope | None:
        """The scope of the place; None: what is compiled there sees only globals."""
        return self._scopes[number]


def compiling(call: Node, add_site: Callable[[], int]) -> list[tuple[int, str]]:
    """What stands where, the last first, where a call or `new` compiles a text."""
    arguments = call.child_by_field_name("arguments")
    callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    if callee is None or arguments is None or arguments.type != "arguments":
        return []
    if callee.type == "identifier" and callee.text == b"Function":
        return [
            (last_byte(arguments) - 1, "])"),
            (arguments.start_byte + 1, f"...{PARAMETERS}(Function,["),
        ]
    said = _eval_of(callee)
    given = next((child for child in arguments.named_children if child.type != "comment"), None)
    if call.type != "call_expression" or said is None or given is None or given.type == "spread_element":
        return []
    site = add_site() if is_direct_eval(call) else 0
    return [(last_byte(given), f",{site})"), (given.start_byte, f"{TEXT}({said},")]


def is_handed_on(eval_name: Node) -> bool:
    """Whether `eval` gets another name there, under which nobody knows what it compiles."""
    node, above = eval_name, eval_name.parent
    while above is not None and above.type in ("member_expression", "parenthesized_expression"):
        node, above = above, above.parent
    if above is None or above.type not in _TAKING:
        return False
    name = above.child_by_field_name("name") or above.child_by_field_name("left")
    return name != node


_TAKING = frozenset(
    {"variable_declarator", "assignment_expression", "arguments", "pair", "return_statement", "array"}
)


def _eval_of(callee: Node) -> str | None:
    """What names the `eval` that is called, if it may be one."""
    if callee.type == "identifier" and callee.text == b"eval":
        return "eval"
    if callee.type == "member_expression" and callee.text in (b"globalThis.eval", b"global.eval"):
        return callee.text.decode()
    if callee.type == "parenthesized_expression" and callee.named_children[0].type == "sequence_expression":
        return _eval_of(callee.named_children[0].named_children[-1])
    return None
