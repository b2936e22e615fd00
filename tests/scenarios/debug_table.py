"""The whole table of the debugger's scenarios."""

from __future__ import annotations

from scenarios import (
    debug_breaks,
    debug_changes,
    debug_coroutines,
    debug_incidents,
    debug_own_steps,
    debug_pauses,
    debug_step_targets,
    debug_steps,
)
from scenarios.debug_scenario import ENGINES, Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *debug_steps.SCENARIOS,
    *debug_step_targets.SCENARIOS,
    *debug_coroutines.SCENARIOS,
    *debug_own_steps.SCENARIOS,
    *debug_pauses.SCENARIOS,
    *debug_breaks.SCENARIOS,
    *debug_incidents.SCENARIOS,
    *debug_changes.SCENARIOS,
)


def of_engine(engine: str) -> list[Scenario]:
    """The rows that are for an engine, as they are for it."""
    return [one.on(engine) for one in SCENARIOS if engine in one.engines()]


def rows() -> list[tuple[str, Scenario]]:
    """Every engine with each of its rows."""
    return [(engine, scenario) for engine in ENGINES for scenario in of_engine(engine)]
