"""Which function and which line of one profile is which of another, after the file was edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from debug.profile.lines import Line
    from debug.profile.model import Function, Profile

T = TypeVar("T")


def matched_functions(old: Profile, new: Profile) -> dict[int, int]:
    """For functions of `old` the number of the same one in `new`: by name, file and line; where it moved, without the
    line, if as many of that name are left in both. The scripts themselves count as one file, whatever their names.
    """
    return _matched(
        [_renamed_function(one, old.script) for one in old.functions],
        [_renamed_function(one, new.script) for one in new.functions],
        lambda function: (function.kind, function.file, function.name, function.line),
        lambda function: (function.kind, function.file, function.name),
        lambda function: function.line or 0,
    )


def matched_lines(
    old: Sequence[Line], old_script: str, new: Sequence[Line], new_script: str
) -> dict[int, int]:
    """For lines of `old` the number of the same one in `new`: by number and text; where it moved, by its text, if as
    many with that text are left in both."""
    return _matched(
        [_renamed_line(one, old_script) for one in old],
        [_renamed_line(one, new_script) for one in new],
        lambda line: (line.file, line.text, line.number),
        lambda line: None if line.text is None else (line.file, line.text.strip()),
        lambda line: line.number,
    )


_SCRIPT = ""
"""Stands for the file of the script itself, which may have another name or folder in the other profile."""


def _renamed_function(function: Function, script: str) -> Function:
    return msgspec.structs.replace(function, file=_SCRIPT) if function.file == script else function


def _renamed_line(line: Line, script: str) -> Line:
    return line._replace(file=_SCRIPT) if line.file == script else line


def _matched(
    old: Sequence[T],
    new: Sequence[T],
    exact: Callable[[T], Hashable],
    loose: Callable[[T], Hashable],
    order: Callable[[T], int],
) -> dict[int, int]:
    """Pairs with the same `exact` identity; among the rest those with the same `loose` one (None is none), in their
    order, where both sides have as many."""
    at = {exact(item): number for number, item in enumerate(new)}
    found = {number: at[exact(item)] for number, item in enumerate(old) if exact(item) in at}
    taken = set(found.values())
    left = _groups(((n, item) for n, item in enumerate(old) if n not in found), loose, order)
    right = _groups(((n, item) for n, item in enumerate(new) if n not in taken), loose, order)
    for identity, numbers in left.items():
        others = right.get(identity, [])
        if len(others) == len(numbers):
            found.update(zip(numbers, others, strict=True))
    return found


def _groups(
    items: Iterable[tuple[int, T]], identity: Callable[[T], Hashable], order: Callable[[T], int]
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[tuple[int, int]]] = {}
    for number, item in items:
        key = identity(item)
        if key is not None:
            found.setdefault(key, []).append((order(item), number))
    return {key: [number for _, number in sorted(group)] for key, group in found.items()}
