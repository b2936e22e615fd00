"""What configures the core. Plain frozen data; where it comes from is the command line's business."""

from __future__ import annotations

from dataclasses import dataclass, field

from debug.level import Level

DEFAULT_CAPTURE_LIMIT = 10_000
"""Entries the capture ring holds."""

FILTER_TYPES = ("exact", "wildcard", "regex", "hierarchical")


@dataclass(frozen=True, slots=True)
class FilterRule:
    """One module filter rule. `pattern_type` None: told from the pattern, as `addModuleFilter` does."""

    pattern: str
    enabled: bool = True
    pattern_type: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class DebugConfig:
    """How a `DebugManager` starts."""

    enabled: bool = True
    level: Level = Level.INFO
    capture_limit: int = DEFAULT_CAPTURE_LIMIT
    filters: tuple[FilterRule, ...] = ()
    levels: dict[str, Level] = field(default_factory=dict)
    """Level by module pattern (exact or hierarchical; the longest match decides), over `level`."""
