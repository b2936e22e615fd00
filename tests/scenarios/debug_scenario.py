"""What a row of the debugger's table says: a program in each language, what is done to it, and what is seen of it.

Lines are named by comments, `-- @mark` in Lua and `// @mark` in JavaScript. What the languages say differently is a
`By` in the place of the value, wherever that is; a row without a program for a language is not for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias, cast

ENGINES = ("lua5.1", "lua5.4", "lua5.5", "luajit", "js")
MAIN = {"lua": "script.lua", "js": "script.js"}
_MARK = re.compile(r"(?:--|//) @(\w+)")
_REFERENCE = re.compile(r"@(\w+)")


class By:
    """A value by language (`lua`, `js`) or by engine, which goes first."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def of(self, engine: str) -> Any:
        """The value for an engine; None where there is none."""
        return self.values.get(engine, self.values.get(language_of(engine)))


Word: TypeAlias = str | By
Reason: TypeAlias = Literal[
    "breakpoint", "function", "step", "entry", "exception", "data", "statement", "pause"
]
"""`function`: a breakpoint at a function."""
Kind: TypeAlias = Literal["start", "continue", "into", "over", "out", "pause"]
"""`pause`: it goes on, and is stopped while it runs."""


# What is to stop it


@dataclass(frozen=True, slots=True)
class At:
    """A breakpoint at a marked line."""

    mark: Word
    condition: Word | None = None
    hits: str | None = None
    log: Word | None = None
    bound: Word | None = None
    """Where it is at the last stop, if not there; `nowhere` where it is nowhere."""


@dataclass(frozen=True, slots=True)
class In:
    """A breakpoint at a function."""

    function: Word
    condition: Word | None = None
    hits: str | None = None


@dataclass(frozen=True, slots=True)
class Errors:
    """Stops at errors."""

    kind: Literal["caught", "uncaught"]
    condition: Word | None = None


# What is done, and what comes of it


@dataclass(frozen=True, slots=True)
class Stop:
    """Where it has stopped. `@mark` in a text is the number of that line."""

    place: Word
    """A mark, or a source and a line (`made:1`)."""
    reason: Reason = "step"
    stack: tuple[Word, ...] | By = ()
    """The names of all frames, the innermost first; empty: not looked at."""
    shows: tuple[tuple[Word, Word], ...] | By = ()
    """Variables in sight of the innermost frame, and what is shown of them."""
    text: Word | None = None
    """What more there is to say: the error, the change, the condition that failed."""


@dataclass(frozen=True, slots=True)
class Go:
    """Let it go on."""

    kind: Kind
    to: Stop | None = None
    """None: to its end."""
    target: Word | None = None
    """Into this call, as it is offered, and no other of the statement."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Which calls of the statement a step can go into."""

    shown: tuple[Word, ...] | By


@dataclass(frozen=True, slots=True)
class Say:
    """Evaluate, as typed at a prompt."""

    text: Word
    shown: Word
    frame: int = 0
    """From the innermost."""


@dataclass(frozen=True, slots=True)
class Give:
    """Set a variable in sight of a frame to the value of an expression."""

    name: Word
    text: Word
    shown: Word
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Put:
    """Assign the value of an expression to a place (`t.x[1]`)."""

    place: Word
    text: Word
    shown: Word
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """Stop at the changes of these, and of nothing else."""

    places: tuple[Word, ...]
    condition: Word | None = None


@dataclass(frozen=True, slots=True)
class Have:
    """Have these breakpoints at lines, and no others."""

    breaks: tuple[At, ...]


Step: TypeAlias = Go | Calls | Say | Give | Put | Watch | Have


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row."""

    name: str
    program: Word
    steps: tuple[Step, ...] | By
    breaks: tuple[At, ...] | By = (At("start"),)
    functions: tuple[In, ...] = ()
    errors: tuple[Errors, ...] = ()
    modules: tuple[tuple[Word, Word], ...] | By = ()
    """Further files beside the program: name and text."""
    entry: bool = False
    """Whether it stops at its first statement."""
    output: Word = ""
    logs: tuple[Word, ...] | By = ()
    """What logpoints say."""
    exit_code: int = 0

    def engines(self) -> tuple[str, ...]:
        """Those that the row is for."""
        if isinstance(self.program, str):
            return ENGINES
        return tuple(engine for engine in ENGINES if self.program.of(engine) is not None)

    def on(self, engine: str) -> Scenario:
        """As it is for an engine: no `By` is left in it."""
        return cast("Scenario", _resolved(self, engine))

    def files(self, language: str) -> dict[str, str]:
        """The texts of its files by name, the program first."""
        return {MAIN[language]: cast("str", self.program), **dict(cast("Any", self.modules))}

    def places(self, language: str) -> dict[str, tuple[str, int]]:
        """File and line of each mark."""
        return {
            found[1]: (name, number)
            for name, text in self.files(language).items()
            for number, line in enumerate(text.split("\n"), 1)
            if (found := _MARK.search(line))
        }


def language_of(engine: str) -> str:
    """`lua` or `js`."""
    return "js" if engine == "js" else "lua"


def with_lines(text: str, places: dict[str, tuple[str, int]]) -> str:
    """A text with line numbers in the place of its `@marks`."""
    return _REFERENCE.sub(lambda found: str(places[found[1]][1]) if found[1] in places else found[0], text)


def way(*steps: str | Step) -> tuple[Step, ...]:
    """Steps in short: `way("start", "over two, out three")` starts, stops at the mark `start`, and so on.

    `end` is the end of the script, `*mark` a stop at a breakpoint there.
    """
    made: list[Step] = []
    for step in steps:
        if not isinstance(step, str):
            made.append(step)
            continue
        for words in step.split(", "):
            kind, _, place = words.rpartition(" ")
            reason: Reason = "breakpoint" if place.startswith("*") or kind in ("", "continue") else "step"
            to = None if place == "end" else Stop(place.removeprefix("*"), reason)
            made.append(Go(cast("Kind", kind or "start"), to))
    return tuple(made)


def _resolved(value: Any, engine: str) -> Any:
    if isinstance(value, By):
        return _resolved(value.of(engine), engine)
    if isinstance(value, tuple):
        return tuple(_resolved(one, engine) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: _resolved(getattr(value, one.name), engine) for one in fields(value)}
        return replace(value, **changed)
    return value
