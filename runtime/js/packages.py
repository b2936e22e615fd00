"""Which file a `require` or `import` means: node's way of looking, with package.json's `main`, `exports`, `imports`."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

NODE_ONLY = frozenset(
    [
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "dgram",
        "diagnostics_channel",
        "dns",
        "domain",
        "http",
        "http2",
        "https",
        "inspector",
        "net",
        "punycode",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "tls",
        "trace_events",
        "tty",
        "v8",
        "vm",
        "wasi",
        "worker_threads",
        "zlib",
    ]
)
"""Modules of node's that have no counterpart here."""


class NotExportedError(Exception):
    """A package is there and does not give out what was asked for; the text says so."""


_IMPORT_CONDITIONS = frozenset({"node", "import", "default"})
_REQUIRE_CONDITIONS = frozenset({"node", "require", "default"})
_EXTENSIONS = ("", ".js", ".json", ".cjs", ".node")


def resolve(request: str, folder: str, *, is_import: bool) -> str | None:
    """The file, symbolic links followed; None where there is none. Raises `NotExportedError`."""
    found = _resolve(request, folder, is_import)
    return None if found is None else os.path.realpath(found)


def kind_of(path: str) -> str:
    """`esm`, `cjs`, `json`, or `js` where only the text can tell."""
    extension = os.path.splitext(path)[1]
    known = {".mjs": "esm", ".cjs": "cjs", ".json": "json"}.get(extension)
    if known is not None:
        return known
    package = _package_above(os.path.dirname(path))
    declared = None if package is None else package[1].get("type")
    return {"module": "esm", "commonjs": "cjs"}.get(declared, "js") if isinstance(declared, str) else "js"


def _resolve(request: str, folder: str, is_import: bool) -> str | None:
    if is_import and request.startswith("file:"):
        return _file(unquote(urlsplit(request).path), exact=True)
    if request.startswith(("./", "../", "/")) or request in (".", ".."):
        path = os.path.normpath(os.path.join(folder, unquote(request) if is_import else request))
        if request.endswith(("/", "/.", "/..")) or request in (".", ".."):
            return None if is_import else _folder(path)
        return _file(path, exact=is_import) or (None if is_import else _folder(path))
    conditions = _IMPORT_CONDITIONS if is_import else _REQUIRE_CONDITIONS
    if request.startswith("#"):
        package = _package_above(folder)
        if package is None:
            return None
        return _mapped(package[0], package[1].get("imports"), request, conditions, folder, is_import)
    parts = request.split("/")
    name_parts = 2 if request.startswith("@") else 1
    name, rest = "/".join(parts[:name_parts]), "/".join(parts[name_parts:])
    own = _package_above(folder)
    if own is not None and own[1].get("name") == name and own[1].get("exports") is not None:
        return _in_package(own[0], own[1], rest, conditions, is_import)
    while True:
        if os.path.basename(folder) != "node_modules":
            root = os.path.join(folder, "node_modules", name)
            if os.path.isdir(root):
                found = _in_package(root, _package(root) or {}, rest, conditions, is_import)
                if found is not None:
                    return found
            elif not rest:  # node_modules/name.js
                found = None if is_import else _file(root, exact=False)
                if found is not None:
                    return found
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _in_package(
    root: str, package: dict[str, Any], rest: str, conditions: frozenset[str], is_import: bool
) -> str | None:
    exports = package.get("exports")
    if exports is not None:
        subpath = f"./{rest}" if rest else "."
        if not isinstance(exports, dict) or not any(key.startswith(".") for key in exports):
            exports = {".": exports}
        found = _mapped(root, exports, subpath, conditions, root, is_import)
        if found is None:
            where = os.path.join(root, "package.json")
            raise NotExportedError(
                f'No "exports" main defined in {where}'
                if not rest
                else f"Package subpath '{subpath}' is not defined by \"exports\" in {where}"
            )
        return found
    if not rest:
        return _folder(root, package)
    path = os.path.join(root, rest)
    return _file(path, exact=is_import) or (None if is_import else _folder(path))


def _mapped(
    root: str, table: object, subpath: str, conditions: frozenset[str], folder: str, is_import: bool
) -> str | None:
    """The file that a table of `exports` or `imports` gives."""
    if not isinstance(table, dict):
        return None
    star = ""
    target = table.get(subpath)
    if subpath not in table or "*" in subpath:
        best = ""
        for key in table:
            before, has_star, after = key.partition("*")
            if (
                has_star
                and subpath.startswith(before)
                and subpath.endswith(after)
                and len(subpath) >= len(before) + len(after)
                and len(before) > len(best.partition("*")[0])
            ):
                best, star = key, subpath[len(before) : len(subpath) - len(after)]
        if not best:
            return None
        target = table[best]
    return _target(root, target, star, conditions, folder, is_import)


def _target(
    root: str, target: object, star: str, conditions: frozenset[str], folder: str, is_import: bool
) -> str | None:
    if isinstance(target, str):
        target = target.replace("*", star)
        if target.startswith("./"):
            path = os.path.normpath(os.path.join(root, target))
            inside = path.startswith(root.rstrip("/") + "/")
            return path if inside and os.path.isfile(path) else None
        return _resolve(target, folder, is_import) if not target.startswith(("../", "/", "#")) else None
    if isinstance(target, list):
        for one in target:
            found = _target(root, one, star, conditions, folder, is_import)
            if found is not None:
                return found
    if isinstance(target, dict):
        for condition, one in target.items():
            if condition in conditions:
                found = _target(root, one, star, conditions, folder, is_import)
                if found is not None or one is None:
                    return found
    return None


def _file(path: str, *, exact: bool) -> str | None:
    for extension in ("",) if exact else _EXTENSIONS:
        if os.path.isfile(path + extension):
            return path + extension
    return None


def _folder(path: str, package: dict[str, Any] | None = None) -> str | None:
    if not os.path.isdir(path):
        return None
    main = (package if package is not None else _package(path) or {}).get("main")
    if isinstance(main, str) and main:
        wanted = os.path.normpath(os.path.join(path, main))
        found = _file(wanted, exact=False) or _file(os.path.join(wanted, "index"), exact=False)
        if found is not None:
            return found
    return _file(os.path.join(path, "index"), exact=False)


def _package_above(folder: str) -> tuple[str, dict[str, Any]] | None:
    """The nearest package.json upwards, up to a node_modules, with its folder."""
    while os.path.basename(folder) != "node_modules":
        package = _package(folder)
        if package is not None:
            return folder, package
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return None


def _package(folder: str) -> dict[str, Any] | None:
    path = os.path.join(folder, "package.json")
    try:
        changed_ns = os.stat(path).st_mtime_ns
    except OSError:
        return None
    return _read_package(path, changed_ns)


@lru_cache(maxsize=1000)
def _read_package(path: str, _changed_ns: int) -> dict[str, Any]:
    """What it says; nothing where it cannot be read."""
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read().removeprefix(b"\xef\xbb\xbf"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
