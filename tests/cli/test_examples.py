"""The examples run as they are, and the tour leaves no function of the API out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.law_rules import CONTRACT_FUNCTIONS, TIMER_METHODS

if TYPE_CHECKING:
    from tests.conftest import Command

EXAMPLES = Path(__file__).parents[2] / "scripts" / "examples" / "lua"
FAIL_ON_PURPOSE = ("errors", "shop")
ENGINES = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit")


def test_the_tour_uses_every_function() -> None:
    code = re.sub(r"--[^\n]*", "", (EXAMPLES / "tour.lua").read_text())
    assert set(re.findall(r"\bDebug\.(\w+)", code)) == set(CONTRACT_FUNCTIONS)
    assert set(TIMER_METHODS) <= set(re.findall(r":(\w+)\(", code))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("flags", [(), ("--debug",), ("--no-debug",)])
def test_the_tour_reaches_its_end(llmspell: Command, engine: str, flags: tuple[str, ...]) -> None:
    outcome = llmspell("run", "--engine", engine, *flags, EXAMPLES / "tour.lua")
    assert outcome.exit_code == 0, outcome.stderr
    if "--no-debug" not in flags:
        assert "NOT" not in outcome.stdout
        assert "The bakery opens" in outcome.stderr
    assert outcome.stdout.endswith("That was all of it.\n")


@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
@pytest.mark.parametrize(
    "name",
    sorted(path.name for path in EXAMPLES.glob("*.lua") if path.stem not in ("tour", *FAIL_ON_PURPOSE)),
)
def test_an_example_runs(llmspell: Command, engine: str, name: str) -> None:
    seen = {
        flag: llmspell("run", "--engine", engine, flag, EXAMPLES / name)
        for flag in ("--debug", "--color=never")
    }
    for outcome in seen.values():
        assert outcome.exit_code == 0, outcome.stderr
        assert outcome.stdout
        assert "llmspell.debug" not in outcome.stderr


def test_the_example_that_fails_shows_where(llmspell: Command) -> None:
    shutil.copy(EXAMPLES / "errors.lua", llmspell.folder)
    outcome = llmspell("run", "--debug", "errors.lua")
    line = next(
        number
        for number, text in enumerate((EXAMPLES / "errors.lua").read_text().splitlines(), 1)
        if text.lstrip().startswith("payee.balance")
    )
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert f"errors.lua:{line}" in outcome.stderr
    assert "payee" in outcome.stderr
    assert "transfer" in outcome.stderr


@pytest.mark.parametrize("engine", ENGINES)
def test_the_shop_fails_where_its_picture_says(llmspell: Command, engine: str) -> None:
    outcome = llmspell("run", "--debug", "--engine", engine, EXAMPLES / "shop.lua")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    for shown in ("order placed", "price = nil", 'item = "paper"', "`price` is nil", "unfinished"):
        assert shown in outcome.stderr
