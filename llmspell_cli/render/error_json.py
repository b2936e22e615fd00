"""A script's error as JSON types, for `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.engine import ScriptError


def error_to_json(error: ScriptError, language: str = "lua") -> dict[str, Any]:
    """What is known of the error: `kind` and `message` always, the rest where there is any.

    `value` is the thrown value in JSON types, as an entry's metadata has them; `stack` is as
    `Debug.stackTraceJson` returns it; `cause` is such an error again.
    `language` is that of the values (see `debug.dialect`).
    """
    outermost: dict[str, Any] = {}
    shown = outermost
    failure: ScriptError | None = error
    while failure is not None:  # a chain of causes may be longer than Python's stack is deep
        shown.update(_one(failure, language))
        failure = failure.cause
        if failure is not None:
            shown["cause"] = shown = {}
    return outermost


def _one(error: ScriptError, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": error.kind.value, "message": error.message}
    for name in ("source", "line", "column", "source_line", "hint"):
        known = getattr(error, name)
        if known is not None:
            shown[name] = known
    if error.value is not None:
        from debug.dialects import dialect_of
        from debug.metadata import to_json_types

        shown["value"] = to_json_types(error.value, dialect_of(language))
    if error.stack is not None:
        from debug import stack
        from debug.dialects import dialect_of

        shown["stack"] = stack.to_json(error.stack, dialect_of(language))
    return shown
