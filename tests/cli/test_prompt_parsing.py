"""What is typed at the debugger's prompt, read: places, conditions, messages, and which lines are commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmspell_cli.prompt import parsing
from llmspell_cli.prompt.commands import make_table
from llmspell_cli.prompt.parsing import (
    Assignment,
    BreakpointWords,
    CatchWords,
    CommandProblem,
    FunctionPlace,
    LinePlace,
    ListWords,
    LogWords,
    NumberWords,
    WatchWords,
)

TABLE = make_table()

PLACES = {
    "": None,
    "12": LinePlace(12),
    "12:5": LinePlace(12, column=5),
    "+3": LinePlace(3, relative=True),
    "-3": LinePlace(-3, relative=True),
    "a.lua:12": LinePlace(12, "a.lua"),
    "lib/a.lua:12:5": LinePlace(12, "lib/a.lua", 5),
    "a b.lua:12": LinePlace(12, "a b.lua"),
    '"a:7.lua":12': LinePlace(12, "a:7.lua"),
    "C:\\a.lua:12": LinePlace(12, "C:\\a.lua"),
    "@3:12": LinePlace(12, 3),
    "total": FunctionPlace("total"),
    "Account.deposit": FunctionPlace("Account.deposit"),
    "Account:deposit": FunctionPlace("Account:deposit"),
    "Shop#open": FunctionPlace("Shop#open"),
    "$": FunctionPlace("$"),
    "größe": FunctionPlace("größe"),
    "(main)": FunctionPlace("(main)"),
}


@pytest.mark.parametrize("text", PLACES)
def test_places(text: str) -> None:
    assert parsing.place(text) == PLACES[text]
    assert parsing.place(f" {text} ") == PLACES[text]


@pytest.mark.parametrize("text", ["a b", "12 13", "a.lua:x y", "x +", "12:", "=", "99999999999"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(CommandProblem, match="is no place"):
        parsing.place(text)


BREAKPOINTS = {
    "": BreakpointWords(None),
    "12": BreakpointWords(LinePlace(12)),
    "if x > 3": BreakpointWords(None, "x > 3"),
    "12 if x > 3": BreakpointWords(LinePlace(12), "x > 3"),
    "12 if(x)": BreakpointWords(LinePlace(12), "(x)"),
    "a.lua:12 if name == 'if' or hits > 2": BreakpointWords(
        LinePlace(12, "a.lua"), "name == 'if' or hits > 2"
    ),
    "12 hits >=5": BreakpointWords(LinePlace(12), hits=">=5"),
    "12 hits % 5 if x": BreakpointWords(LinePlace(12), "x", "% 5"),
    "hits 5": BreakpointWords(None, hits="5"),
    "thread 2 if x": BreakpointWords(None, "x", thread=2),
    "f thread 2 hits 5 if x": BreakpointWords(FunctionPlace("f"), "x", "5", 2),
    "iffy": BreakpointWords(FunctionPlace("iffy")),
}


@pytest.mark.parametrize("text", BREAKPOINTS)
def test_breakpoints(text: str) -> None:
    assert parsing.breakpoint_words(text) == BREAKPOINTS[text]


@pytest.mark.parametrize("text", ["12 if", "if", "12 if  "])
def test_a_breakpoint_needs_the_condition_that_it_announces(text: str) -> None:
    with pytest.raises(CommandProblem, match="no condition after if"):
        parsing.breakpoint_words(text)


LOGS = {
    '12 "x is {x}"': LogWords(BreakpointWords(LinePlace(12)), "x is {x}"),
    "12 'x is {x}' if x": LogWords(BreakpointWords(LinePlace(12), "x"), "x is {x}"),
    '"here"': LogWords(BreakpointWords(None), "here"),
    '12 x is {t["a"]}': LogWords(BreakpointWords(LinePlace(12)), 'x is {t["a"]}'),
    '12 "x is {t["a"]}" if y': LogWords(BreakpointWords(LinePlace(12), "y"), 'x is {t["a"]}'),
    '12 "x" hits %2 if y == "z"': LogWords(BreakpointWords(LinePlace(12), 'y == "z"', "%2"), "x"),
    r'12 "a \" b"': LogWords(BreakpointWords(LinePlace(12)), r"a \" b"),
    '"a b.lua":12 "x"': LogWords(BreakpointWords(LinePlace(12, "a b.lua")), "x"),
    'f "x}" if y': LogWords(BreakpointWords(FunctionPlace("f"), "y"), "x}"),
}


@pytest.mark.parametrize("text", LOGS)
def test_logpoints(text: str) -> None:
    assert parsing.log_words(text) == LOGS[text]


@pytest.mark.parametrize("text", ["", "12", "12 ", '12 "x', '12 "{x"'])
def test_what_is_no_logpoint(text: str) -> None:
    with pytest.raises(CommandProblem):
        parsing.log_words(text)


ASSIGNMENTS = {
    "x = 5": Assignment("x", "5"),
    "var x=5": Assignment("x", "5"),
    "t[a == b] = {c = 1}": Assignment("t[a == b]", "{c = 1}"),
    't["="] = "="': Assignment('t["="]', '"="'),
    "f = x => x == 1": Assignment("f", "x => x == 1"),
}


@pytest.mark.parametrize("text", ASSIGNMENTS)
def test_assignments(text: str) -> None:
    assert parsing.assignment(text) == ASSIGNMENTS[text]


@pytest.mark.parametrize("text", ["", "x", "x =", "= 5", "x == 5", "x ~= 5", "x <= 5", "x => 5"])
def test_what_is_no_assignment(text: str) -> None:
    with pytest.raises(CommandProblem, match="set x = 5"):
        parsing.assignment(text)


def test_smaller_arguments() -> None:
    assert parsing.numbers("1 3-5, 4") == (1, 3, 4, 5)
    assert parsing.numbers("") == ()
    assert parsing.count("") == 1
    assert parsing.count("3") == 3
    assert parsing.number("") is None
    assert parsing.number_and_rest("2 x > 3") == NumberWords(2, "x > 3")
    assert parsing.watch_words("t.x hits 2 if t.x > 3") == WatchWords("t.x", "t.x > 3", "2")
    assert parsing.catch_words("") is None
    assert parsing.catch_words("all if e") == CatchWords(("caught", "uncaught"), condition="e")
    assert parsing.catch_words("off") == CatchWords(("caught", "uncaught"), off=True)
    assert parsing.catch_words("off caught") == CatchWords(("caught",), off=True)
    assert parsing.list_words("1, 20") == ListWords(1, 20)
    assert parsing.list_words(".") == ListWords(here=True)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parsing.nothing, "x"),
        (parsing.something, ""),
        (parsing.count, "0"),
        (parsing.count, "x"),
        (parsing.number, "-1"),
        (parsing.numbers, "1 x"),
        (parsing.number_and_rest, ""),
        (parsing.number_and_rest, "x 1"),
        (parsing.watch_words, ""),
        (parsing.catch_words, "some"),
        (parsing.catch_words, "all if"),
        (parsing.catch_words, "off if x"),
        (parsing.list_words, "x"),
        (parsing.list_words, "20,1"),
    ],
)
def test_what_is_wrong_is_said(parse: object, text: str) -> None:
    assert callable(parse)
    with pytest.raises(CommandProblem):
        parse(text)


@pytest.mark.parametrize(
    "command", [one for group in TABLE.groups for one in group.commands], ids=lambda one: one.name
)
@given(text=st.text(alphabet=st.sampled_from("ab1 9:.\"'=+-if,{}()[]\\@%<>~\n")) | st.text())
def test_any_text_is_read_or_refused(command: object, text: str) -> None:
    try:
        command.parse(text)  # type: ignore[attr-defined]
    except CommandProblem:
        pass


@pytest.mark.parametrize(
    "command", [one for group in TABLE.groups for one in group.commands], ids=lambda one: one.name
)
def test_examples_of_the_help_are_commands(command: object) -> None:
    for example in command.examples:  # type: ignore[attr-defined]
        read = TABLE.read(example)
        if not example.startswith("!"):
            assert read.command is command
            read.command.parse(read.text)


LINES = {
    "n": ("next", ""),
    "next": ("next", ""),
    " b  12 ": ("break", "12"),
    "cont": ("continue", ""),
    "contin": ("continue", ""),
    "bre 3": ("break", "3"),
    "where": ("backtrace", ""),
    "?": ("help", ""),
    "p x = 5": ("print", "x = 5"),
    "p": ("print", ""),
    "n = 5": (None, "n = 5"),
    "n == 5": (None, "n == 5"),
    "n 3": ("next", "3"),
    "c * 2": (None, "c * 2"),
    "f .x": (None, "f .x"),
    "next(t)": (None, "next(t)"),
    "list.x": (None, "list.x"),
    "!n": (None, "n"),
    "! b 12": (None, "b 12"),
    "l .": ("list", "."),
    "b +1": ("break", "+1"),
    "x + 1": (None, "x + 1"),
    "un": (None, "un"),
    "d": ("down", ""),
    "unt": ("until", ""),
    "undi": ("undisplay", ""),
}


@pytest.mark.parametrize("text", LINES)
def test_which_lines_are_commands(text: str) -> None:
    read = TABLE.read(text)
    assert (None if read.command is None else read.command.name, read.text) == LINES[text]


def test_no_name_stands_for_two_commands() -> None:
    every = [name for group in TABLE.groups for one in group.commands for name in one.names]
    assert len(every) == len(set(every))
    assert set(every) == set(TABLE.names)


def test_a_misspelt_command_is_guessed() -> None:
    with pytest.raises(CommandProblem, match=r"there is no command brake; did you mean break\?"):
        TABLE.get("brake")


NAMES = """
    break b tbreak condition ignore watch log catch continue c cont next n step s finish return r until jump
    backtrace bt where w up down frame f list l print p pp dump set locals display undisplay info delete clear disable
    enable thread threads restart run quit q help h
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_pdb_and_gdb(name: str) -> None:
    assert name in TABLE.names
