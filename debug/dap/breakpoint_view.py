"""A breakpoint as clients see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.types import Breakpoint, Source
from debug.debugger.places import AtLine

if TYPE_CHECKING:
    from debug.dap.view import View
    from debug.debugger.events import BreakpointInfo


def shown(info: BreakpointInfo, view: View) -> Breakpoint:
    """Where it is bound, or else where it was asked for."""
    if info.locations:
        location = info.locations[0]
        return Breakpoint(
            info.verified, info.id, info.message, view.source_at(location), *view.span(location)
        )
    where = info.where
    if not isinstance(where, AtLine):
        return Breakpoint(info.verified, info.id, info.message)
    file = where.file
    source = Source(source_reference=file) if isinstance(file, int) else Source(path=view.path(file))
    return Breakpoint(info.verified, info.id, info.message, source, view.line(where.line))
