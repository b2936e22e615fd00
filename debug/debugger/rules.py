"""What a breakpoint does when it is reached."""

from __future__ import annotations

from typing import NamedTuple


class Rules(NamedTuple):
    """When a breakpoint stops the script, or what it says instead."""

    condition: str | None = None
    """An expression of the script's language; only where it holds the breakpoint is hit. One that fails stops the
    script, and is told."""
    hit_condition: str | None = None
    """Which hits count, see `debug.debugger.hit_condition`."""
    log_message: str | None = None
    """A logpoint's text, with `{expressions}`, see `debug.debugger.log_message`: it is said, and the script goes on."""
    enabled: bool = True
    temporary: bool = False
    """It goes away with its first stop."""
    thread: int | None = None
    """The only thread it is for."""
