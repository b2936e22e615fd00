"""`llmspell profile` as a user takes it: run, saved, shown again, compared."""

from __future__ import annotations

import gzip
import json
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

BUSY = {
    "lua": """
local function busy(n) local x = 0 for i = 1, n do x = x + i % 7 end return x end
local function light() return busy(1000) end
print("first")
for i = 1, 30 do busy(200000) light() end
print("last")
""",
    "js": """
function busy(n) { let x = 0; for (let i = 1; i <= n; i++) x = (x * 31 + i) % 1000003; return x }
function light() { return busy(1000) }
console.log("first")
for (let i = 0; i < 30; i++) { busy(600000); light() }
console.log("last")
""",
}
FAILING = {
    "lua": "local function boom() local x = 0 for i = 1, 3e6 do x = x + i end error('broken') end\nboom()\n",
    "js": "function boom() { let x = 0; for (let i = 0; i < 3e7; i++) x += i % 7; throw Error('broken') }\nboom()\n",
}
ENDLESS = {
    "lua": 'io.write("ready\\n") io.stdout:flush() local function spin() while true do end end spin()',
    "js": 'console.log("ready"); function spin() { for (;;); } spin()',
}

both = pytest.mark.parametrize("language", ["lua", "js"])


def _write(llmspell: Command, language: str, texts: dict[str, str]) -> str:
    name = f"a.{language}"
    (llmspell.folder / name).write_text(texts[language])
    return name


@both
def test_the_summary_goes_to_stderr_and_the_output_is_the_scripts(llmspell: Command, language: str) -> None:
    outcome = llmspell("profile", _write(llmspell, language, BUSY))
    assert (outcome.exit_code, outcome.stdout) == (0, "first\nlast\n")
    assert outcome.stderr.startswith(f"profile of a.{language} (")
    assert re.search(r"\bsamples\b", outcome.stderr)
    hottest = re.search(r"^ +([\d.]+) % .*\bbusy\b", outcome.stderr, re.MULTILINE)
    assert hottest is not None
    assert float(hottest[1]) > 80
    assert "call tree" in outcome.stderr


@both
def test_a_script_that_fails_is_shown_with_its_error(llmspell: Command, language: str) -> None:
    outcome = llmspell("profile", _write(llmspell, language, FAILING), "-o", "p.json")
    assert outcome.exit_code == 1
    assert outcome.stderr.index("broken") < outcome.stderr.index("profile of")
    assert json.loads((llmspell.folder / "p.json").read_bytes())["exit_code"] == 1


@both
def test_ctrl_c_ends_it_with_the_profile(llmspell: Command, language: str) -> None:
    process = llmspell.start("profile", _write(llmspell, language, ENDLESS), "-o", "p.json")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"profile of" in err
    assert (llmspell.folder / "p.json").exists()


@both
def test_a_duration_is_no_failure(llmspell: Command, language: str) -> None:
    outcome = llmspell("profile", "--duration", "400ms", _write(llmspell, language, ENDLESS))
    assert (outcome.exit_code, outcome.stdout) == (0, "ready\n")
    assert re.search(r"9\d\.\d %.*\bspin\b|100\.0 %.*\bspin\b", outcome.stderr)
    assert "timeout" not in outcome.stderr
    limited = llmspell("profile", "--timeout", "400ms", f"a.{language}")
    assert limited.exit_code == 124


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("p.json", b'{"format":"llmspell-profile"'),
        ("p.speedscope.json", b'{"$schema":"https://www.speedscope.app/file-format-schema.json"'),
        ("p.cpuprofile", b'{"nodes":['),
        ("p.html", b"<!DOCTYPE html>"),
        ("p.pb.gz", b"\x1f\x8b"),
        ("p.json.gz", b"\x1f\x8b"),
    ],
)
def test_the_name_of_the_file_says_the_format(llmspell: Command, name: str, start: bytes) -> None:
    outcome = llmspell("profile", _write(llmspell, "lua", BUSY), "-o", name)
    assert outcome.exit_code == 0
    assert f"wrote {name}" in outcome.stderr
    assert (llmspell.folder / name).read_bytes().lower().startswith(start.lower())


