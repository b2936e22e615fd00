"""Which variables a function keeps beside the stack while it calls another, and how."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from runtime.js.debugger.layout import KEPT, OWN, SLOT_BITS, SLOTS
from runtime.js.debugger.nodes import is_in
from runtime.js.scopes import Scopes

if TYPE_CHECKING:
    from tree_sitter import Node

    from runtime.js.debugger.zones import Variable, Zone


_SLOT = f"{OWN}<<{SLOT_BITS}"


class Keeper:
    """Of one text."""

    def __init__(self, calls: list[Node], changes: list[Node]) -> None:
        """What may run other functions, and the assignments within expressions, in the order of the text."""
        self._calls, self._changes = calls, changes
        self._call_starts = [node.start_byte for node in calls]
        self._change_starts = [node.start_byte for node in changes]

    def kept(self, part: Node, handed: list[Variable]) -> tuple[str, ...] | None:
        """The variables that are kept while a part of a statement calls; None where it does not call. One that it
        changes before it calls would not be what it was."""
        calls = _within(part, self._calls, self._call_starts)
        if not calls:
            return None
        changed: set[str] = set()
        for change in _within(part, self._changes, self._change_starts):
            if any(call.end_byte >= change.end_byte for call in calls if not is_in(call, change)):
                target = change.child_by_field_name("left") or change.child_by_field_name("argument")
                changed.update(Scopes.names_of(target))
        return tuple(one.name for one in handed if one.name not in changed)


def keeping(zone: Zone, reader: str, names: tuple[str, ...], kept: tuple[str, ...] | None) -> list[str]:
    """Keeps variables while a statement calls."""
    if kept is None:
        return []
    values = [name if name in kept else "null" for name in names]
    readers = [] if zone.is_held else [f"{kept_reader(zone)}={reader}"]
    if zone.has_activation:
        return [*readers, *([f"{OWN}.kept=[{','.join(values)}]"] if kept else [])]
    if len(names) >= SLOTS:
        return [*readers, f"{KEPT}[({_SLOT})+1]=[{','.join(values)}]"]
    keeping = [f"{KEPT}[({_SLOT})+{index}]={name}" for index, name in enumerate(names, 1) if name in kept]
    return [*readers, *keeping]


def kept_reader(zone: Zone) -> str:
    """Where a function keeps what reads its variables. Where it has readers of its own it keeps each from where that is
    made, and past the end of its block: it reads what is outside of it as well."""
    return f"{OWN}.reader" if zone.has_activation else f"{KEPT}[{_SLOT}]"


def own(zone: Zone) -> str:
    """Where a function is on the stack, in its text."""
    return f"{OWN}.d" if zone.has_activation else OWN


def _within(part: Node, nodes: list[Node], starts: list[int]) -> list[Node]:
    return nodes[bisect_left(starts, part.start_byte) : bisect_left(starts, part.end_byte)]
