"""What a Lua text does with probes is what it does without: output, errors, tracebacks, and the debug library."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.lua.variants import VARIANTS
from scenarios.rewritten_lua import Vm, armed, both

LUAS = tuple(VARIANTS)
WITH_GOTO = tuple(name for name in LUAS if name != "lua5.1")

PROGRAMS = Path(__file__).parent / "lua_rewrite"


def programs(name: str) -> dict[str, str]:
    """The programs of a file, by what stands after `--##` on the line before each."""
    pieces = (PROGRAMS / f"{name}.lua").read_text(encoding="utf-8").split("--## ")[1:]
    found = {piece.partition("\n")[0]: piece.partition("\n")[2].rstrip("\n") for piece in pieces}
    assert len(found) == len(pieces)
    return found


WORKING, WITH_LABELS, ATTRIBUTES, LUA_55, FAILING = map(
    programs, ("working", "labels", "attributes", "lua55", "failing")
)


def same(variant: str, text: str) -> None:
    plain, rewritten = both(variant, text.encode())
    assert rewritten == plain
    stopped, hits = armed(variant, text.encode())
    if plain.error is None and "sethook" not in text:
        assert stopped == plain
        assert hits > 0
    assert stopped.error == plain.error


@pytest.mark.parametrize("variant", LUAS)
@pytest.mark.parametrize("text", WORKING.values(), ids=WORKING)
def test_working(variant: str, text: str) -> None:
    same(variant, text)


@pytest.mark.parametrize("variant", WITH_GOTO)
@pytest.mark.parametrize("text", WITH_LABELS.values(), ids=WITH_LABELS)
def test_labels(variant: str, text: str) -> None:
    same(variant, text)


@pytest.mark.parametrize("variant", ["lua5.4", "lua5.5"])
@pytest.mark.parametrize("text", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attributes(variant: str, text: str) -> None:
    same(variant, text)


@pytest.mark.parametrize("text", LUA_55.values(), ids=LUA_55)
def test_lua_55(text: str) -> None:
    same("lua5.5", text)


@pytest.mark.parametrize("variant", LUAS)
@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING)
def test_failing(variant: str, text: str) -> None:
    same(variant, text)


@pytest.mark.parametrize("variant", ["lua5.1"])
def test_words_that_this_lua_has_as_names(variant: str) -> None:
    same(variant, "local goto, global = 1, 2 goto = goto + global print(goto)")


FILES = {
    "main.lua": """#!/usr/bin/lua
package.path = FOLDER .. "/?.lua"
print(pcall(dofile, FOLDER .. "/none.lua"))
print(require "part", package.loaded.part)
print(pcall(require, "broken"))
print(pcall(require, "failing"))
print(dofile(FOLDER .. "/values.lua"))
print(loadfile(FOLDER .. "/values.lua")(1))
print(loadfile(FOLDER .. "/broken.lua"))
print(loadfile(FOLDER .. "/first_line.lua")())
print((loadfile(FOLDER .. "/mark.lua") or type)(1))
local out = io.open(FOLDER .. "/compiled.lua", "wb")
out:write(string.dump(loadfile(FOLDER .. "/values.lua")))
out:close()
print(loadfile(FOLDER .. "/compiled.lua")(2))
print(xpcall(function() dofile(FOLDER .. "/failing.lua") end, debug.traceback))
local co = coroutine.wrap(loadfile(FOLDER .. "/yields.lua"))
print(co(), co(1), co(2))
dofile(FOLDER .. "/failing.lua")
""",
    "part.lua": "local name = ...\nprint(name, debug.getinfo(1, 'S').what, debug.getlocal(1, 1))\nreturn {}",
    "broken.lua": "local x = = 1",
    "failing.lua": "local function f() error('in a module') end\nf()",
    "values.lua": "return ..., 2, nil, 4",
    "first_line.lua": "# anything\nreturn debug.getinfo(1, 'l').currentline",
    "mark.lua": "\ufeffreturn 'with a byte order mark'",
    "yields.lua": "local a = coroutine.yield('x') local b = coroutine.yield(a + 1) return b + 2",
}


@pytest.mark.parametrize("variant", LUAS)
def test_files(variant: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    folder = b'FOLDER = "%s"' % bytes(tmp_path)
    text = FILES["main.lua"].encode().replace(b"#!/usr/bin/lua", folder)

    plain, rewritten = both(variant, text)

    assert plain.error is not None
    assert "in a module" in plain.error
    assert len(plain.printed) == 13
    assert rewritten == plain


@pytest.mark.parametrize("variant", LUAS)
def test_every_file_that_is_loaded_can_be_stopped_in(variant: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    seen: list[bytes] = []
    vm = Vm(variant)
    assert vm.probes is not None
    vm.probes.on_source(lambda source: seen.append(source.name) if source.plan else None)

    vm.run(FILES["main.lua"].encode().replace(b"#!/usr/bin/lua", b'FOLDER = "%s"' % bytes(tmp_path)))

    names = {name.rpartition(b"/")[2].decode() for name in seen}
    expected = {"@script.lua", "part.lua", "failing.lua", "values.lua", "first_line.lua", "yields.lua"}
    if variant != "lua5.1":  # which knows no byte order mark
        expected.add("mark.lua")
    assert names == expected


def test_luajit_compiles_what_has_probes() -> None:
    text = b"""
        local traces = 0
        jit.attach(function(what) if what == "stop" then traces = traces + 1 end end, "trace")
        local function twice(x) if x > 0 then return x * 2 end return 0 end
        local sum = 0
        for i = 1, 10000 do sum = sum + twice(i) end
        print(sum, traces > 0, (jit.status()))
    """

    ended = Vm("luajit").run(text)

    assert ended.printed == ("100010000\ttrue\ttrue",)