def test_a_format_that_is_named(llmspell: Command) -> None:
    outcome = llmspell("profile", _write(llmspell, "lua", BUSY), "-o", "stacks.txt", "--format", "collapsed")
    assert outcome.exit_code == 0
    lines = (llmspell.folder / "stacks.txt").read_text().splitlines()
    assert all(re.fullmatch(r".+ \d+", line) for line in lines)


def test_what_cannot_be_is_told_before_the_run(llmspell: Command) -> None:
    name = _write(llmspell, "lua", BUSY)
    outcome = llmspell("profile", name, "--rate", "0", "--duration", "soon", "-o", "no/where.html")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert len(outcome.stderr.splitlines()) == 3
    for part in ("--rate", "--duration", "there is no directory no"):
        assert part in outcome.stderr
    assert "known are" in llmspell("profile", name, "-o", "p.xyz").stderr
    assert "-o" in llmspell("profile", name, "--format", "html").stderr
    unwritable = llmspell("profile", name, "-o", "/dev/full", "--format", "json")
    assert (unwritable.exit_code, unwritable.stdout) == (1, "first\nlast\n")
    assert "cannot write /dev/full" in unwritable.stderr


def test_the_end_as_one_document(llmspell: Command) -> None:
    outcome = llmspell("profile", "--json", _write(llmspell, "lua", BUSY))
    document: dict[str, Any] = json.loads(outcome.stderr)
    profile = document["profile"]
    assert document["exit_code"] == 0
    assert profile["functions"][0]["function"]["name"] == "busy"
    assert sum(row["self_ns"] for row in profile["functions"]) == profile["sampled_ns"]
    assert profile["sampled_ns"] <= profile["active_ns"] <= profile["duration_ns"]


def test_a_saved_profile_is_shown_again(llmspell: Command) -> None:
    shown = llmspell("profile", _write(llmspell, "lua", BUSY), "-o", "p.json").stderr
    again = llmspell("profile", "show", "p.json")
    assert (again.exit_code, again.stderr) == (0, "")
    assert again.stdout == shown[: shown.index("llmspell: wrote")]
    converted = llmspell("profile", "show", "p.json", "-o", "p.speedscope.json.gz")
    assert (converted.exit_code, converted.stdout) == (0, "")
    assert (
        json.loads(gzip.decompress((llmspell.folder / "p.speedscope.json.gz").read_bytes()))["name"]
        == "a.lua"
    )
    assert json.loads(llmspell("profile", "show", "--json", "p.json").stdout)["script"] == "a.lua"
    (llmspell.folder / "other.json").write_text('{"a": 1}')
    for wrong in ("missing.json", "other.json", "a.lua"):
        refused = llmspell("profile", "show", wrong)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert wrong in refused.stderr


def test_a_comparison_can_fail_a_build(llmspell: Command) -> None:
    name = _write(llmspell, "lua", BUSY)
    assert llmspell("profile", name, "-o", "old.json").exit_code == 0
    (llmspell.folder / name).write_text(BUSY["lua"].replace("30 do", "120 do"))
    assert llmspell("profile", name, "-o", "new.json").exit_code == 0
    worse = llmspell("profile", "diff", "old.json", "new.json", "--fail-over", "50%", "-o", "d.html")
    assert worse.exit_code == 1
    assert re.search(r"slower by more than 50 %", re.sub(r"\x1b\[[\d;]*m", "", worse.stdout))
    assert "busy" in worse.stdout
    assert b"<title>" in (llmspell.folder / "d.html").read_bytes()
    same = llmspell("profile", "diff", "old.json", "old.json", "--fail-over", "0")
    assert (same.exit_code, same.stderr) == (0, "")
    as_json = llmspell("profile", "diff", "--json", "old.json", "new.json", "--fail-over", "50%")
    assert json.loads(as_json.stdout)["regressions"]
    refused = llmspell("profile", "diff", "none.json", "nor.json", "--fail-over", "much")
    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 3


