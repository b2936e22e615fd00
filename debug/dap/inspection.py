"""Requests that look into stopped scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.errors import RequestError
from debug.dap.requests import Reply, Turn, serves
from debug.dap.types import (
    CompletionItem,
    CompletionsResponseBody,
    EvaluateResponseBody,
    ExceptionDetails,
    ExceptionInfoResponseBody,
    InvalidatedEventBody,
    Scope,
    ScopesResponseBody,
    SetExpressionResponseBody,
    SetVariableResponseBody,
    StackTraceResponseBody,
    Variable,
    VariablePresentationHint,
    VariablesResponseBody,
)

if TYPE_CHECKING:
    import msgspec

    from debug.dap.conversation import Conversation
    from debug.dap.types import (
        CompletionsArguments,
        EvaluateArguments,
        ExceptionInfoArguments,
        ScopesArguments,
        SetExpressionArguments,
        SetVariableArguments,
        StackTraceArguments,
        VariablesArguments,
    )
    from debug.debugger.inspector import Context
    from debug.debugger.views import VariableInfo

_CONTEXTS: dict[str | None, Context] = {
    None: "repl",
    "repl": "repl",
    "watch": "watch",
    "hover": "hover",
    "clipboard": "clipboard",
    "variables": "variables",
}
_SCOPE_HINTS = {"arguments": "arguments", "locals": "locals", "upvalues": "closure", "globals": "globals"}
"""The last two are not the protocol's own, which lets adapters add some."""
_KINDS = {"data": None, "method": "method", "class": "class", "virtual": "virtual", "internal": "virtual"}


@serves("stackTrace", Turn.WAITING)
def stack_trace(conversation: Conversation, arguments: StackTraceArguments) -> Reply:
    """Frames of a stopped thread, as many as are asked for."""
    page = conversation.session.inspector.frames(
        arguments.thread_id, max(0, arguments.start_frame or 0), max(0, arguments.levels or 0)
    )
    frames = tuple(conversation.view.frame(frame) for frame in page.frames)
    body = StackTraceResponseBody(frames, page.total)
    innermost = next((frame.location for frame in page.frames if frame.location is not None), None)
    return Reply(body, lambda: conversation.changed_sources.check(innermost))


@serves("scopes", Turn.WAITING)
def scopes(conversation: Conversation, arguments: ScopesArguments) -> ScopesResponseBody:
    """The scopes of a frame."""
    return ScopesResponseBody(
        tuple(
            Scope(
                scope.name,
                scope.reference,
                scope.expensive,
                presentation_hint=_SCOPE_HINTS[scope.kind],
                named_variables=scope.named if scope.named >= 0 else None,
            )
            for scope in conversation.session.inspector.scopes(arguments.frame_id)
        )
    )


@serves("variables", Turn.WAITING)
def variables(conversation: Conversation, arguments: VariablesArguments) -> VariablesResponseBody:
    """What a reference holds, or a page of it."""
    found = conversation.session.inspector.variables(
        arguments.variables_reference,
        max(0, arguments.start or 0),
        max(0, arguments.count or 0),
        arguments.filter or "all",
    )
    return VariablesResponseBody(tuple(_variable(conversation, one) for one in found))


@serves("setVariable", Turn.WAITING, progress="Setting a variable")
def set_variable(conversation: Conversation, arguments: SetVariableArguments) -> Reply:
    """Give a variable another value."""
    now = conversation.session.inspector.set_variable(
        arguments.variables_reference, arguments.name, arguments.value
    )
    indexed, named = _counts(now)
    return _changed(
        conversation,
        SetVariableResponseBody(now.text, _type(conversation, now), now.reference, named, indexed),
    )


@serves("setExpression", Turn.WAITING, progress="Assigning")
def set_expression(conversation: Conversation, arguments: SetExpressionArguments) -> Reply:
    """Assign to an expression, in a frame."""
    if not arguments.frame_id:
        raise RequestError("setExpression needs a frameId: name the frame to assign in")
    now = conversation.session.inspector.set_expression(
        arguments.expression, arguments.value, arguments.frame_id
    )
    indexed, named = _counts(now)
    return _changed(
        conversation,
        SetExpressionResponseBody(
            now.text,
            _type(conversation, now),
            variables_reference=now.reference,
            named_variables=named,
            indexed_variables=indexed,
        ),
    )


