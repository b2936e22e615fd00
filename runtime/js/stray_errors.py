"""Errors that no script and no call of ours gets to see: V8 prints them by itself, the end of a script among them.

A callback of a FinalizationRegistry that is under way when its isolate ends is terminated, and V8 says of that
`Uncaught illegal access`, which is nobody's error. By names that V8 exports on Linux and macOS.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any

_POINTER = ctypes.c_void_p
_ADD = "_ZN2v87Isolate18AddMessageListenerEPFvNS_5LocalINS_7MessageEEENS1_INS_5ValueEEEES5_"
_TEXT = "_ZNK2v87Message3GetEv"
_TERMINATED = "Uncaught illegal access"

_OnMessage = ctypes.CFUNCTYPE(None, _POINTER, _POINTER)


def listen(library: Any, isolate: int) -> Any:
    """Print what V8 would have printed, save that a script was terminated. On the isolate's thread.

    What is returned has to live as long as the isolate.
    """
    try:
        add = ctypes.CFUNCTYPE(ctypes.c_bool, _POINTER, _POINTER, _POINTER)((_ADD, library))
        text_of = ctypes.CFUNCTYPE(_POINTER, _POINTER)((_TEXT, library))
    except AttributeError:
        return None

    def on_message(message: int, _: Any) -> None:
        from runtime.js.v8_text import text_of_string

        said = text_of_string(library, isolate, text_of(message))
        if said != _TERMINATED:
            os.write(2, f"{said}\n".encode())

    callback = _OnMessage(on_message)
    add(isolate, ctypes.cast(callback, _POINTER), None)
    return callback
