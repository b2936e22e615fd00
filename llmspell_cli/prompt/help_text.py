"""What `help` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmspell_cli.render import theme
from llmspell_cli.render.text import plain_marks, wrapped

if TYPE_CHECKING:
    from llmspell_cli.prompt.command import Command, Table
    from llmspell_cli.render.terminal import Terminal

_INDENT = 2
_LAST_WORDS = (
    "Anything else is evaluated in the frame that is looked at. An empty line does the last step again. "
    "Ctrl-C stops a script that runs, Ctrl-D quits. `help COMMAND` says more."
)


def help_on(table: Table, name: str, terminal: Terminal) -> str:
    """Help on a command, or on all. Raises CommandProblem where there is none of that name."""
    return page(table.get(name), terminal) if name else overview(table, terminal)


def overview(table: Table, terminal: Terminal) -> str:
    """All commands, a line each."""
    paint = theme.painter(terminal.color)
    shown = []
    width = max(len(_names(one)) for group in table.groups for one in group.commands) + _INDENT
    columns = terminal.current_width()
    for group in table.groups:
        shown.append(paint(theme.BOLD, group.title))
        for one in group.commands:
            names = _names(one)
            room = columns - width - _INDENT
            summary = _lines(one.summary, room if room >= 20 else columns - 4, terminal)
            if room >= 20:
                first, *rest = summary
                shown.append(f"  {paint(theme.KEY, names)}{' ' * (width - len(names))}{first}")
                shown += (f"{' ' * (width + _INDENT)}{line}" for line in rest)
            else:
                shown.append(f"  {paint(theme.KEY, names)}")
                shown += (f"    {line}" for line in summary)
    shown += ["", *_lines(_LAST_WORDS, columns, terminal)]
    return "".join(f"{line}\n" for line in shown)


def page(command: Command[Any], terminal: Terminal) -> str:
    """One command in full."""
    paint = theme.painter(terminal.color)
    columns = terminal.current_width()
    shown = [f"{paint(theme.BOLD, command.name)} {command.usage}".rstrip()]
    shown += _lines(
        f"{command.summary[:1].upper()}{command.summary[1:]}. {command.details}".strip(), columns, terminal
    )
    if len(command.names) > 1:
        shown.append(f"Also: {', '.join(command.names[1:])}")
    if command.examples:
        shown.append("Examples:" if len(command.examples) > 1 else "Example:")
        shown += (f"  {paint(theme.KEY, example)}" for example in command.examples)
    return "".join(f"{line}\n" for line in shown)


def _names(command: Command[Any]) -> str:
    return ", ".join(command.names)


def _lines(text: str, room: int, terminal: Terminal) -> list[str]:
    return wrapped(plain_marks(text, terminal.unicode), room, room)
