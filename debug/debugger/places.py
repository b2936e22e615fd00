"""Where a breakpoint was asked for."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class AtLine(NamedTuple):
    """A line of a file, whether or not it was loaded yet; or of a loaded text that is no file."""

    file: str | int
    """A path (a relative one from the working directory), or a `SourceInfo.id`."""
    line: int
    column: int | None = None
    """None: the first statement of the line."""


class AtFunction(NamedTuple):
    """The first statement of each function of that name."""

    name: str
    """As stacks show it (`Account.deposit`), or its last part (`deposit`)."""


class OnData(NamedTuple):
    """A change of a variable or a field."""

    data_id: str
    """Of `Inspector.data_info`."""
    name: str = ""
    """As people call it."""


Where: TypeAlias = AtLine | AtFunction | OnData
