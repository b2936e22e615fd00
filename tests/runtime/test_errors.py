"""The data of errors: where they are, to the column; what lies behind them; what may help."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from debug.manager import DebugManager
from runtime.engine import ErrorKind, Script, ScriptError
from runtime.lua.engine import LuaEngine
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from pathlib import Path

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit")


class Row(NamedTuple):
    """A script and the data of its error. The place is marked by `@`: at its line and its column."""

    text: str
    message: str
    hint: str | None = None
    column_is_known: bool = True


NIL = "was it ever set, did a function return nothing?"
ROWS = {
    "a global that is nil is called": Row("@foo(1)", "foo", "no variable `foo` was set"),
    "a misspelt global": Row("x = 1\n  @prnt('x')", "prnt", "did you mean `print`?"),
    "a misspelt field of a library": Row("string.@fromat('x')", "fromat", "did you mean `string.format`?"),
    "a misspelt method of a text": Row(
        "local s = 'x'\nreturn (s:@uper())", "uper", "did you mean `string.upper`?"
    ),
    "a misspelt field of a table": Row(
        "local config = {timeout = 1}\nprint(config.@timout.x)", "timout", "did you mean `config.timeout`?"
    ),
    "a field that resembles one of another table": Row(
        "local a, b = {}, {name = 1}\nprint(a.@nam.x)", "nam", "there is no field `nam`"
    ),
    "a local that is nil": Row("local cfg\nprint(@cfg.name)", "cfg", f"`cfg` is nil here: {NIL}"),
    "an upvalue that is nil": Row("local t\nlocal function f() return @t.x end\nf()", "t", "`t` is nil here"),
    "a callback that is nil": Row("local cb\nlocal function f() @cb() end\nf()", "cb", "`cb` is nil here"),
    "one of two uses": Row("local foo, n = {}, nil\nprint(n, foo.n, @n.x)", "n", "`n` is nil here"),
    "a chain": Row("local c = {server = {}}\nprint(c.server.@tls.cert)", "tls", "there is no field `tls`"),
    "a field is assigned and read": Row("local t = {}\nt.n = t.@n + 1", "n", "there is no field `n`"),
    "a name in a text": Row("local t\nprint('t', @t.x)", "t", "`t` is nil here"),
    "an element that is nil": Row(
        "local t = {}\n@print(t[1].x)", "index", f"a value here is nil: {NIL}", False
    ),
    "what a call returned": Row(
        "local function f() end\n@f()()", "nil value", f"a value here is nil: {NIL}", False
    ),
    "a length": Row("local n\nprint(#@n)", "get length of", "`n` is nil here"),
    "arithmetic": Row("local a\nlocal b = 2 * @a", "arithmetic", "`a` is nil here"),
    "joining": Row("local a\nprint('x' .. @a)", "concatenate", "`a` is nil here"),
    "joining a boolean": Row("local ok = true\nprint('x' .. @ok)", "boolean", "tostring makes it one"),
    "indexing a number": Row("local t = 5\nprint(@t.x.y)", "number value", None),
    "calling a text": Row("local name = 'x'\n@name()", "string value", None),
    "comparing with nil": Row(
        "local n\n@if n > 3 then end", "compare", "a side of the comparison is nil", False
    ),
    "comparing with a text": Row("@print(1 < 'x')", "compare number with string", "tonumber", False),
    "a method called with a dot": Row(
        "local t = {get = function(self)\n  return @self.n\nend}\nprint(t.get())", "self", "called with `.`"
    ),
    "a method of a file called with a dot": Row("@io.stdout.write('x')", "bad", "called with `:`", False),
    "pairs of nil": Row(
        "local t\n@for k in pairs(t) do end", "table expected", "the loop goes through is nil", False
    ),
    "a loop over a table": Row("@for k in {1, 2} do end", "call a table value", "in pairs(t) do", False),
    "a bad argument": Row(
        "@table.insert(nil, 1)", "bad argument #1 to 'insert' (table expected, got nil)", None, False
    ),
    "a malformed pattern": Row("@local s = ('abc'):gsub('[', '')", "malformed pattern", "`%`", False),
    "a coroutine that is dead": Row(
        "local f = coroutine.wrap(function() end)\nf()\n@f()", "dead coroutine", "returned or failed", False
    ),
    "level 2": Row("local function check() error('bad', 2) end\n@check(1)", "bad", None, False),
    "a tail call": Row(
        "local function g()\n  @error('t')\nend\nlocal function f() return g() end\nf()", "t", None, False
    ),
    "a message of several lines": Row("@error('one\\ntwo')", "one\ntwo", None, False),
    "a message with control characters": Row("@error('a\\27[31m\\0\\7')", "a\x1b[31m\0\7", None, False),
    "a metamethod": Row(
        "local t = setmetatable({}, {__index = function(t, k)\n  @error('no ' .. k)\nend})\nprint(t.x)",
        "no x",
        None,
        False,
    ),
    "a sort comparator": Row(
        "table.sort({3, 1}, function(a, b)\n  @error('cannot')\nend)", "cannot", None, False
    ),
}


def _fail(variant: str, text: str, path: Path | None = None) -> ScriptError:
    engine = LuaEngine(DebugManager(), variant)
    name = "main.lua" if path is None else str(path)
    result = engine.run(Script(name, text.encode(), path))
    engine.close()
    assert result.exit_code == 1
    assert result.error is not None
    return result.error


def _place(text: str) -> tuple[str, int, int]:
    """The script without its mark, and where that was."""
    at = text.index("@")
    return text.replace("@", "", 1), text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_an_error_is_placed(row: Row, variant: str) -> None:
    text, line, column = _place(row.text)
    error = _fail(variant, text)
    assert (error.source, error.line) == ("main.lua", line)
    assert error.source_line == text.split("\n")[line - 1]
    assert error.column == (column if row.column_is_known else None)
    assert row.message in error.message
    if row.hint is None:
        assert error.hint is None
    elif row.message == "table expected" and error.message.startswith("attempt to index"):
        assert error.hint is not None  # ipairs of nil says less on some versions
    else:
        assert row.hint in (error.hint or "")


def test_no_hint_names_a_member_of_another_table() -> None:
    assert _fail("lua5.4", "local a, b = {}, {name = 1}\nprint(a.nam.x)").hint == "there is no field `nam`"


SYNTAX = {
    "++": ("local i = 1\ni++", "no `++`"),
    "+=": ("local i = 1\ni @+= 1", "no `+=`"),
    "..=": ("local s = ''\ns ..= 'x'", "no `..=`"),
    "!=": ("if a @!= b then end", "`~=`"),
    "!": ("if !a then end", "`not`"),
    "&&": ("if a && b then end", "`and`"),
    "||": ("if a || b then end", "`or`"),
    "= in a condition": ("if a @= b then end", "`==`"),
    "no then": ("if a == 1\n  @print(1)\nend", "`then`"),
    "no do": ("while true\n  @print(1)\nend", "`do`"),
    "no end": ("if true then\n  print(1)\n", "the `if` in line 1 has no `end`"),
    "else if": ("if a then\nelse if b then\nend", "`elseif`"),
    "no brace": ("local t = {1, 2\n@print(t)", "the `{` in line 1 has no `}`"),
    "no quote": ("local s = 'abc\nprint(s)", "[[ ... ]]"),
    "var": ("var @x = 1", "`local`"),
    "//": ("// comment", "`--`"),
    "a C loop": ("for (i = 0) do end", None),
}


@pytest.mark.parametrize("variant", ["lua5.1", "lua5.4", "luajit"])
@pytest.mark.parametrize(("text", "hint"), SYNTAX.values(), ids=SYNTAX.keys())
def test_a_syntax_error_gets_a_hint(text: str, hint: str | None, variant: str) -> None:
    column = None
    if "@" in text:
        text, line, column = _place(text)
    error = _fail(variant, text)
    assert error.kind is ErrorKind.SYNTAX
    if column is not None:
        assert (error.line, error.column) == (line, column)
    assert (error.hint is None) if hint is None else hint in (error.hint or "")


def test_a_name_that_is_not_ascii() -> None:
    assert "letters a to z" in (_fail("lua5.4", "local f\u00fc = 1").hint or "")


# Behind an error


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "rethrow",
    [
        "local ok, e = pcall(inner)\nerror(e)",
        "\ncoroutine.wrap(inner)()",
        "local co = coroutine.create(inner)\nassert(coroutine.resume(co))",
        "local function two()\ncoroutine.wrap(inner)() end two()",
    ],
)
def test_the_cause_is_where_it_was_thrown_first(variant: str, rethrow: str) -> None:
    text = f"local function inner()\n  local t\n  return t.x\nend\n{rethrow}"
    error = _fail(variant, text)
    assert error.line == 6
    assert error.column is None
    assert error.cause is not None
    assert (error.cause.source, error.cause.line, error.cause.column) == ("main.lua", 3, 10)
    assert error.cause.source_line == "  return t.x"
    assert "`t` is nil here" in (error.cause.hint or "")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_module_shows_its_own_line(variant: str, tmp_path: Path) -> None:
    mark = b"" if variant == "lua5.1" else b"\xef\xbb\xbf"
    (tmp_path / "bad.lua").write_bytes(mark + b"local x = {}\r\n  x.y.z = 1\r\n")
    error = _fail(variant, "require('bad')", tmp_path / "main.lua")
    assert error.source == str(tmp_path / "bad.lua")
    assert (error.line, error.column, error.source_line) == (2, 5, "  x.y.z = 1")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_module_that_does_not_compile(variant: str, tmp_path: Path) -> None:
    (tmp_path / "bad.lua").write_text("local i = 1\ni += 1\n")
    error = _fail(variant, "x = 1\nrequire('bad')", tmp_path / "main.lua")
    assert error.line == 2
    assert error.cause is not None
    assert error.cause.kind is ErrorKind.SYNTAX
    assert (error.cause.source, error.cause.line, error.cause.column) == (str(tmp_path / "bad.lua"), 2, 3)
    assert error.cause.source_line == "i += 1"
    assert "no `+=`" in (error.cause.hint or "")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_module_that_is_no_library_is_no_syntax_error(variant: str, tmp_path: Path) -> None:
    (tmp_path / "bad.so").write_bytes(b"not a library")
    error = _fail(variant, "x = 1\nrequire('bad')", tmp_path / "main.lua")
    assert error.line == 2
    assert error.message.startswith("error loading module 'bad' from file")
    assert error.cause is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_missing_module(variant: str) -> None:
    error = _fail(variant, "x = 1\nrequire('no.such')")
    assert error.line == 2
    assert error.message.startswith("module 'no.such' not found")
    assert "LUA_PATH" in (error.hint or "")


@pytest.mark.parametrize("variant", VARIANTS)
def test_loaded_text_shows_its_line(variant: str) -> None:
    error = _fail(variant, "local f = (loadstring or load)('local x = nil\\nreturn x.y')\nf()")
    assert error.source == '[string "local x = nil..."]'
    assert (error.line, error.column, error.source_line) == (2, 8, "return x.y")


@pytest.mark.parametrize("variant", VARIANTS)
def test_loaded_text_with_a_name_shows_no_line_that_it_is_not(variant: str) -> None:
    error = _fail(variant, "local f = (loadstring or load)('error(\"no\")', 'my chunk')\nf()")
    assert error.source == '[string "my chunk"]'
    assert (error.line, error.source_line) == (1, None)


# What is thrown


@pytest.mark.parametrize("variant", ["lua5.3", "lua5.4", "lua5.5", "luajit"])
def test_an_assertion_with_a_table(variant: str) -> None:
    error = _fail(variant, "\nassert(false, {code = 2})")
    assert (error.line, plain(error.value)) == (2, {"code": 2})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_message_of_megabytes(variant: str) -> None:
    error = _fail(variant, "\nerror(string.rep('x', 3000000))")
    assert (error.line, error.message) == (2, "x" * 3_000_000)


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_exception_of_python(variant: str) -> None:
    error = _fail(variant, "\npython.eval('{}[1]')")
    assert error.line == 2
    assert "KeyError: 1" in error.message
    assert error.cause is not None
    assert error.cause.message == "KeyError: 1"


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_exception_that_cannot_say_what_it_is(variant: str) -> None:
    text = """
