"""Variables, the scopes that declare them, and the functions that these are in.

A scope is *held* where a function, or a call of `eval`, is written in it, which may use its variables: it gets a
function of its own that reads and writes them. All others are *leaves*, whose variables nobody else can see: they are
handed to the agent by value where a probe is armed, and kept beside the stack where something is called: V8 may have
them in registers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(slots=True, eq=False)
class Variable:
    """One that a script declares."""

    name: str
    number: int
    """Even, of no other variable in the run; what writes it is called by the next one."""
    writable: bool
    known_from: int
    """From this byte on it has a value."""
    known_until: int
    """Past this byte it may have none: of a switch's variables, in another case."""
    is_parameter: bool = False
    is_hidden: bool = False
    """Found by its name, but not listed."""
    read: str = ""
    """What reads it, where that is not its name."""


@dataclass(slots=True, eq=False)
class Scope:
    """Where variables are declared."""

    zone: Zone
    node: Node
    opens_at: int
    """The byte from which its statements begin."""
    kind: str
    """`function`, `block`, `loop`, `catch` or `switch`."""
    parent: Scope | None
    variables: dict[str, Variable] = field(default_factory=dict)
    held: bool = False

    @property
    def end(self) -> int:
        """Past its last byte."""
        return self.node.end_byte

    @property
    def has_reader(self) -> bool:
        """Whether a function reads its variables. In a switch there is no place for one."""
        return self.held and self.kind != "switch" and bool(self.variables)


@dataclass(slots=True, eq=False)
class Zone:
    """The body of a function, or the whole text."""

    node: Node
    function: int
    """Into `Structure.functions`; 0 is the text."""
    is_async: bool = False
    is_generator: bool = False
    has_own_this: bool = True
    declared: list[str] = field(default_factory=list)
    """Functions declared at its top."""
    name: str = ""
    """The function's; empty of the text."""
    variables: set[str] = field(default_factory=set)
    """Declared by `var`, anywhere in it."""
    is_held: bool = False
    """Whether a function is written in it."""

    @property
    def has_activation(self) -> bool:
        """Whether it can leave the stack and come back."""
        return self.is_async or self.is_generator

    @property
    def can_be_a_block(self) -> bool:
        """A variable and a function of one name mean something else there."""
        return len(set(self.declared)) == len(self.declared) and self.variables.isdisjoint(self.declared)
