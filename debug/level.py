"""The levels of an entry, as numbers that grow with verbosity."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How verbose a log is. An entry of level L passes where L <= the level in force; OFF lets nothing pass."""

    OFF = 0
    ERROR = 1
    WARN = 2
    INFO = 3
    DEBUG = 4
    TRACE = 5

    @staticmethod
    def parse(name: str) -> Level | None:
        """The level of that name in any case (`warning` too), or None where there is none."""
        return _BY_NAME.get(name.strip().lower())


_BY_NAME = {level.name.lower(): level for level in Level} | {"warning": Level.WARN}

LEVEL_NAMES = tuple(level.name.lower() for level in Level)
"""`off error warn info debug trace`, as configuration and flags take them."""
