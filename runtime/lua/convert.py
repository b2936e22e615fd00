"""JSON types of Python as values of Lua."""

from __future__ import annotations

from typing import Any


def to_lua(runtime: Any, value: Any) -> Any:
    """Lists and dicts become tables, text becomes bytes (the runtime has no encoding), None becomes nil."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, dict):
        return runtime.table_from({_key(key): to_lua(runtime, one) for key, one in value.items()})
    if isinstance(value, (list, tuple)):
        return runtime.table_from([to_lua(runtime, one) for one in value])
    return value


def _key(key: Any) -> Any:
    return key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key
