"""busted's own runner, from Debian: the same TAP report and exit code in llmspell as in stock Lua."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

BUSTED = Path("/usr/bin/busted")
SPECS = Path(__file__).parent / "programs"

pytestmark = pytest.mark.real

ENGINES = ["lua5.4", "lua5.1", "luajit"]


@pytest.mark.parametrize("engine", ENGINES)
def test_passing_specs(debian: Any, engine: str) -> None:
    lua = debian(engine, "busted/runner.lua")

    expected = lua.in_stock(BUSTED, "-o", "TAP", str(SPECS / "stack_spec.lua"))

    assert expected.exit_code == 0, expected.stdout
    assert b"\n1..5\n" in expected.stdout
    assert b"not ok" not in expected.stdout
    assert lua.in_llmspell(BUSTED, "-o", "TAP", str(SPECS / "stack_spec.lua")) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_failing_specs(debian: Any, engine: str) -> None:
    """Failures, errors, pending ones: places and messages too, and the exit code."""
    lua = debian(engine, "busted/runner.lua")

    expected = lua.in_stock(BUSTED, "-o", "TAP", str(SPECS / "failing_spec.lua"))

    assert expected.exit_code == 1, expected.stdout
    assert expected.stdout.count(b"not ok") == 3
    assert lua.in_llmspell(BUSTED, "-o", "TAP", str(SPECS / "failing_spec.lua")) == expected


def test_debugging_changes_nothing(debian: Any) -> None:
    lua = debian("lua5.4", "busted/runner.lua")

    expected = lua.in_stock(BUSTED, "-o", "TAP", str(SPECS / "failing_spec.lua"))

    for flag in ("--debug", "--no-debug"):
        assert (
            lua.in_llmspell(BUSTED, "-o", "TAP", str(SPECS / "failing_spec.lua"), flags=(flag,)) == expected
        )
