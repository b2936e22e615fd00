"""What the debugger's agents tell of a hit in the same way, whatever their language: with pictures of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from debug.debugger.target import DataChange, Logged
from debug.dialect import NEUTRAL
from debug.dialects import dialect_of
from debug.values import COMPACT, decode, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why data cannot be watched, by breakpoint."""

    refused: dict[int, str]


class LoggedPictures(msgspec.Struct, frozen=True):
    """What the expressions of a logpoint came to."""

    breakpoint: int
    values: tuple[msgspec.Raw, ...]


class ChangePictures(msgspec.Struct, frozen=True):
    """What was watched, before and after."""

    breakpoint: int
    name: str
    old: msgspec.Raw
    new: msgspec.Raw


def logged(told: Iterable[LoggedPictures], language: str = NEUTRAL) -> tuple[Logged, ...]:
    """The same in text, in the words of a language (see `debug.dialect`)."""
    return tuple(
        Logged(one.breakpoint, tuple(text_of(value, language) for value in one.values)) for one in told
    )


def changes(told: Iterable[ChangePictures], language: str = NEUTRAL) -> tuple[DataChange, ...]:
    """The same in text."""
    return tuple(
        DataChange(one.breakpoint, one.name, _line(one.old, language), _line(one.new, language))
        for one in told
    )


def text_of(picture: msgspec.Raw, language: str = NEUTRAL) -> str:
    """A string as it is, anything else as compact dumps show it."""
    value = decode(bytes(picture))
    return value if isinstance(value, str) else to_text(value, COMPACT, dialect=dialect_of(language))


def _line(picture: msgspec.Raw, language: str) -> str:
    return to_text(decode(bytes(picture)), COMPACT, dialect=dialect_of(language))
