"""Programs over Debian's Lua libraries: the same output and exit code as in Debian's own interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "programs"

pytestmark = pytest.mark.real

LIBRARIES = [
    ("penlight_data.lua", "pl/init.lua"),
    ("penlight_text.lua", "pl/init.lua"),
    ("penlight_program.lua", "pl/lapp.lua"),
    ("cjson_documents.lua", "cjson.so"),
    ("lpeg_grammars.lua", "lpeg.so"),
]


@pytest.mark.parametrize("engine", ["lua5.4", "lua5.1", "luajit"])
@pytest.mark.parametrize(("program", "module"), LIBRARIES)
def test_same_output_as_stock(debian: Any, engine: str, program: str, module: str) -> None:
    lua = debian(engine, module)
    script = PROGRAMS / program

    expected = lua.in_stock(script, "--count", "3", "words")

    assert expected.exit_code == 0, expected.stdout
    assert expected.stdout.endswith(b"done\n")
    assert lua.in_llmspell(script, "--count", "3", "words") == expected


@pytest.mark.parametrize("flags", [("--debug",), ("--no-debug",)], ids=lambda flags: flags[0])
@pytest.mark.parametrize(("program", "module"), LIBRARIES)
def test_debugging_changes_nothing(debian: Any, flags: tuple[str, ...], program: str, module: str) -> None:
    lua = debian("lua5.4", module)
    script = PROGRAMS / program

    expected = lua.in_stock(script, "--count", "2", "words")

    assert lua.in_llmspell(script, "--count", "2", "words", flags=flags) == expected


def test_usage_error_of_a_program_keeps_its_exit_code(debian: Any) -> None:
    lua = debian("lua5.4", "pl/lapp.lua")
    script = PROGRAMS / "penlight_program.lua"

    expected = lua.in_stock(script, "--count", "many", "words")

    assert expected.exit_code == 1
    assert lua.in_llmspell(script, "--count", "many", "words") == expected


@pytest.mark.parametrize("module", ["cjson", "lpeg"])
def test_c_module_is_refused_without_the_flag(
    debian: Any, llmspell: Any, tmp_path: Path, module: str
) -> None:
    lua = debian("lua5.4", f"{module}.so")
    script = tmp_path / "work" / "plain.lua"
    script.write_text(f'require "{module}"\nprint("loaded")\n', encoding="utf-8")

    refused = llmspell("run", script, env=lua.environment)

    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "--c-modules" in refused.stderr
