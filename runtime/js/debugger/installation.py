"""The JavaScript of the debugger, as the isolate gets it."""

from __future__ import annotations

import os
import sys
from json import dumps
from typing import Any

from runtime.js.debugger import layout
from runtime.js.planted import as_written

_PARTS = ("eyes", "evaluate", "look", "promises", "frames", "watching", "compiling", "agent")


def part() -> str:
    """The agent, as one of the parts of `boot.js`."""
    source = {name: _source(name) for name in _PARTS}
    return (
        "(function(primordials,channel,pictures,stacks,proxyTarget){"
        f"const agent={layout.AGENT},eyes={source['eyes']}(primordials,pictures,proxyTarget),"
        f"evaluating={source['evaluate']}(primordials,agent,eyes);"
        f"{source['look']}(primordials,proxyTarget,eyes,evaluating);"
        f"const promises={source['promises']}(primordials,channel,stacks),"
        f"frames={source['frames']}(primordials,channel,agent,eyes,evaluating),"
        f"watching={source['watching']}(primordials,agent,eyes,evaluating,frames);"
        f"return {source['agent']}(primordials,channel,agent,eyes,promises,frames,watching,"
        f"{source['compiling']}(primordials,channel,frames))}})"
    )


def memory_source() -> str:
    """Makes known to what is rewritten, and nobody else, what it uses; its value is the memory."""
    names = {
        layout.BYTES: "bytes",
        layout.PLACES: "places",
        layout.KEPT: "kept",
        layout.ACTIVATION: "Activation",
    }
    calls = {
        layout.HIT: "hit",
        layout.FAILED: "failed",
        layout.LEFT: "left",
        layout.CAUGHT_AT: "caught",
        layout.DEBUGGER: "statement",
        layout.LOADED: "loaded",
        layout.GUARD: "guard",
        layout.TEXT: "text",
        layout.PARAMETERS: "parameters",
    }
    figures = {
        "size_bytes": layout.SIZE_BYTES,
        "probe_bytes": layout.PROBE_BYTES,
        "words": layout.WORDS,
        "most_frames": layout.MOST_FRAMES,
        "slots": layout.SLOTS,
    }
    agent = layout.AGENT
    made = [f"{agent}={_source('memory')}({dumps(figures)})"]
    made += (f"{name}={agent}.{field}" for name, field in names.items())
    made += (f"{name}=(a,b,c,d)=>{agent}.{field}(a,b,c,d)" for name, field in calls.items())
    made.append(f"{layout.NOTHING}=()=>{agent}.NOTHING")
    return f"{as_written()}const {','.join(made)};{agent}.buffer\n//# sourceURL=llmspell:debugger"


def _source(name: str) -> str:
    """The text of one of our files, from wherever this package was imported, without the comment that heads it."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name + ".js"))
    return text[text.index(b"(function") :].decode().rstrip()
