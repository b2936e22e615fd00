"""Where the modules of a script come from: `require` and `import` look them up here, and here they are read.

Follows node: files beside the one that asks, JSON, folders with a package.json, `node_modules` upwards. What a module
is called in messages is its path as seen from the script, whose own name is as the user gave it.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runtime.js import packages
from runtime.js.host_calls import HostCallError
from runtime.js.rewritten import NO_PROBES, Rewritten, apply_edits
from runtime.js.sources import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.engine import Script
    from runtime.js.host_calls import HostCalls
    from runtime.js.rewritten import Planter, Probes
    from runtime.js.sources import Sources

BUILTINS = frozenset(
    [
        "assert",
        "assert/strict",
        "console",
        "crypto",
        "events",
        "fs",
        "fs/promises",
        "module",
        "os",
        "path",
        "path/posix",
        "perf_hooks",
        "process",
        "querystring",
        "timers",
        "timers/promises",
        "url",
        "util",
        "util/types",
    ]
)
"""What `require` finds without a file; `node:` may stand before."""

WRAPPER = "(function (exports, require, module, __filename, __dirname) {"
"""What stands before the first line of a CommonJS module: so much its columns are shifted."""

_MAY_BE_ESM = re.compile(
    rb"^[ \t]*(?:\}[ \t]*)?(?:import\b(?![ \t]*\()|export\b)|\bimport\.meta\b|^[^\s/*].*\bawait\b|^await\b",
    re.MULTILINE,
)
"""Node, too, takes a text for an ES module where it can be nothing else."""
_MAY_IMPORT = re.compile(rb"\bimport\s*\(")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A module as it is compiled."""

    kind: str
    """`cjs`, `esm` or `json`"""
    source: Source
    code: str
    """An expression: a function, of CommonJS or as `esm.py` makes it; the text itself of JSON."""
    link: Mapping[str, Any] | None = None
    probed: Prepared | None = None
    """The same with probes, where there are any."""


