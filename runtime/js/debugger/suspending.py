"""What is planted where functions come back on the stack: generators and async functions, and all after an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js.debugger.layout import OWN, PLACES
from runtime.js.debugger.nodes import field, last_byte, value_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from runtime.js.debugger.edits import Edits
    from runtime.js.debugger.zones import Zone


def suspends(edits: Edits, node: Node) -> None:
    """At `await` and `yield`."""
    edits.insert(node.start_byte, f"{OWN}.on(")
    value = value_of(node)
    edits.insert(value.start_byte if value else last_byte(node), f" {OWN}.off(")
    edits.at_end(last_byte(node), "))")


def awaits_each(edits: Edits, loop: Node) -> None:
    """At `for await`: it waits whenever its body has run, and before. What it goes through keeps its words, which V8
    tells where there is nothing to go through."""
    right, body, whole = field(loop, "right"), field(loop, "body"), loop
    while whole.parent is not None and whole.parent.type == "labeled_statement":
        whole = whole.parent
    edits.insert(whole.start_byte, f"{OWN}.off();")
    edits.at_end(last_byte(loop), f";{OWN}.on();")
    edits.insert(body.start_byte, f"{{{OWN}.on();try{{")
    edits.at_end(last_byte(body), f"}}finally{{{OWN}.off()}}}}")
    if b"await" in (right.text or b""):
        edits.insert(right.start_byte, f"{OWN}.off(")
        edits.at_end(last_byte(right), ")")


def healed(zone: Zone) -> str:
    """After an error, where the stack is as what threw it has left it."""
    return f"{OWN}.heal()" if zone.has_activation else f"{PLACES}[0]={OWN}+1"
