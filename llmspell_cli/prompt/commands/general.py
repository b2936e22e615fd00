"""Help, and what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.places import OnData
from debug.nearest import did_you_mean
from llmspell_cli.prompt.command import Command, Group
from llmspell_cli.prompt.commands.values import show_displays, show_scopes
from llmspell_cli.prompt.parsing import CommandProblem, anything
from llmspell_cli.prompt.view import show_where
from llmspell_cli.render.debug_tables import show_breakpoints, show_sources, show_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmspell_cli.prompt.desk import Desk


def _breakpoints(desk: Desk) -> None:
    desk.say(show_breakpoints(desk.breakpoints(), desk.terminal) or "no breakpoints\n")


def _watches(desk: Desk) -> None:
    infos = [info for info in desk.breakpoints() if isinstance(info.where, OnData)]
    desk.say(show_breakpoints(infos, desk.terminal) or "no watchpoints\n")
    show_displays(desk)


def _threads(desk: Desk) -> None:
    stop = desk.stop
    desk.say(
        show_threads(desk.session.threads(), stop.thread if stop else None, desk.terminal)
        or "no script runs\n"
    )


def _sources(desk: Desk) -> None:
    desk.say(show_sources(desk.session.sources.all(), desk.terminal) or "no sources\n")


def _frame(desk: Desk) -> None:
    desk.say(show_where(desk, with_reason=False))


_INFO: dict[str, Callable[[Desk], None]] = {
    "breakpoints": _breakpoints,
    "watches": _watches,
    "watchpoints": _watches,
    "display": show_displays,
    "locals": lambda desk: show_scopes(desk, ("locals",)),
    "args": lambda desk: show_scopes(desk, ("arguments",)),
    "upvalues": lambda desk: show_scopes(desk, ("upvalues",)),
    "globals": lambda desk: show_scopes(desk, ("globals",)),
    "threads": _threads,
    "sources": _sources,
    "frame": _frame,
}


def _info(desk: Desk, text: str) -> None:
    found = [name for name in _INFO if name.startswith(text)]
    if not text or not found:
        raise CommandProblem(f"knows {', '.join(_INFO)}{did_you_mean(text, _INFO)}")
    _INFO[found[0]](desk)


def _help(desk: Desk, text: str) -> None:
    desk.say(desk.help(text))


GROUP = Group(
    "The rest",
    (
        Command(
            ("info", "i"),
            "WHAT",
            "breakpoints, watches, locals, threads, sources, …",
            anything,
            _info,
            details=f"One of {', '.join(_INFO)}; the beginning is enough.",
            examples=("info breakpoints", "info sources", "i b"),
            takes="word",
            words=tuple(_INFO),
        ),
        Command(
            ("help", "h", "?"),
            "[COMMAND]",
            "this, or more of a command",
            anything,
            _help,
            examples=("help break",),
            takes="command",
        ),
    ),
)
