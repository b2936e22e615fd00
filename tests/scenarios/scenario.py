"""One rule of the contract as a row: a script in each language, and what must come of it.

The scripts mark the lines that matter by comments (`-- @here`, `// @here`, `# @here`); an expectation names
the mark (`At("here")`, or `{here}` in a `Matches` pattern), never a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from debug.level import Level

ANY: Any = type("Anything", (), {"__eq__": lambda *_: True, "__repr__": lambda _: "ANY", "__hash__": None})()
"""Equal to everything: for what a rule leaves open."""


@dataclass(frozen=True)
class At:
    """The number of the line that carries `@mark`."""

    mark: str


@dataclass(frozen=True)
class Matches:
    """A text in which the regular expression is found; `{mark}` in it stands for a marked line's number."""

    pattern: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.search(self.pattern, other, re.DOTALL) is not None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Lacks:
    """A text in which the regular expression is not found."""

    pattern: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.search(self.pattern, other, re.DOTALL) is None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class All:
    """A value that meets every one of the expectations."""

    expected: tuple[Any, ...]

    def __eq__(self, other: object) -> bool:
        return all(one == other for one in self.expected)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Holds:
    """A map that has at least these keys, with these values."""

    expected: Mapping[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and all(
            key in other and value == other[key] for key, value in self.expected.items()
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Json:
    """A text that is a JSON document equal to `expected`."""

    expected: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.expected == json.loads(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Number:
    """A number (no boolean) in the closed range."""

    low: float
    high: float = float("inf")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, int | float) and not isinstance(other, bool) and self.low <= other <= self.high
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Where:
    """A value for which `holds` is true; `meaning` says it in words."""

    meaning: str
    holds: Callable[[Any], bool] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return self.holds(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Logged:
    """An entry as it must have been captured."""

    level: str
    message: Any
    module: Any = None
    metadata: Any = None


@dataclass(frozen=True)
class Scenario:
    """A row of the table. What is None is not looked at."""

    name: str
    rule: str
    """What the contract says, in its words."""
    script: Mapping[str, str]
    """The same script by language: `lua`, later `js` and `python`."""
    returns: tuple[Any, ...] | None = None
    entries: tuple[Logged, ...] | None = None
    """Every entry captured, in order, without those of module `llmspell.debug`."""
    warnings: Any = ()
    """The messages of module `llmspell.debug`; by default there must be none."""
    level: Level = Level.INFO
    capture_limit: int = 10_000
    engines: frozenset[str] | None = None
    """The engines that the row is about; None: all."""

    def __str__(self) -> str:
        return self.name


def marks(script: str) -> dict[str, int]:
    """The marked lines of a script: `{"here": 3}` where the third line carries `@here`."""
    return {
        mark: number
        for number, line in enumerate(script.splitlines(), 1)
        for mark in re.findall(r"@(\w+)", line)
    }


def resolved(expected: Any, lines: Mapping[str, int]) -> Any:
    """An expectation with its marks replaced by the script's line numbers."""
    if isinstance(expected, At):
        return lines[expected.mark]
    if isinstance(expected, Matches | Lacks):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda mark: str(lines[mark[1]]), expected.pattern)
        return type(expected)(pattern)
    if isinstance(expected, Holds | Json | All):
        return type(expected)(resolved(expected.expected, lines))
    if isinstance(expected, Logged):
        return Logged(
            expected.level,
            resolved(expected.message, lines),
            expected.module,
            resolved(expected.metadata, lines),
        )
    if isinstance(expected, tuple):
        return tuple(resolved(one, lines) for one in expected)
    if isinstance(expected, list):
        return [resolved(one, lines) for one in expected]
    if isinstance(expected, dict):
        return {key: resolved(one, lines) for key, one in expected.items()}
    return expected
