"""The part of a source line that fits on the terminal, and where its caret goes."""

from __future__ import annotations

from dataclasses import dataclass

from llmspell_cli.render.text import TAB_WIDTH, cell_width, cut, ellipsis, visible

_NEAR = 4
"""Of a very long line only so many terminal widths on either side of the column are looked at."""


@dataclass(frozen=True, slots=True)
class ClippedLine:
    """A line as it is shown. The caret's place counts from the left edge, a mark for a cut included."""

    text: str
    cut_left: bool
    cut_right: bool
    caret_at: int
    caret_width: int


def clip_line(text: str, column: int | None, room: int, *, unicode: bool) -> ClippedLine:
    """At most `room` cells of `text`, marks for cuts included; the `column` (counted from 1) is among them.

    Without a column the line is shown from its beginning. A column past the end is the end.
    """
    at = min(max((column or 1) - 1, 0), len(text))
    first = max(at - _NEAR * room, 0)
    last = at + _NEAR * room
    head = _display(text[first:at], 0, unicode)
    before = cell_width(head)
    tail = _display(text[at:last], before, unicode)
    token = min(cell_width(_display(_token(text[at : at + room]), before, unicode)), room)
    mark = len(ellipsis(unicode=unicode))
    whole = before + cell_width(tail)
    fits = first == 0 and last >= len(text) and whole <= room
    start = 0
    if not fits and before + token + mark > room:
        # Two thirds of the room for what comes before, less where the token needs more than the rest.
        start = max(before - max(min(room * 2 // 3, room - token - mark), mark), 0)
    cut_left = first > 0 or start > 0
    cut_right = last < len(text) or whole - start > room
    inner = room - (mark if cut_left else 0) - (mark if cut_right else 0)
    shown = cut(head + tail, start + (mark if cut_left else 0), inner)
    caret_at = before - start
    return ClippedLine(
        text=shown,
        cut_left=cut_left,
        cut_right=cut_right,
        caret_at=caret_at,
        caret_width=max(min(token, room - caret_at), 1),
    )


def _display(text: str, at: int, unicode: bool) -> str:
    """Text that begins in cell `at` as it is shown: tabs as spaces, the rest made visible."""
    if "\t" not in text:
        return visible(text, unicode=unicode)
    shown: list[str] = []
    for index, part in enumerate(text.split("\t")):
        if index:
            gap = TAB_WIDTH - at % TAB_WIDTH
            shown.append(" " * gap)
            at += gap
        made = visible(part, unicode=unicode)
        shown.append(made)
        at += cell_width(made)
    return "".join(shown)


def _token(text: str) -> str:
    """What stands at the column: a whole word, else one character."""
    end = 0
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[: max(end, 1)]
