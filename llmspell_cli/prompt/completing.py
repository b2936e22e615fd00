"""What may stand at the end of a line that somebody types."""

from __future__ import annotations

import glob
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from debug.debugger.events import SessionError
from llmspell_cli.prompt.parsing import CommandProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmspell_cli.prompt.command import Command, Table
    from llmspell_cli.prompt.desk import Desk

_COMMAND = re.compile(r"\s*([A-Za-z]+|\?)\s+(.*)", re.DOTALL)
_LAST_WORD = re.compile(r"[^\s]*$")


class Found(NamedTuple):
    """Names, and how many characters before the end they take the place of."""

    names: tuple[str, ...]
    replaces: int


def complete(table: Table, desk: Desk, text: str) -> Found:
    """The names that may stand at the end of `text`."""
    found = _COMMAND.fullmatch(text)
    command = None if found is None else table.find(found[1])
    if found is not None and command is not None:
        return _argument(table, desk, command, found[2])
    if text.startswith("!") or found is not None:
        return _expression(desk, text.removeprefix("!"))
    word = text.strip()
    names = sorted(name for name in table.names if len(name) > 2 and name.startswith(word))
    of_script = _expression(desk, text) if word else Found((), 0)
    if names and of_script.replaces not in (0, len(word)):
        return Found(tuple(names), len(word))
    if not names:
        return of_script
    every = dict.fromkeys((*names, *of_script.names))
    return Found((f"{names[0]} ",) if len(every) == 1 else tuple(every), len(word))


def _argument(table: Table, desk: Desk, command: Command[object], text: str) -> Found:
    word = _LAST_WORD.search(text)
    last = word[0] if word is not None else ""
    if command.takes == "expression" or re.search(r"(?:^|\s)if\s", text):
        return _expression(desk, text)
    if command.takes == "command":
        return _beginning(last, (name for name in table.names if len(name) > 2))
    if command.takes == "word":
        return _beginning(last, command.words)
    if command.takes == "breakpoint":
        return _beginning(last, (str(info.id) for info in desk.breakpoints()))
    if command.takes == "place":
        return _beginning(last, _files(desk, last))
    return Found((), 0)


def _beginning(word: str, names: Iterable[str]) -> Found:
    return Found(tuple(sorted({name for name in names if name.startswith(word)})), len(word))


def _files(desk: Desk, word: str) -> Iterable[str]:
    for source in desk.session.sources.all():
        yield f"{source.name}:"
    for path in glob.iglob(f"{glob.escape(word)}*"):
        yield f"{path}/" if os.path.isdir(path) else f"{path}:"


def _expression(desk: Desk, text: str) -> Found:
    if desk.stop is None:
        return Found((), 0)
    try:
        found = desk.session.inspector.completions(text, desk.frame().id)
    except (SessionError, CommandProblem):
        return Found((), 0)
    return Found(tuple(dict.fromkeys(name.label for name in found.names)), found.replaces)
