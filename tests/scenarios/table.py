"""The whole table: every rule of the contract, for every engine that has a column for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.scenarios import (
    capture_rules,
    dump_rules,
    filter_rules,
    js_value_rules,
    law_rules,
    logging_rules,
    profile_rules,
    report_rules,
    stack_rules,
    switch_rules,
    timer_rules,
)

if TYPE_CHECKING:
    from tests.scenarios.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *logging_rules.SCENARIOS,
    *switch_rules.SCENARIOS,
    *filter_rules.SCENARIOS,
    *timer_rules.SCENARIOS,
    *report_rules.SCENARIOS,
    *profile_rules.SCENARIOS,
    *capture_rules.SCENARIOS,
    *dump_rules.SCENARIOS,
    *stack_rules.SCENARIOS,
    *law_rules.SCENARIOS,
    *js_value_rules.SCENARIOS,
)


def rows(language: str, engines: tuple[str, ...]) -> list[tuple[str, Scenario]]:
    """Every (engine, row) pair that is to run: the rows with a column for the language, on its engines."""
    return [
        (engine, scenario)
        for engine in engines
        for scenario in SCENARIOS
        if language in scenario.script and (scenario.engines is None or engine in scenario.engines)
    ]
