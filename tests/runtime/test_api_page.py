"""Every Lua example of the API page runs, on the oldest and the newest Lua and on LuaJIT."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from debug.manager import DebugManager
from runtime.engine import Script
from runtime.lua.engine import LuaEngine
from tests.scenarios.law_rules import CONTRACT_FUNCTIONS, TIMER_METHODS

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^## ([^\n]+)$|^```lua\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _examples() -> list[tuple[str, str]]:
    section, found = "Start", []
    for heading, code in BLOCKS:
        section = heading or section
        if code:
            found.append((section, code))
    return found


@pytest.mark.parametrize("variant", ["lua5.1", "lua5.4", "luajit"])
@pytest.mark.parametrize(("section", "code"), _examples(), ids=[section for section, _ in _examples()])
def test_an_example_of_the_page_runs(
    variant: str, section: str, code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    manager = DebugManager()
    engine = LuaEngine(manager, variant=variant)
    result = engine.run(Script(f"{section}.lua", code.encode()))
    engine.close()
    assert result.error is None
    assert not [entry for entry in manager.entries() if entry.message.startswith("not heard")]
    capfd.readouterr()


def test_the_page_shows_every_function_in_an_example() -> None:
    code = "\n".join(code for _, code in _examples())
    used = set(re.findall(r"\bDebug\.(\w+)", code))
    documented = set(re.findall(r"`Debug\.(\w+)\(", PAGE))
    assert documented >= set(CONTRACT_FUNCTIONS)
    # Shown in the tables only: they differ from a neighbour in nothing that an example could show.
    assert set(CONTRACT_FUNCTIONS) - used == {"debug", "trace", "dumpVerbose"}
    assert {f"timer:{name}" for name in TIMER_METHODS} <= set(re.findall(r"`(timer:\w+)", PAGE))
