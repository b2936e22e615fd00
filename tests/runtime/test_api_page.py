"""Every example of the API page runs: those in Lua on the oldest and the newest Lua and on LuaJIT, and JavaScript's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from runtime.engine import Script
from runtime.js.engine import JsEngine
from runtime.lua.engine import LuaEngine
from tests.scenarios.law_rules import CONTRACT_FUNCTIONS, TIMER_METHODS

if TYPE_CHECKING:
    from runtime.engine import Engine

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^## ([^\n]+)$|^```(lua|js)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ENGINES = {"lua": ("lua5.1", "lua5.4", "luajit"), "js": ("js",)}


def _examples(language: str) -> list[tuple[str, str]]:
    section, found = "Start", []
    for heading, written_in, code in BLOCKS:
        section = heading or section
        if written_in == language:
            found.append((section, code))
    return found


def _cases() -> list[object]:
    return [
        pytest.param(engine, code, id=f"{section}-{engine}")
        for language, engines in ENGINES.items()
        for section, code in _examples(language)
        for engine in engines
    ]


@pytest.mark.parametrize(("engine", "code"), _cases())
def test_an_example_of_the_page_runs(engine: str, code: str, capfd: pytest.CaptureFixture[str]) -> None:
    manager = DebugManager()
    runs: Engine = JsEngine(manager) if engine == "js" else LuaEngine(manager, variant=engine)
    result = runs.run(Script("example", code.encode()))
    runs.close()
    assert result.error is None
    said = [entry.message for entry in manager.entries()]
    assert not [message for message in said if message.startswith("not heard")]
    capfd.readouterr()


def test_every_example_is_there_in_both_languages() -> None:
    assert [section for section, _ in _examples("lua")] == [section for section, _ in _examples("js")]


@pytest.mark.parametrize("language", ENGINES)
def test_the_page_shows_every_function_in_an_example(language: str) -> None:
    code = "\n".join(code for _, code in _examples(language))
    used = set(re.findall(r"\bDebug\.(\w+)", code))
    documented = set(re.findall(r"`Debug\.(\w+)\(", PAGE))
    assert documented >= set(CONTRACT_FUNCTIONS)
    # Shown in the tables only: they differ from a neighbour in nothing that an example could show.
    assert set(CONTRACT_FUNCTIONS) - used == {"debug", "trace", "dumpVerbose"}
    assert {f"timer:{name}" for name in TIMER_METHODS} <= set(re.findall(r"`(timer:\w+)", PAGE))
