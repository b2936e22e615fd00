"""Reads one configuration file: its tables and the line of every key in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from llmspell_cli.config.discover import PYPROJECT
from llmspell_cli.config.layers import Layer, file_layer
from llmspell_cli.errors import Problem

if TYPE_CHECKING:
    from llmspell_cli.config.discover import Found
    from llmspell_cli.config.kinds import KeyPath

_PYPROJECT_TABLE = ("tool", "llmspell")


def read_file(found: Found, folder: str, problems: list[Problem]) -> Layer:
    """The layer of a file. One that cannot be read or parsed gives an empty layer and a problem."""
    name = _shown(found.path, folder)
    text = _read_text(found, name, problems)
    table = None if text is None else _parse(text, name, problems)
    if text is None or table is None:
        return Layer({}, {})
    from llmspell_cli.config.toml_lines import locate

    lines = locate(text)
    if os.path.basename(found.path) == PYPROJECT:
        table, lines = _tool_table(table, lines, name, problems)
    kind = "user_file" if found.is_user_file else "file"
    return file_layer(table, lines, kind, name, os.path.dirname(found.path), problems)


def _shown(path: str, folder: str) -> str:
    """How messages call a file: relative to the current folder where it lies in it."""
    relative = os.path.relpath(path, folder)
    return os.path.normpath(path) if relative.startswith(os.pardir) else relative


def _read_text(found: Found, name: str, problems: list[Problem]) -> str | None:
    try:
        with open(found.path, "rb") as file:
            content = file.read()
    except OSError as error:
        reason = (
            "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        )
        problems.append(Problem(f"cannot read the configuration: {reason}", name, hint=_similar(found.path)))
        return None
    except ValueError as error:  # a name with a null byte
        problems.append(Problem(f"cannot read the configuration: {error}", name))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(Problem("is not valid UTF-8", f"{name}:{line}"))
        return None


def _similar(path: str) -> str | None:
    """A hint at a file of a similar name in the same folder."""
    from llmspell_cli.config.kinds import meant

    try:
        names = [name for name in os.listdir(os.path.dirname(path)) if name.endswith(".toml")]
    except (OSError, ValueError):
        return None
    return meant(os.path.basename(path), sorted(names))


def _parse(text: str, name: str, problems: list[Problem]) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(_syntax_problem(str(error), text, name))
    except RecursionError:
        problems.append(Problem("is nested too deeply", name))
    return None


def _syntax_problem(message: str, text: str, name: str) -> Problem:
    """What tomllib says, with its line and column taken out of the sentence and the source line shown."""
    reason, _, place = message.rpartition(" (at ")
    lines = text.split("\n")
    numbers = [int(word) for word in place.rstrip(")").replace(",", " ").split() if word.isdigit()]
    if len(numbers) == 2:
        line, column = numbers
    else:  # "at end of document"
        line = max((number for number, content in enumerate(lines, 1) if content.strip()), default=1)
        column = len(lines[line - 1].rstrip()) + 1
    source = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
    if len(source) > 200:
        source, column = source[max(0, column - 100) : column + 100], min(column, 101)
    margin = f"{line:>5} | "
    before = source[: column - 1].expandtabs(4)
    excerpt = f"{margin}{source.expandtabs(4)}\n{' ' * (len(margin) - 2)}| {' ' * len(before)}^"
    return Problem(f"is not valid TOML: {reason or message}", f"{name}:{line}:{column}", excerpt=excerpt)


def _tool_table(
    table: dict[str, Any], lines: dict[KeyPath, int], name: str, problems: list[Problem]
) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """The `[tool.llmspell]` table of a `pyproject.toml`, and the lines of what is in it."""
    own: Any = table
    for part in _PYPROJECT_TABLE:
        own = own.get(part, {}) if isinstance(own, dict) else {}
    depth = len(_PYPROJECT_TABLE)
    own_lines = {path[depth:]: line for path, line in lines.items() if path[:depth] == _PYPROJECT_TABLE}
    if not isinstance(own, dict):
        problems.append(Problem("tool.llmspell is not a table", f"{name}:{own_lines.get((), 1)}"))
        return {}, {}
    return own, own_lines
