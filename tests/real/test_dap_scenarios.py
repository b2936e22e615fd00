"""The table of the debugger's scenarios, through `llmspell dap`, with Microsoft's own test client on node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from scenarios.debug_editor import REASONS, accounts, task
from scenarios.debug_scenario import ENGINES
from scenarios.debug_seen import expected
from scenarios.debug_table import of_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Command, RequireReal

CLIENT = Path(__file__).parent / "programs" / "js" / "dap_scenarios.mjs"
NPM = Path(os.environ.get("LLMSPELL_TEST_NPM") or "/nonexistent")
AT_ONCE = 2


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Lua cuts the names of files that are longer than 60 characters out of its messages."""
    with TemporaryDirectory(prefix="dap") as folder:
        yield Path(folder)


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_editor_sees_the_same(
    engine: str, llmspell: Command, require_real: RequireReal, tmp_path: Path, short_folder: Path
) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    installed = (NPM / "node_modules/@vscode/debugadapter-testsupport").is_dir()
    require_real("@vscode/debugadapter-testsupport", installed)
    scenarios = of_engine(engine)
    folders = [short_folder / str(number) for number in range(len(scenarios))]
    tasks = [task(one, engine, folder) for one, folder in zip(scenarios, folders, strict=True)]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    seen = tmp_path / "seen.json"
    done = subprocess.run(
        [str(node), CLIENT, llmspell.argv[0], "dap", tmp_path / "tasks.json", seen, str(AT_ONCE)],
        cwd=llmspell.folder,
        env={**llmspell.environment, "LLMSPELL_TEST_NPM": str(NPM)},
        capture_output=True,
        timeout=290,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    wanted = {one.name: expected(one, engine, REASONS) for one in scenarios}
    told = zip(wanted, accounts(seen.read_bytes(), folders), strict=True)
    wrong = {name: found for name, found in told if found != wanted[name]}
    assert wrong == {name: wanted[name] for name in wrong}
