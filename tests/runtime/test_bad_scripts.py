"""Scripts that fail in every way there is: the error is clear, and what was logged before is not lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, RunResult, Script
from runtime.lua.engine import EngineOptions, LuaEngine
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from tests.conftest import Command

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit2.0", "luajit")
CLOSING = ("lua5.4", "lua5.5")
STOPPABLE = tuple(name for name in VARIANTS if name != "luajit2.0")
"""A compiled loop of LuaJIT 2.0 could hang the tests: it is tried in a process of its own, by the command."""
LIMITED = STOPPABLE
"""LuaJIT 2.0 has an allocator of its own and takes no limit of memory."""


def _run(variant: str, text: str, limits: Limits | None = None) -> tuple[RunResult, DebugManager]:
    manager = DebugManager()
    options = EngineOptions(limits=limits or Limits())
    engine = LuaEngine(manager, variant=variant, options=options)
    try:
        return engine.run(Script("bad.lua", text.encode())), manager
    finally:
        engine.close()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_string_is_thrown(variant: str) -> None:
    result, _ = _run(variant, '\nlocal function f()\n  error("out of milk")\nend\nf()\n')
    assert result.exit_code == 1
    assert result.error is not None
    assert result.error.kind is ErrorKind.RUNTIME
    assert "out of milk" in result.error.message
    assert (result.error.source, result.error.line) == ("bad.lua", 3)
    assert result.error.stack is not None
    assert [frame.line for frame in result.error.stack.frames if frame.source == "bad.lua"] == [3, 5]


@pytest.mark.parametrize("variant", VARIANTS)
def test_nil_is_thrown(variant: str) -> None:
    result, _ = _run(variant, "error(nil)")
    assert result.exit_code == 1
    assert result.error is not None
    assert "nil" in result.error.message


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_table_is_thrown(variant: str) -> None:
    result, _ = _run(variant, 'error({code = 42, reason = "full"})')
    assert result.exit_code == 1
    assert result.error is not None
    assert plain(result.error.value) == {"code": 42, "reason": "full"}
    assert result.error.line == 1


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "thrown",
    [
        "io.stdout",
        "print",
        "coroutine.create(print)",
        "true",
        "0/0",
        "42",
        '"a\\255\\0b"',
        "setmetatable({}, {__tostring = function() error('no') end})",
        "setmetatable({}, {__tostring = function() return {} end})",
        "setmetatable({}, {__index = function() error('no') end, __metatable = false})",
        "(function() local t = {} t.t = t return t end)()",
        'string.rep("x", 1000000)',
    ],
)
def test_anything_is_thrown(variant: str, thrown: str) -> None:
    result, manager = _run(variant, f'Debug.info("before")\nerror({thrown})')
    assert result.exit_code == 1
    assert result.error is not None
    assert result.error.message
    assert [entry.message for entry in manager.entries()] == ["before"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_error_says_what_its_tostring_says(variant: str) -> None:
    result, _ = _run(variant, 'error(setmetatable({}, {__tostring = function() return "Refused: 403" end}))')
    assert result.error is not None
    assert "Refused: 403" in result.error.message


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_error_inside_a_coroutine(variant: str) -> None:
    text = """
local function inner() error("deep inside") end
local co = coroutine.create(function() inner() end)
local ok, message = coroutine.resume(co)
error(message, 0)
"""
    result, _ = _run(variant, text)
    assert result.error is not None
    assert "deep inside" in result.error.message
    assert (result.error.source, result.error.line) == ("bad.lua", 2)


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_error_through_wrap(variant: str) -> None:
    result, _ = _run(variant, "local f = coroutine.wrap(function()\n  local x = nil\n  x.y = 1\nend)\nf()\n")
    assert result.exit_code == 1
    assert result.error is not None
    assert 3 in [error.line for error in (result.error, result.error.cause) if error is not None]


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_error_inside_a_finalizer(variant: str) -> None:
    text = """
local function fail() error("in gc") end
if newproxy then getmetatable(newproxy(true)).__gc = fail end
do local x = setmetatable({}, {__gc = fail}) end
pcall(collectgarbage)
pcall(collectgarbage)
Debug.info("after")
return "alive"
"""
    result, manager = _run(variant, text)
    assert (result.exit_code, result.values) == (0, ("alive",))
    assert "after" in [entry.message for entry in manager.entries()]


@pytest.mark.parametrize("variant", CLOSING)
def test_an_error_inside_a_close(variant: str) -> None:
    text = 'local x <close> = setmetatable({}, {__close = function() error("in close") end})\nreturn 1\n'
    result, _ = _run(variant, text)
    assert result.exit_code == 1
    assert result.error is not None
    assert "in close" in result.error.message


@pytest.mark.parametrize("variant", CLOSING)
def test_what_is_to_be_closed_is_closed(variant: str) -> None:
    text = """
