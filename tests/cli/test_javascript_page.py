"""What docs/javascript.md says of a script's surroundings, its exit codes and its errors is what happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.js.modules import BUILTINS

if TYPE_CHECKING:
    from tests.conftest import Command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "javascript.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```js\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXITS = re.findall(r"^\| `(.+)` \| (\d+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("code", [pytest.param(code, id=section) for section, code in EXAMPLES])
def test_an_example_of_the_page_holds(llmspell: Command, code: str) -> None:
    (llmspell.folder / "example.js").write_text(code)
    outcome = llmspell("run", "example.js")
    assert (outcome.exit_code, "assert" in outcome.stderr) == (0, False), outcome.stderr


def test_an_example_stands_in_each_section_that_has_one() -> None:
    assert len(EXAMPLES) == PAGE.count("```js\n") == 6


@pytest.mark.parametrize(("code", "expected"), EXITS)
def test_a_script_ends_with_the_code_that_the_page_says(llmspell: Command, code: str, expected: str) -> None:
    (llmspell.folder / "ends.js").write_text(code)
    assert llmspell("run", "ends.js").exit_code == int(expected)


def test_the_built_in_modules_are_those_that_it_lists() -> None:
    listed = re.search(r"<!-- built-in modules -->\n(.*?)\n<!-- end -->", PAGE, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"`([^`]+)`", listed[1])) == BUILTINS


def test_the_globals_that_it_lists_are_there(llmspell: Command) -> None:
    table = PAGE.partition("## What a script finds")[2].partition("```js")[0]
    names = [name for name in re.findall(r"`([A-Za-z_.]+)`", table) if not name.startswith("clear")]
    streams = {"log", "info", "debug", "table", "dir", "warn", "error", "trace", "assert"}
    members = re.search(r"\| `process` \| (.*) \|", table)
    assert members is not None
    of_process = set(re.findall(r"`([A-Za-z.]+)`", members[1]))
    plain = set(names) - streams - of_process - {"ref", "unref", "mark", "measure"}
    checks = [
        *(f"typeof {name} !== 'undefined'" for name in sorted(plain)),
        *(f"'{name}' in process" for name in sorted(of_process) if "." not in name),
        *(f"typeof process.{name} === 'function'" for name in sorted(of_process) if "." in name),
        *(f"typeof console.{name} === 'function'" for name in sorted(streams)),
    ]
    assert len(checks) > 45
    lines = "".join(f"if (!({check})) console.log({check!r});\n" for check in checks)
    (llmspell.folder / "globals.js").write_text(lines)
    outcome = llmspell("run", "globals.js")
    assert (outcome.exit_code, outcome.stdout) == (0, ""), outcome.stderr


def test_the_error_that_it_shows_is_what_the_example_shows(llmspell: Command) -> None:
    shutil.copy(ROOT / "scripts" / "examples" / "js" / "errors.js", llmspell.folder)
    shown = re.search(
        r"^```console\n\$ llmspell (run errors\.js)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
    )
    assert shown is not None
    outcome = llmspell(*shown[1].split(), "--no-debug")
    assert outcome.stderr.strip() == shown[2].strip()


def test_a_sandbox_hides_what_it_says(llmspell: Command) -> None:
    (llmspell.folder / "beside.js").write_text("module.exports = 42")
    (llmspell.folder / "inside.js").write_text("""
        const assert = require("assert");
        assert.equal(require("./beside"), 42);
        assert.throws(() => require("fs").readFileSync("beside.js"), { code: "EACCES" });
        assert.deepEqual({ ...process.env }, {});
        assert.deepEqual([process.argv.slice(0, 2), process.cwd(), process.pid], [["llmspell", "inside.js"], "/", 0]);
    """)
    outcome = llmspell("run", "--sandbox", "inside.js")
    assert outcome.exit_code == 0, outcome.stderr
