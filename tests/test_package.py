"""The wheel: what is in it, and that it runs in an environment that holds nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("llmspell_cli", "runtime", "debug")
BUILT = ("pyproject.toml", "README.md", "LICENSE", *PACKAGES)
TIMEOUT_S = 300.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing of the build is left in the tree."""
    source = tmp_path_factory.mktemp("source")
    for name in BUILT:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(PROJECT / name, source / name)
    target = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(target), str(source)])
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, bytes]:
    """The wheel's files by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_source_and_prelude_is_in_it(contents: dict[str, bytes]) -> None:
    wanted = {
        path.relative_to(PROJECT).as_posix()
        for package in PACKAGES
        for path in (PROJECT / package).rglob("*")
        if path.suffix in {".py", ".lua"} or path.name == "py.typed"
    }

    assert any(name.startswith("runtime/lua/") and name.endswith(".lua") for name in wanted)
    assert {f"{package}/py.typed" for package in PACKAGES} <= wanted
    assert wanted <= set(contents)


def test_nothing_else_is_in_it(contents: dict[str, bytes]) -> None:
    tops = {name.split("/")[0] for name in contents}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_what_it_says_of_itself(contents: dict[str, bytes]) -> None:
    (folder,) = {name.split("/")[0] for name in contents if ".dist-info/" in name}
    said = HeaderParser().parsestr(contents[f"{folder}/METADATA"].decode())
    version = re.search(r'__version__ = "(.+)"', (PROJECT / "debug/version.py").read_text(encoding="utf-8"))

    assert version is not None
    assert said["Name"] == "llmspell"
    assert said["Version"] == version[1]
    assert said["Requires-Python"] == ">=3.11"
    assert said["License-Expression"] == "MIT"
    assert contents[f"{folder}/licenses/LICENSE"] == (PROJECT / "LICENSE").read_bytes()
    entry_points = contents[f"{folder}/entry_points.txt"].decode()
    assert "[console_scripts]\nllmspell = llmspell_cli.__main__:main" in entry_points


def test_installed_distribution_has_the_same_version() -> None:
    from debug.version import __version__

    assert metadata.version("llmspell") == __version__


def test_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    _run([sys.executable, "-m", "venv", str(environment)])
    python = environment / "bin" / "python"
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)])
    empty = tmp_path / "empty"
    empty.mkdir()
    hello = b'Debug.info("said hello", "greeter")\nprint("hello")\n'

    for command in ([str(environment / "bin" / "llmspell")], [str(python), "-m", "llmspell_cli"]):
        done = subprocess.run(
            [*command, "run", "-"],
            input=hello,
            capture_output=True,
            cwd=empty,
            env=_clean_environment(tmp_path),
            timeout=TIMEOUT_S,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, b"hello\n"), done.stderr.decode(errors="replace")
        assert b"said hello" in done.stderr
    assert list(empty.iterdir()) == []


def _clean_environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LLMSPELL_", "PYTHON"))}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
