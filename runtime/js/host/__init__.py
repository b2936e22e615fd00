"""What script authors expect of a host, in JavaScript: console, timers, process, URL, require and the like.

Each file is one expression, `(function (host) { … })`, evaluated and called in the order of `HOST_FILES` before
the script, while everything built in is still as it was. `host` is made by the engine and holds

- `host.call(name, argument)`: a call to Python, with JSON types both ways; an answer `{error: {code, message}}`
  is thrown as an `Error` with that `code`.
- `host.write(fd, text)`: the script's own standard output (1) and standard error (2).
- `host.global`: the object to define on.

When all files have run, `host.entry` holds what the engine calls, each in an evaluation of its own:

- `start(body)`: runs the script, whose function `body` is (`modules.Modules` makes its text), then as `turn`.
- `turn()`: runs what is due. Returns the whole milliseconds until something is (0: at once), or -1 where nothing is
  left.
- `exit(code)`: the script ended; tells `process.on("exit")` and returns the exit code.

What these throw is the script's own failure: an error nobody caught, or the reason of a rejection nobody handled.
"""

from __future__ import annotations

import os
import sys
from typing import Any

HOST_FILES = (
    "base.js",
    "inspect_layout.js",
    "inspect_kinds.js",
    "inspect_bases.js",
    "inspect.js",
    "format.js",
    "console.js",
    "loop.js",
    "events.js",
    "encoding.js",
    "clone.js",
    "url_parser.js",
    "url.js",
    "process.js",
    "path.js",
    "fs.js",
    "assert.js",
    "builtins.js",
    "modules.js",
    "esm.js",
)


def host_sources() -> list[tuple[str, str]]:
    """`(file name, text)` in the order in which they are evaluated."""
    return [(name, _read(name)) for name in HOST_FILES]


def _read(name: str) -> str:
    loader: Any = sys.modules[__name__].__loader__  # from wherever this package was imported
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return text.decode()
