"""Finds the configuration files that count for a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT_FILE = "llmspell.toml"
PYPROJECT = "pyproject.toml"


class Found(NamedTuple):
    """A configuration file, not yet read."""

    path: str
    """Absolute."""
    is_user_file: bool = False
    is_required: bool = False
    """True where the user named it: then it must be there."""


def find_files(config: str | None, environ: Mapping[str, str], folder: str) -> list[Found]:
    """The files that count, the strongest first: the named or nearest project file, then the user's.

    `config` is what `--config` names; `folder` is where the search upwards starts.
    """
    found = []
    if config is not None:
        found.append(Found(os.path.join(folder, os.path.expanduser(config)), is_required=True))
    elif (project := _nearest_project_file(folder)) is not None:
        found.append(Found(project))
    if (user := _user_file(environ)) is not None and _is_there(user):
        found.append(Found(user, is_user_file=True))
    return found


def _nearest_project_file(folder: str) -> str | None:
    """The nearest `llmspell.toml`, or `pyproject.toml` with a `[tool.llmspell]` table, from `folder` up."""
    while True:
        own = os.path.join(folder, PROJECT_FILE)
        if _is_there(own):
            return own
        shared = os.path.join(folder, PYPROJECT)
        if _is_there(shared) and _mentions_llmspell(shared):
            return shared
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _user_file(environ: Mapping[str, str]) -> str | None:
    """`llmspell/config.toml` in the user's folder for configuration, as the XDG specification has it."""
    base = environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):  # the specification: a relative one does not count
        home = environ.get("HOME") or os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".config")
    return os.path.join(base, "llmspell", "config.toml")


def _is_there(path: str) -> bool:
    """Whether something of that name is there; whether it can be read comes out when reading."""
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def _mentions_llmspell(path: str) -> bool:
    """Whether a `pyproject.toml` has a `tool.llmspell` table; one that cannot be read or parsed has none.

    Other tools will complain about a broken one; a run must not fail on a file that may not be meant for it.
    """
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return False
    if b"llmspell" not in text:
        return False  # the usual case, without the 14 ms that tomllib takes to import
    import tomllib

    try:
        tool = tomllib.loads(text.decode()).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Broken, but clearly ours in part: worth the message.
        return b"[tool.llmspell" in text
    return isinstance(tool, dict) and "llmspell" in tool
