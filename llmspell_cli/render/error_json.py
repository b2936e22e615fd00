"""A script's error as JSON types, for `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.engine import ScriptError


def error_to_json(error: ScriptError) -> dict[str, Any]:
    """What is known of the error: `kind` and `message` always, the rest where there is any.

    `value` is the thrown value in JSON types, as an entry's metadata has them; `stack` is as
    `Debug.stackTraceJson` returns it; `cause` is such an error again.
    """
    outermost: dict[str, Any] = {}
    shown = outermost
    failure: ScriptError | None = error
    while failure is not None:  # a chain of causes may be longer than Python's stack is deep
        shown.update(_one(failure))
        failure = failure.cause
        if failure is not None:
            shown["cause"] = shown = {}
    return outermost


def _one(error: ScriptError) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": error.kind.value, "message": error.message}
    for name in ("source", "line", "column", "source_line", "hint"):
        known = getattr(error, name)
        if known is not None:
            shown[name] = known
    if error.value is not None:
        from debug.metadata import to_json_types

        shown["value"] = to_json_types(error.value)
    if error.stack is not None:
        from debug import stack

        shown["stack"] = stack.to_json(error.stack)
    return shown
