"""The command as a process: help, exit codes, what it prints where, and what it leaves out at the start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from debug.version import __version__
from llmspell_cli import __main__ as command
from llmspell_cli import exits
from llmspell_cli.errors import LlmspellError, Problem, UsageProblem
from llmspell_cli.help_texts import HELP_TEXTS
from llmspell_cli.options import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("typer", "rich", "json", "tomllib", "tomli_w", "re2", "msgspec", "difflib", "importlib.metadata")


@pytest.mark.parametrize("words", [*(name.split() for name in COMMANDS), [], ["run", "x.lua"]], ids=" ".join)
def test_help_starts_with_examples(llmspell: Any, words: list[str]) -> None:
    outcome = llmspell(*words, "--help", env={"COLUMNS": "100"})
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    lines = [line.rstrip() for line in outcome.stdout.splitlines() if line.strip()]
    assert lines[0].startswith(" Usage: llmspell ")
    assert lines[2] == " Examples"
    assert lines[3].startswith("   llmspell ")
    assert outcome.stdout.count("--help ") >= 1


@pytest.mark.parametrize("text", HELP_TEXTS.values(), ids=lambda text: text.splitlines()[1].strip())
def test_examples_fit_a_terminal_of_80_columns(text: str) -> None:
    examples = [line for line in re.sub(r"\[/?\w+\]", "", text).splitlines() if line.startswith("  ")]
    assert len(examples) >= 2
    assert max(map(len, examples)) <= 78


def test_help_of_the_whole(llmspell: Any) -> None:
    outcome = llmspell("--help")
    assert outcome.exit_code == 0
    assert "dump-config" in outcome.stdout
    bare = llmspell()
    assert bare.exit_code == 2
    assert "dump-config" in bare.stdout + bare.stderr


def test_version(llmspell: Any) -> None:
    assert llmspell("--version").stdout == f"llmspell {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("prfile", "x.lua"), "no such command 'prfile' (did you mean `llmspell profile`?)"),
        (
            ("--debug", "run", "script.lua"),
            "--debug: options come after the command (`llmspell run --debug ...`)",
        ),
        (("sing",), "no such command 'sing' (`llmspell --help` lists the commands)"),
        (("--verison",), "no such option: --verison (Possible options: --version)"),
        (("run", "script"), "there is no script script (did you mean script.lua?)"),
        (
            ("dap", "--port", "192.0.2.1:4711"),
            "--port: cannot listen on 192.0.2.1:4711: cannot assign requested address",
        ),
        (("script.lua",), "no such command 'script.lua' (did you mean `llmspell run script.lua`?)"),
        (("run",), "no script was named (`-` reads it from standard input)"),
        (("run", "--debgu", "script.lua"), "unknown option --debgu (did you mean '--debug'?)"),
        (("run", "script.lua", "--debug", "--no-debug"), "--debug: cannot be combined with --no-debug"),
        (("dump-config", "--formt", "json"), "unknown option --formt (did you mean '--format'?)"),
        (("dump-config", "extra"), "one word too many: 'extra' (`llmspell dump-config`)"),
        (("profile", "diff", "old.json"), "NEW is missing (`llmspell profile diff OLD NEW`)"),
        (("--", "dap", "--prot"), "unknown option --prot (did you mean '--port'?)"),
        (
            ("dump-config", "--format", "tml"),
            "--format: 'tml' is not valid; expected one of toml, json (did you mean 'toml'?)",
        ),
        (
            ("dump-config", "--debug-output", "jsn:x"),
            '--debug-output: no output is called "jsn"; did you mean json?; there are console, file, json',
        ),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(
    llmspell: Any, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "script.lua").write_text("print(1)")
    outcome = llmspell(*words, cwd=tmp_path)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (2, "", f"llmspell: error: {message}\n")


def test_mistakes_of_a_run_as_json(llmspell: Any) -> None:
    outcome = llmspell("run", "x.lua", "--json", "--timeout", "soon", "--color", "nver")
    document = json.loads(outcome.stderr)
    assert outcome.exit_code == document["exit_code"] == 2
    assert document["error"]["kind"] == "configuration"
    assert [problem["where"] for problem in document["error"]["problems"]] == ["--timeout", "--color"]
    unknown = json.loads(llmspell("run", "--debgu", "x.lua", "--json").stderr)
    assert unknown["error"]["kind"] == "usage"
    assert unknown["error"]["problems"] == [
        {"message": "unknown option --debgu", "hint": "did you mean '--debug'?"}
    ]


def test_dump_config_takes_the_flags_of_a_run(llmspell: Any) -> None:
    words = ["--debug", "--debug-modules", "+a.*", "--debug-modules=-b", "--no-sandbox", "--show-origin"]
    shown = llmspell("dump-config", *words, env={"LLMSPELL_RUN_SANDBOX": "1"}).stdout
    for line in ('pattern = "a.*"', 'pattern = "b", enabled = false'):
        assert line in shown
    rows = {row.split("=")[0].strip(): row.split("# ")[-1] for row in shown.splitlines() if "#" in row}
    assert (rows["level"], rows["sandbox"], rows["timeout"]) == ("--debug", "--no-sandbox", "default")


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("llmspell ", {"run", "profile", "debug", "dap", "dump-config"}),
        ("llmspell run x.lua --tim", {"--timeout"}),
        ("llmspell run --debug-level tr", {"trace"}),
        ("llmspell dump-config --color ", {"auto", "always", "never"}),
        ("llmspell profile diff a b --fa", {"--fail-over"}),
        ("llmspell profile diff --by ", {"time", "share"}),
        ("llmspell profile x.lua --format sp", {"speedscope"}),
    ],
)
def test_the_shell_completes(llmspell: Any, words: str, completions: set[str]) -> None:
    asked = {
        "_LLMSPELL_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    outcome = llmspell(env=asked)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert set(outcome.stdout.split()) == completions


def test_a_closed_pipe_ends_quietly(llmspell: Any) -> None:
    process = llmspell.start("dump-config")
    process.stdout.close()
    _, stderr = process.communicate()
    assert (process.returncode, stderr) == (0, b"")


def test_a_full_disk_is_an_error(llmspell: Any) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*llmspell.argv, "dump-config"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=llmspell.environment,
            check=False,
        )
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_folder_that_is_gone(llmspell: Any, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd {gone} && rmdir {gone} && exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *llmspell.argv, "dump-config"],
        capture_output=True,
        env=llmspell.environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_plain_run_reads_its_configuration_without_heavy_imports(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from llmspell_cli import __main__\n"
        "from llmspell_cli.arguments import build_request, split, current_folder\n"
        "build_request(split(['x.lua', 'a']), {'HOME': '/nonexistent'}, current_folder())\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    loaded = done.stdout.split()
    assert [name for name in HEAVY if name in loaded] == []
    assert "llmspell_cli.config.kinds" not in loaded


class BugError(RuntimeError):
    """What should never happen."""


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (SystemExit(), exits.OK),
        (SystemExit(7), 7),
        (SystemExit(256 + 3), 3),
        (SystemExit("text"), exits.SCRIPT_FAILED),
        (KeyboardInterrupt(), exits.INTERRUPTED),
        (UsageProblem([Problem("wrong")]), exits.USAGE),
        (BugError("broken"), exits.INTERNAL),
    ],
)
def test_exit_codes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    raised: BaseException,
    code: int,
) -> None:
    def fail(_: list[str]) -> int:
        raise raised

    monkeypatch.setattr(command, "dispatch", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert command._guarded(["run"]) == code
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    if isinstance(raised, BugError):
        assert "internal error: BugError: broken" in shown
        (saved,) = tmp_path.iterdir()
        assert str(saved) in shown
        assert "Traceback" in saved.read_text()
        monkeypatch.setenv("LLMSPELL_TRACEBACK", "1")
        command._guarded(["run"])
        assert "Traceback" in capsys.readouterr().err


def test_problems_cannot_drive_the_terminal() -> None:
    problem = Problem("\x1b[31mred\n", "a\rb:1", excerpt="one \x1b\n  ^")
    assert UsageProblem([problem]).text() == "llmspell: error: a\\rb:1: \\x1b[31mred\\n\none \\x1b\n  ^\n"
    assert issubclass(UsageProblem, LlmspellError)
