"""The lines of source that a profile saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from debug.profile.weights import NO_KEY

if TYPE_CHECKING:
    from debug.profile.model import Profile


class Line(NamedTuple):
    """A line of a file."""

    file: str
    number: int
    """From 1."""
    text: str | None
    """None where the profile does not hold it."""


class LineTable(NamedTuple):
    """The lines, each once, and for each place of the profile which one it is on (`NO_KEY` where that is not known)."""

    lines: list[Line]
    of_place: list[int]


def line_table(profile: Profile) -> LineTable:
    """The lines that places of a profile are on."""
    numbers: dict[tuple[str, int], int] = {}
    of_place = []
    for place in profile.places:
        file = profile.functions[place.function].file
        if file is None or place.line is None:
            of_place.append(NO_KEY)
        else:
            of_place.append(numbers.setdefault((file, place.line), len(numbers)))
    texts = profile.source_lines
    return LineTable([Line(file, line, texts.get(file, {}).get(line)) for file, line in numbers], of_place)
