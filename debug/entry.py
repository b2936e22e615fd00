"""One thing that was logged: raw as the hot path keeps it, and shaped as a reader sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from debug.level import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

RawEntry: TypeAlias = tuple[int, int, int, "str | bytes | PictureText", "str | bytes | None", Any, str]
"""What the hot path appends, unshaped: (sequence, time_ns, level, message, module, data, source).

`time_ns` is Unix time. `message` and `module` are text or the bytes a script gave; a message that was no
string is a `PictureText`. `data` is None, a dict of JSON types, or a `PictureText`. `source` names the script.
"""

RawLine: TypeAlias = tuple[int, bytes, str, str]
"""The same in the form in which a VM of its own writes it: (sequence, line, language, source); see `read_line`."""

Unshaped: TypeAlias = RawEntry | RawLine
"""An entry before `shape`, in whichever form: what the ring holds and a sink is handed."""


class PictureText(bytes):
    """The JSON text of a value's picture (see `debug.values`), not yet decoded."""

    __slots__ = ()

    language: ClassVar[str] = "lua"
    """Of the script that the value is from (see `debug.dialect`)."""


@cache
def picture_type(language: str) -> type[PictureText]:
    """The pictures of values of a language. A class each, so that a picture need not carry it."""
    if language == PictureText.language:
        return PictureText
    return type("PictureText", (PictureText,), {"__slots__": (), "language": language})


class Entry:
    """A shaped entry. Immutable by convention: made once by `shape`, read by outputs."""

    __slots__ = ("level", "message", "metadata", "module", "sequence", "source", "time_ns")

    def __init__(
        self,
        sequence: int,
        time_ns: int,
        level: Level,
        message: str,
        module: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        source: str = "",
    ) -> None:
        self.sequence = sequence
        self.time_ns = time_ns
        self.level = level
        self.message = message
        self.module = module
        self.metadata = metadata
        self.source = source

    @property
    def timestamp(self) -> str:
        """ISO 8601 in UTC with microseconds, e.g. `2026-11-23T09:17:00.123456Z`."""
        return iso_timestamp(self.time_ns)

    def to_dict(self) -> dict[str, Any]:
        """The entry as the API and the JSON outputs show it; `module` and `metadata` only where there are any."""
        shown: dict[str, Any] = {
            "timestamp": self.timestamp,
            "level": self.level.name,
            "message": self.message,
        }
        if self.module is not None:
            shown["module"] = self.module
        if self.metadata is not None:
            shown["metadata"] = self.metadata
        return shown

    def __repr__(self) -> str:
        return f"Entry({self.to_dict()!r})"


def iso_timestamp(time_ns: int) -> str:
    """`time_ns` (Unix time) as ISO 8601 in UTC with microseconds."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:06d}Z"


def readable(text: str | bytes) -> str:
    """Bytes of a script as text: UTF-8, with what is not valid kept as backslash escapes."""
    return text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text


def shape(raw: Unshaped) -> Entry:
    """A raw entry as a reader sees it: text decoded, values shown as `dumpCompact` shows them."""
    if len(raw) == 4:
        raw = read_line(raw)
    sequence, time_ns, level, message, module, data, source = raw
    if isinstance(message, PictureText):
        from debug import values  # only entries that hold values pay for msgspec

        dialect = values.dialect_of(message.language)
        message = values.to_text(values.decode(message), values.COMPACT, dialect=dialect)
    if isinstance(data, PictureText):
        from debug import values

        data = values.to_metadata(values.decode(data), values.dialect_of(data.language))
    return Entry(
        sequence,
        time_ns,
        _LEVELS[level],
        readable(message),
        None if module is None else readable(module),
        data,
        source,
    )


def read_line(raw: RawLine) -> RawEntry:
    """The entry that a line of ASCII tells of. For lines of our own: what is none raises ValueError or IndexError.

    Its fields are parted by tabs, which JSON holds only as escapes: the level (1 to 5), the Unix time in
    milliseconds, the message (a JSON string, or the picture of a value that was none), the module (a JSON string or
    nothing) and the picture of the data. The last two may be missing.
    """
    sequence, line, language, source = raw
    fields = line.decode("ascii").split("\t")
    count = len(fields)
    message, module = fields[2], fields[3] if count > 3 else ""
    return (
        sequence,
        int(fields[1]) * 1_000_000,
        int(fields[0]),
        picture_type(language)(message, "ascii") if message[0] != '"' else _unquoted(message),
        _unquoted(module) if module else None,
        picture_type(language)(fields[4], "ascii") if count > 4 else None,
        source,
    )


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    from json import loads

    read: str = loads(text)
    return read


_LEVELS = tuple(Level)
