"""Gathers what the view of a stop shows, from the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.events import SessionError
from llmspell_cli.prompt.memory import FrameKey
from llmspell_cli.render.debug_source import Excerpt, line_count
from llmspell_cli.render.debug_stop import StopView, show_stop
from llmspell_cli.render.debug_values import Row

if TYPE_CHECKING:
    from debug.debugger.events import Location
    from llmspell_cli.prompt.desk import Desk

BEFORE, AFTER = 4, 4
"""Lines shown around the current one."""


def show_where(desk: Desk, *, with_reason: bool) -> str:
    """The frame that is looked at; with the reason, as a stop."""
    stop = desk.need_stop()
    page = desk.page()
    location = page.frames[desk.number].location if page.frames else None
    if location is None and not page.frames:
        location = stop.location
    title, text = "", None
    if with_reason:
        title = stop.description
        text = stop.text
    threads = desk.session.threads()
    view = StopView(
        title=title,
        is_error=with_reason and stop.reason == "exception",
        text=text,
        thread=f"thread {stop.thread}" if len(threads) > 1 else None,
        frames=page.frames,
        selected=desk.number,
        excerpt=None if location is None else excerpt_around(desk, location),
        variables=_variables(desk, location),
        displays=_displays(desk) if with_reason else (),
        note=_note(desk, location),
    )
    return show_stop(view, desk.terminal)


def excerpt_around(desk: Desk, location: Location) -> Excerpt | None:
    """The lines around a place."""
    return excerpt(desk, location, location.line - BEFORE, location.line + AFTER, current=location)


def excerpt(
    desk: Desk, location: Location, first: int, last: int, *, current: Location | None = None
) -> Excerpt | None:
    """Lines of the source of a place; None where it is not known any more."""
    session = desk.session
    try:
        text = session.sources.text(location.source)
    except SessionError:
        return None
    languages = {thread.id: thread.language for thread in session.threads()}
    thread = next((one.thread for one in session.sources.all() if one.id == location.source), None)
    marks: dict[int, bool] = {}
    for info in desk.breakpoints():
        for place in info.locations:
            if place.source == location.source:
                marks[place.line] = marks.get(place.line, False) or info.rules.enabled
    rule = current is not None and len(session.breakpoints.locations(current.source, current.line)) > 1
    first, last = max(first, 1), min(last, line_count(text))
    return Excerpt(text, languages.get(thread or 0, "text"), first, last, current, rule, marks)


def _variables(desk: Desk, location: Location | None) -> tuple[Row, ...]:
    """The arguments and locals of the frame."""
    if location is None:
        return ()
    frame = desk.frame()
    values: dict[str, str] = {}
    try:
        for scope in desk.session.inspector.scopes(frame.id):
            if scope.kind in ("arguments", "locals") and not scope.expensive:
                for variable in desk.session.inspector.variables(scope.reference):
                    values.setdefault(
                        variable.name, variable.text
                    )  # the innermost of a name is the one that is seen
    except SessionError as error:
        return (Row("(variables)", f"({error})"),)
    height = len(desk.page().frames) - desk.number
    return desk.memory.compare(FrameKey(desk.need_stop().thread, height, location.source, frame.name), values)


def _displays(desk: Desk) -> tuple[Row, ...]:
    return desk.memory.compare_expressions({one.text: desk.try_evaluate(one.text) for one in desk.displays})


def _note(desk: Desk, location: Location | None) -> str | None:
    if location is None or location.source in desk.noted:
        return None
    try:
        changed = desk.session.sources.changed_on_disk(location.source)
    except SessionError:
        return None
    if not changed:
        return None
    desk.noted.add(location.source)
    return f"{location.name} has changed on disk since it was loaded; this is what runs"
