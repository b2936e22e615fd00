"""Durations and sizes as people write them."""

from __future__ import annotations

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_BYTES = {
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}

DURATION_PATTERN = r"^(?=.*[1-9])\s*[0-9]+(\.[0-9]+)?\s*([mM][sS]|[sS]|[mM]|[mM][iI][nN]|[hH])?\s*$"
SIZE_PATTERN = r"^(?=.*[1-9])\s*[0-9]+(\.[0-9]+)?\s*([kKmMgGtT][iI]?)?[bB]?\s*$"
"""What the two readers below take, as regular expressions for the JSON Schema."""


def parse_duration(text: str) -> float | None:
    """Seconds: `500ms`, `30s`, `1.5m`, `2h`; a bare number is seconds. None where it is no duration."""
    number, unit = _split(text)
    factor = _SECONDS.get(unit or "s")
    return None if number is None or factor is None else number * factor


def parse_size(text: str) -> int | None:
    """Bytes: `64MB` (10^6), `64MiB` (2^20), `512k`; a bare number is bytes. None where it is no size."""
    number, unit = _split(text)
    if unit and not unit.endswith("b"):
        unit += "b"
    factor = _BYTES.get(unit or "b")
    return None if number is None or factor is None else round(number * factor)


def format_size(size_bytes: int) -> int | str:
    """The shortest way to write a size that reads back as exactly that: `64MB`, `2GiB`, else plain bytes."""
    for unit, written in (
        ("tib", "TiB"),
        ("tb", "TB"),
        ("gib", "GiB"),
        ("gb", "GB"),
        ("mib", "MiB"),
        ("mb", "MB"),
    ):
        if size_bytes and size_bytes % _BYTES[unit] == 0:
            return f"{size_bytes // _BYTES[unit]}{written}"
    return size_bytes


def format_duration(seconds: float) -> float | str:
    """The way to write a duration that reads back as exactly that: `30s`, `500ms`, else plain seconds."""
    if seconds == int(seconds):
        return f"{int(seconds)}s"
    milliseconds = round(seconds * 1000)
    return f"{milliseconds}ms" if milliseconds * _SECONDS["ms"] == seconds else seconds


def _split(text: str) -> tuple[float | None, str]:
    """A number and the lower-case unit after it; None for the number where there is none."""
    stripped = text.strip().lower()
    end = len(stripped)
    while end and stripped[end - 1].isalpha():
        end -= 1
    digits = stripped[:end].strip()
    whole, dot, rest = digits.partition(".")
    if not _is_digits(whole) or (dot and not _is_digits(rest)):
        return None, ""
    return float(digits), stripped[end:]


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