@serves("evaluate", Turn.WAITING, progress="Evaluating")
def evaluate(conversation: Conversation, arguments: EvaluateArguments) -> EvaluateResponseBody | Reply:
    """The value of an expression. Asked for in a way that is not known it may change nothing, as for hovers."""
    context = _CONTEXTS.get(arguments.context, "hover")
    value = conversation.session.inspector.evaluate(
        arguments.expression, arguments.frame_id or None, context=context
    )
    indexed, named = _counts(value)
    body = EvaluateResponseBody(
        value.text,
        value.reference,
        _type(conversation, value),
        _hint(value),
        named,
        indexed,
    )
    return _changed(conversation, body) if context == "repl" else body


@serves("completions", Turn.WAITING)
def completions(conversation: Conversation, arguments: CompletionsArguments) -> CompletionsResponseBody:
    """Names that may stand at the caret."""
    view = conversation.view
    lines = arguments.text.split("\n")
    last = view.line_of(arguments.line) if arguments.line is not None else 1
    last = min(max(last, 1), len(lines))
    caret = view.offset_of(lines[last - 1], arguments.column)
    before = lines[last - 1][: max(0, caret)]
    text = "\n".join((*lines[: last - 1], before))
    found = conversation.session.inspector.completions(text, arguments.frame_id or None)
    replaced = before[len(before) - min(found.replaces, len(before)) :]
    start = view.column_in(before, len(before) - len(replaced))
    length = view.column_in(replaced, len(replaced)) - view.column_in("", 0)
    return CompletionsResponseBody(
        tuple(CompletionItem(name.label, type=name.kind, start=start, length=length) for name in found.names)
    )


@serves("exceptionInfo", Turn.WAITING)
def exception_info(
    conversation: Conversation, arguments: ExceptionInfoArguments
) -> ExceptionInfoResponseBody:
    """The error at which a thread has stopped."""
    error = conversation.session.inspector.error(arguments.thread_id)
    return ExceptionInfoResponseBody(
        error.type or "error",
        "unhandled" if error.uncaught else "always",
        error.message,
        ExceptionDetails(error.message, error.type, stack_trace=error.traceback),
    )


def _variable(conversation: Conversation, info: VariableInfo) -> Variable:
    indexed, named = _counts(info)
    return Variable(
        info.name,
        info.text,
        info.reference,
        type=_type(conversation, info),
        presentation_hint=_hint(info),
        evaluate_name=info.evaluate_name,
        named_variables=named,
        indexed_variables=indexed,
    )


def _counts(info: VariableInfo) -> tuple[int | None, int | None]:
    """Indexed and named. With elements and a number of fields that is not known the latter is told as 1: VS Code asks
    for no fields where it reads none."""
    if info.reference == 0:
        return None, None
    if info.named < 0:
        return (info.indexed, 1) if info.indexed else (None, None)
    return info.indexed, info.named


def _type(conversation: Conversation, info: VariableInfo) -> str | None:
    return info.type if conversation.view.client.types else None


def _hint(info: VariableInfo) -> VariablePresentationHint | None:
    kind = "method" if info.type == "function" else _KINDS[info.kind]
    attributes = ("readOnly",) if info.read_only else None
    visibility = "internal" if info.kind == "internal" else None
    if kind is None and attributes is None and visibility is None:
        return None
    return VariablePresentationHint(kind, attributes, visibility)


def _changed(conversation: Conversation, body: msgspec.Struct) -> Reply:
    """What was done may have changed any variable that the client shows."""

    def tell() -> None:
        if conversation.view.client.invalidated:
            conversation.line.event("invalidated", InvalidatedEventBody(("variables",)))

    return Reply(body, tell)