local function guard(name) return setmetatable({}, {__close = function() Debug.info(name) end}) end
local outer <close> = guard("outer")
coroutine.wrap(function()
  local inner <close> = guard("inner")
  error("stop")
end)()
"""
    result, manager = _run(variant, text)
    assert result.exit_code == 1
    assert [entry.message for entry in manager.entries()] == ["inner", "outer"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_stack_overflow(variant: str) -> None:
    text = 'Debug.info("before")\nlocal function f(n) return 1 + f(n + 1) end\nf(1)\n'
    result, manager = _run(variant, text)
    assert result.exit_code == 1
    assert result.error is not None
    assert "stack overflow" in result.error.message
    assert len(result.error.message) < 2000
    assert result.error.source == "bad.lua"
    assert [entry.message for entry in manager.entries()] == ["before"]


@pytest.mark.parametrize("variant", LIMITED)
def test_memory_runs_out(variant: str) -> None:
    text = """
Debug.info("before")
local kept = {}
for i = 1, 1e9 do kept[i] = string.rep("x", 1000) .. i end
"""
    result, manager = _run(variant, text, Limits(max_memory_bytes=32_000_000))
    assert result.exit_code == 1
    assert result.error is not None
    assert result.error.kind is ErrorKind.MEMORY
    assert "before" in [entry.message for entry in manager.entries()]


def test_a_limit_of_memory_that_the_vm_cannot_keep_is_a_clear_error() -> None:
    result, _ = _run("luajit2.0", "return 1", Limits(max_memory_bytes=32_000_000))
    assert result.error is not None
    assert "memory" in result.error.message


@pytest.mark.parametrize("variant", LIMITED)
def test_one_huge_string_is_refused(variant: str) -> None:
    limits = Limits(max_memory_bytes=32_000_000)
    result, _ = _run(variant, 'local s = string.rep("x", 500000000) return #s', limits)
    assert result.error is not None
    assert result.error.kind is ErrorKind.MEMORY


@pytest.mark.parametrize("variant", STOPPABLE)
@pytest.mark.parametrize(
    "loop",
    [
        "while true do end",
        "while true do pcall(error) end",
        "while true do pcall(function() while true do end end) end",
        "coroutine.wrap(function() while true do pcall(error) end end)()",
        "while true do coroutine.wrap(function() coroutine.yield() end)() end",
        "local function f() return f() end f()",
        "repeat local t = setmetatable({}, {__index = function(t, k) return k end}) until t.x == 1",
        'while true do Debug.debug("x") end',
    ],
)
def test_a_timeout_ends_every_loop(variant: str, loop: str) -> None:
    result, manager = _run(variant, f'Debug.info("before")\n{loop}\n', Limits(timeout_s=0.2))
    assert result.exit_code == 124
    assert result.error is not None
    assert result.error.kind is ErrorKind.TIMEOUT
    assert [entry.message for entry in manager.entries()] == ["before"]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "leave",
    [
        "os.exit(7)",
        "pcall(os.exit, 7)",
        "pcall(pcall, os.exit, 7)",
        "coroutine.wrap(function() os.exit(7) end)()",
        "coroutine.wrap(function() pcall(function() os.exit(7) end) end)()",
        "xpcall(function() os.exit(7) end, function() return 1 end)",
        "while true do pcall(os.exit, 7) end",
        "table.sort({3, 2, 1}, function() os.exit(7) end)",
        'Debug.time("t", function() os.exit(7) end)',
        "os.exit(7, true)",
    ],
)
def test_os_exit_leaves_from_anywhere(variant: str, leave: str) -> None:
    result, manager = _run(variant, f'Debug.info("before")\n{leave}\nDebug.info("never")\n')
    assert result.exit_code == 7
    assert result.error is None
    assert [entry.message for entry in manager.entries()] == ["before"]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("call", "code"), [("os.exit()", 0), ("os.exit(true)", 0), ("os.exit(false)", 1), ("os.exit(300)", 300)]
)
def test_the_codes_of_os_exit(variant: str, call: str, code: int) -> None:
    result, _ = _run(variant, call)
    assert result.exit_code in (code, code % 256)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("local configuration\nprint(configuration.name)\n", "configuration"),
        ("local function f()\n  pritn('x')\nend\nf()\n", "print"),
        ("local t = {}\nt.missing()\n", "missing"),
        ("total = 1\nprint(totl + 1)\n", "total"),
    ],
)
def test_common_mistakes_get_a_hint(text: str, hint: str) -> None:
    result, _ = _run("lua5.4", text)
    assert result.error is not None
    assert hint in (result.error.hint or "") or hint in result.error.message


@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
def test_an_error_shows_its_line(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text('print("out")\nlocal t = nil\nDebug.info("logged")\nt.x = 1\n')
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert (outcome.exit_code, outcome.stdout) == (1, "out\n")
    assert "a.lua:4" in outcome.stderr
    assert "t.x = 1" in outcome.stderr
    assert outcome.stderr.index("logged") < outcome.stderr.index("a.lua:4")
    assert not re.search(r"Traceback \(most|\.py\b", outcome.stderr)
