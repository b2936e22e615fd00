"""Programs over what a host gives, in node and here: the same output and the same exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import RequireReal

PROGRAMS = Path(__file__).parent / "js_host"
ROOT = Path(__file__).parents[2]


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    ["console.js", "inspect.js", "modules/main.js", "order.js", "path.js", "standard.js", "url.js"],
)
def test_a_program_says_what_it_says_in_node(name: str, require_real: RequireReal) -> None:
    node = shutil.which("node")
    version = (
        subprocess.run([str(node), "--version"], capture_output=True, check=True).stdout if node else b""
    )
    require_real("node 20", version.startswith(b"v20."))
    ours, theirs = (
        subprocess.run(
            [*argv, str(PROGRAMS / name)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "TZ": "UTC", "LANG": "C.UTF-8"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        for argv in ([sys.executable, "-m", "llmspell_cli", "run"], [str(node)])
    )
    assert ours.stdout.decode() == theirs.stdout.decode(), ours.stderr.decode()
    assert ours.returncode == theirs.returncode
