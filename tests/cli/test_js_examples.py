"""The examples in JavaScript run as they are, and the tour leaves no function of the API out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.law_rules import CONTRACT_FUNCTIONS, TIMER_METHODS

if TYPE_CHECKING:
    from tests.conftest import Command

EXAMPLES = Path(__file__).parents[2] / "scripts" / "examples" / "js"


def test_the_tour_in_javascript_uses_every_function() -> None:
    code = re.sub(r"//[^\n]*", "", (EXAMPLES / "tour.js").read_text())
    assert set(re.findall(r"\bDebug\.(\w+)", code)) == set(CONTRACT_FUNCTIONS)
    assert set(TIMER_METHODS) <= set(re.findall(r"\.(\w+)\(", code))


@pytest.mark.parametrize("flags", [(), ("--debug",), ("--no-debug",)])
def test_the_tour_in_javascript_reaches_its_end(llmspell: Command, flags: tuple[str, ...]) -> None:
    outcome = llmspell("run", *flags, EXAMPLES / "tour.js")
    assert outcome.exit_code == 0, outcome.stderr
    if "--no-debug" not in flags:
        assert "NOT" not in outcome.stdout
        assert "The bakery opens" in outcome.stderr
    assert outcome.stdout.endswith("That was all of it.\n")


@pytest.mark.parametrize("name", ["async.mjs", "filters.js", "timers.js", "workflow.js"])
def test_an_example_in_javascript_runs(llmspell: Command, name: str) -> None:
    for flag in ("--debug", "--color=never"):
        outcome = llmspell("run", flag, EXAMPLES / name)
        assert outcome.exit_code == 0, outcome.stderr
        assert outcome.stdout
        assert "llmspell.debug" not in outcome.stderr


def test_the_same_workflow_says_the_same_in_lua(llmspell: Command) -> None:
    lua = EXAMPLES.parent / "lua" / "workflow.lua"
    assert llmspell("run", EXAMPLES / "workflow.js").stdout == llmspell("run", lua).stdout


def test_the_example_in_javascript_that_fails_shows_where(llmspell: Command) -> None:
    shutil.copy(EXAMPLES / "errors.js", llmspell.folder)
    outcome = llmspell("run", "--debug", "errors.js")
    lines = (EXAMPLES / "errors.js").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.lstrip().startswith("payee.balance"))
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert f"errors.js:{line}:3" in outcome.stderr
    assert "payee" in outcome.stderr
    assert "transfer" in outcome.stderr


def test_the_shop_in_javascript_fails_as_the_one_in_lua(llmspell: Command) -> None:
    outcome = llmspell("run", "--debug", EXAMPLES / "shop.js")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    for shown in ("order placed", "reading 'price'", "sum += items[name].price", "unfinished"):
        assert shown in outcome.stderr


def test_the_examples_are_the_same_tour_in_both_languages() -> None:
    in_lua = {path.stem for path in EXAMPLES.parent.glob("lua/*.lua")}
    assert {path.stem for path in EXAMPLES.glob("*.*js")} == in_lua - {"coroutines"} | {"async"}
