"""The file format of speedscope (https://www.speedscope.app/file-format-schema.json): samples in the order of time.

A profile a thread, weights in nanoseconds. Neighbouring samples of one stack are one, as speedscope shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from debug.profile.call_tree import call_tree
from debug.profile.export.paths import paths
from debug.version import __version__

if TYPE_CHECKING:
    from debug.profile.model import Profile

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


class _Frame(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    name: str
    file: str | None = None
    line: int | None = None


class _Sampled(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="sampled"):
    name: str
    unit: str = "nanoseconds"
    startValue: int = 0  # noqa: N815  speedscope's name
    endValue: int  # noqa: N815
    samples: list[msgspec.Raw]
    weights: list[int]


def export(profile: Profile) -> bytes:
    """The profile as JSON of speedscope."""
    tree = call_tree(profile)
    frames = [str(number).encode() for number in range(len(profile.functions))]

    def join(caller: bytes | None, node: int) -> bytes:
        frame = frames[tree.functions[node]]
        return frame if caller is None else caller + b"," + frame

    wanted = bytearray(len(tree.parents))
    for stack in profile.samples.stack:
        wanted[tree.of_stack[stack]] = 1
    stacks = [
        msgspec.Raw(b"[" + path + b"]") if taken else None
        for path, taken in zip(paths(tree.parents, join), wanted, strict=True)
    ]
    document: dict[str, Any] = {
        "$schema": _SCHEMA,
        "exporter": f"llmspell@{__version__}",
        "name": profile.script,
        "activeProfileIndex": 0,
        "shared": {"frames": [_Frame(one.name, one.file, one.line) for one in profile.functions]},
        "profiles": [
            _profile(name, nodes, weights_ns, stacks)
            for name, nodes, weights_ns in _by_thread(profile, tree.of_stack)
        ],
    }
    return msgspec.json.encode(document)


def _by_thread(profile: Profile, node_of: list[int]) -> list[tuple[str, list[int], list[int]]]:
    """Each thread that was sampled: its name, and its nodes with the time spent on each in turn."""
    samples = profile.samples
    found: list[tuple[list[int], list[int]]] = [([], []) for _ in profile.threads]
    for stack, weight_ns, thread in zip(samples.stack, samples.weight_ns, samples.thread, strict=True):
        nodes, weights_ns = found[thread]
        node = node_of[stack]
        if nodes and nodes[-1] == node:
            weights_ns[-1] += weight_ns
        else:
            nodes.append(node)
            weights_ns.append(weight_ns)
    rows = [
        (profile.script if thread.kind == "main" else thread.name, nodes, weights_ns)
        for thread, (nodes, weights_ns) in zip(profile.threads, found, strict=True)
        if nodes
    ]
    return rows or [(profile.script, [], [])]


def _profile(
    name: str, nodes: list[int], weights_ns: list[int], stacks: list[msgspec.Raw | None]
) -> _Sampled:
    return _Sampled(
        name=name,
        endValue=sum(weights_ns),
        samples=[stacks[node] for node in nodes],  # type: ignore[misc]  # sampled nodes have one
        weights=weights_ns,
    )