NARROWED = {
    "lua": """
local function before() local x = 0 for i = 1, 3e6 do x = x + i end end
local function inside() local x = 0 for i = 1, 3e6 do x = x + i end end
before() io.stderr:write(tostring(Debug.profileStart()), "\\n") inside() Debug.profileStop() before()
""",
    "js": """
function before() { let x = 0; for (let i = 0; i < 2e7; i++) x = (x + i) % 7; return x }
function inside() { let x = 0; for (let i = 0; i < 2e7; i++) x = (x + i) % 7; return x }
before(); process.stderr.write(Debug.profileStart() + "\\n"); inside(); Debug.profileStop(); before()
""",
}


@both
def test_a_script_narrows_what_is_sampled(llmspell: Command, language: str) -> None:
    name = _write(llmspell, language, NARROWED)
    outcome = llmspell("profile", name, "-o", "p.json")
    assert outcome.exit_code == 0
    assert outcome.stderr.startswith("true\n")
    saved = json.loads((llmspell.folder / "p.json").read_bytes())
    functions = {function["name"] for function in saved["functions"]}
    shown = {name for name in functions if re.search(rf"%  {name}\b", outcome.stderr)}
    assert "inside" in shown
    assert "before" not in shown
    assert [mark["name"] for mark in saved["marks"]] == ["profileStart", "profileStop"]
    assert llmspell("run", name).stderr == "false\n"


@both
def test_debug_perf_profiles_a_run(llmspell: Command, language: str) -> None:
    outcome = llmspell("run", "--debug-perf", _write(llmspell, language, BUSY))
    assert (outcome.exit_code, outcome.stdout) == (0, "first\nlast\n")
    assert re.search(r"\bbusy\b", outcome.stderr)


def test_lines_of_javascript_are_told_where_asked_for(llmspell: Command) -> None:
    name = _write(llmspell, "js", BUSY)
    innermost = r"a\.js:2 +function busy"  # which V8 tells by itself
    assert re.search(innermost, llmspell("profile", name).stderr)
    assert re.search(innermost, llmspell("profile", "--lines", name).stderr)
    for flags, told in ((), False), (("--lines",), True):
        assert llmspell("profile", *flags, name, "-o", "p.json").exit_code == 0
        saved = json.loads((llmspell.folder / "p.json").read_bytes())
        main = next(at for at, one in enumerate(saved["functions"]) if one["name"] == "(main)")
        # Below the line at which it runs itself stand the compiler and the collector: only whom it calls counts.
        busy = next(at for at, one in enumerate(saved["functions"]) if one["name"] == "busy")
        parents = {parent for parent, place in saved["stacks"] if saved["places"][place][0] == busy}
        callers = {saved["stacks"][at][1] for at in parents if at >= 0}
        assert (
            any(saved["places"][at] != [main, None] for at in callers if saved["places"][at][0] == main)
            is told
        )


def test_allocations_and_timers_are_in_the_report(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text(
        'local t = Debug.timer("fill") local kept = {}\n'
        "local function fill() for i = 1, 200000 do kept[i] = {i} end end\n"
        "fill() t:lap('half') fill() t:stop()\n"
    )
    outcome = llmspell("profile", "--memory", "a.lua")
    assert re.search(r"memory .* at start, .* at most, .* at the end", outcome.stderr)
    assert re.search(r"MiB  fill  a\.lua:2", outcome.stderr)
    assert re.search(r"^fill +1 ", outcome.stderr, re.MULTILINE)
    assert "half" in outcome.stderr
