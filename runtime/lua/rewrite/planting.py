"""The text with its probes: a test of one flag before each statement, on the line on which the statement stands.

A function reaches the flags by a local of the file (an upvalue, the cheapest there is), by a local of its own where it
has no upvalue left, or not at all. The local is filled by `true<true`: the comparison of two booleans is an error in
every Lua, so that its metamethod is free, and no `_ENV`, `setfenv` or missing library can hide it. It finds the
number in the local and puts the flags of that source in its place (probes.lua).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from runtime.probes.plan import MAIN, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.lua.rewrite.statements import Places

NAME = b"_llmspell_"
"""The local's name is this and a number, the first that makes it one the text does not hold."""

_CLOSE, _HEAD, _OPEN = range(3)
"""In this order at one place: `until f""x()` ends a condition where a statement begins."""


class Reach(IntEnum):
    """How a function comes to the flags."""

    SHARED = 0
    """By the local of the function around it."""
    OWN = 1
    """By a local of its own."""
    NONE = 2
    """It does not: nothing is planted in it."""


def free_name(text: bytes) -> bytes:
    """A name that the text does not hold."""
    number = 0
    while (name := b"%s%d" % (NAME, number)) in text:
        number += 1
    return name


def plant(places: Places, name: bytes, key: int, reaches: Mapping[int, Reach]) -> bytes:
    """The text with probes; `key` is the number by which the VM knows the source.

    `reaches` has the functions that are not as usual, by id. Below a function that reaches nothing each has a local
    of its own.
    """
    plan = places.plan
    reach: list[Reach] = []
    for function in plan.functions:
        usual = Reach.OWN
        if function.parent is not None and reach[function.parent] is not Reach.NONE:
            usual = Reach.SHARED
        reach.append(max(usual, reaches.get(function.id, usual)))
    local = b" local %s=%d if true<true then end " % (name, key)
    edits = [
        (places.heads[function.id], _HEAD, local)
        for function in plan.functions
        if reach[function.id] is Reach.OWN
    ]
    for probe, end in zip(plan.probes, places.ends, strict=True):
        if reach[probe.function] is Reach.NONE:
            continue
        id = probe.id
        if probe.kind is Kind.CONDITION:
            edits.append((probe.start, _OPEN, b" %s[%d]and %s[0](%d)or(" % (name, id, name, id)))
            edits.append((end, _CLOSE, b")"))
        else:
            edits.append((probe.start, _OPEN, b" if %s[%d]then %s[0](%d)end " % (name, id, name, id)))
    for start, end in places.framed:
        edits += (start, _OPEN, b"("), (end, _CLOSE, b")")
    edits.sort(key=lambda edit: edit[:2])
    pieces: list[bytes] = []
    position, text = 0, plan.text
    for at, _, inserted in edits:
        pieces += text[position:at], inserted
        position = at
    pieces.append(text[position:])
    return b"".join(pieces)


def is_reached(reaches: Mapping[int, Reach]) -> bool:
    """Whether the main chunk can be stopped in."""
    return reaches.get(MAIN) is not Reach.NONE
