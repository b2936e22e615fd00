"""Where `require` looks: beside the script, where Lua itself looks, and where systems install Lua libraries."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def lua_patterns(folder: str | None, version: str) -> tuple[list[str], list[str]]:
    """What goes before and what goes after Lua's own `package.path`. `folder` is that of the script."""
    before = [] if folder is None else [f"{folder}/?.lua", f"{folder}/?/init.lua"]
    after = []
    if not _set_by_user("LUA_PATH", version):
        for root in _roots():
            base = f"{root}/share/lua/{version}"
            if os.path.isdir(base):
                after += [f"{base}/?.lua", f"{base}/?/init.lua"]
    return before, after


def c_patterns(folder: str | None, version: str) -> tuple[list[str], list[str]]:
    """The same for `package.cpath`."""
    before = [] if folder is None else [f"{folder}/?.so"]
    after = []
    if not _set_by_user("LUA_CPATH", version):
        for root in _roots():
            for libraries in _library_folders(root):
                base = f"{libraries}/lua/{version}"
                if os.path.isdir(base):
                    after.append(f"{base}/?.so")
    return before, after


def _set_by_user(variable: str, version: str) -> bool:
    return any(os.environ.get(name) for name in (f"{variable}_{version.replace('.', '_')}", variable))


def _roots() -> Iterator[str]:
    yield "/usr/local"
    yield "/usr"
    if sys.platform == "darwin":
        yield "/opt/homebrew"


def _library_folders(root: str) -> Iterator[str]:
    yield f"{root}/lib"
    multiarch = getattr(sys.implementation, "_multiarch", "")
    if multiarch:
        yield f"{root}/lib/{multiarch}"
    yield f"{root}/lib64"
