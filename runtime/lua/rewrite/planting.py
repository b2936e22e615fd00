"""The text with its probes: a test of one flag before each statement, on the line on which the statement stands.

The flag is a local of the file, a gate, which costs less than a field of a table, and nothing at all where LuaJIT
compiles it in. There are at most `MOST_GATES`: where a gate is for several probes, each has a flag in a table, too.
A function reaches the flags by a local of the file (an upvalue, the cheapest there is), by a local of its own where it
has no upvalue left, or not at all. The local is filled by `true<true`: the comparison of two booleans is an error in
every Lua, so that its metamethod is free, and no `_ENV`, `setfenv` or missing library can hide it. It finds the
number in the local and puts the flags of that source in its place (probes.lua). A function of the planted text is then
given to them: through it the gates can be set.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from runtime.probes.plan import MAIN, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runtime.lua.rewrite.statements import Places
    from runtime.probes.plan import Plan

NAME = b"_llmspell_"
"""The local's name is this and a number, the first that makes it one the text does not hold."""

MOST_GATES = 40
"""Each takes one of the 200 locals of the file, and one of the 60 upvalues that LuaJIT gives a function."""

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


def gate_of(id: int, probes: int, gates: int) -> int:
    """Which gate is for the probe: one for each, or one for as many that follow one another."""
    return id - 1 if gates >= probes else (id - 1) * gates // probes


def plant(places: Places, name: bytes, key: int, gates: int, reaches: Mapping[int, Reach]) -> bytes:
    """The text with probes; `key` is the number by which the VM knows the source.

    `reaches` has the functions that are not as usual, by id. Below a function that reaches nothing each has a local
    of its own. Where a function does not share the file's local, it does not use its gates, which are named as the
    local is, with a number.
    """
    plan = places.plan
    reach: list[Reach] = []
    for function in plan.functions:
        usual = Reach.OWN
        if function.parent is not None and reach[function.parent] is not Reach.NONE:
            usual = Reach.SHARED
        reach.append(max(usual, reaches.get(function.id, usual)))
    own = b" local %s=%d if true<true then end " % (name, key)
    names = b",".join(b"%s_%d" % (name, gate) for gate in range(gates))
    shared = own
    if gates:
        asked = b"if true<true then %s[-1](function()return %s end)end " % (name, names)
        shared = b" local %s,%s=%d %s" % (name, names, key, asked)
    edits = [
        (places.heads[function.id], _HEAD, own if function.id else shared)
        for function in plan.functions
        if reach[function.id] is Reach.OWN
    ]
    count = len(plan.probes)
    gated = _sharing_with_main(plan, reach)
    for probe, end in zip(plan.probes, places.ends, strict=True):
        if reach[probe.function] is Reach.NONE:
            continue
        id = probe.id
        flag = b"%s[%d]" % (name, id)
        if gates and probe.function in gated:
            gate = b"%s_%d" % (name, gate_of(id, count, gates))
            flag = gate + b" " if gates >= count else b"%s and %s" % (gate, flag)
        if probe.kind is Kind.CONDITION:
            edits.append((probe.start, _OPEN, b" %sand %s[0](%d)or(" % (flag, name, id)))
            edits.append((end, _CLOSE, b")"))
        else:
            edits.append((probe.start, _OPEN, b" if %sthen %s[0](%d)end " % (flag, name, id)))
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


def _sharing_with_main(plan: Plan, reach: Sequence[Reach]) -> set[int]:
    """The functions whose flags are those of the file's local, with nothing in between."""
    found = {MAIN} if reach[MAIN] is Reach.OWN else set()
    for function in plan.functions[1:]:
        if reach[function.id] is Reach.SHARED and function.parent in found:
            found.add(function.id)
    return found
