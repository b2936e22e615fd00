"""Entries as JSON, whatever data a script or an embedder put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from debug.entry import iso_timestamp
from debug.level import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.entry import Entry


def _describe(value: Any) -> str:
    try:
        return repr(value)
    except Exception as error:  # the border to an embedder's class
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_describe)

_NAMES = {level: level.name for level in Level}

_NOT_ENCODABLE = (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError)


def encode(value: Any) -> bytes:
    """`value` as JSON in UTF-8. What JSON cannot hold becomes a string that describes it."""
    try:
        return _ENCODER.encode(value)
    except _NOT_ENCODABLE:
        return _ENCODER.encode(_described(value))


def encode_lines(entries: Sequence[Entry]) -> bytes:
    """A JSON document a line for each entry, in the form of `Entry.to_dict`."""
    second, prefix = -1, ""
    documents = []
    for entry in entries:
        now, rest_ns = divmod(entry.time_ns, 1_000_000_000)
        if now != second:
            second, prefix = now, iso_timestamp(entry.time_ns)[:-7]
        document: dict[str, Any] = {
            "timestamp": f"{prefix}{rest_ns // 1000:06d}Z",
            "level": _NAMES[entry.level],
            "message": entry.message,
        }
        if entry.module is not None:
            document["module"] = entry.module
        if entry.metadata is not None:
            document["metadata"] = entry.metadata
        documents.append(document)
    try:
        return _ENCODER.encode_lines(documents)
    except _NOT_ENCODABLE:
        return b"".join(_encode_parts(document) + b"\n" for document in documents)


def encode_pretty(entry: Entry) -> bytes:
    """An entry as an indented JSON document, with its line end."""
    return msgspec.json.format(_encode_parts(entry.to_dict()), indent=2) + b"\n"


def _encode_parts(document: dict[str, Any]) -> bytes:
    """A document of which only the parts that cannot be encoded are described."""
    try:
        return _ENCODER.encode(document)
    except _NOT_ENCODABLE:
        members = (encode(key) + b":" + encode(value) for key, value in document.items())
        return b"{" + b",".join(members) + b"}"


def _described(value: Any) -> Any:
    """A stand-in that can be encoded: a string with lone surrogates as escapes."""
    text = value if isinstance(value, str) else _describe(value)
    return text.encode("utf-8", "backslashreplace").decode()
