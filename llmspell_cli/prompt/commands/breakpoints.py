"""Commands for breakpoints of all kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.debugger.places import AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.target import ExceptionOrder
from llmspell_cli.prompt.command import Command, Group
from llmspell_cli.prompt.parsing import (
    CatchWords,
    CommandProblem,
    breakpoint_words,
    catch_words,
    log_words,
    number_and_rest,
    numbers,
    place,
    watch_words,
)
from llmspell_cli.prompt.places import resolve
from llmspell_cli.render import theme
from llmspell_cli.render.debug_tables import show_breakpoint, show_breakpoints
from llmspell_cli.render.text import visible

if TYPE_CHECKING:
    from debug.debugger.events import BreakpointInfo
    from llmspell_cli.prompt.desk import Desk
    from llmspell_cli.prompt.parsing import BreakpointWords, LogWords, NumberWords, Place, WatchWords


def _add(desk: Desk, words: BreakpointWords, *, message: str | None = None, temporary: bool = False) -> None:
    rules = Rules(
        condition=words.condition,
        hit_condition=words.hits,
        log_message=message,
        temporary=temporary,
        thread=words.thread,
    )
    _told(desk, desk.session.breakpoints.add(resolve(desk, words.place), rules))


def _told(desk: Desk, info: BreakpointInfo) -> None:
    desk.say(show_breakpoint(info, desk.terminal))
    condition = info.rules.condition
    if condition is not None and (problem := desk.session.check(condition)) is not None:
        paint = theme.painter(desk.terminal.color)
        shown = visible(problem, unicode=desk.terminal.unicode)
        desk.say(f"  {paint(theme.ERROR, f'the condition does not parse: {shown}')}\n")


def _break(desk: Desk, words: BreakpointWords) -> None:
    _add(desk, words)


def _tbreak(desk: Desk, words: BreakpointWords) -> None:
    _add(desk, words, temporary=True)


def _log(desk: Desk, words: LogWords) -> None:
    _add(desk, words.at, message=words.message)


def _watch(desk: Desk, words: WatchWords) -> None:
    found = desk.session.inspector.data_info(words.expression, frame=desk.frame().id)
    if found.data_id is None:
        raise CommandProblem(found.description)
    rules = Rules(condition=words.condition, hit_condition=words.hits)
    _told(desk, desk.session.breakpoints.add(OnData(found.data_id, words.expression), rules))


def _info(desk: Desk, number: int) -> BreakpointInfo:
    for info in desk.breakpoints():
        if info.id == number:
            return info
    raise CommandProblem(f"there is no breakpoint {number}")


def _condition(desk: Desk, words: NumberWords) -> None:
    rules = _info(desk, words.number).rules
    condition = words.rest.removeprefix("if ").strip() or None
    _told(desk, desk.session.breakpoints.change(words.number, rules._replace(condition=condition)))


def _hits(desk: Desk, words: NumberWords) -> None:
    rules = _info(desk, words.number).rules
    _told(
        desk, desk.session.breakpoints.change(words.number, rules._replace(hit_condition=words.rest or None))
    )


def _ignore(desk: Desk, words: NumberWords) -> None:
    _info(desk, words.number)
    if not words.rest.isdecimal() or not words.rest.isascii():
        raise CommandProblem("needs how many hits to pass by: ignore 2 10")
    info = desk.session.breakpoints.ignore(words.number, int(words.rest))
    hits = "1 hit" if info.ignore == 1 else f"{info.ignore} hits"
    desk.say(f"breakpoint {info.id} passes by the next {hits}\n")


def _enable(desk: Desk, wanted: tuple[int, ...], *, enabled: bool) -> None:
    for info in _chosen(desk, wanted):
        desk.session.breakpoints.change(info.id, info.rules._replace(enabled=enabled))
    desk.say(show_breakpoints(desk.breakpoints(), desk.terminal))


def _delete(desk: Desk, wanted: tuple[int, ...]) -> None:
    chosen = _chosen(desk, wanted)
    for info in chosen:
        desk.session.breakpoints.remove(info.id)
    desk.say(f"deleted {', '.join(str(info.id) for info in chosen) or 'nothing: there are no breakpoints'}\n")


def _chosen(desk: Desk, wanted: tuple[int, ...]) -> tuple[BreakpointInfo, ...]:
    return tuple(_info(desk, number) for number in wanted) if wanted else desk.breakpoints()


def _clear(desk: Desk, where: Place) -> None:
    at = resolve(desk, where)
    if isinstance(at, AtLine):
        # A breakpoint may have moved to its line; what somebody sees there is what is meant.
        found = [info for info in desk.breakpoints() if _is_at(info, at)]
    else:
        found = [info for info in desk.breakpoints() if info.where == at]
    if not found:
        raise CommandProblem("there is no breakpoint; info breakpoints lists them")
    _delete(desk, tuple(info.id for info in found))


def _is_at(info: BreakpointInfo, at: AtLine) -> bool:
    if isinstance(info.where, AtLine) and (info.where.file, info.where.line) == (at.file, at.line):
        return True
    from debug.debugger.loaded import file_key, is_same_file

    for location in info.locations:
        if location.line != at.line:
            continue
        if isinstance(at.file, int):
            if location.source == at.file:
                return True
        elif location.path is not None and is_same_file(file_key(location.path), file_key(at.file)):
            return True
    return False


def _catch(desk: Desk, words: CatchWords | None) -> None:
    if words is not None:
        for kind in words.kinds:
            if words.off:
                desk.catching.pop(kind, None)
            else:
                desk.catching[kind] = ExceptionOrder(
                    uncaught=kind == "uncaught", caught=kind == "caught", condition=words.condition
                )
        desk.order_exceptions()
    if not desk.catching:
        desk.say("stops at no errors\n")
    for kind, order in desk.catching.items():
        desk.say(f"stops at {kind} errors{'' if order.condition is None else f' if {order.condition}'}\n")


_PLACES = "A place is 12, +3, file:12, file:12:5, @2:12 (a source of info sources) or a function."

GROUP = Group(
    "Breakpoints",
    (
        Command(
            ("break", "b", "br"),
            "[PLACE] [hits COUNT] [if CONDITION]",
            "stop at a line or function",
            breakpoint_words,
            _break,
            details=f"{_PLACES} Without one it is the line that is looked at. A line without a statement passes to the "
            "next one. COUNT is 5 (the fifth hit), >=5, or %5 (each fifth). `thread N` before these is for one "
            "script alone.",
            examples=(
                "break 12",
                "break lib/text.lua:7 if #words > 3",
                "break Account.deposit",
                "b 12 hits %100",
            ),
            takes="place",
        ),
        Command(
            ("tbreak", "tb"),
            "[PLACE] [hits COUNT] [if CONDITION]",
            "stop there once",
            breakpoint_words,
            _tbreak,
            details=_PLACES,
            examples=("tbreak 12",),
            takes="place",
        ),
        Command(
            ("log", "dprintf"),
            '[PLACE] "MESSAGE" [hits COUNT] [if CONDITION]',
            "say something there, and go on",
            log_words,
            _log,
            details="What stands in braces is evaluated.",
            examples=('log 12 "x is {x}"', 'log total "order of {#order}" if customer == "ada"'),
            takes="place",
        ),
        Command(
            ("watch", "wa"),
            "EXPRESSION [hits COUNT] [if CONDITION]",
            "stop when a variable or a field changes",
            watch_words,
            _watch,
            details="A local, an upvalue, a global, a field of a table or object. `display` only shows an expression.",
            examples=("watch sum", "watch order.total if order.total > 100"),
            takes="expression",
        ),
        Command(
            ("catch",),
            "[all | caught | uncaught | off] [if CONDITION]",
            "stop where errors are thrown",
            catch_words,
            _catch,
            details="In the condition the error is `error`. Without words it says what is in force; `catch off caught` "
            "takes one kind back. Uncaught errors stop from the beginning, save with --no-post-mortem.",
            examples=("catch all", 'catch caught if tostring(error):find("nil")', "catch off"),
            takes="word",
            words=("all", "caught", "uncaught", "off"),
        ),
        Command(
            ("condition", "cond"),
            "NUMBER [CONDITION]",
            "stop there only if this holds; without one, always",
            number_and_rest,
            _condition,
            examples=("condition 2 x > 3", "condition 2"),
            takes="breakpoint",
        ),
        Command(
            ("hits",),
            "NUMBER [COUNT]",
            "stop there at these hits only; without one, at all",
            number_and_rest,
            _hits,
            details="5 is the fifth hit, >=5 the fifth and later ones, %5 each fifth.",
            examples=("hits 2 %10", "hits 2"),
            takes="breakpoint",
        ),
        Command(
            ("ignore",),
            "NUMBER COUNT",
            "pass by the next hits",
            number_and_rest,
            _ignore,
            examples=("ignore 2 10",),
            takes="breakpoint",
        ),
        Command(
            ("enable", "en"),
            "[NUMBERS]",
            "let breakpoints stop again; without numbers, all",
            numbers,
            lambda desk, wanted: _enable(desk, wanted, enabled=True),
            examples=("enable 2", "enable 1-3 5", "enable"),
            takes="breakpoint",
        ),
        Command(
            ("disable", "dis"),
            "[NUMBERS]",
            "keep breakpoints, but do not stop there",
            numbers,
            lambda desk, wanted: _enable(desk, wanted, enabled=False),
            examples=("disable 2", "disable"),
            takes="breakpoint",
        ),
        Command(
            ("delete", "del"),
            "[NUMBERS]",
            "remove breakpoints; without numbers, all",
            numbers,
            _delete,
            examples=("delete 2", "delete 1-3 5", "delete"),
            takes="breakpoint",
        ),
        Command(
            ("clear", "cl"),
            "[PLACE]",
            "remove the breakpoints of a line or function",
            place,
            _clear,
            examples=("clear", "clear 12", "clear total"),
            takes="place",
        ),
    ),
)
