"""Which configuration files count."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmspell_cli.config.discover import find_files

OURS = "[tool.llmspell.debug]\nlevel = 'warn'\n"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home" / ".config" / "llmspell").mkdir(parents=True)
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src" / "deep").mkdir(parents=True)
    return folder


def found(folder: Path, environ: dict[str, str], config: str | None = None) -> list[str]:
    """The files by their paths relative to the folder that holds home and project."""
    root = Path(environ["HOME"]).parent
    return [str(Path(file.path).relative_to(root)) for file in find_files(config, environ, str(folder))]


def test_none(project: Path, home: dict[str, str]) -> None:
    assert found(project, home) == []


def test_the_nearest_upwards_counts(project: Path, home: dict[str, str]) -> None:
    (project / "llmspell.toml").touch()
    assert found(project / "src" / "deep", home) == ["project/llmspell.toml"]
    (project / "src" / "llmspell.toml").touch()
    assert found(project / "src" / "deep", home) == ["project/src/llmspell.toml"]


def test_own_file_before_pyproject_of_the_same_folder(project: Path, home: dict[str, str]) -> None:
    (project / "pyproject.toml").write_text(OURS)
    assert found(project / "src", home) == ["project/pyproject.toml"]
    (project / "llmspell.toml").touch()
    assert found(project / "src", home) == ["project/llmspell.toml"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[project]\nname = 'x'\n",
        "[project]\nname = 'llmspell'\n",
        "llmspell = [",
        "[tool]\nx = 'llmspell'",
    ],
)
def test_pyproject_of_others_is_passed_by(project: Path, home: dict[str, str], content: str) -> None:
    (project / "llmspell.toml").touch()
    (project / "src" / "pyproject.toml").write_text(content)
    assert found(project / "src", home) == ["project/llmspell.toml"]


def test_a_broken_pyproject_with_our_table_is_ours(project: Path, home: dict[str, str]) -> None:
    (project / "pyproject.toml").write_text(OURS + "broken = [")
    assert found(project, home) == ["project/pyproject.toml"]


def test_the_users_file_comes_after(project: Path, home: dict[str, str]) -> None:
    (project / "llmspell.toml").touch()
    (Path(home["HOME"]) / ".config" / "llmspell" / "config.toml").touch()
    assert found(project, home) == ["project/llmspell.toml", "home/.config/llmspell/config.toml"]


def test_xdg_config_home(project: Path, home: dict[str, str]) -> None:
    (Path(home["HOME"]) / ".config" / "llmspell" / "config.toml").touch()
    (project / "xdg" / "llmspell").mkdir(parents=True)
    (project / "xdg" / "llmspell" / "config.toml").touch()
    assert found(project, {**home, "XDG_CONFIG_HOME": str(project / "xdg")}) == [
        "project/xdg/llmspell/config.toml"
    ]
    # The specification: a relative one does not count.
    assert found(project, {**home, "XDG_CONFIG_HOME": "xdg"}) == ["home/.config/llmspell/config.toml"]


def test_a_named_file_replaces_the_search_and_must_be_there(project: Path, home: dict[str, str]) -> None:
    (project / "llmspell.toml").touch()
    assert found(project, home, "other.toml") == ["project/other.toml"]
    assert find_files("other.toml", home, str(project))[0].is_required
