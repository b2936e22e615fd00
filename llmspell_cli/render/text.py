"""Text made safe to show, and how many terminal cells it takes."""

from __future__ import annotations

from debug.text_safety import printable

TAB_WIDTH = 4
"""Cells between tab stops in what we show; fixed, so that a caret can be put under a column."""

ELLIPSIS = "…"
ASCII_ELLIPSIS = "..."


def visible(text: str, *, unicode: bool = True) -> str:
    """`text` on one line with nothing in it that a terminal would act on: such characters become escapes.

    With `unicode` False whatever is not ASCII becomes an escape too.
    """
    text = printable(text)
    return text if unicode or text.isascii() else text.encode("ascii", "backslashreplace").decode("ascii")


def visible_lines(text: str, *, unicode: bool = True) -> list[str]:
    """The lines of `text`, each made `visible`, tabs expanded; one trailing line end does not count."""
    if text.isprintable():
        return [visible(text, unicode=unicode)]
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return [visible(line.expandtabs(TAB_WIDTH), unicode=unicode) for line in lines]


def ellipsis(*, unicode: bool) -> str:
    """What stands for text left out."""
    return ELLIPSIS if unicode else ASCII_ELLIPSIS


def cell_width(text: str) -> int:
    """How many cells a terminal gives to `text` (already `visible`): wide characters two, combining none."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 1
    import unicodedata  # plain ASCII, by far the most, never comes here

    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """`text` filled with spaces to `width` cells; as it is where it is longer."""
    return text + " " * (width - cell_width(text))


def wrapped(text: str, first: int, rest: int) -> list[str]:
    """`text` in pieces broken at spaces: the first of at most `first` cells, the others of at most `rest`.

    The other pieces are indented as the first is. A word wider than a piece stays whole, so that what people
    copy (an address, a path) is not torn; the terminal breaks it.
    """
    own = len(text) - len(text.lstrip(" "))
    indent = " " * (own if own <= rest // 2 else 0)
    pieces: list[str] = []
    piece, used = " " * own, own
    for word in text[own:].split(" "):
        cells = cell_width(word)
        if used + cells > (rest if pieces else first) and piece.strip():
            pieces.append(piece.rstrip())
            piece, used = indent, len(indent)
        if not word and pieces and not piece.strip():
            continue  # more than one space where the line was broken
        piece += f"{word} "
        used += cells + 1
    pieces.append(piece.rstrip() if pieces else piece[:-1])
    return pieces


def cut(text: str, start: int, width: int) -> str:
    """The cells `start` to `start + width` of `text`. Half of a wide character becomes a space."""
    if text.isascii():
        return text[start : start + width]
    end = start + width
    kept: list[str] = []
    at = 0
    for char in text:
        after = at + _char_width(char)
        if at >= start and after <= end:
            kept.append(char)
        elif at < end and after > start:
            kept.append(" ")
        if after > end:
            break
        at = after
    return "".join(kept)


def shortened(text: str, width: int, *, unicode: bool) -> str:
    """`text` in at most so many cells, with a mark where some of it is left out."""
    if cell_width(text) <= width:
        return text
    mark = ellipsis(unicode=unicode)
    return cut(text, 0, width - len(mark)) + mark if width > len(mark) else cut(mark, 0, max(0, width))


def plain_marks(text: str, unicode: bool) -> str:
    """Text of the core, which marks what it left out with `…`, for a terminal that may know only ASCII."""
    return visible(text if unicode else text.replace(ELLIPSIS, ASCII_ELLIPSIS), unicode=unicode)
