"""Profiles in files, for commands: what goes wrong is told in our words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from debug.profile.export import UnknownFormat, exported, format_for
from llmspell_cli.errors import CommandLineProblem, LlmspellError, Problem
from llmspell_cli.exits import SCRIPT_FAILED

if TYPE_CHECKING:
    from debug.profile.model import Profile


class WriteFailed(LlmspellError):
    """A file could not be written."""

    exit_code = SCRIPT_FAILED


def read_profile(path: str) -> Profile:
    """The profile saved in a file. Raises `CommandLineProblem`."""
    from debug.profile import store

    try:
        return store.load(Path(path))
    except store.ProfileError as error:
        raise CommandLineProblem(
            [Problem(f"{path} is no profile: {error.problem}", hint=error.hint)]
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CommandLineProblem([Problem(f"cannot read {path}: {reason}")]) from None


def check_output(path: str, form: str | None) -> list[Problem]:
    """What would keep a profile from being written to `path`, before there is one."""
    import os

    try:
        format_for(path, form)
    except UnknownFormat as error:
        return [Problem(str(error), "-o" if form is None else "--format")]
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        return [Problem(f"there is no directory {folder}", "-o")]
    if os.path.isdir(path):
        return [Problem(f"{path} is a directory", "-o", "a file to write to")]
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        return [Problem(f"cannot write to {path}: permission denied", "-o")]
    return []


def write_profile(profile: Profile, path: str, form: str | None) -> str:
    """Write it in the format asked for, or that of the file's name; what to tell. Raises `WriteFailed`."""
    chosen = format_for(path, form)
    return write_file(path, exported(profile, chosen, path), chosen.name)


def write_file(path: str, content: bytes, what: str) -> str:
    """Write a file; what to tell. Raises `WriteFailed`."""
    from llmspell_cli.render.units import size

    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise WriteFailed(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
    return f"llmspell: wrote {path} ({what}, {size(len(content))})\n"
