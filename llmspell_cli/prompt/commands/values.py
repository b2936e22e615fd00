"""Commands for variables and expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.events import SessionError
from llmspell_cli.prompt.command import Command, Group
from llmspell_cli.prompt.parsing import CommandProblem, anything, assignment, numbers, something
from llmspell_cli.render import theme
from llmspell_cli.render.debug_values import Row, show_rows
from llmspell_cli.render.text import visible_lines

if TYPE_CHECKING:
    from debug.debugger.views import VariableInfo
    from llmspell_cli.prompt.desk import Desk
    from llmspell_cli.prompt.parsing import Assignment

_MOST_CHILDREN = 50
_MOST_OF_SCOPE = 200


def evaluate(desk: Desk, text: str) -> None:
    """Show what an expression comes to. Raises SessionError."""
    found = desk.evaluate(text)
    desk.say("".join(f"{line}\n" for line in visible_lines(found.text, unicode=desk.terminal.unicode)))


def _dump(desk: Desk, text: str) -> None:
    desk.need_stop()
    try:
        found = desk.session.inspector.evaluate(text, desk.frame().id, context="clipboard")
    except SessionError:
        # All of a value is only had where nothing is called; else its first level.
        found = desk.evaluate(text)
        desk.say(f"{found.text}\n" if not found.reference else "")
        if found.reference:
            children = desk.session.inspector.variables(found.reference, 0, _MOST_CHILDREN)
            desk.say(show_rows(_rows(children), desk.terminal))
        return
    desk.say("".join(f"{line}\n" for line in visible_lines(found.text, unicode=desk.terminal.unicode)))


def _rows(variables: tuple[VariableInfo, ...]) -> tuple[Row, ...]:
    return tuple(Row(one.name, one.text) for one in variables)


def _set(desk: Desk, words: Assignment) -> None:
    desk.need_stop()
    found = desk.session.inspector.set_expression(words.target, words.value, desk.frame().id)
    desk.say(show_rows((Row(words.target, found.text),), desk.terminal))


def show_scopes(desk: Desk, kinds: tuple[str, ...]) -> None:
    """The variables of the frame, by scope."""
    desk.need_stop()
    inspector = desk.session.inspector
    paint = theme.painter(desk.terminal.color)
    seen = False
    for scope in inspector.scopes(desk.frame().id):
        if scope.kind not in kinds:
            continue
        variables = inspector.variables(scope.reference, 0, _MOST_OF_SCOPE)
        if not variables:
            continue
        seen = True
        desk.say(f"{paint(theme.BOLD, scope.name)}\n{show_rows(_rows(variables), desk.terminal)}")
        if scope.named > len(variables):
            desk.say(f"    {paint(theme.DIM, f'{scope.named - len(variables)} more')}\n")
    if not seen:
        desk.say("no variables here\n")


def _locals(desk: Desk, text: str) -> None:
    if text not in ("", "all"):
        raise CommandProblem(f"takes all or nothing, not {text!r}")
    show_scopes(desk, ("arguments", "locals", "upvalues", *(("globals",) if text else ())))


def _display(desk: Desk, text: str) -> None:
    if text:
        one = desk.add_display(text)
        value = desk.try_evaluate(text) if desk.stop is not None else ""
        desk.say(show_rows((Row(f"{one.number}: {text}", value),), desk.terminal))
        return
    show_displays(desk)


def show_displays(desk: Desk) -> None:
    """The displays with their values, as far as there are some."""
    rows = [
        Row(
            f"{one.number}: {one.text}",
            desk.try_evaluate(one.text) if desk.stop is not None else "(not stopped)",
        )
        for one in desk.displays
    ]
    desk.say(show_rows(rows, desk.terminal) or "no displays\n")


def _undisplay(desk: Desk, wanted: tuple[int, ...]) -> None:
    known = {one.number for one in desk.displays}
    missing = [number for number in wanted if number not in known]
    if missing:
        raise CommandProblem(f"there is no display {missing[0]}")
    desk.displays = [one for one in desk.displays if wanted and one.number not in wanted]


GROUP = Group(
    "Values",
    (
        Command(
            ("print", "p", "eval"),
            "EXPRESSION",
            "the value of an expression, in the frame that is looked at",
            something,
            evaluate,
            details="An expression may call functions, and statements do what they do. What begins with no command is "
            "evaluated without this; so is what stands after `!`.",
            examples=("print order.total", "p #words", "!n = n + 1"),
            takes="expression",
        ),
        Command(
            ("pp", "dump"),
            "EXPRESSION",
            "all of a value, over as many lines as it takes",
            something,
            _dump,
            examples=("pp order",),
            takes="expression",
        ),
        Command(
            ("set", "assign"),
            "TARGET = VALUE",
            "change a variable or a field",
            assignment,
            _set,
            examples=("set sum = 0", 'set order.items[1] = "pen"'),
            takes="expression",
        ),
        Command(
            ("locals", "vars"),
            "[all]",
            "the variables of the frame; all: globals, too",
            anything,
            _locals,
            takes="word",
            words=("all",),
        ),
        Command(
            ("display",),
            "[EXPRESSION]",
            "show an expression at each stop, marked where it has changed",
            anything,
            _display,
            details="So does --watch on the command line. Without an expression it lists those that there are.",
            examples=("display #words", "display"),
            takes="expression",
        ),
        Command(
            ("undisplay",),
            "[NUMBERS]",
            "show these no more; without numbers, none",
            numbers,
            _undisplay,
            examples=("undisplay 1",),
        ),
    ),
)
