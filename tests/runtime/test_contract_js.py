"""Every rule of the `Debug` contract that has a column for it, in JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from debug import values
from debug.config import DebugConfig
from debug.manager import DebugManager
from runtime.engine import Limits, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions
from tests.scenarios.plain import logged, plain, warned
from tests.scenarios.scenario import marks, resolved
from tests.scenarios.table import rows

if TYPE_CHECKING:
    from tests.scenarios.scenario import Scenario


def returned(result: Any) -> tuple[Any, ...]:
    """A script of JavaScript returns one value: an array of what it has to say."""
    (value,) = result.values
    assert isinstance(value, values.Table), value
    return tuple(plain(item) for item in value.items)


@pytest.mark.parametrize("scenario", [pytest.param(row[1], id=row[1].name) for row in rows("js", ("js",))])
def test_rule(scenario: Scenario) -> None:
    text = scenario.script["js"]
    manager = DebugManager(DebugConfig(level=scenario.level, capture_limit=scenario.capture_limit))
    # The limit is only there so that a rule that hangs fails.
    engine = JsEngine(manager, EngineOptions(limits=Limits(timeout_s=30)))
    result = engine.run(Script(name="rules.js", text=text.encode("utf-8", "surrogatepass")))
    assert result.error is None, scenario.rule
    lines = marks(text)
    if scenario.returns is not None:
        assert resolved(scenario.returns, lines) == returned(result), scenario.rule
    if scenario.entries is not None:
        assert resolved(scenario.entries, lines) == logged(manager), scenario.rule
    assert scenario.warnings == warned(manager), scenario.rule
    assert manager.dropped == 0 or scenario.capture_limit < 10_000
