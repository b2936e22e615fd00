"""Durations and sizes for people. All of a kind come out equally wide, so that their columns align."""

from __future__ import annotations

import math

_DURATIONS = ((1000.0, "s", 1e-3), (1.0, "ms", 1.0), (1e-3, "µs", 1e3))
_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def duration(ms: float, *, unicode: bool = True) -> str:
    """`ms` milliseconds with two decimals in the unit that suits: ` 12.30 ms`, `850.00 µs`, `  3.20 s `."""
    if not math.isfinite(ms):
        return f"{ms}"
    size = abs(ms) + 5e-6  # 999.996 µs reads 1.00 ms, not 1000.00 µs
    name, factor = next(((name, factor) for least, name, factor in _DURATIONS if size >= least), ("ns", 1e6))
    if not unicode and name == "µs":
        name = "us"
    return f"{ms * factor:6.2f} {name:<2}"


def size(size_bytes: int) -> str:
    """An amount of memory: `1.5 KiB`, `20 B`."""
    amount = float(size_bytes)
    unit = 0
    while amount >= 1023.95 and unit < len(_SIZES) - 1:
        amount /= 1024
        unit += 1
    return f"{amount:.0f} {_SIZES[unit]}" if unit == 0 else f"{amount:.1f} {_SIZES[unit]}"


def size_delta(size_bytes: int) -> str:
    """A change of memory with its sign, units equally wide: `+1.5 KiB`, `-20 B  `, `0 B  `."""
    sign = "+" if size_bytes > 0 else "-" if size_bytes < 0 else ""
    number, unit = size(abs(size_bytes)).split()
    return f"{sign}{number} {unit:<3}"
