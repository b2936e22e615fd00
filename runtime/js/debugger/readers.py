"""Functions that read and write the variables of a scope that is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.js.debugger.layout import NOTHING, reader_name
from runtime.js.planted import PREFIX

if TYPE_CHECKING:
    from runtime.js.debugger.zones import Scope, Variable

_VALUE, _NEW = f"{PREFIX}v", f"{PREFIX}w"


class Readers:
    """Of one text."""

    def __init__(self) -> None:
        self._depths: dict[int, int] = {}

    def _depth(self, scope: Scope | None) -> int:
        """How many readers with a name there are from a scope outwards."""
        if scope is None:
            return 0
        known = self._depths.get(id(scope))
        if known is None:
            known = self._depths[id(scope)] = self._depth(scope.parent) + scope.has_reader
        return known

    def current(self, scope: Scope | None) -> str:
        """The reader that counts within a scope."""
        depth = self._depth(scope)
        return NOTHING if depth == 0 else reader_name(depth)

    def made(self, scope: Scope) -> str:
        """A declaration of the scope's own."""
        cases = "".join(map(_case, scope.variables.values()))
        outer = self.current(scope.parent)
        function = (
            f"({_VALUE},{_NEW})=>{{switch({_VALUE}){{{cases}default:return {outer}({_VALUE},{_NEW})}}}}"
        )
        return f"const {self.current(scope)}={function};"


def _case(variable: Variable) -> str:
    read = f"case {variable.number}:return {variable.read or variable.name};"
    if not variable.writable:
        return read
    return f"{read}case {variable.number + 1}:{variable.name}={_NEW};return;"
