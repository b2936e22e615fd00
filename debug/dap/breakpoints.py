"""Requests about breakpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.breakpoint_view import shown
from debug.dap.capabilities import CAUGHT, UNCAUGHT
from debug.dap.requests import Turn, serves
from debug.dap.types import (
    Breakpoint,
    BreakpointLocation,
    BreakpointLocationsResponseBody,
    DataBreakpointInfoResponseBody,
    SetBreakpointsResponseBody,
    SetDataBreakpointsResponseBody,
    SetExceptionBreakpointsResponseBody,
    SetFunctionBreakpointsResponseBody,
    SourceBreakpoint,
)
from debug.debugger.breakpoints import Wanted
from debug.debugger.events import Location
from debug.debugger.places import AtFunction, AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.target import ExceptionOrder

if TYPE_CHECKING:
    from debug.dap.conversation import Conversation
    from debug.dap.types import (
        BreakpointLocationsArguments,
        DataBreakpointInfoArguments,
        SetBreakpointsArguments,
        SetDataBreakpointsArguments,
        SetExceptionBreakpointsArguments,
        SetFunctionBreakpointsArguments,
    )

_READS = "only changes can be watched, not reads"


@serves("setBreakpoints", Turn.AT_ONCE)
def set_breakpoints(
    conversation: Conversation, arguments: SetBreakpointsArguments
) -> SetBreakpointsResponseBody:
    """Have these in a source, and no others."""
    view = conversation.view
    file = view.file_of(arguments.source)
    asked = arguments.breakpoints
    if asked is None:
        asked = tuple(SourceBreakpoint(line) for line in arguments.lines or ())
    wanted = []
    for one in asked:
        line = view.line_of(one.line)
        where = AtLine(file, line, view.column_of(file, line, one.column))
        wanted.append(Wanted(where, Rules(one.condition, one.hit_condition, one.log_message)))
    infos = conversation.session.breakpoints.set_lines(file, wanted)
    return SetBreakpointsResponseBody(tuple(shown(info, view) for info in infos))


@serves("breakpointLocations", Turn.AT_ONCE)
def breakpoint_locations(
    conversation: Conversation, arguments: BreakpointLocationsArguments
) -> BreakpointLocationsResponseBody:
    """Where breakpoints can be set, in a source that is loaded."""
    view = conversation.view
    file = view.file_of(arguments.source)
    line = view.line_of(arguments.line)
    end_line = None if arguments.end_line is None else view.line_of(arguments.end_line)
    places = conversation.session.breakpoints.locations(
        file,
        line,
        view.column_of(file, line, arguments.column),
        end_line,
        view.column_of(file, end_line or line, arguments.end_column),
    )
    source = view.latest(file)
    spans = (view.span(Location(0 if source is None else source.id, None, "", *place)) for place in places)
    return BreakpointLocationsResponseBody(tuple(BreakpointLocation(*span) for span in spans))


@serves("setFunctionBreakpoints", Turn.AT_ONCE)
def set_function_breakpoints(
    conversation: Conversation, arguments: SetFunctionBreakpointsArguments
) -> SetFunctionBreakpointsResponseBody:
    """Have these, and no others."""
    wanted = [
        Wanted(AtFunction(one.name), Rules(one.condition, one.hit_condition)) for one in arguments.breakpoints
    ]
    infos = conversation.session.breakpoints.set_functions(wanted)
    return SetFunctionBreakpointsResponseBody(tuple(shown(info, conversation.view) for info in infos))


@serves("setExceptionBreakpoints", Turn.AT_ONCE)
def set_exception_breakpoints(
    conversation: Conversation, arguments: SetExceptionBreakpointsArguments
) -> SetExceptionBreakpointsResponseBody:
    """Stop at errors of these kinds, and at no others."""
    asked: list[tuple[str, str | None]] = [(name, None) for name in arguments.filters]
    asked += [(one.filter_id, one.condition) for one in arguments.filter_options or ()]
    orders, told = [], []
    for name, condition in asked:
        if name not in (UNCAUGHT, CAUGHT):
            told.append(Breakpoint(False, message=f"there is no filter {name!r}: take uncaught or caught"))
            continue
        held_to = condition if condition is not None and condition.strip() else None
        orders.append(ExceptionOrder(name == UNCAUGHT, name == CAUGHT, held_to))
        told.append(Breakpoint(True))
    conversation.session.breakpoints.set_exceptions(orders)
    return SetExceptionBreakpointsResponseBody(tuple(told))


@serves("dataBreakpointInfo", Turn.WAITING)
def data_breakpoint_info(
    conversation: Conversation, arguments: DataBreakpointInfoArguments
) -> DataBreakpointInfoResponseBody:
    """Whether the changes of a variable can be watched."""
    if arguments.as_address:
        return DataBreakpointInfoResponseBody(None, "a script has no addresses")
    info = conversation.session.inspector.data_info(
        arguments.name, arguments.variables_reference or None, arguments.frame_id
    )
    if info.data_id is None:
        return DataBreakpointInfoResponseBody(None, info.description)
    return DataBreakpointInfoResponseBody(info.data_id, info.description, ("write",), False)


@serves("setDataBreakpoints", Turn.WAITING)
def set_data_breakpoints(
    conversation: Conversation, arguments: SetDataBreakpointsArguments
) -> SetDataBreakpointsResponseBody:
    """Watch these, and nothing else."""
    served = [one for one in arguments.breakpoints if one.access_type in (None, "write")]
    wanted = [Wanted(OnData(one.data_id), Rules(one.condition, one.hit_condition)) for one in served]
    infos = iter(conversation.session.breakpoints.set_data(wanted))
    return SetDataBreakpointsResponseBody(
        tuple(
            shown(next(infos), conversation.view)
            if one.access_type in (None, "write")
            else Breakpoint(False, message=_READS)
            for one in arguments.breakpoints
        )
    )
