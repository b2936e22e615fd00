"""Scripted sessions at the debugger's prompt, over toy scripts (`scenarios.toy_prompt`)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TESTS = Path(__file__).resolve().parent.parent
SCRIPT = """\
function leaf
  x = 1
  y = 2; z = 3 -- @leaf
end
function outer
  leaf()
  w = 4
end
say hello
outer()
outer() -- @again
say bye
"""


class Debug:
    """Runs scripted sessions in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, text: str, *commands: str, flags: tuple[str, ...] = (), env: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        (self.folder / "a.toy").write_text(text)
        (self.folder / "commands").write_text("\n".join(commands))
        done = subprocess.run(
            [sys.executable, "-m", "scenarios.toy_prompt", *flags, "a.toy", "--commands", "commands"],
            cwd=self.folder,
            env={"PYTHONPATH": str(TESTS), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


def told(shown: str) -> str:
    """What was typed and answered; of a stop its first line."""
    first = shown.index("(debug)")
    return re.sub(r"^(\[[A-Z].*\n)(?:(?!\(debug\)).*\n)*", r"\1", shown[first:], flags=re.MULTILINE)


def answers(shown: str) -> list[str]:
    """What was answered to each command; of a stop its first line."""
    return [part.rstrip("\n") for part in re.split(r"^\(debug\) .*\n", told(shown), flags=re.MULTILINE)[1:]]


def stops(shown: str) -> list[str]:
    """Why and where it has stopped."""
    return re.findall(r"^\[(.*)$", shown, flags=re.MULTILINE)
