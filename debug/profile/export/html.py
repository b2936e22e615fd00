"""One page that needs nothing else: an interactive flame graph, with tables of the hottest functions and lines.

Its parts lie in `page/`. The page gets the tables of the profile and the weights of each stack, and derives what it
shows, since that depends on what its reader chooses.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from debug.profile.merge import merged, tables_of
from debug.profile.weights import NO_KEY, allocated_by_stack, weights_by_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.profile.merge import Tables
    from debug.profile.model import Profile

_SCRIPTS = ("data.js", "colors.js", "graph.js", "tables.js", "main.js")


class _Thread(msgspec.Struct, frozen=True):
    """The weights of one thread; columns, a row for each stack that has one."""

    name: str
    stacks: list[int]
    weights: list[int]
    before: list[int] | None = None
    """In the old profile, where two are compared."""


class _View(msgspec.Struct, frozen=True):
    name: str
    unit: str
    threads: list[_Thread]


class _Page(msgspec.Struct, frozen=True):
    title: str
    facts: list[str]
    compared: bool
    functions: dict[str, list[Any]]
    lines: dict[str, list[Any]]
    places: dict[str, list[int]]
    stacks: dict[str, list[int]]
    views: list[_View]


def export(profile: Profile) -> bytes:
    """The page of one profile: its time, and its allocations where it has some."""
    tables = tables_of(profile)
    weights = weights_by_thread(profile)
    views = [
        _View(
            "Time",
            "ns",
            [
                _thread(thread.name, one.self_ns)
                for thread, one in zip(tables.threads, weights, strict=True)
                if any(one.samples)
            ],
        )
    ]
    if profile.allocations:
        views.append(_View("Heap growth", "bytes", [_thread("all", allocated_by_stack(profile))]))
    return _page(profile.script, _facts(profile), tables, views, compared=False)


def differential_page(old: Profile, new: Profile) -> bytes:
    """The page of two profiles: red is slower in the new one, blue is faster."""
    both = merged(old, new)
    threads = [
        _thread(thread.name, after.self_ns, before.self_ns)
        for thread, before, after in zip(both.tables.threads, both.old, both.new, strict=True)
        if any(before.samples) or any(after.samples)
    ]
    title = new.script if old.script == new.script else f"{old.script} → {new.script}"
    facts = [
        f"sampled {old.sampled_ns / 1e9:.3f} s, then {new.sampled_ns / 1e9:.3f} s",
        f"old {_moment(old)}, new {_moment(new)}",
        new.engine if old.engine == new.engine else f"{old.engine}, then {new.engine}",
    ]
    return _page(title, facts, both.tables, [_View("Time", "ns", threads)], compared=True)


def _facts(profile: Profile) -> list[str]:
    found = [
        f"{profile.engine}, {profile.collector}",
        f"{len(profile.samples.stack):,} samples, {profile.sampled_ns / 1e9:.3f} s"
        f" of {profile.duration_ns / 1e9:.3f} s",
        _moment(profile),
    ]
    if profile.fallback is not None:
        found.append(profile.fallback)
    if profile.exit_code:
        found.append(f"exit code {profile.exit_code}")
    return found


def _moment(profile: Profile) -> str:
    """When it was taken, to the second."""
    return f"{profile.started_at[:19].replace('T', ' ')} UTC"


def _thread(name: str, weights: Sequence[int], before: Sequence[int] | None = None) -> _Thread:
    if before is None:
        stacks = [stack for stack, weight in enumerate(weights) if weight]
        return _Thread(name, stacks, [weights[stack] for stack in stacks])
    stacks = [stack for stack, pair in enumerate(zip(weights, before, strict=True)) if any(pair)]
    return _Thread(name, stacks, [weights[stack] for stack in stacks], [before[stack] for stack in stacks])


def _page(title: str, facts: list[str], tables: Tables, views: list[_View], *, compared: bool) -> bytes:
    page = _Page(
        title,
        facts,
        compared,
        functions={
            "name": [one.name or "(unnamed)" for one in tables.functions],
            "kind": [one.kind for one in tables.functions],
            "file": [one.file for one in tables.functions],
            "line": [one.line for one in tables.functions],
        },
        lines={
            "file": [one.file for one in tables.lines],
            "number": [one.number for one in tables.lines],
            "text": [one.text for one in tables.lines],
        },
        places={
            "function": [one.function for one in tables.places],
            "line": [NO_KEY if one.line is None else one.line for one in tables.places],
        },
        stacks={
            "parent": [one.parent for one in tables.stacks],
            "place": [one.place for one in tables.stacks],
        },
        views=views,
    )
    folder = files(__package__) / "page"
    texts = {
        b"{{TITLE}}": escape(title).encode(),
        b"{{STYLE}}": (folder / "page.css").read_bytes(),
        # In a script element only `<` can end the text; JSON has another way to write it.
        b"{{DATA}}": msgspec.json.encode(page).replace(b"<", b"\\u003c"),
        b"{{SCRIPT}}": b"\n".join((folder / name).read_bytes() for name in _SCRIPTS),
    }
    content = (folder / "page.html").read_bytes()
    found = []
    for mark, text in texts.items():  # in their order; a mark in a script's text is no mark
        head, _, content = content.partition(mark)
        found += [head, text]
    return b"".join([*found, content])