class Modules:
    """The modules of one script."""

    def __init__(self, script: Script, *, sandbox: bool = False, planter: Planter | None = None) -> None:
        self._script = script
        self._planter = planter
        self._plain: dict[str, Source] = {}
        self._sandbox = sandbox
        self._main = None if script.path is None else os.path.abspath(script.path)
        self.folder = os.getcwd() if self._main is None else os.path.dirname(self._main)
        """Where the script lies; the working folder for standard input."""
        self._real_folder = os.path.realpath(self.folder)
        self._sources: Sources | None = None
        self._prepared_main: Prepared | None = None

    def register(self, calls: HostCalls, sources: Sources) -> None:
        """Answer what `host/modules.js` asks; the texts that are read go into `sources`."""
        self._sources = sources
        calls.register("source.places", sources.places)
        calls.register("module.main", lambda _: self._describe_main())
        calls.register("module.find", lambda asked: self._find(*asked))
        calls.register("module.read", self._read)
        calls.register("module.syntax_error", self._syntax_error)
        calls.register("module.runs_plain", self._runs_plain)
        calls.register("module.place", lambda asked: self._place(*asked))

    def main(self) -> Prepared:
        """The script, as it is compiled under its name."""
        if self._prepared_main is None:
            kind = "js" if self._main is None else packages.kind_of(self._main)
            kind = "js" if kind == "json" else kind
            self._prepared_main = _prepare(
                self._script.text, kind, self._script.name, self._main, self._planter
            )
        return self._prepared_main

    def name_of(self, path: str) -> str:
        """What messages call a file."""
        if path == self._main:
            return self._script.name
        start = os.path.dirname(self._script.name) if self._main is not None else ""
        for folder in (self.folder, self._real_folder):
            if path.startswith(folder.rstrip("/") + "/"):
                return os.path.join(start, os.path.relpath(path, folder))
        return path

    # What JavaScript asks

    def _describe_main(self) -> dict[str, Any]:
        main = self.main()
        return {
            "kind": main.kind,
            "path": self._main if self._main is not None else os.path.join(self.folder, "[stdin]"),
            "folder": self.folder,
            "url": main.source.url,
            "link": main.link,
        }

    def _find(self, request: str, folder: str, is_import: bool) -> dict[str, str]:
        plain = request.removeprefix("node:")
        if plain in BUILTINS:
            return {"kind": "builtin", "path": plain}
        if request.startswith("node:"):
            raise HostCallError(f"No such built-in module: {request}", "ERR_UNKNOWN_BUILTIN_MODULE")
        try:
            path = packages.resolve(request, folder, is_import=is_import)
        except packages.NotExportedError as problem:
            raise HostCallError(str(problem), "ERR_PACKAGE_PATH_NOT_EXPORTED") from problem
        if path is None:
            hint = "; llmspell has no such module of node's" if plain in packages.NODE_ONLY else ""
            code = "ERR_MODULE_NOT_FOUND" if is_import else "MODULE_NOT_FOUND"
            raise HostCallError(f"Cannot find module '{request}'{hint}", code)
        self._check(path)
        if path.endswith(".node"):
            raise HostCallError(
                f"'{request}' is a native module; only JavaScript can be loaded", "ERR_DLOPEN_FAILED"
            )
        return {"kind": packages.kind_of(path), "path": path}

    def _read(self, path: str) -> dict[str, Any]:
        self._check(path)
        try:
            with open(path, "rb") as file:
                text = file.read()
        except OSError as problem:
            raise HostCallError(
                f"{problem.strerror}: '{path}'", errno.errorcode.get(problem.errno or 0)
            ) from problem
        prepared = _prepare(text, packages.kind_of(path), self.name_of(path), path, self._planter)
        runs = prepared.probed or prepared
        if self._sources is not None and prepared.kind != "json":
            self._sources.add(runs.source)
            self._plain[path] = prepared.source
        return {
            "kind": prepared.kind,
            "code": prepared.code,
            "probed": None if prepared.probed is None else prepared.probed.code,
            "url": prepared.source.url,
            "link": prepared.link,
        }

    def _runs_plain(self, path: str) -> None:
        """With probes it is no JavaScript."""
        if self._sources is not None:
            self._sources.add(self._plain[path])
        self.runs_plain(self._plain[path].name)

    def runs_plain(self, name: str) -> None:
        """Have it told that a text is looked at by nobody."""
        if self._planter is not None:
            self._planter.runs_plain(name)

    def _syntax_error(self, path: str) -> dict[str, Any] | None:
        from runtime.js.esm import first_error

        try:
            with open(path, "rb") as file:
                place = first_error(_without_head(file.read()))
        except OSError:
            return None
        return None if place is None else {"line": place[0], "column": place[1], "text": place[2]}

    def _place(self, path: str, at: int) -> dict[str, int] | None:
        """Line and column (from 1) of a byte in the text that a module was made of."""
        text = self._script.text
        if path != self._describe_main()["path"]:
            try:
                with open(path, "rb") as file:
                    text = file.read()
            except OSError:
                return None
        before = _without_head(text)[:at]
        column = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
        return {"line": before.count(b"\n") + 1, "column": len(column.encode("utf-16-le")) // 2 + 1}

    def _check(self, path: str) -> None:
        if self._sandbox and not os.path.realpath(path).startswith(self._real_folder.rstrip("/") + "/"):
            raise HostCallError(
                f"'{path}' lies outside of the script's folder (--sandbox)", "ERR_ACCESS_DENIED"
            )


def _prepare(text: bytes, kind: str, name: str, path: str | None, planter: Planter | None) -> Prepared:
    text = _without_head(text)
    prepared = _compiled(text, kind, name, path, NO_PROBES)
    if planter is None or prepared.kind == "json":
        return prepared
    probes = planter.plant(text, name, path, prepared.kind == "esm")
    return prepared if probes is None else replace(prepared, probed=_compiled(text, kind, name, path, probes))


def _compiled(text: bytes, kind: str, name: str, path: str | None, probes: Probes) -> Prepared:
    """`name` is for messages, `path` for the stacks that the script reads."""
    shown = text.decode("utf-8", "replace")
    location = path or name
    if kind == "json":
        return Prepared("json", Source(name, shown, location), shown)
    if kind == "esm" or (kind == "js" and _MAY_BE_ESM.search(text)):
        from runtime.js import esm

        rewritten = esm.rewrite_module(text, only_if_esm=kind == "js", probes=probes)
        if rewritten is not None:
            url = location if path is None else f"file://{quote(path)}"
            source = Source(name, shown, url, columns=rewritten.original_column)
            return Prepared("esm", source, rewritten.code, rewritten.link)
    if _MAY_IMPORT.search(text):
        from runtime.js import esm

        rewritten = esm.rewrite_imports(text, WRAPPER, probes)
        if rewritten is not None:
            source = Source(name, shown, location, columns=rewritten.original_column)
            return Prepared("cjs", source, rewritten.code)
    if probes is not NO_PROBES:
        code, columns = apply_edits(text, probes.edits, WRAPPER, f"\n{probes.last}}})")
        source = Source(name, shown, location, columns=Rewritten(code, columns).original_column)
        return Prepared("cjs", source, code)
    return Prepared("cjs", Source(name, shown, location, len(WRAPPER)), f"{WRAPPER}{shown}\n}})")


def _without_head(text: bytes) -> bytes:
    """Without a byte order mark; a first line for the shell is a comment, as long as it was."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    return b"//" + text[2:] if text.startswith(b"#!") else text
