"""Rewrites a text that compiles into one with probes that compiles, too.

Probes take upvalues of each function and locals of the file: some for gates, which can be done without, and one that
cannot. A function with no room for that one is not stopped in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from runtime.lua.rewrite.planting import MOST_GATES, Reach, free_name, plant
from runtime.lua.rewrite.statements import find_statements
from runtime.probes.plan import MAIN, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.probes.plan import Function

MOST_ATTEMPTS = 40
"""Of compiling a text. Each takes one more function out of those that can be stopped in."""

_OF_FUNCTION = re.compile(rb"function (?:at|<[^>]*:) ?(?:line )?(\d+)")
_AT_LINE = re.compile(rb":(\d+): ")


class Rewritten(msgspec.Struct, frozen=True):
    """A text with probes, and what of it cannot be stopped in."""

    text: bytes | None
    """None: it is to run as it is."""
    plan: Plan | None
    """None where the text is not understood."""
    gates: int = 0
    """How many locals of the file are flags (planting.py)."""
    without: tuple[int, ...] = ()
    """The ids of the functions in which nothing is planted."""
    reason: str | None = None
    """Why these functions, or the whole text, cannot be stopped in."""


def rewrite(text: bytes, variant: str, key: int, problem_of: Callable[[bytes], bytes | None]) -> Rewritten:
    """Plant probes in a text that compiles as it is; `problem_of` compiles one and returns Lua's message, or None.

    What it compiled last is the text that was returned, where one was.
    """
    places = find_statements(text, variant)
    if places is None:
        return Rewritten(None, None, reason="its syntax is not understood")
    plan = places.plan
    if not plan.probes:
        return Rewritten(None, plan, reason="it holds no statement")
    name = free_name(text)
    reaches: dict[int, Reach] = {}
    gates = min(len(plan.probes), MOST_GATES)
    first_problem: bytes | None = None
    for _ in range(MOST_ATTEMPTS):
        planted = plant(places, name, key, gates, reaches)
        problem = problem_of(planted)
        if problem is None:
            without = tuple(id for id, reach in sorted(reaches.items()) if reach is Reach.NONE)
            return Rewritten(planted, plan, gates, without, _words(first_problem) if without else None)
        if gates:
            gates = 0
            continue
        first_problem = first_problem or problem
        if not _step_back(reaches, plan, problem):
            break
    return Rewritten(None, plan, 0, tuple(range(len(plan.functions))), _words(first_problem))


def _step_back(reaches: dict[int, Reach], plan: Plan, problem: bytes) -> bool:
    """Less for the function that passed a limit, or for the one around it; False where nothing is left to take."""
    for function in _suspects(plan, problem):
        if reaches.get(function.id) is not Reach.NONE:
            is_own = function.id == MAIN or reaches.get(function.id) is Reach.OWN
            reaches[function.id] = Reach.NONE if is_own or b"upvalues" not in problem else Reach.OWN
            return True
    return False


def _suspects(plan: Plan, problem: bytes) -> list[Function]:
    """Who may be meant, likeliest first: the function that the message names by its line, or else the innermost one
    on the line of the message; those around it. Of several on one line the longest."""
    if b"main function" in problem:
        return [plan.functions[MAIN]]
    found: list[Function] = []
    named = _OF_FUNCTION.search(problem)
    if named:
        line = int(named[1])
        found = [one for one in plan.functions[1:] if one.line == line]
        found.sort(key=lambda one: one.start - one.end)
    if not found:
        at = _AT_LINE.search(problem)
        line = int(at[1]) if at else 1
        found = [one for one in reversed(plan.functions) if one.line <= line <= one.end_line][:1]
    around = found[0] if found else plan.functions[MAIN]
    while around.parent is not None:
        around = plan.functions[around.parent]
        found.append(around)
    return found


def _words(problem: bytes | None) -> str | None:
    """Lua's message without the place, which is one in the text with probes."""
    if problem is None:
        return None
    return re.sub(rb"^.*?:\d+: ", b"", problem, count=1).decode("utf-8", "backslashreplace")
