"""The kinds of value a setting can have: how each is read, checked, written and described.

Every kind reads two things: a value of a TOML file (`read`) and text of a flag or environment variable
(`read_text`). What is wrong goes to `findings` and is reported with everything else that is wrong.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from debug.level import LEVEL_NAMES, Level
from debug.nearest import nearest
from llmspell_cli.config import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KeyPath = tuple["str | int", ...]
"""Where a value stands in a file: `("debug", "filters", 0, "pattern")`."""

NONE = "none"
AUTO = "auto"


class Finding(NamedTuple):
    """Something wrong at a place of a file (or in the text of a flag)."""

    path: KeyPath
    message: str
    expected: str | None = None
    hint: str | None = None


class Kind(ABC):
    """A kind of value. `read` and `read_text` return None after adding to `findings`."""

    label = ""
    """What the documentation calls it."""
    names: tuple[str, ...] = ()
    """The words it can be, where they are few."""

    @abstractmethod
    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        """The value as the program holds it."""

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        """The same from text."""
        return self.read(text.strip(), (), findings)

    def split_variable(self, text: str) -> list[str]:
        """The texts that a variable holds; a flag of many values is repeated instead."""
        return [text]

    def write(self, value: Any) -> Any:
        """The value as TOML and JSON hold it; reads back to the same."""
        return value

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what `read` takes."""


def wrong(
    value: object, expected: str, path: KeyPath, findings: list[Finding], known: Sequence[str] = ()
) -> Any:
    """Add the finding that `value` is not what was `expected`, with the nearest of the `known` names."""
    hint = meant(value, known) if isinstance(value, str) else None
    findings.append(Finding(path, f"{shown(value)} is not valid", expected, hint))
    return None


def meant(word: str, known: Iterable[str]) -> str | None:
    """The hint for a misspelt word, or None where nothing is near."""
    near = nearest(word, known)
    return None if near is None else f"did you mean {near!r}?"


def shown(value: object) -> str:
    """A value of a file as its author wrote it, more or less, and never long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


_BOOLEAN_WORDS = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


class Boolean(Kind):
    """`true` or `false`."""

    label = "boolean"

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if isinstance(value, bool):
            return value
        return wrong(value, "true or false", path, findings)

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        value = _BOOLEAN_WORDS.get(text.strip().lower())
        return wrong(text, "true or false", (), findings, tuple(_BOOLEAN_WORDS)) if value is None else value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class BooleanOrAuto(Boolean):
    """`true`, `false`, or `"auto"`, which is None."""

    label = 'boolean or `"auto"`'

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if value == AUTO:
            return None
        if isinstance(value, bool):
            return value
        return wrong(value, 'true, false or "auto"', path, findings, (AUTO,))

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        return None if text.strip().lower() == AUTO else super().read_text(text, findings)

    def write(self, value: Any) -> Any:
        return AUTO if value is None else value

    def schema(self) -> dict[str, Any]:
        return {"enum": [True, False, AUTO]}


class Choice(Kind):
    """One of a few words."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.label = ", ".join(f"`{name}`" for name in names)

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if isinstance(value, str) and value in self.names:
            return value
        return wrong(value, f"one of {', '.join(self.names)}", path, findings, self.names)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.names)}


class LevelName(Kind):
    """A level by its name, in any case."""

    label = ", ".join(f"`{name}`" for name in LEVEL_NAMES)
    names = LEVEL_NAMES

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        level = Level.parse(value) if isinstance(value, str) else None
        if level is None:
            return wrong(value, f"one of {', '.join(LEVEL_NAMES)}", path, findings, LEVEL_NAMES)
        return level

    def write(self, value: Any) -> Any:
        return Level(value).name.lower()

    def schema(self) -> dict[str, Any]:
        any_case = "|".join(
            "".join(f"[{letter}{letter.upper()}]" for letter in name) for name in (*LEVEL_NAMES, "warning")
        )
        return {
            "anyOf": [{"enum": list(LEVEL_NAMES)}, {"type": "string", "pattern": rf"^\s*({any_case})\s*$"}]
        }


class Integer(Kind):
    """A whole number within bounds."""

    def __init__(self, low: int, high: int) -> None:
        self.label = f"integer, {low} to {high:,}"
        self.low = low
        self.high = high

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # 1e4 is as good a way to write it
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return value
        return wrong(value, f"a whole number from {self.low} to {self.high}", path, findings)

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        digits = text.strip().removeprefix("+")
        plain = digits.removeprefix("-")
        if plain.isascii() and plain.isdigit() and len(plain) <= 30:
            return self.read(int(digits), (), findings)
        return wrong(text, f"a whole number from {self.low} to {self.high}", (), findings)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Duration(Kind):
    """A time in seconds, or `"none"` for no limit, which is None."""

    label = 'duration (`"30s"`, `"500ms"`, seconds) or `"none"`'
    LONGEST_S = 1e9
    _EXPECTED = 'a duration such as "30s", "500ms" or 2.5 (seconds), or "none"'

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        seconds: float | None = None
        if isinstance(value, str):
            if value == NONE:
                return None
            seconds = units.parse_duration(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            seconds = float(value) if abs(value) <= self.LONGEST_S else None
        if seconds is None or not 0 < seconds <= self.LONGEST_S:
            return wrong(value, self._EXPECTED, path, findings)
        return seconds

    def write(self, value: Any) -> Any:
        return NONE if value is None else units.format_duration(value)

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": self.LONGEST_S},
                {"type": "string", "pattern": units.DURATION_PATTERN},
                {"const": NONE},
            ]
        }


class Size(Kind):
    """A size in bytes, or `"none"` for no limit, which is None."""

    label = 'size (`"64MB"`, `"1GiB"`, bytes) or `"none"`'
    LARGEST_BYTES = 2**60
    _EXPECTED = 'a size such as "64MB", "1GiB" or 65536 (bytes), or "none"'

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        size: int | None = None
        if isinstance(value, str):
            if value == NONE:
                return None
            size = units.parse_size(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            size = value
        if size is None or not 0 < size <= self.LARGEST_BYTES:
            return wrong(value, self._EXPECTED, path, findings)
        return size

    def write(self, value: Any) -> Any:
        return NONE if value is None else units.format_size(value)

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": self.LARGEST_BYTES},
                {"type": "string", "pattern": units.SIZE_PATTERN},
                {"const": NONE},
            ]
        }


class Text(Kind):
    """Text that is not empty. The word `absent` (where there is one) stands for None."""

    label = "string"

    def __init__(self, absent: str | None = None) -> None:
        self.absent = absent

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if not isinstance(value, str) or not value.strip():
            return wrong(value, "text that is not empty", path, findings)
        return None if value == self.absent else value

    def write(self, value: Any) -> Any:
        return self.absent if value is None else value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"\S"}
