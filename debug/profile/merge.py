"""Two profiles over one set of tables, so that their figures can be told apart stack by stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from debug.profile.lines import Line, line_table
from debug.profile.matching import matched_functions, matched_lines
from debug.profile.model import NO_PARENT, Function, Place, Profile, Stack, Thread
from debug.profile.weights import NO_KEY, Weights, weights_by_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Tables:
    """What the weights of one or more profiles belong to."""

    functions: list[Function]
    lines: list[Line]
    places: list[Place]
    """Their `line` is a number of `lines`, and None where it is not known."""
    stacks: list[Stack]
    threads: list[Thread]


@dataclass(frozen=True, slots=True)
class Merged:
    """The tables of both, those of `new` first, and the weights of each by thread and stack of the tables."""

    tables: Tables
    old: list[Weights]
    new: list[Weights]


def tables_of(profile: Profile) -> Tables:
    """The tables of one profile."""
    lines, of_place = line_table(profile)
    places = [
        Place(place.function, None if line == NO_KEY else line)
        for place, line in zip(profile.places, of_place, strict=True)
    ]
    return Tables(list(profile.functions), list(lines), places, list(profile.stacks), list(profile.threads))


def merged(old: Profile, new: Profile) -> Merged:
    """What is the same in both (see `matching`) is one row of the tables."""
    tables, theirs = tables_of(new), tables_of(old)
    function_of = _joined(tables.functions, theirs.functions, matched_functions(old, new))
    line_of = _joined(
        tables.lines, theirs.lines, matched_lines(theirs.lines, old.script, tables.lines, new.script)
    )
    place_of = _added(
        tables.places,
        [
            Place(function_of[place.function], None if place.line is None else line_of[place.line])
            for place in theirs.places
        ],
        lambda place: (place.function, place.line),
    )
    stack_of = _added_stacks(tables.stacks, theirs.stacks, place_of)
    thread_of = _added(tables.threads, theirs.threads, lambda thread: (thread.kind, thread.name))
    return Merged(
        tables,
        _moved(weights_by_thread(old), tables, stack_of, thread_of),
        _moved(weights_by_thread(new), tables, range(len(new.stacks)), range(len(new.threads))),
    )


def _joined(rows: list[Row], others: list[Row], known: dict[int, int]) -> list[int]:
    """Adds those of `others` that have no match in `rows`: for each of `others` its number there."""
    found = []
    for number, row in enumerate(others):
        at = known.get(number)
        if at is None:
            at = len(rows)
            rows.append(row)
        found.append(at)
    return found


def _added(rows: list[Row], others: list[Row], identity: Callable[[Row], Hashable]) -> list[int]:
    """Adds those of `others` whose identity is not in `rows`: for each of `others` its number there."""
    numbers: dict[Hashable, int] = {}
    for number, row in enumerate(rows):
        numbers.setdefault(identity(row), number)
    known = {number: numbers[identity(row)] for number, row in enumerate(others) if identity(row) in numbers}
    return _joined(rows, others, known)


def _added_stacks(rows: list[Stack], others: list[Stack], place_of: list[int]) -> list[int]:
    numbers = {(stack.parent, stack.place): number for number, stack in enumerate(rows)}
    found: list[int] = []
    for stack in others:
        parent = NO_PARENT if stack.parent == NO_PARENT else found[stack.parent]
        edge = (parent, place_of[stack.place])
        number = numbers.setdefault(edge, len(rows))
        if number == len(rows):
            rows.append(Stack(*edge))
        found.append(number)
    return found


def _moved(
    weights: list[Weights], tables: Tables, stack_of: Sequence[int], thread_of: Sequence[int]
) -> list[Weights]:
    stacks = len(tables.stacks)
    found = [Weights([0] * stacks, [0] * stacks) for _ in tables.threads]
    for thread, one in zip(thread_of, weights, strict=True):
        for number, self_ns, samples in zip(stack_of, one.self_ns, one.samples, strict=True):
            found[thread].self_ns[number] += self_ns
            found[thread].samples[number] += samples
    return found
