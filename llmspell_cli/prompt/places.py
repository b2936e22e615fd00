"""From a place as it was typed to where a breakpoint is asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from debug.debugger.places import AtFunction, AtLine
from llmspell_cli.prompt.parsing import CommandProblem, FunctionPlace

if TYPE_CHECKING:
    from llmspell_cli.prompt.desk import Desk
    from llmspell_cli.prompt.parsing import Place


def resolve(desk: Desk, place: Place) -> AtLine | AtFunction:
    """The line or function that is meant. Raises CommandProblem where it takes a stop to know."""
    if isinstance(place, FunctionPlace):
        return AtFunction(place.name)
    if place is not None and place.file is not None:
        file = place.file if isinstance(place.file, int) else resolve_file(desk, place.file)
        return AtLine(file, place.line, place.column)
    if desk.stop is None:
        if place is None or place.relative:
            raise CommandProblem("no line is looked at: write 12 or file:12")
        return AtLine(desk.script, place.line, place.column)
    here = desk.location()
    # Text that came from nowhere has no path, only its number.
    file = here.path or here.source
    if place is None:
        return AtLine(file, here.line, here.column or None)
    return AtLine(file, here.line + place.line if place.relative else place.line, place.column)


def resolve_file(desk: Desk, file: str) -> str:
    """The file that is meant: from the working directory, else the last loaded one whose path ends so, else beside
    the script; as it was written where there is none."""
    if os.path.exists(file):
        return file
    tail = os.sep + os.path.normpath(file)
    for source in reversed(desk.session.sources.all()):
        if source.path is not None and source.path.endswith(tail):
            return source.path
    beside = os.path.join(os.path.dirname(desk.script), file)
    return beside if os.path.exists(beside) else file
