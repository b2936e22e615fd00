"""What a script returned or logged, as plain Python values that an expectation can be compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from debug import values

if TYPE_CHECKING:
    from debug.manager import DebugManager
    from tests.scenarios.scenario import Logged

OWN_MODULE = "llmspell.debug"


def plain(value: values.Value) -> Any:
    """A picture as list, dict or scalar; what is none of them stays the picture."""
    if isinstance(value, values.Table):
        if value.pairs and not value.items:
            return {plain(pair.key): plain(pair.value) for pair in value.pairs}
        if value.pairs:
            mixed = {position: plain(item) for position, item in enumerate(value.items, 1)}
            return mixed | {plain(pair.key): plain(pair.value) for pair in value.pairs}
        return [plain(item) for item in value.items]
    if isinstance(value, values.Text):
        return value.value
    if isinstance(value, values.Number):
        return float(value.text)
    return value


def logged(manager: DebugManager) -> tuple[Logged, ...]:
    """The entries a script made itself, oldest first."""
    from tests.scenarios.scenario import Logged

    return tuple(
        Logged(entry.level.name, entry.message, entry.module, entry.metadata)
        for entry in manager.entries()
        if entry.module != OWN_MODULE
    )


def warned(manager: DebugManager) -> tuple[str, ...]:
    """What the debug system itself had to complain about."""
    return tuple(entry.message for entry in manager.entries() if entry.module == OWN_MODULE)
