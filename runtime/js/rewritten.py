"""Text that was changed in places, and which column of the original a column of it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands instead of the bytes from `start` to `end`; it has as many line ends as they have."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Code on the lines of its original."""

    code: str
    columns: Mapping[int, list[tuple[int, int, int, int]]]
    """By line: (start, end) of an edit in the code, (start, end) in the original; columns from 0, in UTF-16 units."""
    link: Mapping[str, Any] = field(default_factory=dict)
    """What a module imports and exports, as `host/esm.js` takes it."""

    def original_column(self, line: int, column: int) -> int:
        """Both columns count from 1."""
        at, shift = column - 1, 0
        for start, end, original_start, original_end in self.columns.get(line, ()):
            if at < start:
                break
            if at < end:
                return original_start + 1
            shift = end - original_end
        return max(1, at - shift + 1)


@dataclass(frozen=True, slots=True)
class Probes:
    """What is planted in a script that is looked at from outside while it runs."""

    edits: tuple[Edit, ...] = ()
    """In the order in which they stand where several are at one place."""
    first: str = ""
    """Of an ES module: stands before everything in its function. What `imported` gives in it becomes what reads a name
    that is imported."""
    begin: str = ""
    """Of an ES module: stands where it begins to run."""
    last: str = ""
    """Stands at the end of its function."""


NO_PROBES = Probes()


def imported(name: str) -> str:
    """Stands for what reads an imported name."""
    return f"/*import {name}*/"


class Planter(Protocol):
    """Looks at scripts from outside while they run."""

    def plant(self, text: bytes, name: str, path: str | None, is_module: bool, /) -> Probes | None:
        """What is planted in a text, an ES module or not; None: nothing, and it runs plain."""

    def runs_plain(self, name: str) -> None:
        """A text runs as it was written: with what was planted it is no JavaScript."""


def apply_edits(
    text: bytes, edits: Iterable[Edit], head: str, tail: str
) -> tuple[str, dict[int, list[tuple[int, int, int, int]]]]:
    """The code, `head` before its first line and `tail` after its last, and the columns by line."""
    pieces, columns = [head], {1: [(0, _units(head), 0, 0)]}
    line, original, now, position = 1, 0, _units(head), 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        between = text[position : edit.start].decode("utf-8", "replace")
        line, original, now = _past(between, between, line, original, now)
        removed = text[edit.start : edit.end].decode("utf-8", "replace")
        start, original_start = now, original
        first = line
        line, original, now = _past(removed, edit.replacement, line, original, now)
        if line != first:
            start = original_start = 0
        columns.setdefault(line, []).append((start, now, original_start, original))
        pieces += between, edit.replacement
        position = edit.end
    pieces += text[position:].decode("utf-8", "replace"), tail
    return "".join(pieces), columns


def _past(removed: str, written: str, line: int, original: int, now: int) -> tuple[int, int, int]:
    """Line and columns after a piece that stood in the original as `removed`."""
    ends = removed.count("\n")
    if ends:
        return (
            line + ends,
            _units(removed[removed.rfind("\n") + 1 :]),
            _units(written[written.rfind("\n") + 1 :]),
        )
    return line, original + _units(removed), now + _units(written)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
