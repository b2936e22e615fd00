"""Runs a Lua text in a VM of its own, as it is or with probes, and tells what it printed and how it ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from runtime.lua.rewrite.install import install
from runtime.lua.variants import VARIANTS

if TYPE_CHECKING:
    from runtime.lua.rewrite.install import Probes

_PRINT = b"""
local out = ...
local tostring, select, concat = tostring, select, table.concat
function print(...)
  local words = {}
  for i = 1, select("#", ...) do words[i] = tostring((select(i, ...))) end
  out(concat(words, "\\t"))
end
"""
_COMPILE = b"""
local compile = loadstring or load
return function(text, name) return compile(text, name) end
"""
_RUN = b"""
local xpcall, tostring, traceback, type = xpcall, tostring, debug.traceback, type
return function(chunk)
  local message, trace
  local ok = xpcall(chunk, function(e)
    message = type(e) == "string" and e or type(e)
    trace = traceback("", 2)
  end)
  if ok then return true end
  return false, message, trace
end
"""
_ADDRESS = re.compile(r"0x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a script did, with addresses left out."""

    printed: tuple[str, ...]
    error: str | None
    traceback: str | None


@dataclass(slots=True)
class Vm:
    """A VM with `print` going into a list."""

    variant: str
    with_probes: bool = True
    pause: Any = lambda _key, _id: None
    printed: list[bytes] = field(default_factory=list)
    runtime: Any = None
    probes: Probes | None = None

    def __post_init__(self) -> None:
        variant = VARIANTS[self.variant]
        self.runtime = import_module(variant.module).LuaRuntime(encoding=None, unpack_returned_tuples=True)
        self.runtime.execute(_PRINT, self.printed.append)
        compile_plain = self.runtime.execute(_COMPILE)
        if self.with_probes:
            self.probes = install(self.runtime, variant, self.pause)
            self._compile: Any = self.probes.load
        else:
            self._compile = compile_plain
        self._run = compile_plain(_RUN, b"=harness")()

    _compile: Any = None
    _run: Any = None

    def run(self, text: bytes, name: bytes = b"@script.lua") -> Ended:
        """Compile and call it; a text that does not compile is an error, too."""
        chunk = self._compile(text, name)
        if isinstance(chunk, tuple):
            chunk = chunk[1]
        if isinstance(chunk, bytes):
            return Ended((), _text(chunk), None)
        result = self._run(chunk)
        _, message, trace = result if isinstance(result, tuple) else (True, None, None)
        return Ended(
            tuple(_text(line) for line in self.printed), message and _text(message), trace and _text(trace)
        )


def both(variant: str, text: bytes) -> tuple[Ended, Ended]:
    """How it ends as it is, and with probes none of which is armed."""
    return Vm(variant, with_probes=False).run(text), Vm(variant).run(text)


def armed(variant: str, text: bytes) -> tuple[Ended, int]:
    """How it ends with every probe armed, and how often one was hit."""
    hits: list[int] = []
    vm = Vm(variant, pause=lambda _key, id: hits.append(id))
    assert vm.probes is not None
    probes = vm.probes
    probes.on_source(lambda source: probes.arm_range(source, 1, 10**9, True))
    return vm.run(text), len(hits)


def _text(value: bytes) -> str:
    return _ADDRESS.sub("0x?", value.decode("utf-8", "backslashreplace"))
