"""What a command is, and the table in which it is found by what somebody types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from llmspell_cli.prompt.parsing import CommandProblem, assigned_at, count, nothing, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from llmspell_cli.prompt.desk import Desk

T = TypeVar("T")

Takes: TypeAlias = Literal["nothing", "expression", "place", "breakpoint", "command", "word"]
"""What stands after a command, for completion."""


@dataclass(frozen=True, slots=True)
class Command(Generic[T]):
    """One command: how it is called, what it takes, what it does."""

    names: tuple[str, ...]
    """The first is what it is; the others are its names in pdb and gdb."""
    usage: str
    """What may stand after the name."""
    summary: str
    parse: Callable[[str], T]
    """Raises CommandProblem."""
    run: Callable[[Desk, T], None]
    """Raises CommandProblem, and SessionError."""
    details: str = ""
    examples: tuple[str, ...] = ()
    repeats: bool = False
    """Whether an empty line does it again."""
    takes: Takes = "nothing"
    words: tuple[str, ...] = ()
    """The words that it takes."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.names[0]

    def do(self, desk: Desk, text: str) -> None:
        """Do it with what stands after its name. Raises CommandProblem, and SessionError."""
        self.run(desk, self.parse(text))


class Group(NamedTuple):
    """Commands that belong together."""

    title: str
    commands: tuple[Command[Any], ...]


class Line(NamedTuple):
    """A line as the table reads it."""

    command: Command[Any] | None
    """None: the text is an expression."""
    text: str


_WORD = re.compile(r"([A-Za-z]+|\?)(?=\s|$)\s*(.*)", re.DOTALL)


class Table:
    """All commands."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self._by_name = {name: one for group in self.groups for one in group.commands for name in one.names}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, in order."""
        return tuple(self._by_name)

    def find(self, name: str) -> Command[Any] | None:
        """The command of that name, or the one whose names alone begin so."""
        if name in self._by_name:
            return self._by_name[name]
        found = {
            id(one): one for known, one in self._by_name.items() if len(name) > 2 and known.startswith(name)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def get(self, name: str) -> Command[Any]:
        """The command of that name. Raises CommandProblem."""
        from debug.nearest import did_you_mean

        found = self.find(name)
        if found is None:
            raise CommandProblem(f"there is no command {name}{did_you_mean(name, self.names)}")
        return found

    def read(self, line: str) -> Line:
        """A line that is not empty. What begins with no command is an expression; so is all after `!`, and what makes
        sense only where the command's name is a variable: `n = 5`, `n + 1`."""
        line = line.strip()
        if line.startswith("!"):
            return Line(None, line[1:].strip())
        found = _WORD.fullmatch(line)
        command = None if found is None else self.find(found[1])
        if found is None or command is None or assigned_at(found[2]) == 0:
            return Line(None, line)
        if command.parse in (nothing, count, number) and found[2] and not found[2][0].isalnum():
            return Line(None, line)
        return Line(command, found[2].strip())
