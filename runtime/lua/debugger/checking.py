"""Whether an expression of Lua parses: asked of a VM of the same kind that runs nothing; the script's own may run."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from runtime.lua.debugger.asking import as_bytes
from runtime.lua.variants import VARIANTS

_CHUNK = b"=(eval)"
_PLACE = re.compile(r"^\(eval\):\d+: ")
_COMPILE = b"function(text, name) local f, problem = (loadstring or load)(text, name) return problem end"


def problem_of(expression: str, variant: str) -> str | None:
    """What the compiler says; None where it is content."""
    lupa: Any = import_module(VARIANTS[variant].module)
    runtime = lupa.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    problem: bytes | None = runtime.eval(_COMPILE)(b"return " + as_bytes(expression) + b"\n", _CHUNK)
    if problem is None:
        return None
    return _PLACE.sub("", problem.decode("utf-8", "backslashreplace"))
