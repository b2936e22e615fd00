"""An entry in the form in which a VM of its own writes it: a line, read only when somebody looks at the entry.

Fields are parted by tabs, which JSON holds only as escapes: the level (1 to 5), the Unix time in milliseconds, the
message (a JSON string, or the picture of a value that was none), the module (a JSON string or nothing), and the
picture of the data. The last two may be missing. All of it is ASCII.
"""

from __future__ import annotations

from json import loads
from typing import TYPE_CHECKING

from debug.entry import PictureText

if TYPE_CHECKING:
    from debug.entry import RawEntry, RawLine

_QUOTE = b'"'
_ESCAPE = b"\\"


def read(raw: RawLine) -> RawEntry:
    """The entry that the line tells of. Raises ValueError for what is no such line."""
    sequence, line, source = raw
    level, at_ms, message, *rest = line.split(b"\t", 4)
    return (
        sequence,
        int(at_ms) * 1_000_000,
        int(level),
        _text(message) if message.startswith(_QUOTE) else PictureText(message),
        _text(rest[0]) if rest and rest[0] else None,
        PictureText(rest[1]) if len(rest) > 1 else None,
        source,
    )


def _text(quoted: bytes) -> str:
    if _ESCAPE in quoted:
        text: str = loads(quoted.decode("ascii"))
        return text
    return quoted[1:-1].decode("ascii")
