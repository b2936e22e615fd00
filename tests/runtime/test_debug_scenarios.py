"""The table of the debugger's scenarios, through the core, on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scenarios.debug_core import REASONS, CoreRun
from scenarios.debug_seen import expected
from scenarios.debug_table import SCENARIOS, rows

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.debug_scenario import Scenario


@pytest.mark.parametrize(
    ("engine", "scenario"), [pytest.param(*row, id=f"{row[0]}-{row[1].name}") for row in rows()]
)
def test_a_scenario(
    engine: str, scenario: Scenario, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = CoreRun(scenario, engine, tmp_path)
    seen = run.account(lambda: capfd.readouterr().out)
    assert seen == expected(scenario, engine, REASONS)


def test_a_row_has_a_name_of_its_own() -> None:
    assert len({one.name for one in SCENARIOS}) == len(SCENARIOS)
