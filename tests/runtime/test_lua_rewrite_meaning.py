"""What a Lua text does with probes is what it does without: output, errors, tracebacks, and the debug library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scenarios.rewritten_lua import Vm, armed, both

from runtime.lua.variants import VARIANTS

if TYPE_CHECKING:
    from pathlib import Path

LUAS = tuple(VARIANTS)
WITH_GOTO = tuple(name for name in LUAS if name != "lua5.1")

WORKING = {
    "call in parentheses after a number": "local a a=1(print)(a)",
    "one line": "local t = {} for i = 1, 3 do t[#t + 1] = i end print(#t) return t",
    "no line end after a comment": "print(1) -- the end",
    "first line is a comment": "--[[ long\ncomment ]] print(debug.getinfo(1, 'l').currentline)",
    "while": "local i = 0 while i < 3 do i = i + 1 print(i) end",
    "while with a false condition of and, or": "local a, b while a and b or not (a or b) do a = 1 b = nil print(a) end",
    "repeat sees the locals of its body": "local n = 0 repeat local done = n == 3 n = n + 1 until done print(n)",
    "repeat with a call of a string": "local n = 0 local function f(s) n = n + 1 return n > 2 end repeat until f''print(n)",
    "elseif": "for i = 1, 4 do if i == 1 then print 'a' elseif i == 2 then print 'b' elseif i == 3 then else print 'd' end end",
    "condition with several results": "local function two() return false, true end if two() then print(1) elseif two() then print(2) else print(3) end",
    "empty functions": "local function f() end local g = function(...) end local t = {h = function() -- nothing\n end} print(f(), g(1), t.h())",
    "empty statements": "print(1); local a; print(a);",
    "do blocks": "do local x = 1 do local y = x print(y) end end do end",
    "varargs": "local function f(...) local n = select('#', ...) return n, ... end print(f(nil, nil)) print((f(1, 2)))",
    "method": "local t = {n = 0} function t:add(i) self.n = self.n + i return self end print(t:add(1):add(2).n)",
    "closures keep their own variable": "local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end print(fs[1](), fs[1](), fs[2]())",
    "shadowing": "local x = 1 local x = x + 1 do local x = x * 10 print(x) end print(x)",
    "break": "for i = 1, 5 do if i == 3 then break end print(i) end while true do break end repeat break until false",
    "tail calls do not grow the stack": "local function f(n) if n == 0 then return 'done' end return f(n - 1) end print(f(100000))",
    "coroutines": "local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a + i) end return 'end' end) print(co(1), co(2), co(3), co(4))",
    "yield in a condition": "local co = coroutine.wrap(function() while coroutine.yield() do print 'on' end return 'off' end) co() co(true) print(co(false))",
    "metatables": "local t = setmetatable({}, {__index = function(_, k) return k .. '!' end, __call = function(_, a) return a * 2 end}) print(t.x, t(4))",
    "sort with a comparison": "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) print(table.concat(t, ','))",
    "pcall and error values": "print(pcall(error)) print(pcall(error, {})) print(select(2, pcall(error, 'x', 0)))",
    "string.dump of a function with upvalues": "local a, b = 1, 2 local function f(x) return x, a, b end local g = (loadstring or load)(string.dump(f)) print(pcall(g, 5))",
    "string.dump of a method": "local t = {} function t:m(x) return x end print((loadstring or load)(string.dump(t.m))(t, 7))",
    "string.dump of a main chunk": "local f = (loadstring or load)('return 1 + ...') print((loadstring or load)(string.dump(f))(41))",
    "loaded text": "local f = (loadstring or load)('local a = ... return a and a + 1') print(f(1), f())",
    "load with a reader": "local parts = {'return ', '4', '2'} local i = 0 print(load(function() i = i + 1 return parts[i] end)())",
    "load that fails": "print((loadstring or load)('x =')) print((loadstring or load)('x =', '=name')) print(load(function() return nil end))",
    "booleans have no metatable": "print(getmetatable(true), debug.getmetatable(false), pcall(function() return true < false end))",
    "booleans with one": "local m = {__index = function(b, k) return k end} debug.setmetatable(true, m) print((true).x, getmetatable(false) == m) m.__index = {y = 2} print((false).y, (loadstring or load)('return (true).y')()) debug.setmetatable(true, nil) print(getmetatable(true))",
    "own comparison of booleans": "debug.setmetatable(true, {__lt = function(a, b) return b and not a end}) print(false < true, true < false, (loadstring or load)('return 5')())",
    "getinfo of functions": "local a local function f(x) a = x end local i = debug.getinfo(f, 'Su') print(i.nups, i.what, i.linedefined, i.lastlinedefined, i.short_src, i.source)",
    "getinfo of levels": "local function f() local i = debug.getinfo(2, 'Sl') return i.what, i.currentline end print(f())\nprint(debug.getinfo(1, 'l').currentline, debug.getinfo(0, 'nS').what, debug.getinfo(0, 'n').name, debug.getinfo(100))",
    "upvalues": "local a, b = 1, 2 local function f() return b, a end print(debug.getupvalue(f, 1)) print(debug.getupvalue(f, 2)) print(debug.getupvalue(f, 3)) print(debug.setupvalue(f, 1, 9), f())",
    "locals": "local a, b = 'x', 'y' print(debug.getlocal(1, 1)) print(debug.getlocal(1, 2)) print(debug.setlocal(1, 2, 'z'), b) print(pcall(debug.getlocal, 50, 1))",
    "locals of a function that waits": "local co = coroutine.create(function(p) local q = p + 1 coroutine.yield() return q end) coroutine.resume(co, 1) print(debug.getlocal(co, 1, 1)) print(debug.getlocal(co, 1, 2)) print(debug.traceback(co)) print(debug.getinfo(co, 1, 'l').currentline)",
    "functions of C stay such": "for _, f in ipairs {load, dofile, loadfile, string.dump, debug.getinfo, debug.traceback, getmetatable} do local i = debug.getinfo(f, 'Su') print(i.what, i.short_src, i.linedefined, debug.getupvalue(f, 1)) end",
    "wrong arguments": "print(pcall(debug.getinfo, 1, '?')) print(pcall(debug.getinfo, {})) print(pcall(debug.getlocal)) print(pcall(debug.sethook, 1)) print(pcall(string.dump, print)) print(pcall(getmetatable)) print(pcall(debug.traceback, {}) )",
    "wrong arguments, called by name": "print(pcall(function() return (debug.getinfo(1, '?')) end)) print(pcall(function() local x = string.dump(print) end)) print(pcall(function() local x = load({}) end))",
    "hooks": "local n = 0 local function f() n = n + 1 end debug.sethook(f, 'l') print(debug.gethook() == f)\ndebug.sethook() print(debug.gethook(), n > 0)",
    "call hooks": "local names = {} local function g() end debug.sethook(function(e) names[#names + 1] = e .. (debug.getinfo(2, 'n').name or '?') end, 'c') g() local x = load debug.sethook() print(table.concat(names, ' '))",
    "traceback": "local function f() return (debug.traceback('here')) end local function g() local t = f() return t end print(g())",
    "traceback that is returned": "local function f() return debug.traceback('here', 1) end local function g() local t = f() return t end print(g())",
    "traceback as a handler": "local function fail() local t = nil t.x = 1 end print(xpcall(fail, debug.traceback)) print(xpcall(fail, function(e) return debug.traceback(e, 2) end))",
    "traceback of what is no text": "print(type(debug.traceback({})), debug.traceback(12), debug.traceback(nil) and 'text')",
    "a script's own _ENV and environment": "if setfenv then local p = print setfenv(1, {}) p(x, print) else local p = print local _ENV = {} p(x, print) end",
    "an environment that refuses": "if setfenv then local p, s, e = print, setmetatable, error setfenv(1, s({}, {__index = function(_, k) e('no ' .. k) end})) p(1) else local p, e = print, error local _ENV = setmetatable({}, {__index = function(_, k) e('no ' .. k) end}) p(1) end",
    "load with an environment": "if setfenv then print(setfenv(loadstring('return x'), {x = 3})()) else print(load('return x', 'n', 't', {x = 3})(), pcall(load('return x', 'n', 't', nil))) end",
    "a name that is ours": "local _llmspell_0 = 5 local _llmspell_1 print(_llmspell_0, debug.getlocal(1, 1))",
    "names that are words elsewhere": "local attrib, const, close = 1, 2, 3 print(attrib < const, const > close)",
    "long strings and comments that look like code": "local s = [==[\nif x then end\n]==] --[=[ while ]=] print(#s) -- until\nprint(s)",
    "library functions taken early": "local load, info, trace = loadstring or load, debug.getinfo, debug.traceback print(load 'return 1'(), info(1, 'l').currentline, #trace() > 0)",
    "collected chunks": "for i = 1, 20 do (loadstring or load)('local x = ' .. i .. ' return function() return x end')() end collectgarbage() collectgarbage() print(1)",
}

WITH_LABELS = {
    "goto continue": "for i = 1, 4 do if i % 2 == 0 then goto continue end print(i) ::continue:: end",
    "goto back": "local i = 0 ::top:: i = i + 1 if i < 4 then goto top end print(i)",
    "goto out of loops": "for i = 1, 3 do for j = 1, 3 do if j == 2 then goto out end print(i, j) end end ::out:: print 'out'",
    "goto at the end of a block with locals": "do goto done local x = 1 print(x) ::done:: end print 'after'",
    "goto continue in repeat": "local i = 0 repeat i = i + 1 if i == 2 then goto continue end print(i) ::continue:: until i >= 3",
}

ATTRIBUTES = {
    "close": "do local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end}) print 'in' end print 'out'",
    "close on an error": "print(pcall(function() local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end}) error('boom', 0) end))",
    "const": "local x <const> = 42 local function f() return x end print(f(), debug.getinfo(f, 'u').nups) print(load(string.dump(f))())",
    "integer division and bits": "print(7 // 2, 7 & 3, 1 << 4, ~0, 'a' .. 1)",
}

LUA_55 = {
    "global": "global print, x x = 5 print(x)",
    "global with a value": "global print global y = 7 print(y)",
    "global function": "global print global function f() return 1 end print(f())",
    "global for all": "global * z = 3 print(z)",
    "named varargs": "local function f(...t) return t.n, t[1] end print(f(7, 8))",
}

FAILING = [
    "local t = nil\nprint(t.x)",
    "local t = {}\nt.a.b = 1",
    "undefined()",
    "local t = {} t.method()",
    "local t = {} t:method()",
    "local s = 'x' s:nothing()",
    "error('plain')",
    "error('level two', 2)",
    "error('no place', 0)",
    "error({})",
    "error()",
    "error(nil)",
    "local a = {} return a + 1",
    "local a = {} return 1 .. a",
    "return #nil",
    "return -{}",
    "return {} < {}",
    "return 1 < 'x'",
    "return true < false",
    "return nil > 1",
    "local a, b = true, 1\nreturn a ^ b",
    "return true ^ 17",
    "local t = {} t[nil] = 1",
    "local t = {} t[0/0] = 1",
    "for i = 1, 'x' do end",
    "for k in nil do end",
    "for k in pairs(nil) do end",
    "assert(false)",
    "assert(nil, 'message')",
    "string.rep()",
    "('x'):rep({})",
    "setmetatable(1, {})",
    "local function f()\n local x = nil\n x()\nend\nf()",
    "local function f(n) if n == 0 then error('deep') end f(n - 1) print() end f(30)",
    "local function f() return error('tail') end f()",
    "local function f() return g.x end\nlocal function h() return f() end\nlocal x = h()",
    "while nil.x do end",
    "repeat local x until x.y",
    "if false then elseif nil.x then end",
    "local i = 0 while i < 3 do i = i + 1 if i == 2 then i = i + nil end end",
    "coroutine.wrap(function() local x = nil .. 'a' end)()",
    "local co = coroutine.create(function() error('inside') end) print(coroutine.resume(co)) print(debug.traceback(co)) error('outside')",
    "setmetatable({}, {__index = function(t, k) return k.a.b end}).x = 1 local t = setmetatable({}, {__index = function(t, k) return k.a.b end}) return t.x",
    "table.sort({3, 1, 2}, function(a, b) return a.x end)",
    "table.sort({true, false, true})",
    "string.gsub('abc', '.', function(c) error('in ' .. c) end)",
    "local f = (loadstring or load)('local x = nil\\nreturn x.y', '@loaded.lua') f()",
    "load(function() error('reader') end)",
    "require 'no_such_module_at_all'",
    "dofile('/no/such/file.lua')",
    "print(xpcall(function() error('a') end, function(e) error('b') end)) error('c')",
    "local t = setmetatable({}, {__tostring = function() error('no text') end}) print(tostring(t))",
    "x =",
    "for = 1",
    "local function f() local a = 1 end end",
    "return 'unfinished",
    "goto nowhere",
    "break",
    "local x <oops> = 1",
]


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
@pytest.mark.parametrize("text", FAILING)
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
print(loadfile(FOLDER .. "/mark.lua")())
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
    assert len(plain.printed) == 14
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
    assert names == {"@script.lua", "part.lua", "failing.lua", "values.lua", "first_line.lua", "mark.lua", "yields.lua"}
