"""Says where a script is stopped in a text that is not what its file reads now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from debug.dap.types import OutputEventBody
from debug.debugger.events import SessionError

if TYPE_CHECKING:
    from debug.dap.line import Line
    from debug.dap.view import View
    from debug.debugger.events import Location
    from debug.debugger.session import Session


class ChangedSources:
    """Used by one thread. A file is read again only when its date or its size is another."""

    def __init__(self, session: Session, line: Line, view: View) -> None:
        self._session = session
        self._line = line
        self._view = view
        self._seen: dict[int, tuple[int, int] | None] = {}
        """Date (ns) and size of the file when it was compared; None where there was none."""

    def check(self, location: Location | None) -> None:
        """Tell the client if what it is about to show for a place has changed."""
        if location is None or location.path is None:
            return
        stamp = _stamp(location.path)
        if self._seen.get(location.source, ()) == stamp:
            return
        self._seen[location.source] = stamp
        try:
            changed = self._session.sources.changed_on_disk(location.source)
        except SessionError:
            return  # its script has just ended
        if changed:
            text = f"{location.name} has changed since it was loaded: lines may not be where they are shown\n"
            source = self._view.source_at(location)
            self._line.event("output", OutputEventBody(text, "important", source=source))


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
