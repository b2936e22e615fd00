"""Runs a program over real Lua libraries in Debian's own interpreter and in llmspell, side by side."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Stock:
    """An interpreter of Debian: which engine of ours it answers to, and where Debian puts its libraries."""

    engine: str
    executable: str
    libraries: str
    """The version folder under /usr/share/lua and /usr/lib/<triplet>/lua."""


STOCK = {
    "lua5.4": Stock("lua5.4", "lua5.4", "5.4"),
    "lua5.1": Stock("lua5.1", "lua5.1", "5.1"),
    "luajit": Stock("luajit", "luajit", "5.1"),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, as bytes: what a library writes is compared to the byte."""

    exit_code: int
    stdout: bytes


@dataclass(frozen=True, slots=True)
class Debian:
    """Debian's Lua for one engine: its environment, and both ways to run a program."""

    stock: Stock
    llmspell: Any
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The paths under which both find Debian's libraries; nothing else that steers Lua."""
        share = f"/usr/share/lua/{self.stock.libraries}"
        c_modules = ";".join(f"{found}/?.so" for found in self.library_folders())
        return {
            "LUA_PATH": f"{share}/?.lua;{share}/?/init.lua;;",
            "LUA_CPATH": f"{c_modules};;",
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    def library_folders(self) -> list[Path]:
        """Where the C modules of this version lie."""
        return sorted(Path("/usr/lib").glob(f"*/lua/{self.stock.libraries}"))

    def in_stock(self, script: Path, *arguments: str) -> Ended:
        """Debian's interpreter on the program."""
        done = subprocess.run(
            [self.stock.executable, str(script), *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return Ended(done.returncode, done.stdout)

    def in_llmspell(self, script: Path, *arguments: str, flags: tuple[str, ...] = ()) -> Ended:
        """llmspell on the program, with C modules allowed; what it logs is not looked at."""
        done = self.llmspell(
            "run",
            "--engine",
            self.stock.engine,
            "--c-modules",
            *flags,
            script,
            "--",
            *arguments,
            env=self.environment,
            cwd=self.folder,
            timeout=TIMEOUT_S,
        )
        return Ended(done.exit_code, done.stdout.encode())


@pytest.fixture
def debian(llmspell: Any, require_real: Any, tmp_path: Path) -> Callable[[str, str], Debian]:
    """`debian(engine, module_file)`: that interpreter, where it and the library's file are installed."""

    def found(engine: str, module: str) -> Debian:
        stock = STOCK[engine]
        require_real(f"Debian's {stock.executable}", shutil.which(stock.executable) is not None)
        made = Debian(stock, llmspell, tmp_path / "work")
        folders = [Path("/usr/share/lua", stock.libraries), *made.library_folders()]
        require_real(f"Debian's {module} for {engine}", any((folder / module).exists() for folder in folders))
        return made

    return found
