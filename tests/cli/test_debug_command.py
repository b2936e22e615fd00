"""`llmspell debug`: what it is asked to do, and scripts of every language debugged from a file of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from llmspell_cli.arguments import DEBUG_OPTIONS, split
from llmspell_cli.debug_request import DebugRequest, build_debug_request
from llmspell_cli.errors import UsageProblem
from llmspell_cli.prompt.parsing import LinePlace

if TYPE_CHECKING:
    from pathlib import Path


def requested(folder: Path, *words: str) -> DebugRequest:
    return build_debug_request(split(words, DEBUG_OPTIONS), {}, str(folder))


def test_what_is_asked_for(tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    commands.write_text("\ufeffb 2\nc\n", encoding="utf-8")
    request = requested(
        tmp_path,
        *("--break-at", "a.lua:3", "a.lua", "--break-at=7:2", "first", "--watch", "x + 1", "--watch=y"),
        *("--step", "--no-post-mortem", "--commands", str(commands), "--", "--step"),
    )
    assert (request.run.script, request.run.arguments) == ("a.lua", ("first", "--step"))
    assert request.break_at == (LinePlace(3, "a.lua"), LinePlace(7, column=2))
    assert request.watch == ("x + 1", "y")
    assert request.commands == ("b 2", "c")
    assert (request.step, request.post_mortem, request.port) == (True, False, None)
    plain = requested(tmp_path, "a.lua")
    assert (plain.commands, plain.step, plain.post_mortem) == (None, False, True)


@pytest.mark.parametrize(
    ("words", "stops"), [((), True), (("--break-at", "3"), False), (("--break-at", "3", "--step"), True)]
)
def test_it_stops_at_the_first_statement_unless_told_where(
    tmp_path: Path, words: tuple[str, ...], stops: bool
) -> None:
    assert requested(tmp_path, "a.lua", *words).stops_on_entry is stops


def test_only_a_limit_of_the_command_line_ends_a_script_that_is_debugged(tmp_path: Path) -> None:
    (tmp_path / "llmspell.toml").write_text('[run]\ntimeout = "5s"\n')
    assert requested(tmp_path, "a.lua").run.settings.run.timeout_s is None
    assert requested(tmp_path, "a.lua", "--timeout", "7s").run.settings.run.timeout_s == 7


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as raised:
        requested(
            tmp_path,
            *(
                "-",
                "--break-at",
                "nowhere",
                "--break-at",
                "+3",
                "--break-at",
                "@2:3",
                "--commands",
                "missing",
            ),
            *("--port", "70000", "--max-memory", "lots"),
        )
    text = raised.value.text()
    for said in (
        "--break-at: invalid value 'nowhere'; expected FILE:LINE",
        "'+3'",
        "'@2:3'",
        "--commands: cannot read missing: no such file",
        "--port: invalid value '70000'",
        "--max-memory",
    ):
        assert said in text


def test_a_script_from_standard_input_needs_commands_from_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="nowhere to type commands"):
        requested(tmp_path, "-")
    commands = tmp_path / "commands"
    commands.write_text("c\n")
    assert requested(tmp_path, "-", "--commands", str(commands)).commands == ("c",)
