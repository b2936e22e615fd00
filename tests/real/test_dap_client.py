"""Microsoft's own test client for debug adapters, on node, holds sessions with ours.

Nothing is downloaded: `LLMSPELL_TEST_NPM` names a folder whose node_modules holds @vscode/debugadapter-testsupport and
@vscode/debugprotocol.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from debug.dap import types
from scenarios.dap_talk import FUNCTION_F
from scenarios.toy_script import marked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Command, RequireReal

PROGRAMS = Path(__file__).parent / "programs"
NPM = Path(os.environ.get("LLMSPELL_TEST_NPM") or "/nonexistent")

SCRIPTS = {
    "add.lua": """\
local function add(a, b)
  local sum = a + b -- @inside
  return sum -- @after
end
print("begin")
local total = add(2, 3)
print(total) -- @last
""",
    "add.js": """\
function add(a, b) {
  const sum = a + b; // @inside
  return sum; // @after
}
console.log("begin");
const total = add(2, 3);
console.log(total); // @last
""",
}


def line_of(text: str, mark: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith(f"@{mark}"))


@pytest.fixture
def session(llmspell: Command, require_real: RequireReal) -> Callable[..., dict[str, Any]]:
    """`session(runtime, executable, program, line)`: what the client saw."""
    node = shutil.which("node")
    require_real("node", node is not None)
    installed = (NPM / "node_modules/@vscode/debugadapter-testsupport").is_dir()
    require_real("@vscode/debugadapter-testsupport", installed)

    def held(runtime: str, executable: str | Path, program: Path, line: int | None = None) -> dict[str, Any]:
        words = [str(node), PROGRAMS / "js" / "dap_client.mjs", runtime, executable, program]
        done = subprocess.run(
            [*map(str, words), *([] if line is None else [str(line)])],
            cwd=llmspell.folder,
            env={**llmspell.environment, "LLMSPELL_TEST_NPM": str(NPM)},
            capture_output=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return seen

    return held


@pytest.mark.real
def test_a_first_session_with_a_toy(session: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    program = tmp_path / "toy.lua"
    program.write_text(FUNCTION_F)
    inside = marked(FUNCTION_F, "inside")
    seen = session(sys.executable, PROGRAMS / "toy_adapter.py", program, inside)
    assert seen["stops"] == [
        {"reason": "breakpoint", "line": inside, "name": "f", "depth": 2},
        {"reason": "step", "line": inside + 1, "name": "f", "depth": 2},
        {"reason": "step", "line": marked(FUNCTION_F, "last"), "name": "(main)", "depth": 1},
    ]
    assert seen["variables"] == {"n": "42", "rows": "1", "[[meta]]": "2"}
    assert seen["evaluated"] == '"seen"'
    assert seen["refused"] == "llmspell does not serve the request readMemory"
    assert (seen["output"], seen["exitCode"], seen["threads"]) == ("it begins\nit ends\n", 0, 2)


@pytest.mark.real
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_first_session(
    llmspell: Command, session: Callable[..., dict[str, Any]], tmp_path: Path, name: str
) -> None:
    program = tmp_path / name
    text = SCRIPTS[name]
    program.write_text(text)
    seen = session(llmspell.argv[0], "dap", program, line_of(text, "inside"))
    assert [(stop["reason"], stop["line"]) for stop in seen["stops"]] == [
        ("breakpoint", line_of(text, "inside")),
        ("step", line_of(text, "after")),
        ("step", line_of(text, "last")),
    ]
    assert [stop["depth"] for stop in seen["stops"]] == [2, 2, 1]
    assert (seen["variables"]["a"], seen["variables"]["b"], seen["evaluated"]) == ("2", "3", "5")
    assert (seen["output"], seen["exitCode"]) == ("begin\n5\n", 0)


@pytest.mark.real
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_run_without_a_debugger(
    llmspell: Command, session: Callable[..., dict[str, Any]], tmp_path: Path, name: str
) -> None:
    program = tmp_path / name
    program.write_text(SCRIPTS[name])
    seen = session(llmspell.argv[0], "dap", program)
    assert seen == {"stops": [], "output": "begin\n5\n", "threads": 0, "exitCode": 0}


@pytest.mark.real
def test_our_types_have_what_microsofts_have(require_real: RequireReal) -> None:
    """Every property of its declarations, some versions older, is one of ours, and required where theirs is."""
    declarations = NPM / "node_modules/@vscode/debugprotocol/lib/debugProtocol.d.ts"
    require_real("@vscode/debugprotocol", declarations.is_file())
    text = re.sub(r"/\*.*?\*/", "", declarations.read_text(encoding="utf-8"), flags=re.DOTALL)
    compared = 0
    for found in re.finditer(r"^\tinterface (\w+) \{\n(.*?)^\t\}", text, flags=re.DOTALL | re.MULTILINE):
        ours = getattr(types, found[1], None)
        if ours is None:
            continue
        fields = {field.encode_name: field.required for field in msgspec.structs.fields(ours)}
        theirs = re.findall(r"^\t\t(\w+)(\??):", found[2], flags=re.MULTILINE)
        assert theirs or not fields, found[1]
        for name, optional in theirs:
            assert fields.get(name) == (not optional), (found[1], name)
            compared += 1
    assert compared > 150
