"""The JavaScript of ours as one expression, whose value is the function that the engine calls."""

from __future__ import annotations

import os
import sys
from json import dumps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PARTS = ("primordials", "channel", "proxies", "picture", "stack", "errors", "timers", "entries", "prelude")

_GLOBALS = (
    "Object,Function,Array,Number,Boolean,String,Symbol,BigInt,Date,Promise,RegExp,Error,AggregateError,RangeError,"
    "ReferenceError,SyntaxError,TypeError,URIError,JSON,Math,ArrayBuffer,SharedArrayBuffer,DataView,Atomics,Uint8Array,"
    "Int8Array,Uint16Array,Int16Array,Uint32Array,Int32Array,Uint8ClampedArray,Float32Array,Float64Array,BigInt64Array,"
    "BigUint64Array,Map,Set,WeakMap,WeakSet,WeakRef,FinalizationRegistry,Reflect,parseInt,parseFloat,isNaN,isFinite,"
    "encodeURI,encodeURIComponent,decodeURI,decodeURIComponent,globalThis"
)
"""What the shims see under these names whatever a script puts in the place of the globals."""

OWN_SOURCE = "llmspell:prelude"
"""The name of our own code in stacks; frames of it are left out."""

INSTALL, START, TURN, EXIT, MEMORY = range(5)
"""What the function is called with: see `actions` in boot.js."""

FAILED = -2
"""What it returns where something was thrown; a record has told what."""


def boot_source(
    config: Mapping[str, Any], host_sources: Iterable[tuple[str, str]], debugger: str | None = None
) -> str:
    """`host_sources` are file names and texts, each one function of `host`, called in that order; `debugger` is one
    more part, of a script that can be stopped."""
    parts = ",".join(f"{name}:{_source(name)}" for name in PARTS)
    if debugger is not None:
        parts += f",debugger:{debugger}"
    hosts = ",".join(_function(text) for _, text in host_sources)
    kept_hosts = f"(({_GLOBALS})=>[{hosts}\n])({_GLOBALS})"
    return f"({_source('boot')})({{{parts}}},{kept_hosts},{dumps(config)})\n//# sourceURL={OWN_SOURCE}"


def _source(name: str) -> str:
    """The function in one of our files, from wherever this package was imported."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name + ".js"))
    return _function(text.decode())


def _function(text: str) -> str:
    """The function of a file, without the comment that heads it and the parentheses around it: what stands in those V8
    compiles at once, with all that it needs for itself, which takes 0.3 MB more of each context."""
    return text[text.index("(function") + 1 : text.rindex(")")]
