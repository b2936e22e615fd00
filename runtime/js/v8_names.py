"""V8's own C++ functions, by the names that mini-racer's library exports on Linux and macOS.

Only functions are called whose arguments and results are pointers and numbers; a `Local` is a pointer to a slot that
holds the object.
"""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

POINTER = ctypes.c_void_p


def functions(symbols: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
    """V8's functions by our names, of `(symbol, result, *arguments)`; none at all where one is missing."""
    if sys.platform == "win32":
        return {}
    try:
        found = library()
        return {name: ctypes.CFUNCTYPE(*types)((symbol, found)) for name, (symbol, *types) in symbols.items()}
    except (ImportError, AttributeError):
        return {}


def library() -> Any:
    """mini-racer's. Raises `ImportError` where there is none as it is expected."""
    from py_mini_racer._dll import init_mini_racer

    return init_mini_racer(ignore_duplicate_init=True)


def version() -> str | None:
    """V8's own, as in `14.4.258.23`; None where it does not tell."""
    found = functions({"version": ("_ZN2v82V810GetVersionEv", ctypes.c_char_p)})
    return found["version"]().decode("ascii", "replace") if found else None
