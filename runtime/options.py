"""How scripts are run: what every engine is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runtime.bridge import BridgeDefaults
from runtime.engine import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.target import Listener
    from debug.profile.recorder import Recorder


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How scripts are run."""

    limits: Limits = field(default_factory=Limits)
    c_modules: bool = False
    """Whether Lua's `require` loads C modules; for one kind of VM in a process."""
    defaults: BridgeDefaults = field(default_factory=BridgeDefaults)
    locals_in_traces: bool = False
    """Whether the trace of an error holds variables."""
    wait_for_entries: Callable[[], None] | None = None
    """Called before the script prints, where what it logged must be shown first."""
    interrupted_with_children: bool = False
    """Whether a script is interrupted where a program that it runs dies of Ctrl-C."""
    recorder: Recorder | None = None
    """Takes the samples of a profiled run; None: nothing is profiled."""
    debugger: Listener | None = None
    """Stops the script, and looks into it; None: nobody does, and the plain script runs."""
