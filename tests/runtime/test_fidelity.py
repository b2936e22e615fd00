"""A script does under `llmspell run` what it does under the stock interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

ENGINES = ("lua5.1", "lua5.4", "luajit")


@pytest.mark.parametrize("engine", ENGINES)
def test_arguments(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text("print(arg[0], arg[1], arg[2], #arg, ...)")
    outcome = llmspell("run", "--engine", engine, "a.lua", "x", "--", "--debug")
    assert outcome.stdout == "a.lua\tx\t--debug\t2\tx\t--debug\n"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "head", ["#!/usr/bin/env lua\n", "#!/usr/bin/env lua\r\n", "\ufeff#!/usr/bin/env lua\n", "# words\n"]
)
def test_a_first_line_with_a_hash_is_none_of_the_script(llmspell: Command, engine: str, head: str) -> None:
    (llmspell.folder / "a.lua").write_bytes(f'{head}print(debug.getinfo(1, "l").currentline)'.encode())
    assert llmspell("run", "--engine", engine, "a.lua").stdout == "2\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_line_ends_of_windows(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_bytes(b"print([[a\r\nb]])\r\nprint(1)\r\n")
    assert llmspell("run", "--engine", engine, "a.lua").stdout == "a\nb\n1\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_standard_input(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text("""
io.write(io.read("*n"), "|", io.read("*l"), "|", io.read(2), "|")
for line in io.lines() do io.write("[", line, "]") end
print(io.read("*a") == "", io.read("*l"))""")
    outcome = llmspell("run", "--engine", engine, "a.lua", stdin=b"12 rest\nxyz\r\n\nend")
    assert outcome.stdout.replace("\\x0d", "\r") == "12| rest|xy|[z\r][][end]true\tnil\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_require(llmspell: Command, engine: str) -> None:
    (llmspell.folder / "m.lua").write_text("loads = (loads or 0) + 1\nreturn {name = ...}")
    (llmspell.folder / "none.lua").write_text("x = 1")
    (llmspell.folder / "a.lua").write_text("""
local m = require("m")
print(m == require("m"), loads, m.name, package.loaded.m == m, (require("none")))
package.preload.made = function(name) return name .. "!" end
print((require("made")))
package.loaded.m = nil
print(require("m") == m, loads)
print((pcall(require, "no.such")), #(package.searchers or package.loaders))""")
    assert (
        llmspell("run", "--engine", engine, "a.lua").stdout
        == "true\t1\tm\ttrue\ttrue\nmade!\nfalse\t2\nfalse\t4\n"
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("0", 0),
        ("255", 255),
        ("256", 0),
        ("257", 1),
        ("-1", 255),
        ("-256", 0),
        ("3.0", 3),
        ("true, true", 0),
        ("false", 1),
    ],
)
def test_exit_codes(llmspell: Command, engine: str, call: str, code: int) -> None:
    (llmspell.folder / "a.lua").write_text(f"io.write('out') os.exit({call})")
    outcome = llmspell("run", "--engine", engine, "a.lua")
    assert (outcome.exit_code, outcome.stdout) == (code, "out")


def test_what_lua_path_names_is_found(llmspell: Command) -> None:
    (llmspell.folder / "lib").mkdir()
    (llmspell.folder / "lib/there.lua").write_text("return 'there'")
    (llmspell.folder / "a.lua").write_text("print((require('there')))")
    assert llmspell("run", "a.lua", env={"LUA_PATH": "./lib/?.lua;;"}).stdout == "there\n"


PROGRAM = r"""
local out = {}
local function say(...) out[#out + 1] = table.concat({...}, ",") end
goto past
say("never")
::past::
say(7 // 2, 7.0 // 2, 1 << 4, 3 | 4, "10" + 5, 2^53)
local function count(...) return select("#", ...) end
say(count(nil, nil), count(table.unpack({}, 1, 3)))
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
say(deep(150000))
local function tail(n) if n == 0 then return "tail" end return tail(n - 1) end
say(tail(1000000))
local function nest(n) if n == 0 then return "deep" end return coroutine.wrap(function() return nest(n - 1) end)() end
say(nest(150))
local ok, e = pcall(error, {code = 5})
say(tostring(ok), e.code)
say(select(2, pcall(error)) == nil and "nil", select(2, pcall(error, "m", 0)))
do
  local order = {}
  do
    local a <close> = setmetatable({}, {__close = function() order[#order + 1] = "a" end})
    local b <close> = setmetatable({}, {__close = function() order[#order + 1] = "b" end})
  end
  say(table.concat(order))
end
say(string.format("%q %5.2f %x %s", "a\nb", 3.14159, 255, 1e15), ("%s"):rep(3, "-"))
say(tostring(1e100), tostring(-0.0), tostring(1/0), math.maxinteger + 1 == math.mininteger and "wraps")
say(#utf8.char(228, 8364), utf8.len("ä€"))
print(table.concat(out, "\n"))
"""


def test_a_program(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text(PROGRAM)
    expected = """3,3.0,16,7,15,9.007199254741e+15
2,3
150000
tail
deep
false,5
nil,m
ba
"a\\
b"  3.14 ff 1e+15,%s-%s-%s
1e+100,-0.0,inf,wraps
5,2
"""
    for flag in ("--debug", "--no-debug"):
        outcome = llmspell("run", flag, "a.lua")
        assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, expected, "")
