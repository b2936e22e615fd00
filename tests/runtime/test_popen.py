"""io.popen on the Luas that lupa builds without it."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, RunResult, Script, StopReason
from runtime.lua.engine import EngineOptions, LuaEngine
from runtime.lua.popen import Pipes
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Command

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5")
ALL = (*VARIANTS, "luajit")
OLD = ("lua5.1", "luajit")
CLOSING = ("lua5.4", "lua5.5")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these pipes are those of POSIX")

SHOW = """local function show(...)
  local t = {...}
  for i = 1, select("#", ...) do t[i] = tostring(t[i]) end
  return table.concat(t, ",")
end
"""


def _run(variant: str, text: str, limits: Limits | None = None) -> RunResult:
    engine = LuaEngine(DebugManager(), variant, EngineOptions(limits=limits or Limits()))
    try:
        return engine.run(Script("popen.lua", (SHOW + text).encode()))
    finally:
        engine.close()


def _shown(variant: str, text: str, limits: Limits | None = None) -> object:
    """The one result of the script, a string."""
    result = _run(variant, text, limits)
    assert result.error is None, result.error.message
    return plain(result.values[0])


# Reading and writing


@pytest.mark.parametrize("variant", VARIANTS)
def test_reading_all_lines_and_parts(variant: str) -> None:
    text = r"""
