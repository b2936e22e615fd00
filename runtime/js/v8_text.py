"""The text of a string of V8's, by names that it exports on Linux and macOS."""

from __future__ import annotations

import ctypes
from typing import Any

_POINTER = ctypes.c_void_p
_MAKE = "_ZN2v86String9Utf8ValueC1EPNS_7IsolateENS_5LocalINS_5ValueEEE"
_FREE = "_ZN2v86String9Utf8ValueD1Ev"


class _Utf8Value(ctypes.Structure):
    """v8::String::Utf8Value, and room in case it grows"""

    _fields_ = (("text", ctypes.c_char_p), ("length", ctypes.c_size_t), ("room", ctypes.c_size_t * 6))


def text_of_string(library: Any, isolate: int, string: int | None) -> str:
    """Up to its first NUL; empty for none. On the isolate's thread. Raises `AttributeError` without V8's names."""
    if not string:
        return ""
    make = ctypes.CFUNCTYPE(None, _POINTER, _POINTER, _POINTER)((_MAKE, library))
    free = ctypes.CFUNCTYPE(None, _POINTER)((_FREE, library))
    value = _Utf8Value()
    make(ctypes.addressof(value), isolate, string)
    try:
        return (value.text or b"").decode("utf-8", "replace")
    finally:
        free(ctypes.addressof(value))
