"""The arguments of commands, read: pure, so that every form can be tested by itself.

A place is `12`, `+3`, `12:5`, `file.lua:12`, `"a file.lua":12:5`, `@2:12` (a source by its number), or a function.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias


class CommandProblem(Exception):
    """A command that cannot be done as it stands. Its text is for people."""


class LinePlace(NamedTuple):
    """A line."""

    line: int
    file: str | int | None = None
    """A file as it was written, or the number of a source; None: the one that is looked at."""
    column: int | None = None
    relative: bool = False
    """Whether `line` counts from the line that is looked at."""


class FunctionPlace(NamedTuple):
    """The beginning of each function of that name."""

    name: str


Place: TypeAlias = LinePlace | FunctionPlace | None
"""None: the line that is looked at."""


class BreakpointWords(NamedTuple):
    """`PLACE [thread N] [hits COUNT] [if CONDITION]`."""

    place: Place
    condition: str | None = None
    hits: str | None = None
    thread: int | None = None


class LogWords(NamedTuple):
    """What a logpoint says, and where."""

    at: BreakpointWords
    message: str


class NumberWords(NamedTuple):
    """A number, and what stands after it."""

    number: int
    rest: str


class Assignment(NamedTuple):
    """`TARGET = VALUE`."""

    target: str
    value: str


class WatchWords(NamedTuple):
    """`EXPRESSION [hits COUNT] [if CONDITION]`."""

    expression: str
    condition: str | None = None
    hits: str | None = None


class CatchWords(NamedTuple):
    """Kinds of errors to stop at, or not to."""

    kinds: tuple[str, ...]
    off: bool = False
    condition: str | None = None


class ListWords(NamedTuple):
    """Lines to show."""

    first: int | None = None
    last: int | None = None
    here: bool = False
    """Whether to begin anew where the script is."""


_BREAKPOINT = re.compile(
    r"(?P<place>.*?)(?:(?:^|\s+)thread\s+(?P<thread>\d{1,9}))?(?:(?:^|\s+)hits\s+(?P<hits>[<>=!%]*\s?\w+))?"
    r"(?:(?:^|\s+)if(?:\s+|(?=\())(?P<condition>.+))?",
    re.DOTALL,
)
_WATCH = re.compile(
    r"(?P<expression>.*?)(?:\s+hits\s+(?P<hits>[<>=!%]*\s?\w+))?(?:\s+if\s+(?P<condition>.+))?", re.DOTALL
)
_KINDS = {
    "all": ("caught", "uncaught"),
    "throw": ("caught", "uncaught"),
    "caught": ("caught",),
    "uncaught": ("uncaught",),
}
_LINE = re.compile(r"(?P<sign>[+-])?(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?")
_FILE_LINE = re.compile(r"(?P<file>.+?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?")
_FUNCTION = re.compile(r"[^\W\d][\w$]*(?:[.:#][\w$]+)*|\$[\w$]*|\((?:main|anonymous)\)")
_PLACE_FIRST = re.compile(r"""\s*("[^"]+":\d+(?::\d+)?|[^\s"']\S*)\s+""")
_STRING = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`""", re.DOTALL)


def nothing(text: str) -> None:
    """No argument at all."""
    if text:
        raise CommandProblem(f"takes no argument, not {text!r}")


def anything(text: str) -> str:
    """The argument as it is."""
    return text


def something(text: str) -> str:
    """The argument, of which there must be one."""
    if not text:
        raise CommandProblem("needs an argument")
    return text


def count(text: str) -> int:
    """How often: 1 where nothing is said."""
    if not text:
        return 1
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        raise CommandProblem(f"needs a number from 1 on, not {text!r}")
    return int(text)


def number(text: str) -> int | None:
    """A number, or nothing."""
    if not text:
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise CommandProblem(f"needs a number, not {text!r}")
    return int(text)


def numbers(text: str) -> tuple[int, ...]:
    """Numbers between blanks or commas, and ranges of them: `1 3-5`; none is all."""
    found: list[int] = []
    for word in re.split(r"[\s,]+", text.strip()) if text else ():
        span = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", word)
        if span is None:
            raise CommandProblem(f"needs numbers such as 1 3-5, not {word!r}")
        found.extend(range(int(span[1]), int(span[2] or span[1]) + 1))
    return tuple(dict.fromkeys(found))


def number_and_rest(text: str) -> NumberWords:
    """A number and what stands after it."""
    found = re.fullmatch(r"(\d{1,9})(?:\s+(.*))?", text, re.DOTALL)
    if found is None:
        raise CommandProblem("needs the number of a breakpoint first" + (f", not {text!r}" if text else ""))
    return NumberWords(int(found[1]), found[2] or "")


def place(text: str) -> Place:
    """Where something is."""
    text = text.strip()
    if not text:
        return None
    if found := _LINE.fullmatch(text):
        line = int(found["line"]) * (-1 if found["sign"] == "-" else 1)
        return LinePlace(line, None, _int(found["column"]), found["sign"] is not None)
    if found := _FILE_LINE.fullmatch(text):
        return LinePlace(int(found["line"]), _file(found["file"]), _int(found["column"]))
    if _FUNCTION.fullmatch(text):
        return FunctionPlace(text)
    raise CommandProblem(f"{text!r} is no place: write 12, file:12, +3 or the name of a function")


def breakpoint_words(text: str) -> BreakpointWords:
    """A place, and when to stop there."""
    found = _BREAKPOINT.fullmatch(text.strip())
    assert found is not None, "every part may be empty, and the first may be anything"
    if re.search(r"(?:^|\s)if$", found["place"]):
        raise CommandProblem("there is no condition after if")
    return BreakpointWords(place(found["place"]), found["condition"], found["hits"], _int(found["thread"]))


def log_words(text: str) -> LogWords:
    """`[PLACE] "MESSAGE" [hits COUNT] [if CONDITION]`; without quotes all after the place is the message."""
    found = _PLACE_FIRST.match(text)
    at, rest = (found[1], text[found.end() :]) if found else ("", text)
    rest = rest.strip()
    if not rest or (not at and rest[0] not in "\"'"):
        raise CommandProblem('needs a place and a message: log 12 "x is {x}"')
    if rest[0] not in "\"'":
        return LogWords(breakpoint_words(at), rest)
    end = _end_of_message(rest)
    return LogWords(breakpoint_words(f"{at} {rest[end + 1 :]}"), rest[1:end])


def watch_words(text: str) -> WatchWords:
    """An expression, and when its change counts."""
    found = _WATCH.fullmatch(text.strip())
    assert found is not None, "the first part may be anything"
    if not found["expression"]:
        raise CommandProblem("needs a variable or a field: watch order.total")
    return WatchWords(found["expression"], found["condition"], found["hits"])


def catch_words(text: str) -> CatchWords | None:
    """`all`, `caught`, `uncaught`, `off [KIND]`; None where nothing is said. gdb's `throw` is all."""
    if not text:
        return None
    found = re.fullmatch(r"(?P<off>off\b\s*)?(?P<kind>\w*)(?:\s+if\b\s*(?P<condition>.*))?", text, re.DOTALL)
    kinds = None if found is None else _KINDS.get(found["kind"] or ("all" if found["off"] else ""))
    if found is None or kinds is None:
        raise CommandProblem(f"needs all, caught, uncaught or off, not {text!r}")
    if found["condition"] is not None and (found["off"] or not found["condition"]):
        raise CommandProblem(
            "there is no condition after if" if not found["off"] else "off takes no condition"
        )
    return CatchWords(kinds, found["off"] is not None, found["condition"])


def list_words(text: str) -> ListWords:
    """`40`, `1,20`, `.`, or nothing."""
    if text in ("", "."):
        return ListWords(here=text == ".")
    found = re.fullmatch(r"(\d{1,9})(?:\s*,\s*(\d{1,9}))?", text)
    if found is None:
        raise CommandProblem(f"needs lines such as 40 or 1,20, not {text!r}")
    first, last = max(int(found[1]), 1), _int(found[2])
    if last is not None and last < first:
        raise CommandProblem(f"line {last} is before line {first}")
    return ListWords(first, last)


def _end_of_message(text: str) -> int:
    """Where the quote is that ends the message at the beginning of `text`; those in braces are the expressions'."""
    depth = 0
    escaped = False
    for at, char in enumerate(text[1:], 1):
        if escaped or char == "\\":
            escaped = not escaped
        elif char in "{}":
            depth += 1 if char == "{" else -1
        elif char == text[0] and depth <= 0:
            return at
    raise CommandProblem(f"the message has no {text[0]} at its end")


def assignment(text: str) -> Assignment:
    """`TARGET = VALUE`, also after gdb's `var`."""
    text = re.sub(r"^var\s+", "", text)
    at = assigned_at(text)
    if at is None or not text[:at].strip() or not text[at + 1 :].strip():
        raise CommandProblem("needs a variable and its value: set x = 5")
    return Assignment(text[:at].strip(), text[at + 1 :].strip())


def assigned_at(text: str) -> int | None:
    """Where the `=` of an assignment is: outside of strings and brackets, and part of no other operator."""
    depth = at = 0
    while at < len(text):
        if string := _STRING.match(text, at):
            at = string.end()
            continue
        char = text[at]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "=" and depth == 0:
            if text[at + 1 : at + 2] not in ("=", ">") and text[at - 1 : at] not in ("=", "<", ">", "~", "!"):
                return at
            at += 1
        at += 1
    return None


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)


def _file(text: str) -> str | int:
    if found := re.fullmatch(r"@(\d{1,9})", text):
        return int(found[1])
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
