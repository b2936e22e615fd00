"""Bad input gets a clear error, and nothing is lost: item by item, through the installed command."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import lupa.lua54
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Command

HELLO = 'print("hello")\n'
NOBODY = re.compile(r"Traceback|\.py\b|lupa|<lambda>")
"""What only a bug of ours would show a user."""


@pytest.fixture
def folder(llmspell: Command) -> Path:
    return llmspell.folder


def _write(folder: Path, name: str, content: str | bytes) -> str:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


# --- the script itself -------------------------------------------------------------------------------


def test_a_missing_script(llmspell: Command) -> None:
    outcome = llmspell("run", "nowhere.lua")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "nowhere.lua" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_a_missing_script_with_a_near_name(llmspell: Command, folder: Path) -> None:
    _write(folder, "report.lua", HELLO)
    outcome = llmspell("run", "raport.lua")
    assert outcome.exit_code == 2
    assert "report.lua" in outcome.stderr


def test_an_unreadable_script(llmspell: Command) -> None:
    # Opens, and then fails to be read: for root, too, whom no file mode stops.
    outcome = llmspell("run", "--engine", "lua", "/proc/self/mem")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "/proc/self/mem" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_an_empty_script(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", _write(folder, "empty.lua", ""))
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "", "")


def test_a_folder(llmspell: Command, folder: Path) -> None:
    (folder / "src.lua").mkdir()
    outcome = llmspell("run", "src.lua")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "directory" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_a_binary(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", _write(folder, "picture.lua", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50))
    assert outcome.exit_code == 1
    assert "picture.lua:1" in outcome.stderr
    assert "\x1b" not in outcome.stderr
    assert "\0" not in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


@pytest.mark.parametrize("head", [b"\x1bLua", b"\x1bLJ\x02"])
def test_bytecode(llmspell: Command, folder: Path, head: bytes) -> None:
    dump: bytes = lupa.lua54.LuaRuntime(encoding=None).eval("string.dump(function() return 1 end)")
    outcome = llmspell("run", _write(folder, "compiled.lua", head + dump[4:]))
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "bytecode" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_a_script_that_is_no_utf8(llmspell: Command, folder: Path) -> None:
    name = _write(folder, "latin.lua", b'local s = "caf\xe9"\nprint(#s)\nio.write(s, "\\n")\nDebug.info(s)\n')
    outcome = llmspell("run", name)
    assert (outcome.exit_code, outcome.stdout) == (0, "4\ncaf\\xe9\n")
    assert "caf\\xe9" in outcome.stderr


def test_an_error_with_bytes_that_are_no_utf8(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", _write(folder, "latin.lua", b'-- caf\xe9\nerror("caf\xe9 is closed")\n'))
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "caf\\xe9 is closed" in outcome.stderr
    assert "latin.lua:2" in outcome.stderr


def test_a_script_of_50_megabytes(llmspell: Command, folder: Path) -> None:
    text = "local n = 0\n" + "n = n + 1 -- one more of many lines that count\n" * 1_100_000 + "print(n)\n"
    outcome = llmspell("run", _write(folder, "big.lua", text))
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "1100000\n", "")


def test_an_error_at_the_end_of_a_big_script(llmspell: Command, folder: Path) -> None:
    outcome = llmspell(
        "run", _write(folder, "big.lua", "local n = 0\n" * 180 + "-- \n" * 500_000 + "oops()\n")
    )
    assert outcome.exit_code == 1
    assert "big.lua:500181" in outcome.stderr
    assert len(outcome.stderr) < 4000


@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
def test_a_syntax_error(llmspell: Command, folder: Path, engine: str) -> None:
    name = _write(folder, "typo.lua", 'print("never")\nlocal x = = 3\n')
    outcome = llmspell("run", "--engine", engine, name)
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "typo.lua:2" in outcome.stderr
    assert "local x = = 3" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_a_syntax_error_at_the_end_of_the_file(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", _write(folder, "open.lua", "if true then\n  print(1)\n"))
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "open.lua:" in outcome.stderr
    assert "'end' expected" in outcome.stderr


def test_a_syntax_error_on_standard_input(llmspell: Command) -> None:
    outcome = llmspell("run", "-", stdin="x = = 1\n")
    assert outcome.exit_code == 1
    assert "stdin:1" in outcome.stderr
    assert "x = = 1" in outcome.stderr


# --- flags -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "near"),
    [
        (("--engine", "luajti"), "luajit"),
        (("--debug-level", "debgu"), "debug"),
        (("--debug-format", "jsn"), "json"),
        (("--debug-output", "fiel:x.log"), "file"),
        (("--color", "alwys"), "always"),
        (("--sandbx",), "--sandbox"),
    ],
)
def test_an_unknown_name_in_a_flag(
    llmspell: Command, folder: Path, flags: tuple[str, ...], near: str
) -> None:
    outcome = llmspell("run", *flags, _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert near in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--timeout", "soon"),
        ("--timeout", "-1"),
        ("--timeout", "nan"),
        ("--max-memory", "lots"),
        ("--max-memory", "-5MB"),
        ("--debug-modules", "+"),
    ],
)
def test_a_value_that_makes_no_sense(llmspell: Command, folder: Path, flag: str, value: str) -> None:
    outcome = llmspell("run", f"{flag}={value}", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert flag in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_debug_and_no_debug_contradict(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", "--debug", "--no-debug", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "--no-debug" in outcome.stderr


def test_an_unknown_suffix(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", _write(folder, "a.rb", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "--engine" in outcome.stderr
    assert llmspell("run", "--engine", "lua", "a.rb").stdout == "hello\n"


# --- configuration -----------------------------------------------------------------------------------


def test_every_mistake_of_a_configuration_at_once(llmspell: Command, folder: Path) -> None:
    _write(
        folder,
        "llmspell.toml",
        '[debug]\nlevel = "debgu"\ncapture_limt = 5\nformat = "xml"\n\n'
        '[[debug.filters]]\npattern = "("\ntype = "regex"\n\n[run]\ntimeout = "soon"\n',
    )
    outcome = llmspell("run", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    for place, word in {2: "debug", 3: "capture_limit", 4: "json", 7: "(", 11: "soon"}.items():
        lines = [line for line in outcome.stderr.splitlines() if f"llmspell.toml:{place}" in line]
        assert any(word in line for line in lines), (place, outcome.stderr)
    assert not NOBODY.search(outcome.stderr)


def test_an_unknown_engine_in_a_configuration(llmspell: Command, folder: Path) -> None:
    _write(folder, "llmspell.toml", '[run]\nengine = "lua5.9"\n')
    outcome = llmspell("run", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "lua5.9" in outcome.stderr
    assert "lua5.4" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_toml_that_does_not_parse(llmspell: Command, folder: Path) -> None:
    _write(folder, "llmspell.toml", '[debug]\nlevel = "info\n')
    outcome = llmspell("run", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "llmspell.toml:2" in outcome.stderr
    assert 'level = "info' in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_a_configuration_that_is_not_there(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", "--config", "none.toml", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "none.toml" in outcome.stderr


def test_an_environment_variable_that_makes_no_sense(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", _write(folder, "a.lua", HELLO), env={"LLMSPELL_DEBUG_LEVEL": "debgu"})
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "LLMSPELL_DEBUG_LEVEL" in outcome.stderr
    assert "debug" in outcome.stderr


@pytest.mark.parametrize(("limit", "held"), [(0, 0), (1, 1), (1_000_000_000, 20)])
def test_a_capture_limit(llmspell: Command, folder: Path, limit: int, held: int) -> None:
    _write(folder, "llmspell.toml", f"[debug]\ncapture_limit = {limit}\n")
    text = 'for i = 1, 20 do Debug.info("x") end print(#Debug.getCapturedEntries())\n'
    outcome = llmspell("run", _write(folder, "a.lua", text))
    assert (outcome.exit_code, outcome.stdout) == (0, f"{held}\n")


@pytest.mark.parametrize("limit", ["-1", '"many"', "1.5", "1e400", "99999999999999999999"])
def test_a_capture_limit_that_makes_no_sense(llmspell: Command, folder: Path, limit: str) -> None:
    _write(folder, "llmspell.toml", f"[debug]\ncapture_limit = {limit}\n")
    outcome = llmspell("run", _write(folder, "a.lua", HELLO))
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "llmspell.toml:2" in outcome.stderr
    assert "capture_limit" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)


def test_a_regex_that_explodes_elsewhere(llmspell: Command, folder: Path) -> None:
    _write(folder, "llmspell.toml", '[[debug.filters]]\npattern = "^(a+)+$"\ntype = "regex"\n')
    text = 'Debug.info("quiet", string.rep("a", 100000) .. "!") Debug.info("loud", "aaa") print("done")\n'
    outcome = llmspell("run", _write(folder, "a.lua", text))
    assert (outcome.exit_code, outcome.stdout) == (0, "done\n")
    assert "loud" in outcome.stderr
    assert "quiet" not in outcome.stderr


# --- outputs -----------------------------------------------------------------------------------------

LOGGING = 'for i = 1, 200 do Debug.info("entry " .. i, "m") end print("done")\n'


def _entries(text: str) -> int:
    return len(re.findall(r"\bentry \d+", text))


def test_an_output_file_that_cannot_be_opened(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", "--debug-output", "file:no/such/x.log", _write(folder, "a.lua", LOGGING))
    assert "no/such/x.log" in outcome.stderr
    assert not NOBODY.search(outcome.stderr)
    assert outcome.exit_code in (0, 2)
    assert outcome.stdout == ("done\n" if outcome.exit_code == 0 else "")


def test_a_full_disk_costs_the_log_and_not_the_script(llmspell: Command, folder: Path) -> None:
    flags = ("--debug-output", "console", "--debug-output", "file:/dev/full")
    outcome = llmspell("run", *flags, _write(folder, "a.lua", LOGGING))
    assert (outcome.exit_code, outcome.stdout) == (0, "done\n")
    assert _entries(outcome.stderr) == 200
    assert len([line for line in outcome.stderr.splitlines() if "/dev/full" in line]) == 1
    assert "no space left" in outcome.stderr.lower()
    assert not NOBODY.search(outcome.stderr)


@pytest.mark.parametrize("path", ["/dev/stderr", "/dev/fd/2"])
def test_a_log_file_that_is_a_stream(llmspell: Command, folder: Path, path: str) -> None:
    _write(folder, "a.lua", LOGGING)
    shell = (
        f"{{ echo first; {llmspell.argv[0]} run --debug-output file:{path} a.lua; echo last; }} > all 2>&1"
    )
    type(llmspell)(("sh", "-c", shell), folder, llmspell.environment)()
    shown = (folder / "all").read_text()
    assert _entries(shown) == 200
    assert [word for word in ("first\n", "done\n", "last\n") if word not in shown] == []


@pytest.mark.parametrize("reader", ["head -c 1 >/dev/null", "true"])
@pytest.mark.parametrize("redirect", ["", "2>&1 >/dev/null"])
def test_a_closed_pipe_ends_quietly(llmspell: Command, folder: Path, reader: str, redirect: str) -> None:
    text = 'for i = 1, 20000 do print("line", i) Debug.info("entry " .. i) end\n'
    _write(folder, "a.lua", text)
    shell = f"{llmspell.argv[0]} run a.lua {redirect} | {reader}"
    if not redirect:
        shell = f"{llmspell.argv[0]} run --no-debug a.lua | {reader}"
    outcome = type(llmspell)(("bash", "-c", shell), folder, llmspell.environment)()
    assert outcome.stdout == ""
    assert outcome.stderr == ""


def test_a_log_that_is_removed_under_the_script(llmspell: Command, folder: Path) -> None:
    text = """
    for i = 1, 10 do Debug.error("first " .. i) end
    while not io.open("app.log") do end
    os.remove("app.log")
    local start = os.time()
    for i = 1, 10 do Debug.error("second " .. i) end
    local again
    repeat
      Debug.error("more")
      again = io.open("app.log")
    until again or os.time() > start + 20
    print(again ~= nil)
    """
    outcome = llmspell("run", "--debug-output", "file:app.log", _write(folder, "a.lua", text))
    assert (outcome.exit_code, outcome.stdout) == (0, "True\n".lower())
    assert "more" in (folder / "app.log").read_text()


def test_a_json_lines_file_holds_every_entry(llmspell: Command, folder: Path) -> None:
    outcome = llmspell("run", "--debug-output", "json:log.jsonl", _write(folder, "a.lua", LOGGING))
    assert outcome.exit_code == 0
    lines = (folder / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["message"] for line in lines] == [f"entry {i}" for i in range(1, 201)]
