"""What was seen of a scenario, by a session's client or by an editor: the same, wherever it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from scenarios.debug_scenario import Calls, Give, Go, Have, Put, Say, Watch, language_of, with_lines

if TYPE_CHECKING:
    from scenarios.debug_scenario import Scenario, Stop


class Landed(msgspec.Struct, frozen=True):
    """A stop."""

    place: str
    """A source and a line."""
    reason: str
    stack: tuple[str, ...] = ()
    shows: tuple[tuple[str, str | None], ...] = ()
    text: str | None = None


class Account(msgspec.Struct, frozen=True):
    """What came of each step, and of the whole."""

    steps: tuple[Landed | str, ...]
    """A stop; `end`; the value that was shown; nothing where nothing comes of it."""
    bound: tuple[str | None, ...]
    """Where the breakpoints at lines are, as of the last stop; None where they are nowhere."""
    output: str
    logs: tuple[str, ...]
    exit_code: int


def expected(scenario: Scenario, engine: str, reasons: dict[str, str]) -> Account:
    """What is to be seen. `scenario` is as it is for the engine; `reasons` are those that are called otherwise."""
    language = language_of(engine)
    marks = scenario.places(language)

    def place(word: str) -> str:
        return word if ":" in word else "{}:{}".format(*marks[word])

    def text(word: object) -> str:
        return with_lines(cast("str", word), marks)

    def landed(stop: Stop) -> Landed:
        return Landed(
            place(cast("str", stop.place)),
            reasons.get(stop.reason, stop.reason),
            tuple(cast("tuple[str, ...]", stop.stack)),
            tuple(
                (text(name), text(shown)) for name, shown in cast("tuple[tuple[str, str], ...]", stop.shows)
            ),
            None if stop.text is None else text(stop.text),
        )

    steps: list[Landed | str] = []
    breaks = scenario.breaks
    for step in cast("tuple[object, ...]", scenario.steps):
        match step:
            case Go(to=None):
                steps.append("end")
            case Go(to=stop):
                steps.append(landed(stop))
            case Say(shown=shown) | Give(shown=shown) | Put(shown=shown):
                steps.append(text(shown))
            case Calls(shown=calls):
                steps.append("\n".join(cast("tuple[str, ...]", calls)))
            case Watch():
                steps.append("")
            case Have(breaks=breaks):
                steps.append("")
    bound = tuple(
        None if one.bound == "nowhere" else place(cast("str", one.bound or one.mark)) for one in breaks
    )
    return Account(
        tuple(steps),
        bound,
        text(scenario.output),
        tuple(text(one) for one in cast("tuple[str, ...]", scenario.logs)),
        scenario.exit_code,
    )
