"""`.cpuprofile`, which Chrome's DevTools, VS Code and speedscope open (`Profiler.Profile` of the DevTools protocol).

A sample there lasts until the next one, so the first begins at 0, and one at the root ends the last. Time that was not
sampled is left out: the samples follow each other. All threads are on one time line. Lines count from 0, save in
`positionTicks`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from debug.profile.call_tree import call_tree
from debug.profile.export.microseconds import rounded_us
from debug.profile.model import NO_PARENT

if TYPE_CHECKING:
    from debug.profile.call_tree import CallTree
    from debug.profile.model import Function, Profile

_ROOT = 1
"""The id of the root; a node of the call tree has the id `_FIRST` + its number."""

_FIRST = 2


class _CallFrame(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    function_name: str
    script_id: str = "0"
    url: str = ""
    line_number: int = -1
    column_number: int = -1


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    nodes: list[msgspec.Raw]
    start_time: int
    end_time: int
    samples: list[int]
    time_deltas: list[int]


def export(profile: Profile) -> bytes:
    """The profile as JSON of `.cpuprofile`. Its start is that of the run, in microseconds of Unix time."""
    samples = profile.samples
    tree = call_tree(profile)
    start_us = profile.started_unix_ns // 1000
    deltas = [0, *rounded_us(samples.weight_ns)]
    document = _Document(
        nodes=_nodes(profile, tree),
        start_time=start_us,
        end_time=start_us + sum(deltas),
        samples=[*(_FIRST + tree.of_stack[stack] for stack in samples.stack), _ROOT],
        time_deltas=deltas,
    )
    return msgspec.json.encode(document)


def _nodes(profile: Profile, tree: CallTree) -> list[msgspec.Raw]:
    """The nodes as JSON; written by hand, since there may be a million of few functions."""
    frames = [msgspec.json.encode(frame).decode() for frame in _call_frames(profile.functions)]
    hits: dict[int, int] = {}
    ticks: dict[int, dict[int, int]] = {}
    for stack, taken in Counter(profile.samples.stack).items():
        node = tree.of_stack[stack]
        hits[node] = hits.get(node, 0) + taken
        line = profile.places[profile.stacks[stack].place].line
        if line is not None:
            lines = ticks.setdefault(node, {})
            lines[line] = lines.get(line, 0) + taken
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(tree.parents):
        children.setdefault(parent, []).append(_FIRST + node)
    root = msgspec.json.encode(_CallFrame("(root)")).decode()
    found = [_node(_ROOT, root, 0, children.get(NO_PARENT), None)]
    for node, function in enumerate(tree.functions):
        below, lines_hit = children.pop(node, None), ticks.pop(node, None)
        found.append(_node(_FIRST + node, frames[function], hits.get(node, 0), below, lines_hit))
    return found


def _node(
    number: int, frame: str, hits: int, children: list[int] | None, ticks: dict[int, int] | None
) -> msgspec.Raw:
    text = f'{{"id":{number},"callFrame":{frame},"hitCount":{hits}'
    if children:
        text += f',"children":[{",".join(map(str, children))}]'
    if ticks:
        listed = ",".join(f'{{"line":{line},"ticks":{count}}}' for line, count in sorted(ticks.items()))
        text += f',"positionTicks":[{listed}]'
    return msgspec.Raw(text.encode() + b"}")


def _call_frames(functions: list[Function]) -> list[_CallFrame]:
    scripts: dict[str, str] = {}
    return [
        _CallFrame(one.name)
        if one.file is None
        else _CallFrame(
            one.name,
            scripts.setdefault(one.file, str(len(scripts) + 1)),
            one.file,
            (one.line or 0) - 1,
        )
        for one in functions
    ]
