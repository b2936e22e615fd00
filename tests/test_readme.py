"""The README does what it says: its commands, its links, its picture, its Lua."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from llmspell_cli.options import COMMANDS

if TYPE_CHECKING:
    from tests.conftest import Command, RequireReal

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "scripts" / "examples" / "lua"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
QUICK, TESTS, PICTURE = re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def _checkout(target: Path) -> None:
    """What a clone would hold once this tree is committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\0")
    files = [name for name in listed if name and (ROOT / name).is_file()]
    if files:
        for name in files:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    else:  # an unpacked source archive
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".*", "__pycache__"), dirs_exist_ok=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_first_command_installs_and_shows_the_tour(tmp_path: Path, require_real: RequireReal) -> None:
    require_real("python3.11", shutil.which("python3.11") is not None)
    assert "\n" not in QUICK
    _checkout(tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLMSPELL_")}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        ["sh", "-c", QUICK], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("That was all of it.")
    assert "The bakery is sold out" in done.stderr
    assert "batch of rolls" in done.stderr  # the table of timers


def test_the_second_command_is_there() -> None:
    (tool,) = shlex.split(TESTS)
    assert os.access(ROOT / tool, os.X_OK)
    helped = subprocess.run([ROOT / tool, "--help"], capture_output=True, text=True, check=True)
    assert tool in helped.stdout


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", text):
        path, _, anchor = (target[0] or target[1]).partition("#")
        if path.startswith(("http:", "https:")):
            continue
        found = page.parent / path if path else page
        assert found.exists(), path
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}


def test_the_examples_are_named() -> None:
    assert set(re.findall(r"`(\w+\.lua)`", PROSE)) == {path.name for path in EXAMPLES.glob("*.lua")} - {
        "tour.lua"
    }


def test_the_options_it_names_exist() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PROSE))
    assert named
    known = {name for command in COMMANDS.values() for name in command.known()}
    assert named <= known | {"--install-completion"}  # that one is typer's


def test_its_lua_runs(llmspell: Command) -> None:
    (code,) = re.findall(r"^```lua\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(code.splitlines()) == 10
    (llmspell.folder / "ten.lua").write_text(code)
    outcome = llmspell("run", "ten.lua")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stdout.endswith("\n2\n")
    assert "slow answer" in outcome.stderr
    assert "llmspell.debug" not in outcome.stderr


def test_its_javascript_runs(llmspell: Command) -> None:
    (code,) = re.findall(r"^```js\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (llmspell.folder / "first.js").write_text(code)
    outcome = llmspell("run", "first.js")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stdout.startswith("end: ")
    assert "this very file" in outcome.stderr


def _rows(picture: Path) -> list[list[str]]:
    """The words of each row of a picture; what differs from run to run is replaced by its kind."""
    rows: dict[float, list[str]] = {}
    for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text"):
        if "clip-path" in text.attrib:
            rows.setdefault(float(text.attrib["y"]), []).append("".join(text.itertext()))
    found = []
    for _, texts in sorted(rows.items()):
        line = re.sub(r"\d\d:\d\d:\d\d\.\d{3}", "TIME", " ".join(texts).replace("\N{NO-BREAK SPACE}", " "))
        line = re.sub(r"timer_[0-9a-f-]{36}", "ID", line)
        line = re.sub(r"[\d.]+ (?:ns|µs|ms|s)\b", "DURATION", line)
        found.append(line.split())
    return [row for row in found if row]


def test_the_picture_shows_what_the_command_shows_today(tmp_path: Path) -> None:
    tool, out, *rest = shlex.split(PICTURE)
    assert f'<img src="{out}"' in README
    now = tmp_path / "now.svg"
    rest[rest.index("--folder") + 1] = str(ROOT / rest[rest.index("--folder") + 1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLMSPELL_")}
    subprocess.run(
        [sys.executable, ROOT / tool, now, *rest],
        cwd=tmp_path, env={**environment, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}, capture_output=True, check=True,
    )  # fmt: skip
    pictured, today = _rows(ROOT / out), _rows(now)
    table = next(at for at, row in enumerate(pictured) if row[0] == "timers")
    assert today[:table] == pictured[:table]

    # Which columns of the table have room depends on how long the figures are.
    def columns(rows: list[list[str]]) -> set[str]:
        return {word.strip(",") for word in (*rows[table][1:], *rows[-1])} - {"no", "room", "for:"}

    assert columns(today) == columns(pictured)
    assert {row[0] for row in today[table:]} == {row[0] for row in pictured[table:]}
    assert not re.search(r"url\(\s*[\"']?(?!#)|href", (ROOT / out).read_text(encoding="utf-8"))
