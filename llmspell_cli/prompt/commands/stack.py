"""Commands to look around: the stack, the source, threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.prompt.command import Command, Group
from llmspell_cli.prompt.parsing import CommandProblem, ListWords, count, list_words, number
from llmspell_cli.prompt.view import excerpt, excerpt_around, show_where
from llmspell_cli.render.debug_source import line_count, show_source
from llmspell_cli.render.debug_stack import show_backtrace
from llmspell_cli.render.debug_tables import show_threads

if TYPE_CHECKING:
    from debug.debugger.events import Location
    from llmspell_cli.prompt.desk import Desk

_LINES = 11


def _backtrace(desk: Desk, most: int | None) -> None:
    frames = desk.page().frames
    shown = frames if most is None else frames[:most]
    desk.say(show_backtrace(shown, desk.number, desk.terminal))
    if len(shown) < len(frames):
        desk.say(f"   {len(frames) - len(shown)} more\n")


def _move(desk: Desk, steps: int) -> None:
    last = len(desk.page().frames) - 1
    wanted = max(0, min(desk.number + steps, last))
    if wanted == desk.number:
        raise CommandProblem("this is the outermost frame" if steps > 0 else "this is the innermost frame")
    desk.select(wanted)
    desk.say(show_where(desk, with_reason=False))


def _frame(desk: Desk, wanted: int | None) -> None:
    if wanted is not None:
        desk.select(wanted)
    desk.need_stop()
    desk.say(show_where(desk, with_reason=False))


def _thread(desk: Desk, wanted: int | None) -> None:
    if wanted is None:
        threads = desk.session.threads()
        looked_at = None if desk.stop is None else desk.stop.thread
        desk.say(show_threads(threads, looked_at, desk.terminal) or "no script runs\n")
        return
    stop = desk.session.stop_of(wanted)
    if stop is None:
        raise CommandProblem(f"thread {wanted} is running; pause {wanted} stops it")
    desk.arrive(stop)
    desk.say(show_where(desk, with_reason=True))


def _pause(desk: Desk, thread: int | None) -> None:
    running = [one.id for one in desk.session.threads() if not one.stopped]
    if not running:
        raise CommandProblem("no script is running")
    for one in running if thread is None else (thread,):
        desk.session.pause(one)


def _list(desk: Desk, words: ListWords) -> None:
    location = desk.location()
    first, last = _lines_to_list(desk, location, words)
    total = line_count(desk.session.sources.text(location.source))
    if first > total:
        raise CommandProblem(f"{location.name} has {total} lines")
    shown = excerpt(desk, location, first, last, current=location)
    assert shown is not None, "its text was just there"
    desk.listed = (location.source, shown.last)
    desk.say(show_source(shown, desk.terminal))


def _lines_to_list(desk: Desk, location: Location, words: ListWords) -> tuple[int, int]:
    if words.last is not None and words.first is not None:
        return words.first, words.last
    if words.first is not None:
        first = max(words.first - _LINES // 2, 1)
        return first, first + _LINES - 1
    if not words.here and desk.listed is not None and desk.listed[0] == location.source:
        return desk.listed[1] + 1, desk.listed[1] + _LINES
    around = excerpt_around(desk, location)
    first = 1 if around is None else around.first
    return first, first + _LINES - 1


GROUP = Group(
    "Looking around",
    (
        Command(
            ("backtrace", "bt", "where", "w"),
            "[COUNT]",
            "who has called whom, the innermost first",
            number,
            _backtrace,
            examples=("backtrace", "bt 5"),
        ),
        Command(
            ("up", "u"),
            "[COUNT]",
            "look at the frame that has called this one",
            count,
            _move,
            examples=("up", "up 3"),
            repeats=True,
        ),
        Command(
            ("down", "d"),
            "[COUNT]",
            "look at the frame that this one has called",
            count,
            lambda desk, steps: _move(desk, -steps),
            repeats=True,
        ),
        Command(
            ("frame", "f"),
            "[NUMBER]",
            "look at a frame by its number; without one, show this one again",
            number,
            _frame,
            examples=("frame 2", "frame"),
        ),
        Command(
            ("list", "l"),
            "[LINE | FIRST,LAST | .]",
            "show source: around the line, then what follows",
            list_words,
            _list,
            details="`.` begins anew at the line that is looked at.",
            examples=("list", "list 40", "list 1,20", "list ."),
            repeats=True,
        ),
        Command(
            ("thread", "threads"),
            "[NUMBER]",
            "the scripts of this run; with a number, look at that one",
            number,
            _thread,
            examples=("threads", "thread 2"),
        ),
        Command(
            ("pause", "interrupt"),
            "[THREAD]",
            "stop scripts that run beside the one that is looked at",
            number,
            _pause,
            details="Ctrl-C does so while nothing is stopped.",
        ),
    ),
)
