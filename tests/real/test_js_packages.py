"""Packages from npm compute the same here as in node.

Nothing is downloaded: `LLMSPELL_TEST_NPM` names a folder whose node_modules holds acorn, async, handlebars, lodash,
marked, moment and uuid.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Command, RequireReal

PROGRAMS = Path(__file__).parent / "programs" / "js"
PACKAGES = ("acorn", "async", "handlebars", "lodash", "marked", "moment", "uuid")


@pytest.mark.real
@pytest.mark.parametrize("name", ["packages.js", "packages.mjs"])
def test_packages_say_what_they_say_in_node(llmspell: Command, require_real: RequireReal, name: str) -> None:
    installed = Path(os.environ.get("LLMSPELL_TEST_NPM") or "/nonexistent") / "node_modules"
    node = shutil.which("node")
    require_real("node", node is not None)
    require_real("packages of npm", all((installed / package).is_dir() for package in PACKAGES))
    shutil.copy(PROGRAMS / name, llmspell.folder)
    (llmspell.folder / "node_modules").symlink_to(installed)
    ours = llmspell("run", name)
    theirs = subprocess.run(
        [str(node), name],
        cwd=llmspell.folder,
        env=llmspell.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert theirs.returncode == 0, theirs.stderr.decode()
    assert ours.stdout == theirs.stdout.decode(), ours.stderr
    assert ours.exit_code == 0
