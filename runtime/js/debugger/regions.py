"""From where on the variables of a leaf can be told when an error leaves it.

`try{…}catch(e){throw q(f,e,{4:a})}` around what comes after a declaration sees what it declared; nothing happens there
until something is thrown, and V8 keeps the variables in registers. A block inside another hides nothing from it,
save that a name which is used before it is declared would no longer mean the variable: there is no such block then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runtime.js.debugger.nodes import field, last_byte

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from runtime.js.debugger.zones import Scope, Variable

MOST_IN_A_BLOCK = 16
"""V8 reads blocks in blocks only so deep. Past that, several declarations share one."""

_WORD = re.compile(rb"[\w$\x80-\xff]+")
_OBSCURE = re.compile(rb"\\u|\beval\b")
"""What may name a variable otherwise."""


class Regions:
    """Of one text."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._known: dict[int, dict[int, list[Variable]]] = {}

    def variables_from(self, start: int, scope: Scope) -> list[Variable]:
        """What an error tells that leaves what begins at `start` and ends with its block; none: nothing begins."""
        known = self._known.get(id(scope))
        if known is None:
            can_be = not scope.held and scope.kind != "switch" and _block(scope).type == "statement_block"
            known = self._known[id(scope)] = _regions(scope, self._text) if can_be else {}
        return known.get(start, [])

    @staticmethod
    def end_of(scope: Scope) -> int:
        """The byte of the brace that closes its block."""
        return last_byte(_block(scope)) - 1


def _block(scope: Scope) -> Node:
    return field(scope.node, "body") if scope.kind in ("loop", "catch") else scope.node


def _regions(scope: Scope, text: bytes) -> dict[int, list[Variable]]:
    """By the byte where each begins."""
    starts: dict[int, list[Variable]] = {}
    for variable in scope.variables.values():
        if variable.known_from or scope.kind != "function":  # else all of the function sees it
            starts.setdefault(max(variable.known_from, scope.opens_at), []).append(variable)
    waiting: list[Variable] = []
    found: dict[int, list[Variable]] = {}
    barred = _barred(starts, text, scope)
    every = len(starts) // MOST_IN_A_BLOCK + 1
    for index, start in enumerate(sorted(starts), 1):
        waiting += starts[start]
        if (index % every and index < len(starts)) or any(low < start < high for low, high in barred):
            continue
        found[start] = waiting
        waiting = []
    return found


def told(variables: Iterable[Variable]) -> str:
    """Their values by their numbers, as what stands in an object."""
    return ",".join(f"{one.number}:{one.name}" for one in variables)


def _barred(starts: dict[int, list[Variable]], text: bytes, scope: Scope) -> list[tuple[int, int]]:
    """Where a block would come between a variable's name and its declaration."""
    opens_at = scope.opens_at
    if _OBSCURE.search(text, opens_at, scope.end):
        return [(opens_at - 1, scope.end)]
    first: dict[bytes, int] = {}
    for word in _WORD.finditer(text, opens_at, max(starts, default=opens_at)):
        first.setdefault(word[0], word.start())
    return [
        (first[name], known_from)
        for known_from, variables in starts.items()
        for name in (one.name.encode() for one in variables)
        if name in first
    ]
