"""The page about debugging says what is so: its session, its commands, its options."""

from __future__ import annotations

import json
import re
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from debug.dap.launch_arguments import AttachArguments, LaunchArguments
from llmspell_cli.options import DEBUG, RUN
from llmspell_cli.prompt.commands import make_table

if TYPE_CHECKING:
    from tests.conftest import Command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "debugging.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "scripts" / "examples"
CONSOLE = re.findall(r"^```console\n\$ llmspell (\S+) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _commands(shown: str) -> list[str]:
    return re.findall(r"^\(debug\) (.*)$", shown, re.MULTILINE)


def test_the_first_session_is_what_the_prompt_shows(llmspell: Command) -> None:
    assert [command for command, _, _ in CONSOLE] == ["run", "debug"]
    for command, script, shown in CONSOLE:
        shutil.copy(EXAMPLES / "lua" / script, llmspell.folder)
        (llmspell.folder / "session").write_text("\n".join(_commands(shown)))
        flags = ("--commands", "session") if command == "debug" else ()
        outcome = llmspell(command, script, *flags)
        assert outcome.stdout + outcome.stderr == shown
        assert outcome.exit_code == 0


def test_the_first_session_finds_the_same_in_javascript(llmspell: Command) -> None:
    shutil.copy(EXAMPLES / "js" / "debug_me.js", llmspell.folder)
    (session,) = (shown for command, _, shown in CONSOLE if command == "debug")
    (llmspell.folder / "session").write_text("\n".join(_commands(session)))
    outcome = llmspell("debug", "debug_me.js", "--commands", "session")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "prices.pen: 2 → 1.6" in outcome.stderr
    assert outcome.stderr.endswith("(debug) reduced == list\ntrue\n(debug) quit\n")


@pytest.mark.parametrize("group", make_table().groups, ids=lambda group: group.title)
def test_every_command_is_there_under_all_its_names(group: object) -> None:
    rows = re.findall(r"^\| `([^`]+)`(?: · (\S.*?))? \| (.*) \|$", PAGE, re.MULTILINE)
    written = {
        (usage.replace("\\|", "|"), *re.findall(r"`([^`]+)`", names), what) for usage, names, what in rows
    }
    for one in group.commands:  # type: ignore[attr-defined]
        assert (f"{one.name} {one.usage}".strip(), *one.names[1:], one.summary) in written


def test_every_option_is_there_and_no_other() -> None:
    own = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", PAGE)) - {"--fast", "--token"}
    known = {*DEBUG.known(), *RUN.known()}
    assert own <= known
    assert own >= {"--break-at", "--watch", "--step", "--commands", "--no-post-mortem", "--port"}
    assert own >= {name for name in RUN.known() if name.startswith("--inspect")}


@pytest.mark.parametrize("arguments", [LaunchArguments, AttachArguments])
def test_every_setting_of_an_editor_is_there(arguments: type[msgspec.Struct]) -> None:
    section = PAGE.partition("## Editors")[2]
    for field in msgspec.structs.fields(arguments):
        assert f"`{field.encode_name}`" in section


def test_its_launch_json_holds_nothing_unknown() -> None:
    (text,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    launch, attach = json.loads(text)["configurations"]
    assert (launch["request"], attach["request"]) == ("launch", "attach")
    for settings, arguments, more in ((launch, LaunchArguments, set()), (attach, AttachArguments, {"port"})):
        msgspec.convert(settings, arguments)
        known = {field.encode_name for field in msgspec.structs.fields(arguments)}
        assert set(settings) - {"name", "type", "request"} <= known | more


def test_an_editor_may_attach_in_the_place_of_the_prompt(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text("print('not yet')")
    waiting = llmspell.start("debug", "a.lua", "--port", "0")
    assert waiting.stderr is not None
    assert waiting.stdout is not None
    told = waiting.stderr.readline().decode()
    assert re.fullmatch(
        r"llmspell: a debugger can attach at 127\.0\.0\.1:\d+; the script waits for it\n", told
    )
    waiting.send_signal(signal.SIGTERM)
    assert waiting.stdout.read() == b""
