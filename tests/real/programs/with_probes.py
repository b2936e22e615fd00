"""`llmspell` with probes in every Lua VM it makes: all of them armed where ARMED is set, and then counted on stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import runtime.lua.vm
from llmspell_cli.__main__ import main
from runtime.lua.rewrite.install import install
from runtime.lua.variants import VARIANTS

if TYPE_CHECKING:
    from types import ModuleType

_import = runtime.lua.vm.import_module


class WithProbes:
    """One of lupa's modules; its runtimes have probes from the beginning."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._variant = next(one for one in VARIANTS.values() if one.module == module.__name__)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def LuaRuntime(self, **options: Any) -> Any:  # noqa: N802
        """As lupa's."""
        made = self._module.LuaRuntime(**options)
        probes = install(made, self._variant, lambda _key, _id: None)

        def loaded(source: Any) -> None:
            if source.plan is None:
                print(f"no probes in {source.name!r}: {source.rewritten.reason}", file=sys.stderr)
            elif os.environ.get("ARMED"):
                probes.arm_range(source, 1, len(source.plan.probes), True)

        probes.on_source(loaded)
        return made


runtime.lua.vm.import_module = lambda name: WithProbes(_import(name))
sys.exit(main())
