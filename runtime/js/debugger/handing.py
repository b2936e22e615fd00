"""Which variables a probe hands to the agent by value, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.js.debugger.zones import Scope, Variable


def handed_at(at: int, scope: Scope, *, is_condition: bool = False) -> list[Variable]:
    """The variables that have a value where a probe stands and no reader. Those of a loop's head are handed over by
    its condition in any case: the reader is one of the last round's."""
    handed: list[Variable] = []
    hidden: set[str] = set()
    one: Scope | None = scope
    while one is not None and one.zone is scope.zone:
        if not one.has_reader or (is_condition and one is scope and one.kind == "loop"):
            handed += (
                variable
                for variable in one.variables.values()
                if variable.known_from <= at < variable.known_until and variable.name not in hidden
            )
        hidden.update(one.variables)
        one = one.parent
    return handed


def agent_call(start: str, handed: list[Variable]) -> str:
    """A call of the agent, which may change what is handed over."""
    if not handed:
        return start + ")"
    call = f"{start},[{','.join(one.name for one in handed)}])"
    taken = ",".join(f"{index}:{one.name}" for index, one in enumerate(handed) if one.writable)
    return f"({{{taken}}}={call})" if taken else call
