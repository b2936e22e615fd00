"""What `process` tells a script of where it runs; next to nothing in a sandbox."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Any

from debug.version import __version__
from runtime.js import v8_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.engine import Script
    from runtime.js.host_calls import HostCalls

_ARCHITECTURES = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64", "arm64": "arm64", "i686": "ia32"}


def register(
    calls: HostCalls,
    script: Script,
    *,
    sandbox: bool = False,
    heap: Callable[[], tuple[int, int] | None] | None = None,
) -> None:
    """Answer what `host/process.js` asks. `heap` gives the bytes in use and those held, where V8 tells."""
    calls.register("process.data", lambda _: _data(script, sandbox))
    calls.register("process.cwd", lambda _: "/" if sandbox else os.getcwd())
    calls.register("process.memory", lambda _: _memory(heap))


def _data(script: Script, sandbox: bool) -> dict[str, Any]:
    path = "[stdin]" if script.path is None else os.path.abspath(script.path)
    return {
        "argv": [
            sys.executable if not sandbox else "llmspell",
            path if not sandbox else script.name,
            *script.arguments,
        ],
        "env": {} if sandbox else _environment(),
        "arch": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "platform": sys.platform,
        "terminals": [not sandbox and os.isatty(descriptor) for descriptor in (1, 2)],
        "pid": 0 if sandbox else os.getpid(),
        "version": __version__,
        "v8": v8_names.version(),
    }


def _environment() -> dict[str, str]:
    return {
        os.fsencode(name).decode("utf-8", "replace"): os.fsencode(value).decode("utf-8", "replace")
        for name, value in os.environ.items()
    }


def _memory(heap: Callable[[], tuple[int, int] | None] | None) -> dict[str, int]:
    """What is known of it, under the names of node's."""
    from debug.memory import resident_bytes

    figures: dict[str, int] = {}
    resident, held = resident_bytes(), None if heap is None else heap()
    if resident is not None:
        figures["rss"] = resident
    if held is not None:
        figures["heapTotal"], figures["heapUsed"] = held[1], held[0]
    return figures
