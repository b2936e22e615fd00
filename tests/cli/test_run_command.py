"""`llmspell run`, as a shell sees it: exit code, standard output, standard error, signals."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

    from tests.conftest import Command

ENGINES = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit")
PLAIN_ENTRY = re.compile(r"^\S+Z? +(ERROR|WARN|INFO|DEBUG|TRACE)\b")


def _script(llmspell: Command, text: str, name: str = "a.lua") -> str:
    path = llmspell.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def _started(llmspell: Command, *arguments: str) -> subprocess.Popen[bytes]:
    """Started, and past the `ready` that its script prints."""
    process = llmspell.start("run", *arguments)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def _rest(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out.decode(), err.decode()


# --- a script and its words --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_hello(llmspell: Command, engine: str) -> None:
    name = _script(llmspell, 'print("hello", _VERSION)')
    outcome = llmspell("run", "--engine", engine, name)
    version = "Lua 5.1" if engine == "luajit" else f"Lua {engine[3:]}"
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, f"hello\t{version}\n", "")


def test_the_default_is_lua_5_4(llmspell: Command) -> None:
    assert llmspell("run", _script(llmspell, "print(_VERSION)")).stdout == "Lua 5.4\n"


def test_arguments(llmspell: Command) -> None:
    text = 'print(#arg, arg[0], table.concat(arg, "|"), ...)'
    outcome = llmspell("run", _script(llmspell, text), "one", "--two", "three words", "--", "--debug")
    assert outcome.stdout == "4\ta.lua\tone|--two|three words|--debug\tone\t--two\tthree words\t--debug\n"


@pytest.mark.parametrize(
    "words", [("--debug", "a.lua", "x"), ("a.lua", "--debug", "x"), ("a.lua", "x", "--debug")]
)
def test_known_flags_count_wherever_they_stand(llmspell: Command, words: tuple[str, ...]) -> None:
    _script(llmspell, 'print(...) Debug.debug("heard")')
    outcome = llmspell("run", *words)
    assert outcome.stdout == "x\n"
    assert "heard" in outcome.stderr


def test_a_script_from_standard_input(llmspell: Command) -> None:
    outcome = llmspell("run", "-", "word", stdin='print("in", arg[0], ...)\n')
    assert (outcome.exit_code, outcome.stdout) == (0, "in\tstdin\tword\n")


def test_a_shebang_chooses_the_engine(llmspell: Command) -> None:
    name = _script(llmspell, "#!/usr/bin/env luajit\nprint(jit ~= nil)\n", "tool")
    assert llmspell("run", name).stdout == "true\n"
    name = _script(llmspell, "#!/usr/bin/lua5.3\nprint(_VERSION)\nerror('line three')\n", "other")
    outcome = llmspell("run", name)
    assert outcome.stdout == "Lua 5.3\n"
    assert "other:3" in outcome.stderr


@pytest.mark.parametrize("engine", ENGINES)
def test_a_byte_order_mark_and_crlf(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_bytes(b"\xef\xbb\xbf#!/usr/bin/lua\r\nprint('ok')\r\nerror('x')\r\n")
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert outcome.stdout == "ok\n"
    assert "a.lua:3" in outcome.stderr


def test_require_looks_beside_the_script(llmspell: Command) -> None:
    _script(llmspell, 'return {name = "lib", at = ...}', "app/lib/tool.lua")
    _script(llmspell, 'return {name = "init"}', "app/pack/init.lua")
    _script(
        llmspell, 'print(require("lib.tool").name, require("lib.tool").at, require("pack").name)', "app/a.lua"
    )
    assert llmspell("run", "app/a.lua").stdout == "lib\tlib.tool\tinit\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_module_that_is_missing_is_looked_for_nowhere_twice(llmspell: Command, engine: str) -> None:
    outcome = llmspell("run", _script(llmspell, 'require("nonesuch")', "a.lua"), "--engine", engine)
    looked = re.findall(r"no file '(.*)'", outcome.stderr)
    assert "./nonesuch.lua" in looked
    assert sorted(set(looked)) == sorted(looked)


def test_an_error_in_a_module_names_the_module(llmspell: Command) -> None:
    _script(llmspell, "local M = {}\nfunction M.f()\n  return nil + 1\nend\nreturn M\n", "lib.lua")
    outcome = llmspell("run", _script(llmspell, 'require("lib").f()'))
    assert outcome.exit_code == 1
    assert "lib.lua:3" in outcome.stderr
    assert "return nil + 1" in outcome.stderr


def test_reading_standard_input(llmspell: Command) -> None:
    text = """
    print(io.read("*n"), io.read("*l"))
    for line in io.lines() do print("[" .. line .. "]") end
    print(io.read())
    """
    outcome = llmspell("run", _script(llmspell, text), stdin="17 rest\none\n\ntwo")
    assert outcome.stdout == "17\t rest\n[one]\n[]\n[two]\nnil\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_print_and_write_keep_their_order(llmspell: Command, engine: str) -> None:
    text = """
    for i = 1, 300 do
      print(i, "print") io.write(i, " write\\n") io.stdout:write(i, " method\\n")
    end
    io.stdout:setvbuf("full") io.write("last") os.exit(0)
    """
    outcome = llmspell("run", "--engine", engine, _script(llmspell, text))
    wanted = "".join(f"{i}\tprint\n{i} write\n{i} method\n" for i in range(1, 301))
    assert outcome.stdout == wanted + "last"


def test_logs_and_prints_in_one_stream_keep_their_order(llmspell: Command) -> None:
    text = 'for i = 1, 50 do print("p" .. i) Debug.info("l" .. i) io.write("w" .. i .. "\\n") end'
    _script(llmspell, text)
    shell = f"{llmspell.argv[0]} run a.lua 2>&1"
    both = type(llmspell)(("sh", "-c", shell), llmspell.folder, llmspell.environment)().stdout
    found = re.findall(r"\b([plw]\d+)\b", both)
    prints = [word for word in found if word[0] in "pw"]
    assert prints == [word for i in range(1, 51) for word in (f"p{i}", f"w{i}")]
    # A log is written by another thread and may come late, but never before what was printed before it.
    for i in range(1, 51):
        assert found.index(f"p{i}") < found.index(f"l{i}")
    assert [word for word in found if word[0] == "l"] == [f"l{i}" for i in range(1, 51)]


# --- the end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
@pytest.mark.parametrize(
    "leave", ["os.exit(7)", "pcall(os.exit, 7)", "coroutine.wrap(function() pcall(os.exit, 7) end)()"]
)
def test_an_exit_code_passes_through_and_nothing_is_lost(llmspell: Command, engine: str, leave: str) -> None:
    text = f'io.write("before") for i = 1, 500 do Debug.info("entry " .. i) end {leave} print("never")'
    flags = ("--engine", engine, "--debug-output", "console", "--debug-output", "json:log.jsonl")
    outcome = llmspell("run", *flags, _script(llmspell, text))
    assert (outcome.exit_code, outcome.stdout) == (7, "before")
    assert len(re.findall(r"\bentry \d+", outcome.stderr)) == 500
    assert len((llmspell.folder / "log.jsonl").read_text().splitlines()) == 500


@pytest.mark.parametrize(
    "text",
    [
        'print("fine") Debug.info("x") Debug.debug({1, 2})',
        'print(Debug.getLevel() ~= nil) error("broken")',
        "print(1) os.exit(9)",
        'for i = 1, 3 do local t = Debug.timer("t") print(i) t:stop() end error({code = 1})',
        'local co = coroutine.wrap(function() print("co") coroutine.yield() error("x") end) co() co()',
        'print(pcall(error, "x")) print(select("#", Debug.info("m", "mod"))) print(debug.traceback ~= nil)',
    ],
)
@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
def test_debugging_changes_nothing_but_the_log(llmspell: Command, text: str, engine: str) -> None:
    name = _script(llmspell, text)
    seen = [llmspell("run", "--engine", engine, *flag, name) for flag in ((), ("--debug",), ("--no-debug",))]
    assert len({(outcome.exit_code, outcome.stdout) for outcome in seen}) == 1


def test_no_debug_is_silent(llmspell: Command) -> None:
    text = 'Debug.error("loud") print(Debug.isEnabled(), #Debug.getCapturedEntries())'
    outcome = llmspell("run", "--no-debug", _script(llmspell, text))
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "false\t0\n", "")


# --- what is shown -----------------------------------------------------------------------------------


def test_one_plain_line_an_entry(llmspell: Command) -> None:
    text = """
    Debug.info("one", "shop.cart")
    Debug.warn("two\\nlines")
    Debug.logWithData("error", "three", {id = 7})
    Debug.debug("no")
    """
    outcome = llmspell("run", _script(llmspell, text))
    lines = outcome.stderr.splitlines()
    assert len(lines) == 3
    assert all(PLAIN_ENTRY.match(line) for line in lines), lines
    assert "shop.cart" in lines[0]
    assert "7" in lines[2]
    assert "\x1b" not in outcome.stderr


def test_json_entries(llmspell: Command) -> None:
    import json

    name = _script(llmspell, 'Debug.info("one", "m") Debug.logWithData("warn", "two", {id = 7})')
    outcome = llmspell("run", "--debug-format", "json", name)
    first, second = (json.loads(line) for line in outcome.stderr.splitlines())
    assert (first["level"], first["message"], first["module"]) == ("INFO", "one", "m")
    assert second["metadata"] == {"id": 7}


def test_levels_and_modules_by_flag(llmspell: Command) -> None:
    text = """
    Debug.info("m1", "workflow.step") Debug.info("m2", "workflow.x.test") Debug.info("m3", "other")
    Debug.debug("m4", "workflow.step") Debug.info("m5")
    """
    name = _script(llmspell, text)

    def shown(*flags: str) -> list[str]:
        return re.findall(r"\bm\d\b", llmspell("run", *flags, name).stderr)

    assert shown() == ["m1", "m2", "m3", "m5"]
    assert shown("--debug-modules", "+workflow.*") == ["m1", "m2", "m5"]
    assert shown("--debug-modules=-*.test") == ["m1", "m3", "m5"]
    assert shown("--debug-level", "debug", "--debug-modules", "+workflow.*") == ["m1", "m2", "m4", "m5"]
    assert shown("--debug-level", "warn") == []


def test_the_timer_summary(llmspell: Command) -> None:
    name = _script(llmspell, 'for i = 1, 3 do Debug.timer("parse"):stop() end')
    assert llmspell("run", name).stderr == ""
    for flag in ("--debug-perf", "--debug"):
        assert re.search(r"\bparse\b.*\b3\b", llmspell("run", flag, name).stderr)


def test_locals_in_the_trace_of_debug(llmspell: Command) -> None:
    text = "local function pay(amount)\n  local account\n  return account.balance - amount\nend\npay(4711)\n"
    name = _script(llmspell, text)
    assert "4711" not in llmspell("run", name).stderr.replace("pay(4711)", "")
    assert re.search(r"amount\W+4711", llmspell("run", "--debug", name).stderr)


def test_the_error_as_json(llmspell: Command) -> None:
    import json

    name = _script(llmspell, 'print("out")\nerror("broken")\n')
    outcome = llmspell("run", "--json", name)
    assert (outcome.exit_code, outcome.stdout) == (1, "out\n")
    document = json.loads(outcome.stderr.splitlines()[-1] if "\n{" in outcome.stderr else outcome.stderr)
    assert "broken" in json.dumps(document)


def test_python_m_is_the_same(llmspell: Command) -> None:
    import sys

    _script(llmspell, 'print("hello")')
    module = type(llmspell)(
        (sys.executable, "-P", "-m", "llmspell_cli"), llmspell.folder, llmspell.environment
    )
    assert module("run", "a.lua").stdout == "hello\n"


# --- limits and signals ------------------------------------------------------------------------------

SPIN = 'io.write("ready\\n") io.stdout:flush() '
LOOPS = (
    "while true do end",
    "while true do pcall(error) end",
    "coroutine.wrap(function() while true do pcall(function() local x = 1 end) end end)()",
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("loop", LOOPS)
def test_a_timeout(llmspell: Command, engine: str, loop: str) -> None:
    name = _script(llmspell, f'print("before") Debug.info("logged")\n{loop}\n')
    outcome = llmspell("run", "--engine", engine, "--timeout", "300ms", name)
    assert (outcome.exit_code, outcome.stdout) == (124, "before\n")
    assert "logged" in outcome.stderr
    assert "timeout" in outcome.stderr.lower()
    # A compiled loop inside a coroutine is left at a point whose line LuaJIT does not tell.
    assert ("a.lua" if engine == "luajit" else "a.lua:2") in outcome.stderr


@pytest.mark.parametrize("loop", LOOPS)
def test_a_timeout_on_the_oldest_luajit(llmspell: Command, loop: str) -> None:
    name = _script(llmspell, f'print("before") Debug.info("logged")\n{loop}\n')
    outcome = llmspell("run", "--engine", "luajit2.0", "--timeout", "300ms", name, timeout=15)
    assert (outcome.exit_code, outcome.stdout) == (124, "before\n")
    assert "logged" in outcome.stderr


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_script(
    llmspell: Command, engine: str, loop: str, sent: signal.Signals, code: int
) -> None:
    _script(llmspell, f'{SPIN} Debug.info("logged") {loop}')
    process = _started(llmspell, "--engine", engine, "a.lua")
    time.sleep(0.1)  # into the loop, where LuaJIT has compiled it
    process.send_signal(sent)
    exit_code, _, err = _rest(process)
    assert exit_code == code
    assert "logged" in err
    assert not re.search(r"Traceback|KeyboardInterrupt|\.py\b", err)


def test_a_script_that_waits_for_input_is_ended(llmspell: Command) -> None:
    _script(llmspell, f"{SPIN} io.read()")
    process = _started(llmspell, "a.lua")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)  # the first asks; where Lua sits in a C call only the second can end it
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130


def test_ctrl_c_twice_ends_even_a_long_c_call(llmspell: Command) -> None:
    pattern = f'{SPIN} Debug.info("logged") string.find(string.rep("a", 100000), string.rep("a-", 60) .. "b")'
    _script(llmspell, pattern)
    process = _started(llmspell, "--debug-output", "console", "--debug-output", "json:log.jsonl", "a.lua")
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None, "the C call ended by itself: the pattern is not hard enough"
    process.send_signal(signal.SIGINT)
    exit_code, _, err = _rest(process)
    assert exit_code == 130
    assert "logged" in err
    assert "logged" in (llmspell.folder / "log.jsonl").read_text()


def test_memory_has_a_limit(llmspell: Command) -> None:
    name = _script(
        llmspell, 'local t = {} Debug.info("logged") for i = 1, 1e9 do t[i] = ("x"):rep(999) .. i end'
    )
    outcome = llmspell("run", "--max-memory", "32MB", name)
    assert outcome.exit_code == 1
    assert "memory" in outcome.stderr
    assert "logged" in outcome.stderr


@pytest.mark.parametrize("engine", ["lua5.4", "luajit"])
def test_sigusr2_toggles_the_debug_level(llmspell: Command, engine: str) -> None:
    text = f"""
    {SPIN}
    while Debug.getLevel() ~= "DEBUG" do end
    Debug.debug("heard")
    io.write("toggled\\n") io.stdout:flush()
    while Debug.getLevel() ~= "INFO" do end
    Debug.debug("not heard")
    """
    _script(llmspell, text)
    process = _started(llmspell, "--engine", engine, "a.lua")
    process.send_signal(signal.SIGUSR2)
    assert process.stdout is not None
    assert process.stdout.readline() == b"toggled\n"
    process.send_signal(signal.SIGUSR2)
    exit_code, _, err = _rest(process)
    assert exit_code == 0
    assert "heard" in err
    assert "not heard" not in err


def test_the_sandbox_by_flag(llmspell: Command) -> None:
    name = _script(llmspell, 'print(pcall(function() return io.open("canary") end)) Debug.info("logged")')
    (llmspell.folder / "canary").write_text("x")
    outcome = llmspell("run", "--sandbox", name)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("false")
    assert "logged" in outcome.stderr


def test_no_file_is_left_behind(llmspell: Command) -> None:
    name = _script(llmspell, 'Debug.info("x")')
    llmspell("run", "--debug", name)
    assert os.listdir(llmspell.folder) == [name]
