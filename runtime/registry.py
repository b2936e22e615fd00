"""Which engine runs a script: by name, by the script's `#!` line, by its suffix. Further engines by entry point.

A package adds engines under the entry point group `llmspell.engines`: the entry's name is the engine's, its object
is called with `(manager, name, options)` and returns an `Engine`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from debug.nearest import did_you_mean
from runtime.lua.variants import DEFAULT, VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.manager import DebugManager
    from runtime.engine import Engine
    from runtime.options import EngineOptions

JAVASCRIPT = "js"
ALIASES = {"lua": DEFAULT, "luajit2.1": "luajit", "javascript": JAVASCRIPT, "node": JAVASCRIPT}
SUFFIXES = {".lua": DEFAULT, ".js": JAVASCRIPT, ".cjs": JAVASCRIPT, ".mjs": JAVASCRIPT}
ENTRY_POINTS = "llmspell.engines"

_SHEBANG_NODE = re.compile(rb"#!.*?\b(node|nodejs)(?:\s|$)")
_SHEBANG_LUA = re.compile(rb"#!.*?\b(luajit|lua)-?(\d\.\d)?\S*(?:\s|$)")


class EngineChoiceError(ValueError):
    """No engine can be told for a script; in a sentence for its user."""


def engine_names() -> tuple[str, ...]:
    """Every name that `--engine` takes, without plug-ins."""
    return (*VARIANTS, JAVASCRIPT, *ALIASES)


def choose(name: str | None, script: str, head: bytes) -> str:
    """The engine's canonical name. `name` is what the user asked for, `head` the beginning of the script.

    Raises `EngineChoiceError`.
    """
    if name is not None:
        known = ALIASES.get(name, name)
        if known in VARIANTS or known == JAVASCRIPT or _plug_in(name) is not None:
            return known
        names = engine_names()
        near = did_you_mean(name, names)
        raise EngineChoiceError(f"no engine is called '{name}'{near}; there are {', '.join(names)}")
    named = _by_shebang(head)
    if named is not None:
        return named
    suffix = os.path.splitext(script)[1].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if not suffix:
        return DEFAULT
    raise EngineChoiceError(
        f"no engine is known for the suffix {suffix}; "
        f"there is one for {', '.join(SUFFIXES)}, and --engine names another"
    )


def create(name: str, manager: DebugManager, options: EngineOptions) -> Engine:
    """The engine of that canonical name."""
    if name in VARIANTS:
        from runtime.lua.engine import LuaEngine

        return LuaEngine(manager, name, options)
    if name == JAVASCRIPT:
        from runtime.js.engine import JsEngine

        return JsEngine(manager, options)
    make = _plug_in(name)
    if make is None:
        raise EngineChoiceError(f"no engine is called '{name}'")
    engine: Engine = make(manager, name, options)
    return engine


def _by_shebang(head: bytes) -> str | None:
    line = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    found = _SHEBANG_LUA.match(line)
    if found is None:
        return JAVASCRIPT if _SHEBANG_NODE.match(line) else None
    name = (found[1] + (found[2] or b"")).decode()
    name = ALIASES.get(name, name)
    return name if name in VARIANTS else DEFAULT if name.startswith("lua5") else "luajit"


def _plug_in(name: str) -> Callable[[DebugManager, str, EngineOptions], Any] | None:
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS, name=name):
        loaded: Callable[[DebugManager, str, EngineOptions], Any] = entry.load()
        return loaded
    return None
