"""Probes in a running VM: what it loads from now on can be stopped, and its debug library shows nothing of that."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

import msgspec

from runtime.lua.rewrite.plain_text import plain_text
from runtime.lua.rewrite.planting import free_name
from runtime.lua.rewrite.rewriter import Rewritten, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from runtime.lua.variants import Variant
    from runtime.probes.plan import Plan

OWN = b"=[llmspell probes]"
"""The chunk name of what is installed; a script sees no frame of that source."""

MOST_SOURCES = 20_000
"""A script that makes text after text and loads each: what comes later has no probes, and no `Source`."""


class Source(msgspec.Struct, frozen=True):
    """A chunk that was loaded."""

    key: int
    """As `pause` is told it."""
    name: bytes
    """The chunk's name as Lua has it: `@file`, `=name`, or the text itself."""
    text: bytes
    rewritten: Rewritten

    @property
    def plan(self) -> Plan | None:
        """Where it can be stopped; None: nowhere, and `rewritten.reason` tells why."""
        return self.rewritten.plan if self.rewritten.text is not None else None


class Probes:
    """The probes of one VM. Everything but `sources` belongs to the thread that runs it."""

    def __init__(self, runtime: Any, variant: Variant, pause: Any) -> None:
        """Install them. Before this package's preludes, so that these, too, see what a script sees.

        `pause(key, id)` is a function of Python or of Lua: called at an armed probe, it must not raise, save to end
        the script. Where it is one of Lua it finds itself at level 1 and the script's function at level 3.
        `raw` is then the debug library as it was; `control` and `shared` are for Lua, see probes.lua;
        `shared.planted` holds the names of locals and upvalues that are none of the script's.
        """
        self.sources: dict[int, Source] = {}
        self._variant = variant.name
        self._known: dict[tuple[bytes, bytes], Source] = {}
        self._told: list[Callable[[Source], None]] = []
        load = runtime.execute(
            b"local load = loadstring or load return function(text, name) return assert(load(text, name)) end"
        )
        host = runtime.table_from({b"rewrite": self._rewrite, b"plain_text": self._plain_text})
        self.control, self.shared = load(_source("probes.lua"), OWN)(host, pause, OWN)
        self.raw = load(_source("shim.lua"), OWN)(OWN, host, self.shared)

    def close(self) -> None:
        """Before the VM ends: nothing of it is held any more."""
        self.control = self.shared = self.raw = None

    def load(self, text: bytes, name: bytes) -> Any:
        """The chunk of a script, ready to run, or Lua's message (bytes) where it does not compile."""
        chunk = self.control.load(text, name)
        return chunk[1] if isinstance(chunk, tuple) else chunk

    def on_source(self, callback: Callable[[Source], None]) -> None:
        """Call it with each source that is loaded from now on, before it runs, on the thread of the VM."""
        self._told.append(callback)

    def arm(self, source: Source, ids: Iterable[int], flag: bool) -> None:
        """Set the flags of these probes."""
        for id in ids:
            self.arm_range(source, id, id, flag)

    def arm_range(self, source: Source, first: int, last: int, flag: bool) -> None:
        """Set the flags of all probes from one id to another, e.g. of a function with those in it."""
        if source.plan is not None:
            first, last = max(first, 1), min(last, len(source.plan.probes))
            self.control.arm(source.key, first, last, flag)

    def _rewrite(self, text: bytes, name: bytes, problem_of: Any, new_flags: Any) -> int | None:
        """The key of the chunk with probes that `problem_of` compiled last; None: it runs as it is."""
        try:
            return self._with_probes(text, name, problem_of, new_flags)
        except Exception as error:  # the script is none the worse for what goes wrong here
            warnings.warn(f"no probes in {name[:80]!r}: {error!r}", RuntimeWarning, stacklevel=1)
            return None

    def _with_probes(self, text: bytes, name: bytes, problem_of: Any, new_flags: Any) -> int | None:
        source = self._known.get((name, text))
        if source is not None:
            if source.plan is None:
                return None
            problem_of(source.rewritten.text)
            return source.key
        if len(self.sources) >= MOST_SOURCES:
            return None
        key = len(self.sources) + 1
        source = Source(key, name, text, rewrite(text, self._variant, key, problem_of))
        self.sources[key] = self._known[name, text] = source
        if source.plan is not None:
            new_flags(key, free_name(text), len(source.plan.probes), source.rewritten.gates)
        for told in self._told:
            told(source)
        return key if source.plan is not None else None

    def _plain_text(self, key: int, line: int, last_line: int, upvalues: bytes) -> bytes | None:
        plan = self.sources[key].plan
        assert plan is not None
        try:
            return plain_text(plan, self._variant, line, last_line, upvalues.split(b",") if upvalues else [])
        except LookupError:
            return None


def install(runtime: Any, variant: Variant, pause: Any) -> Probes:
    """Probes in that VM of lupa's (`encoding=None`, `unpack_returned_tuples=True`), as `Probes` tells."""
    return Probes(runtime, variant, pause)


def _source(name: str) -> bytes:
    """A Lua text of this package, from wherever it was imported."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return text
