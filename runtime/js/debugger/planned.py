"""What was planted in a text: its probes, and what can be seen at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from debug.debugger.source import Source
    from runtime.js.debugger.zones import Scope, Variable


class SeenVariable(NamedTuple):
    """A variable that can be seen at a probe."""

    name: str
    number: int
    """For the frame's reader; below 0: the one at -1 - number of what the probe hands over."""
    is_kept: bool
    """Whether it is there while the function calls another."""
    writable: bool
    is_hidden: bool


class SeenScope(NamedTuple):
    """Variables that can be seen at a probe and belong together."""

    name: str
    kind: str
    """As `debug.debugger.target.Scope` has them."""
    variables: list[SeenVariable]


class ProbeInfo(NamedTuple):
    """What is known of a probe."""

    scope: Scope
    handed: tuple[Variable, ...]
    """The variables that it hands over."""
    kept: tuple[str, ...] | None
    """Those of them that are kept while its statement calls; None: nothing is."""
    is_condition: bool
    """Whether of its loop's variables only those that it hands over have a value."""
    is_caught: bool
    """Whether an error of what is called there is caught in the same function."""

    def scopes(self) -> list[SeenScope]:
        """What can be seen, the innermost first. A variable is there once: another of its name hides it."""
        own, names = self.scope.zone, set[str]()
        handed = [one.name for one in self.handed]
        scopes: list[SeenScope] = []
        closure: list[SeenVariable] = []
        scope: Scope | None = self.scope
        while scope is not None:
            mine = scope.zone is own
            seen = [] if mine else closure
            for variable in scope.variables.values():
                if variable.name in names:
                    continue
                names.add(variable.name)
                number, is_kept = variable.number, self.kept is not None
                if mine and variable.name in handed:
                    number = -1 - handed.index(variable.name)
                    is_kept = self.kept is not None and variable.name in self.kept
                elif not scope.has_reader or (
                    self.is_condition and scope is self.scope and scope.kind == "loop"
                ):
                    continue  # it has no value yet
                seen.append(
                    SeenVariable(variable.name, number, is_kept, variable.writable, variable.is_hidden)
                )
            if mine:
                scopes.append(SeenScope("Locals" if scope.kind == "function" else "Block", "locals", seen))
            elif scope.kind == "function":
                name = scope.zone.name
                scopes.append(SeenScope(f"Closure ({name})" if name else "Script", "upvalues", closure))
                closure = []
            scope = scope.parent
        return [one for one in scopes if one.variables or one.name == "Locals"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A text with probes."""

    source: Source
    first: int
    """The byte of its first probe: the one with the id 1."""
    infos: tuple[ProbeInfo, ...]
    """The probe with the id n at n - 1."""

    def scopes(self, probe: int) -> list[SeenScope]:
        """What can be seen at a probe."""
        return self.infos[probe - 1].scopes()
