"""How a dump looks and where it stops."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DumpOptions:
    """Options of `Debug.dumpWithOptions`; the defaults are those of `Debug.dump`."""

    max_depth: int = 10
    """Containers within containers that are opened; the outermost is the first."""
    indent_size: int = 2
    """Spaces a level."""
    max_string_length: int = 200
    """Characters of a string."""
    max_array_elements: int = 50
    max_table_pairs: int = 50
    show_types: bool = True
    """Name the type and size of every container. Of a scalar its literal tells the type."""
    show_addresses: bool = False
    compact_mode: bool = False
    """All on one line."""

    @classmethod
    def from_mapping(
        cls, mapping: Mapping[Any, Any], base: DumpOptions | None = None
    ) -> tuple[DumpOptions, tuple[str, ...]]:
        """Options as a script or a configuration gives them, over `base`, and what was wrong with them.

        Never raises: an unknown name or a value of the wrong type is a problem and leaves what `base` has.
        A number past its bound is taken as the bound, so that "no limit" can be asked for with a huge one.
        """
        base = DEFAULT if base is None else base
        chosen: dict[str, int | bool] = {}
        problems: list[str] = []
        for name, given in mapping.items():
            if not isinstance(name, str) or name not in _NAMES:
                problems.append(_unknown(name))
                continue
            kept = getattr(base, name)
            value = _boolean(given) if isinstance(kept, bool) else _whole_number(given, _BOUNDS[name])
            if value is None:
                wanted = "true or false" if isinstance(kept, bool) else "a whole number, 0 or more"
                problems.append(f"{name}: expected {wanted}, not {_shown(given)}; {_shown(kept)} is kept")
            else:
                chosen[name] = value
        # mypy cannot match a dict of mixed values with the fields' types; each was checked above.
        return replace(base, **chosen), tuple(problems)  # type: ignore[arg-type]


_NAMES = tuple(field.name for field in fields(DumpOptions))

_BOUNDS = {
    # A picture nested deeper than this cannot be decoded.
    "max_depth": 200,
    "indent_size": 16,
    "max_string_length": 100_000_000,
    "max_array_elements": 10_000_000,
    "max_table_pairs": 10_000_000,
}

DEFAULT = DumpOptions()
COMPACT = DumpOptions(3, 0, 50, 10, 10, show_types=False, compact_mode=True)
VERBOSE = DumpOptions(20, 4, 1000, 200, 200, show_addresses=True)


def _boolean(given: Any) -> bool | None:
    return given if isinstance(given, bool) else None


def _whole_number(given: Any, bound: int) -> int | None:
    """`given` within 0 and `bound`; None where it is no whole number. In Lua 5.1 `3.0` is one."""
    if given == "inf":
        return bound  # metadata of a script holds `math.huge` as text
    if isinstance(given, bool) or not isinstance(given, int | float) or not given >= 0:
        return None
    if given >= bound:
        return bound
    return int(given) if given == int(given) else None


def _unknown(name: Any) -> str:
    from debug.nearest import did_you_mean

    if not isinstance(name, str):
        return f"{_shown(name)}: options have names"
    return f"{_shown(name)}: no such option{did_you_mean(name, _NAMES)}"


def _shown(value: Any) -> str:
    """A value within a message: short, on one line, and never an error."""
    from debug.text_safety import printable, quote

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value if len(value) <= 40 else value[:40] + "…")
    if isinstance(value, float):
        return printable(repr(value))
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 200 else "a huge number"
    return f"a value of type {printable(type(value).__name__)}"
