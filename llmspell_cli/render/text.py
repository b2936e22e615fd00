"""Text made safe to show, and how many terminal cells it takes."""

from __future__ import annotations

TAB_WIDTH = 4
"""Cells between tab stops in what we show; fixed, so that a caret can be put under a column."""

ELLIPSIS = "…"
ASCII_ELLIPSIS = "..."


class _Escapes(dict[int, "str | int"]):
    """For `str.translate`: code points that could drive a terminal or deceive a reader, as backslash escapes."""

    def __missing__(self, code: int) -> str | int:
        if not _is_hostile(code):
            return code  # not kept: the table stays as small as the set of hostile code points
        escape = _SHORT.get(code) or (
            f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
        )
        self[code] = escape
        return escape


def _is_hostile(code: int) -> bool:
    return (
        code < 0x20
        or 0x7F <= code < 0xA0  # DEL and C1: 0x9b starts an escape sequence just as ESC [ does
        or code in (0x061C, 0x2028, 0x2029)
        or 0x202A <= code <= 0x202E  # bidirectional overrides turn the order of what follows
        or 0x2066 <= code <= 0x2069
        or 0xD800 <= code < 0xE000  # lone surrogates cannot be encoded
        or 0xE0000 <= code < 0xE0080  # tags: text that nobody sees
    )


_SHORT = {9: "\\t", 10: "\\n", 13: "\\r"}
_ESCAPES = _Escapes()


def visible(text: str, *, unicode: bool = True) -> str:
    """`text` on one line with nothing in it that a terminal would act on: such characters become escapes.

    With `unicode` False whatever is not ASCII becomes an escape too.
    """
    if not text.isprintable():  # a fast no for most text; true for all ASCII that is plain
        text = text.translate(_ESCAPES)
    if not unicode and not text.isascii():
        text = text.encode("ascii", "backslashreplace").decode("ascii")
    return text


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
    """How many cells a terminal gives to `text` (already `visible`): wide characters two, combining ones none."""
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
