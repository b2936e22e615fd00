"""The whole table of the debugger's scenarios."""

from __future__ import annotations

from scenarios import debug_steps
from scenarios.debug_scenario import ENGINES, Scenario

SCENARIOS: tuple[Scenario, ...] = (*debug_steps.SCENARIOS,)


def of_engine(engine: str) -> list[Scenario]:
    """The rows that are for an engine, as they are for it."""
    return [one.on(engine) for one in SCENARIOS if engine in one.engines()]


def rows() -> list[tuple[str, Scenario]]:
    """Every engine with each of its rows."""
    return [(engine, scenario) for engine in ENGINES for scenario in of_engine(engine)]
