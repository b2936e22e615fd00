"""Which hits of a breakpoint count.

`5` or `==5` the fifth only, `>=5`, `>5`, `<=5`, `<5`, `!=5` as they read, `%5` every fifth. A plain number means that
hit and no other, as in the debuggers of VS Code for JavaScript and for Python; the Debug Adapter Protocol leaves it to
the adapter.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, NamedTuple

from debug.debugger.events import SessionError

if TYPE_CHECKING:
    from collections.abc import Callable

_FORM = re.compile(r"\s*(==?|!=|>=?|<=?|%)?\s*([0-9]{1,15})\s*")


def _every(hits: int, number: int) -> bool:
    return hits % number == 0


_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "%": _every,
}


class HitCondition(NamedTuple):
    """A parsed one."""

    sign: str
    number: int

    def holds(self, hits: int) -> bool:
        """Whether the hit of this number, counted from 1, counts."""
        return _HOLDS[self.sign](hits, self.number)


def parse(text: str) -> HitCondition:
    """The condition that `text` is. Raises SessionError."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise SessionError(f"{text.strip()!r} is no hit count: write 5, >=5, >5, <5, ==5 or %5")
    condition = HitCondition(found[1] or "==", int(found[2]))
    if condition.sign == "%" and condition.number == 0:
        raise SessionError("%0 is no hit count: there is no zeroth hit")
    return condition
