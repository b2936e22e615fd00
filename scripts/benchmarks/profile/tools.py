"""Profilers as commands: ours and those of others, each with the command that runs the same script without it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from debug.profile import store

if TYPE_CHECKING:
    from collections.abc import Callable

_OUT = "OUT"
_LLMSPELL = (sys.executable, "-m", "llmspell_cli")


@dataclass(frozen=True, slots=True)
class Tool:
    """A profiler. Where a command says `OUT` it writes what it found."""

    name: str
    plain: tuple[str, ...]
    """Runs a script; the script and its arguments come behind."""
    profiled: tuple[str, ...]
    """Runs it with the profiler."""
    samples: Callable[[Path], int] | None = None
    """How many the file it wrote holds; None where a tool takes none, but counts calls."""
    module: str | None = None
    """What has to be installed for this Python, beside the commands themselves."""

    @property
    def is_installed(self) -> bool:
        """Whether it can be run here."""
        commands = {self.plain[0], self.profiled[0]}
        return all(map(shutil.which, commands)) and (
            self.module is None or find_spec(self.module) is not None
        )

    def profiled_to(self, out: Path) -> tuple[str, ...]:
        """The command that writes to that file."""
        return tuple(word.replace(_OUT, str(out)) for word in self.profiled)


def llmspell(engine: str) -> Tool:
    """Ours, at its own rate."""
    chosen = ("--engine", engine)
    return Tool(
        "`llmspell profile`",
        (*_LLMSPELL, "run", *chosen),
        (*_LLMSPELL, "profile", *chosen, "--format", "json", "--output", _OUT),
        lambda path: len(store.load(path).samples.at_ns),
    )


NODE = Tool(
    "`node --cpu-prof`",
    ("node",),
    ("node", "--cpu-prof", "--cpu-prof-dir=/", f"--cpu-prof-name={_OUT}"),
    lambda path: len(json.loads(path.read_bytes())["samples"]),
)
LUAJIT = Tool(
    "`luajit -jp`",
    ("luajit",),
    ("luajit", f"-jp=ri1m0,{_OUT}"),  # raw counts, a millisecond apart, the rare ones too
    lambda path: sum(map(int, re.findall(r"^\s*(\d+)\s", path.read_text(encoding="utf-8"), re.MULTILINE))),
)
PY_SPY = Tool(
    "py-spy",
    (sys.executable,),
    (
        str(Path(sys.executable).with_name("py-spy")),
        "record", "--rate", "1000", "--format", "raw", "--output", _OUT, "--", sys.executable,
    ),
    lambda path: sum(int(line.rpartition(" ")[2]) for line in path.read_text(encoding="utf-8").splitlines()),
)  # fmt: skip
PYINSTRUMENT = Tool(
    "pyinstrument",
    (sys.executable,),
    (sys.executable, "-m", "pyinstrument", "--interval", "0.001", "--renderer", "json", "--outfile", _OUT),
    lambda path: int(json.loads(path.read_bytes())["sample_count"]),
    module="pyinstrument",
)
CPROFILE = Tool("cProfile", (sys.executable,), (sys.executable, "-m", "cProfile", "-o", _OUT))
PYTHON = (PY_SPY, PYINSTRUMENT, CPROFILE)
