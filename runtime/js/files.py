"""What a script may read with `fs`: the files under its own folder, and nothing where it runs in a sandbox."""

from __future__ import annotations

import errno
import os
import stat
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from runtime.js.host_calls import HostCallError

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.js.host_calls import HostCalls

_SYSCALLS = {"read": "open", "list": "scandir", "stat": "stat", "lstat": "lstat", "realpath": "realpath"}


class Files:
    """Reading, under one folder."""

    def __init__(self, folder: str, *, sandbox: bool = False) -> None:
        """`folder` is where the script lies."""
        self._root = os.path.realpath(folder)
        self._sandbox = sandbox

    def register(self, calls: HostCalls) -> None:
        """Answer what `host/fs.js` asks."""
        calls.register("fs.read", self._guarded("read", _read))
        calls.register("fs.list", self._guarded("list", _list))
        calls.register("fs.stat", self._guarded("stat", lambda path: _stat(os.stat(path))))
        calls.register("fs.lstat", self._guarded("lstat", lambda path: _stat(os.lstat(path)), follow=False))
        calls.register(
            "fs.realpath", self._guarded("realpath", lambda path: os.path.realpath(path, strict=True))
        )
        calls.register("fs.exists", self._guarded("stat", os.path.exists))

    def _guarded(
        self, name: str, function: Callable[[str], Any], *, follow: bool = True
    ) -> Callable[[str], Any]:
        def answer(path: str) -> Any:
            syscall = _SYSCALLS[name]
            try:
                self._check(path, follow)
                return function(path)
            except OSError as problem:
                code = errno.errorcode.get(problem.errno or 0, "EIO")
                text = (problem.strerror or "failed").lower()
                raise HostCallError(f"{code}: {text}, {syscall} '{path}'", code) from problem
            except ValueError as problem:  # a null byte in it
                raise HostCallError(f"{problem}: {path!r}", "ERR_INVALID_ARG_VALUE") from problem

        return answer

    def _check(self, path: str, follow: bool) -> None:
        if self._sandbox:
            raise PermissionError(errno.EACCES, "no files can be read with --sandbox")
        full = os.path.abspath(path)
        real = (
            os.path.realpath(full)
            if follow
            else os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
        )
        if real != self._root and not real.startswith(self._root.rstrip("/") + "/"):
            raise PermissionError(errno.EACCES, "only files under the script's folder can be read")


def _read(path: str) -> str:
    with open(path, "rb") as file:
        return b64encode(file.read()).decode("ascii")


def _list(path: str) -> list[list[str]]:
    return sorted(
        [entry.name, _kind(entry.stat(follow_symlinks=False).st_mode)] for entry in os.scandir(path)
    )


def _stat(found: os.stat_result) -> dict[str, Any]:
    times = {
        "mtimeMs": found.st_mtime_ns,
        "atimeMs": found.st_atime_ns,
        "ctimeMs": found.st_ctime_ns,
        "birthtimeMs": found.st_ctime_ns,
    }
    return {
        "kind": _kind(found.st_mode),
        "mode": found.st_mode,
        "size": found.st_size,
        **{name: time_ns / 1e6 for name, time_ns in times.items()},
    }


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    if stat.S_ISLNK(mode):
        return "link"
    return "fifo" if stat.S_ISFIFO(mode) else "socket" if stat.S_ISSOCK(mode) else "device"
