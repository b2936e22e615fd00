"""Commands that let the script go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.places import AtLine
from llmspell_cli.prompt.command import Command, Group
from llmspell_cli.prompt.parsing import CommandProblem, LinePlace, anything, count, nothing, number, place
from llmspell_cli.prompt.places import resolve

if TYPE_CHECKING:
    from llmspell_cli.prompt.desk import Desk
    from llmspell_cli.prompt.parsing import Place


def _continue(desk: Desk, passes: int | None) -> None:
    stop = desk.need_stop()
    if passes is not None and passes > 1:
        own = [info.id for info in desk.breakpoints() if info.id in stop.breakpoints]
        if not own:
            raise CommandProblem("a count is for a stop at a breakpoint")
        desk.session.breakpoints.ignore(own[0], passes - 1)
    desk.go(desk.session.resume, follow=False)


def _until(desk: Desk, line: int | None) -> None:
    here = desk.location().line
    if line is not None and line <= here:
        raise CommandProblem(f"line {line} is not after line {here}: advance goes there all the same")
    desk.go_until(here + 1 if line is None else line)


def _advance(desk: Desk, where: Place) -> None:
    found = resolve(desk, where)
    if not isinstance(where, LinePlace) or not isinstance(found, AtLine):
        raise CommandProblem("needs a line: advance 12; tbreak stops at a function")
    desk.go(lambda thread: desk.session.run_to(thread, found))


def _jump(_desk: Desk, _text: str) -> None:
    raise CommandProblem(
        "the VMs of Lua and JavaScript cannot go on at another line; set changes variables, restart begins anew"
    )


def _restart(desk: Desk, _nothing: None) -> None:
    if desk.script == "-":
        raise CommandProblem("a script from standard input cannot be read again")
    desk.wants("restart")


GROUP = Group(
    "Running",
    (
        Command(
            ("continue", "c", "cont"),
            "[COUNT]",
            "go on to the next stop",
            number,
            _continue,
            details="With a count, the breakpoint at which the script is stopped passes by COUNT - 1 hits.",
            examples=("continue", "continue 10"),
            repeats=True,
        ),
        Command(
            ("next", "n"),
            "[COUNT]",
            "go to the next line, over calls",
            count,
            lambda desk, times: desk.go_steps("over", times),
            details="With a count, so many lines. Stops earlier at a breakpoint in what is called.",
            examples=("next", "next 5"),
            repeats=True,
        ),
        Command(
            ("step", "s"),
            "[COUNT]",
            "go to the next line, into calls",
            count,
            lambda desk, times: desk.go_steps("into", times),
            repeats=True,
        ),
        Command(
            ("finish", "return", "fin", "r"),
            "",
            "go on until the frame that is looked at has ended",
            nothing,
            lambda desk, _: desk.go_steps("out", 1),
            repeats=True,
        ),
        Command(
            ("until", "unt"),
            "[LINE]",
            "go on to a later line of the frame: out of a loop",
            number,
            _until,
            details="Without a line, to any after this one. Calls are passed; stops where the frame ends, too.",
            examples=("until", "until 40"),
            repeats=True,
        ),
        Command(
            ("advance",),
            "PLACE",
            "go on to a line, wherever it is",
            place,
            _advance,
            examples=("advance 40", "advance lib/text.lua:12"),
            takes="place",
        ),
        Command(
            ("jump", "j"),
            "PLACE",
            "not possible: says what is",
            anything,
            _jump,
            details="No VM that llmspell runs can go on at another line of a running function.",
        ),
        Command(
            ("restart", "run"),
            "",
            "end the script, and run it from the beginning",
            nothing,
            _restart,
            details="Breakpoints and displays stay; watchpoints, which are of variables that are gone, do not.",
        ),
        Command(
            ("quit", "q", "exit"),
            "",
            "end the script and the debugger",
            nothing,
            lambda desk, _: desk.wants("quit"),
            details="So does Ctrl-D. A script that is stopped at an uncaught error fails with it.",
        ),
    ),
)