local words = {}
for line in io.popen("printf 'a\nb\n\nlast'"):lines() do words[#words + 1] = "[" .. line .. "]" end
local p = io.popen("printf '12 rest of it\nnext'", "r")
words[#words + 1] = show(p:read("*n"), p:read(5), p:read("*l"), p:read("*a"), p:read("*a"), p:read("*l"))
return table.concat(words, ";")"""
    assert _shown(variant, text) == "[a];[b];[];[last];12, rest, of it,next,,nil"


@pytest.mark.parametrize("variant", VARIANTS)
def test_ten_megabytes_go_both_ways(variant: str, tmp_path: Path) -> None:
    text = f"""
local text = io.popen("head -c 10000000 /dev/zero | tr '\\\\0' x"):read("*a")
local p = io.popen("cat > {tmp_path}/all", "w")
assert(p:write(text))
assert(p:close())
return show(#text, text == ("x"):rep(10000000))"""
    assert _shown(variant, text) == "10000000,true"
    assert (tmp_path / "all").read_bytes() == b"x" * 10_000_000


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_pipe_is_a_file_of_lua(variant: str) -> None:
    text = r"""
local p = io.popen("cat > /dev/null", "w")
local open = show(io.type(p), (tostring(p):gsub("0x%x+", "@")), p:setvbuf("no"), p:seek())
p:close()
return open .. ";" .. show(io.type(p), tostring(p), pcall(p.read, p)) .. ";" .. show(pcall(p.close, p))"""
    closed = "false,attempt to use a closed file"
    assert _shown(variant, text) == (
        f"file,file (@),true,nil,Illegal seek,{errno.ESPIPE};closed file,file (closed),{closed};{closed}"
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_in_a_coroutine(variant: str) -> None:
    text = """
local lines = coroutine.wrap(function()
  local p = io.popen("echo 1; echo 2")
  for line in p:lines() do coroutine.yield(line) end
  coroutine.yield(show(p:close()))
end)
return show(lines(), lines(), (lines()))"""
    assert _shown(variant, text) == ("1,2,true" if variant in OLD else "1,2,true,exit,0")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_pipe_as_the_default_output(variant: str, tmp_path: Path) -> None:
    text = f"""
local before = io.output()
io.output(io.popen("cat > {tmp_path}/all", "w"))
io.write("written")
local closed = show(io.close())
io.output(before)
return closed"""
    assert _shown(variant, text) == ("true" if variant in OLD else "true,exit,0")
    assert (tmp_path / "all").read_text() == "written"


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_was_written_to_files_before_is_there(variant: str, tmp_path: Path) -> None:
    text = f"""
local file = io.open("{tmp_path}/file", "w")
file:write("flushed")
return io.popen("cat {tmp_path}/file"):read("*a")"""
    assert _shown(variant, text) == "flushed"


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_program_does_not_hold_the_pipes_of_others(variant: str) -> None:
    # `cat` ends only when nobody else holds the end that is written to.
    text = """
local first = io.popen("cat > /dev/null", "w")
local second = io.popen("cat > /dev/null", "w")
return show((first:close()), (second:close()))"""
    assert _shown(variant, text) == "true,true"


# How it ended


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("command", "ended"),
    [
        ("exit 0", "true,exit,0"),
        ("exit 3", "nil,exit,3"),
        ("kill -9 $$", "nil,signal,9"),
        ("no-such-program-of-ours 2>/dev/null", "nil,exit,127"),
    ],
)
@pytest.mark.parametrize("close", ["p:close()", "io.close(p)"])
def test_how_a_program_ended(variant: str, command: str, ended: str, close: str) -> None:
    text = f'local p = io.popen("{command}") return show({close})'
    assert _shown(variant, text) == ("true" if variant in OLD else ended)


@pytest.mark.parametrize("variant", CLOSING)
def test_a_closed_variable_waits(variant: str, tmp_path: Path) -> None:
    text = f"""
do local p <close> = io.popen("cat > {tmp_path}/all; echo end >> {tmp_path}/all", "w") p:write("x\\n") end
do local file <close> = io.open("{tmp_path}/all") kept = file end
return show(io.open("{tmp_path}/all"):read("a"), io.type(kept))"""
    assert _shown(variant, text) == "x\nend\n,closed file"


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_could_not_be_written_is_told(variant: str, tmp_path: Path) -> None:
    text = f"""
local p = io.popen("exec <&-; echo > {tmp_path}/closed", "w")
repeat local file = io.open("{tmp_path}/closed") until file
p:write("kept in the buffer until it is closed")
return show(p:close())"""
    assert _shown(variant, text) == f"nil,Broken pipe,{errno.EPIPE}"


@pytest.mark.parametrize("variant", VARIANTS)
def test_other_files_close_as_before(variant: str) -> None:
    text = """
local file = io.open("/dev/null")
local closed = show(io.close(file))
local ok, problem = pcall(function() file:close() end)
return show(closed, select("#", io.open("/dev/null"):close()), ok, problem)"""
    assert _shown(variant, text) == "true,1,false,popen.lua:9: attempt to use a closed file"


# What is refused


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_bad_mode(variant: str) -> None:
    shown = _shown(
        variant, 'return show(pcall(function() local p, m, c = io.popen("true", "rw") return p, m, c end))'
    )
    if variant in ("lua5.1", "lua5.2"):
        assert shown == f"true,nil,true: Invalid argument,{errno.EINVAL}"
    else:
        assert shown == "false,popen.lua:6: bad argument #2 to 'popen' (invalid mode)"


@pytest.mark.parametrize("variant", ALL)
@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("io.popen({})", "#1 to 'popen' (string expected, got table)"),
        ("io.popen()", "#1 to 'popen' (string expected, got no value)"),
        ('io.popen("true", {})', "#2 to 'popen' (string expected, got table)"),
        ("io.close({})", "#1 to 'close' (FILE* expected, got table)"),
    ],
)
def test_bad_arguments(variant: str, call: str, problem: str) -> None:
    shown = _shown(variant, f"return show(pcall(function() {call} end))")
    assert shown == f"false,popen.lua:6: bad argument {problem}"


def test_the_sandbox_has_none() -> None:
    for variant in VARIANTS:
        assert _shown(variant, "return show(io.popen, io.close)", Limits(sandbox=True)) == "nil,nil"


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_handle_of_another_layout_is_left_alone(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.lua.popen._address", lambda text: 0 if b"userdata" in text else 4096)
    result = _run(variant, 'io.popen("true")')
    assert result.error is not None
    assert result.error.message == "'popen' not supported"
    assert result.error.line == 6


def test_no_program_starts_where_descriptors_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.EMFILE, "too many")

    monkeypatch.setattr(os, "pipe", full)
    monkeypatch.setattr("runtime.lua.vm.AsyncHook", _no_hook)
    shown = _shown("lua5.4", 'return show(io.popen("true"))')
    assert shown == f"nil,true: {os.strerror(errno.EMFILE)},{errno.EMFILE}"


def _no_hook(*_: object) -> None:
    from runtime.lua.async_hook import HookUnavailable

    raise HookUnavailable("the chain of coroutines needs a pipe of its own")


# Collected, or left open


@pytest.mark.parametrize("variant", VARIANTS)
def test_collected_handles_are_closed_and_their_programs_waited_for(
    variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawned: list[int] = []
    spawn = os.posix_spawn

    def remembering(*arguments: object, **options: object) -> int:
        spawned.append(spawn(*arguments, **options))  # type: ignore[arg-type]
        return spawned[-1]

    monkeypatch.setattr(os, "posix_spawn", remembering)
    text = """
local before = #io.popen("ls /dev/fd"):read("*a")
for i = 1, 80 do
  local p = io.popen("echo " .. i)
  assert(p:read("*n") == i)
  p = nil
  if i % 10 == 0 then collectgarbage() collectgarbage() end
end
return "done" """
    assert _shown(variant, text) == "done"
    assert len(spawned) == 81
    for pid in spawned:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


@pytest.mark.parametrize("engine", ALL)
def test_a_pipe_left_open_is_written_before_the_end(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text("""
p = io.popen("cat; sleep 0.2; echo end", "w")
p:write("left open\\n")""")
    assert llmspell("run", "--engine", engine, "a.lua").stdout == "left open\nend\n"


@pytest.mark.parametrize("engine", VARIANTS)
def test_os_exit_with_an_open_pipe(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text(
        'local p = io.popen("cat", "w") p:write("left open\\n") os.exit(3, true)'
    )
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert (outcome.stdout, outcome.exit_code) == ("left open\n", 3)


@pytest.mark.parametrize("engine", ALL)
def test_a_finalizer_may_hold_a_pipe_that_is_closed_already(llmspell: Command, engine: str) -> None:
    text = """
local function guard(name)
  local handle = {}
  local function bye()
    print(name, io.type(handle.pipe), pcall(function() local ok = handle.pipe:close() return ok end))
    io.stdout:flush()
  end
  if newproxy then
    handle.proxy = newproxy(true)
    getmetatable(handle.proxy).__gc = bye
  else
    handle.proxy = setmetatable({}, {__gc = bye})
  end
  handle.pipe = io.popen("cat", "w") -- the younger: it is finalized first
  return handle
end
guard("collected")
collectgarbage() collectgarbage()
keep = guard("at the end")"""
    (llmspell.folder / "a.lua").write_text(text)
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert outcome.exit_code == 0
    lines = outcome.stdout.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["collected", "closed file", "false"],
        ["at the end", "closed file", "false"],
    ]
    assert all(line.endswith("attempt to use a closed file") for line in lines)


@pytest.mark.parametrize("engine", VARIANTS)
def test_a_finalizer_may_open_a_pipe(llmspell: Command, engine: str) -> None:
    text = """
local function bye() io.write(io.popen("echo late"):read("*a")) io.stdout:flush() end
if newproxy then keep = newproxy(true) getmetatable(keep).__gc = bye else keep = setmetatable({}, {__gc = bye}) end"""
    (llmspell.folder / "a.lua").write_text(text)
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert (outcome.stdout, outcome.stderr, outcome.exit_code) == ("late\n", "", 0)


# Order, stops, limits


@pytest.mark.parametrize("engine", ALL)
def test_what_was_logged_and_printed_comes_before(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text("""
Debug.info("word1") print("word2")
local p = io.popen("cat; echo word4", "w") p:write("word3\\n") p:close()
Debug.info("word5") io.write("word6 ") io.popen("echo word7 >&2"):close() print("word8")""")
    done = subprocess.run(
        [*llmspell.argv, "run", "--engine", engine, "a.lua"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=llmspell.folder,
        env=llmspell.environment,
        timeout=60,
        check=True,
    )
    words = [word for word in done.stdout.split() if word.startswith("word")]
    assert words == [f"word{i}" for i in range(1, 9)]


@pytest.mark.parametrize("engine", VARIANTS)
@pytest.mark.parametrize("call", ['p:read("*a")', "p:close()"])
def test_an_interrupt_ends_a_wait(llmspell: Command, engine: str, call: str) -> None:
    """The signal goes to the script alone: the program does not end of it."""
    text = f'local p = io.popen("echo $$; exec sleep 60") print(p:read("*n")) io.stdout:flush() {call}'
    (llmspell.folder / "a.lua").write_text(text)
    process = llmspell.start("run", "--engine", engine, "a.lua")
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    try:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_that_was_stopped_does_not_wait_for_programs(variant: str) -> None:
    engine = LuaEngine(DebugManager(), variant)
    text = b'p = io.popen("echo $$; exec sleep 60 >/dev/null") Debug.info(p:read("*l")) while true do end'
    results: list[RunResult] = []
    manager = engine._manager
    runner = threading.Thread(target=lambda: results.append(engine.run(Script("a.lua", text))))
    runner.start()
    while not manager.entries():
        runner.join(0.01)
        assert runner.is_alive()
    engine.stop(StopReason.INTERRUPT)
    runner.join()
    pid = int(manager.entries()[0].message)
    try:
        engine.close()
        os.kill(pid, 0)  # still there: it was neither waited for nor ended
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert results[0].error is not None
    assert results[0].error.kind is ErrorKind.INTERRUPTED


def test_a_signal_that_asks_for_nothing_does_not_end_a_wait() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        shown = _shown(
            "lua5.4", f'return show(io.popen("sleep 0.1; kill -USR1 {os.getpid()}; exit 3"):close())'
        )
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert shown == "nil,exit,3"


@pytest.mark.parametrize("variant", VARIANTS)
def test_under_a_limit_of_memory(variant: str) -> None:
    text = """
local ok, problem = pcall(function() return io.popen("head -c 50000000 /dev/zero"):read("*a") end)
return show(ok, problem, io.popen("echo on"):read("*l"))"""
    shown = _shown(variant, text, Limits(max_memory_bytes=20_000_000))
    assert isinstance(shown, str)
    assert re.fullmatch(r"false,.*not enough memory.*,on", shown)


def test_programs_see_the_environment_as_c_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMSPELL_TEST_WORD", "a=b")
    os.unsetenv("HOME")  # of C alone, as a C module of the script's would
    try:
        shown = _shown("lua5.4", "return io.popen('echo $LLMSPELL_TEST_WORD ${HOME-none}'):read('a')")
    finally:
        os.putenv("HOME", os.environ.get("HOME", "/"))
    assert shown == "a=b none\n"


def test_an_open_pipe_is_not_waited_for_where_its_vm_lives_on() -> None:
    """Its program may wait for the end that the VM still holds."""
    engine = LuaEngine(DebugManager(), "lua5.4")
    engine.run(Script("a.lua", b'p = io.popen("cat", "w")'))
    assert engine._vm is not None
    runtime, pipes = engine._vm._runtime, engine._vm._pipes
    assert isinstance(pipes, Pipes)
    (program,) = pipes._programs.values()
    engine.close()
    assert program.is_open()
    del runtime
    assert not program.is_open()
    assert os.waitpid(program.pid, 0)[1] == 0


# As the stock interpreter

COMPARED = r"""
local function show(...)
  local t = {...}
  for i = 1, select("#", ...) do t[i] = tostring(t[i]) end
  print(select("#", ...), table.concat(t, ","))
end
for _, command in ipairs({"true", "false", "exit 7", "kill -15 $$", "echo x", "no-such-thing 2>&1", ""}) do
  local p = io.popen(command)
  show(p:read("*a"))
  show(p:read("*a"))
  show(p:close())
end
for _, mode in ipairs({"r", "w", "", "rw", "x", "rb", "r+", "a"}) do
  show(pcall(function()
    local p, problem, code = io.popen("true", mode)
    if not p then return p, problem, code end
    return p:close()
  end))
end
show(pcall(function() return io.popen(1 .. "\0 2") end) and "cut")
show(pcall(function() return io.popen("true"):write("x") end))
show(pcall(function() return io.popen("true", "w"):read() end))
show(io.popen("true"):lines()())
show(io.close(io.popen("exit 2")))
show(pcall(io.close, io.stdin) and io.type(io.stdin))
show(pcall(function() local f = io.open("/dev/null") f:close() f:close() end))
show(io.popen("cat", "w"):close())
"""


@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
def test_all_is_as_in_the_stock_interpreter(llmspell: Command, engine: str) -> None:
    stock = shutil.which(engine)
    if stock is None:
        pytest.skip(f"no {engine} here")
    (llmspell.folder / "a.lua").write_text(COMPARED)
    wanted = subprocess.run(
        [stock, "a.lua"], stdout=subprocess.PIPE, text=True, cwd=llmspell.folder, timeout=60, check=True
    )
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert outcome.stdout == wanted.stdout
    assert outcome.exit_code == 0
