"""What a profiled run loads before its script runs: what only its end needs comes while the script runs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_STARTED = """
import os, sys
from llmspell_cli.arguments import split
from llmspell_cli.options import find_command
from llmspell_cli.profile_request import build_profile_request

words = ["profile", "a.lua", "-o", "out.json"]
command, count = find_command(words)
build_profile_request(split(words[count:], command), os.environ, os.getcwd())
import llmspell_cli.commands.profile, runtime.lua.profiler, runtime.lua.jit_ticks
print(*sys.modules)
"""

ONLY_AT_THE_END = (
    "msgspec",
    "debug.profile.model",
    "debug.profile.store",
    "llmspell_cli.render.profile_view",
)


def test_the_script_waits_for_nothing_that_only_the_end_needs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STARTED], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    loaded = done.stdout.split()
    assert "runtime.lua.samples" in loaded
    assert not set(ONLY_AT_THE_END) & set(loaded)


@pytest.mark.parametrize("form", ["json", "collapsed"])
def test_all_of_it_is_loaded_by_what_runs_beside_the_script(tmp_path: Path, form: str) -> None:
    text = f"""
import sys, threading
from types import SimpleNamespace
from llmspell_cli.commands.profile import load_what_the_end_needs

request = SimpleNamespace(run=SimpleNamespace(json=False), output="out", format={form!r})
load_what_the_end_needs(request).join()
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert {*ONLY_AT_THE_END[:2], ONLY_AT_THE_END[3], f"debug.profile.export.{form}"} <= set(
        done.stdout.split()
    )
