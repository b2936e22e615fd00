"""Which Lua VMs there are, under which names."""

from __future__ import annotations

from typing import NamedTuple


class Variant(NamedTuple):
    """A VM that lupa ships."""

    name: str
    module: str
    """lupa's module for it."""
    library_version: str
    """The version in the paths of installed libraries: `/usr/share/lua/5.4`."""


DEFAULT = "lua5.4"

VARIANTS = {
    name: Variant(name, module, library_version)
    for name, module, library_version in (
        ("lua5.1", "lupa.lua51", "5.1"),
        ("lua5.2", "lupa.lua52", "5.2"),
        ("lua5.3", "lupa.lua53", "5.3"),
        ("lua5.4", "lupa.lua54", "5.4"),
        ("lua5.5", "lupa.lua55", "5.5"),
        ("luajit", "lupa.luajit21", "5.1"),
        ("luajit2.0", "lupa.luajit20", "5.1"),
    )
}
"""By name. `luajit` is LuaJIT 2.1."""