local bad = python.eval('type("Bad", (Exception,), {"__str__": lambda self: 1 / 0})')
python.eval('lambda e: (_ for _ in ()).throw(e)')(bad())"""
    error = _fail(variant, text)
    assert error.line == 3
    assert "Bad" in error.message


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_script_that_says_so_is_not_out_of_memory(variant: str) -> None:
    error = _fail(variant, "\nerror('not enough memory')")
    assert (error.kind, error.line) == (ErrorKind.RUNTIME, 2)


# What stands behind a `return` of the main chunk: nothing of ours


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "text", ['return error("x")', "return string.rep()", "return foo()", "return coroutine.wrap(error)('x')"]
)
def test_nothing_of_ours_is_named(variant: str, text: str) -> None:
    error = _fail(variant, text)
    assert error.source == "main.lua"
    assert "llmspell" not in error.message
    assert "'main'" not in error.message
    assert error.stack is not None
    assert all("llmspell" not in (frame.source or "") for frame in error.stack.frames)


def test_the_function_error_is_in_no_stack_where_it_was_called() -> None:
    for variant in VARIANTS:
        error = _fail(variant, "local function f() error('x') end\nf()")
        assert error.stack is not None
        assert [(frame.source, frame.line) for frame in error.stack.frames] == [
            ("main.lua", 1),
            ("main.lua", 2),
        ]
