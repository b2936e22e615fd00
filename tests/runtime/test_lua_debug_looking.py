"""What a stopped script of Lua shows: frames, variables, expressions, errors; and what can be changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import SessionError
from debug.debugger.inspector import Limits
from debug.debugger.places import OnData
from debug.debugger.rules import Rules
from debug.debugger.target import ExceptionOrder
from scenarios.debug_run import FOREVER_S, THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[[str], DebugRun]

ENGINES = ["lua5.1", "lua5.4", "lua5.5", "luajit"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def debug(engine: str, tmp_path: Path) -> Iterator[Start]:
    made: list[DebugRun] = []

    def start(text: str) -> DebugRun:
        run = DebugRun(engine, tmp_path, text, session_limits=Limits(FOREVER_S, 0.2, 0.2))
        made.append(run)
        return run

    yield start
    for run in made:
        run.close()


def stopped(debug: Start, text: str) -> DebugRun:
    run = debug(text)
    run.break_at("at")
    run.start()
    run.next_stop()
    return run


SCOPES = """local up = 'u'
local function f(first, ...)
  local x = 1
  local x = first
  do local gone = 3 end
  return x, up -- @at
end
f(7, 'v', nil)
"""


def test_locals_upvalues_and_globals(debug: Start, engine: str) -> None:
    run = stopped(debug, SCOPES)
    local = {"first": "7", "x (shadowed)": "1", "x": "7"}
    varargs = {} if engine == "lua5.1" else {"(vararg 1)": '"v"', "(vararg 2)": "nil"}
    found = run.scope("Locals")
    found.pop("arg", None)  # of Lua 5.1
    assert found == local | varargs
    assert run.scope("Upvalues") == {"up": '"u"'}
    assert run.scope("Globals")["print"] == "function print (builtin)"
    assert run.scope("Locals", run.frame(1)) == {"up": '"u"', "f": "function (script.lua:2)"}
    if engine != "lua5.1":
        assert run.value("select('#', ...)") == "2"


def test_evaluation_reads_and_writes_where_things_are(debug: Start) -> None:
    text = (
        "local up = 1\nlocal function inc() up = up + 1 return up end\n"
        "local function f(a)\n  local t = {n = 5}\n  inc() -- @at\n"
        "  return a, t.n, up, made -- @after\nend\nlocal r = {f(1)}\nreturn r[1], r[2], r[3], r[4]"
    )
    run = stopped(debug, text)
    assert run.value("a + t.n") == "6"
    run.value("a = 10")
    run.value("t.n, made = 50, 'g'")
    run.value("inc = function() end")  # an upvalue of f
    run.value("local a = 99; b = a")
    assert (run.value("a"), run.value("b")) == ("10", "99")
    outer = run.frame(1)
    assert run.value("up", outer) == "1"
    run.value("up = 20", outer)
    run.go_on()
    assert run.finish().values == (10, 50, 20, "g")


def test_values_are_set_by_name(debug: Start) -> None:
    text = (
        "local up = 1\nlocal t = {1, 2, x = 3, ['a b'] = 4, [true] = 5}\nlocal function f(a)\n"
        "  return a, up, t[2], t['a b'], t[true] -- @at\nend\nreturn f(0)"
    )
    run = stopped(debug, text)
    inspector = run.session.inspector
    scopes = {scope.name: scope.reference for scope in inspector.scopes(run.top())}
    assert inspector.set_variable(scopes["Locals"], "a", "up + 1").text == "2"
    assert inspector.set_variable(scopes["Upvalues"], "up", "'s'").text == '"s"'
    table = next(one for one in inspector.variables(scopes["Upvalues"]) if one.name == "t")
    names = [one.name for one in inspector.variables(table.reference)]
    assert names == ["[1]", "[2]", '["a b"]', "x", "[true]"]
    for name in names[1:]:
        inspector.set_variable(table.reference, name, f"'{name[0]}'")
    assert inspector.set_expression("t.x", "a * 2", run.top()).text == "4"
    with pytest.raises(SessionError, match="nothing that can be assigned to"):
        inspector.set_expression("a +", "1", run.top())
    run.go_on()
    assert run.finish().values == (2, "s", "[", "[", "[")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "1"),
        ("t.list[2]", "20"),
        ("t['list'][1 + 1] * 2", "40"),
        ("t.inherited", '"base"'),
        ("#t.list + -a", "1"),
        ("not (a == 2) and 'x' .. a or nil", '"x1"'),
        ("2 ^ 3 ^ 2 > 500", "true"),
        ("string.format", "function string.format (builtin)"),
        ("t == t", "true"),
        ("nothing", "nil"),
    ],
)
def test_hovering_evaluates_what_has_no_effects(text: str, shown: str, debug: Start) -> None:
    run = stopped(debug, HOVER)
    assert run.session.inspector.evaluate(text, run.top(), context="hover").text == shown


HOVER = """local a = 1
local t = setmetatable({list = {10, 20}}, {__index = {inherited = 'base'}})
local trap = setmetatable({}, {__index = function() a = 2 end, __len = function() a = 2 end,
  __eq = function() a = 2 end, __add = function() a = 2 end, __concat = function() a = 2 end})
local other = setmetatable({}, getmetatable(trap))
return a -- @at
"""


@pytest.mark.parametrize(
    "text",
    [
        "print(1)",
        "trap.x",
        "trap + 1",
        "trap .. 'x'",
        "trap == other",
        "t.list 'x'",
        "a = 2",
        "t:f()",
        "{}",
        "f{}",
        "nothing.x",
        "a +",
        "(a",
        "1 .. {}",
        "function() end",
        "a b",
    ],
)
def test_hovering_refuses_what_may_have_effects(text: str, debug: Start) -> None:
    run = stopped(debug, HOVER)
    with pytest.raises(SessionError):
        run.session.inspector.evaluate(text, run.top(), context="hover")
    run.go_on()
    assert run.finish().values == (1,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x +", "near"),
        ("error('no')", "no"),
        ("error({})", "an error that is a table"),
        ("nothing.x", "attempt to index"),
        ("coroutine.yield(1)", "yield"),
        ("while true do end", "it takes too long"),
        ("(function() while true do pcall(error) end end)()", "it takes too long"),
    ],
)
def test_evaluation_that_fails_harms_nobody(text: str, problem: str, debug: Start) -> None:
    run = stopped(debug, "local a = 1\nlocal b = 2 -- @at\nreturn a + b")
    with pytest.raises(SessionError, match=problem):
        run.value(text)
    assert run.value("a") == "1"
    run.go_on()
    assert run.finish().values == (3,)


@pytest.mark.parametrize(
    "text",
    [
        "Debug = nil",
        "Debug.breakpoint()",
        "f()",
        "string.format, pcall, next = nil",
        "coroutine = nil",
        "setmetatable(_G, {__index = error})",
        "debug.sethook()",
        "collectgarbage()",
        "require('debug')",
    ],
)
def test_evaluation_with_effects_does_not_stop_the_debugger(text: str, debug: Start) -> None:
    run = debug("function f()\n  return 1 -- @in\nend\nlocal a = 1\nlocal b = 2 -- @at\nreturn a + b")
    run.break_at("in")
    run.break_at("at")
    run.start()
    run.next_stop()
    run.value(text)
    assert run.value("a") == "1"
    assert run.step("over").reason == "step"
    run.go_on()
    assert run.finish().values == (3,)


def test_a_big_table_is_opened_by_the_page(debug: Start) -> None:
    run = stopped(
        debug,
        "local big, map = {}, {}\nfor i = 1, 200000 do big[i] = i; map['k' .. i] = i end\nbig.name = 'n'\n"
        "setmetatable(map, {})\nreturn big, map -- @at",
    )
    inspector = run.session.inspector
    big = inspector.evaluate("big", run.top())
    assert (big.indexed, big.named) == (200_000, 1)
    assert [one.text for one in inspector.variables(big.reference, 150_000, 2, "indexed")] == [
        "150001",
        "150002",
    ]
    assert [one.name for one in inspector.variables(big.reference, 0, 5, "named")] == ["name"]
    assert [one.name for one in inspector.variables(big.reference, 199_999, 5)] == ["[200000]", "name"]
    map_ = inspector.evaluate("map", run.top())
    assert (map_.indexed, map_.named) == (0, -1)
    seen: list[str] = []
    for start in range(0, 1000, 100):
        seen += [one.name for one in inspector.variables(map_.reference, start, 100, "named")]
    again = [one.name for one in inspector.variables(map_.reference, 0, 1000, "named")]
    assert (len(set(seen)), seen[0]) == (1000, "(metatable)")
    assert seen == again


def test_functions_coroutines_and_metatables_open(debug: Start) -> None:
    run = stopped(
        debug,
        "local up = 5\nlocal function f() return up end\nlocal co = coroutine.create(function()\n"
        "  local inside = 1\n"
        "  coroutine.yield(inside)\nend)\ncoroutine.resume(co)\n"
        "local t = setmetatable({}, {__name = 'Kind'})\n"
        "return f, co, t -- @at",
    )
    inspector = run.session.inspector

    def opened(text: str) -> dict[str, tuple[str, int]]:
        found = inspector.evaluate(text, run.top())
        return {one.name: (one.text, one.reference) for one in inspector.variables(found.reference)}

    assert opened("f")["up"][0] == "5"
    assert opened("t")["(metatable)"][0] == '{__name = "Kind"}'
    frames = opened("co")
    name = next(name for name in frames if "yield" not in name)
    assert [one.text for one in inspector.variables(frames[name][1])] == ["1"]


def test_the_stack_goes_through_coroutines(debug: Start) -> None:
    run = stopped(
        debug,
        "local function inner()\n  return 1 -- @at\nend\nlocal co = coroutine.create(function()\n"
        "  local v = inner()\n"
        "  return v\nend)\nlocal function outer()\n  local ok, v = coroutine.resume(co)\n  return v\nend\n"
        "local ok, v = pcall(outer)\nreturn v",
    )
    names = ["inner", "(anonymous)", "coroutine 1", "coroutine.resume", "outer", "pcall", "(main)"]
    assert run.names() == names
    assert run.scope("Locals", run.frame(6)).keys() == {"inner", "co", "outer"}
    assert "co" in run.scope("Upvalues", run.frame(4))


def test_the_stack_goes_through_wrapped_coroutines(debug: Start) -> None:
    run = stopped(
        debug,
        "local inner = coroutine.wrap(function()\n  local a = 1\n  return a -- @at\nend)\n"
        "local middle = coroutine.wrap(function()\n  local b = inner()\n  return b\nend)\nlocal c = middle()\nreturn c",
    )
    page = run.session.inspector.frames(THREAD)
    kinds = [frame.kind for frame in page.frames]
    assert kinds == ["script", "boundary", "native", "script", "boundary", "native", "script"]
    assert run.scope("Locals", page.frames[3].id) == {}
    assert run.scope("Locals", page.frames[6].id).keys() == {"inner", "middle"}


def test_completions(debug: Start) -> None:
    run = stopped(
        debug,
        "local apple, t = 1, {field = 1, method = function() end}\nlocal function f(apricot)\n"
        "  return t -- @at\nend\nf()",
    )

    def labels(text: str) -> list[str]:
        return [one.label for one in run.session.inspector.completions(text, run.top()).names]

    assert labels("ap") == ["apricot"]
    assert labels("x = string.for") == ["format"]
    assert labels("t.") == ["field", "method"]
    assert labels("t:") == ["method"]
    assert labels("whi") == ["while"]


ERRORS = """local function fails(n)
  local kept = n * 2
  error('it is ' .. n) -- @throw
end
local ok = pcall(fails, 1)
local co = coroutine.create(function() local inner = 3; fails(inner) end)
local alive = coroutine.resume(co)
local got = xpcall(function() local x = nil; return x.y end, function(e) return e end) -- @index
fails(5)
"""


def test_uncaught_errors_stop_where_they_are_thrown(debug: Start) -> None:
    run = debug(ERRORS)
    run.session.breakpoints.set_exceptions([ExceptionOrder(uncaught=True)])
    run.start()
    stop = run.next_stop()
    assert (stop.reason, stop.uncaught, stop.error_type, run.where(stop)) == (
        "exception",
        True,
        "string",
        "throw",
    )
    assert stop.error == f"script.lua:{run.line('throw')}: it is 5"
    assert run.value("kept") == "10"
    assert run.names() == ["fails", "(main)"]
    run.go_on()
    error = run.finish().error
    assert error is not None
    assert error.line == run.line("throw")


def test_caught_errors_stop_where_it_is_asked_for(debug: Start) -> None:
    run = debug(ERRORS)
    run.session.breakpoints.set_exceptions([ExceptionOrder(caught=True)])
    run.start()
    stop = run.next_stop()
    assert (stop.uncaught, run.where(stop), run.value("kept")) == (False, "throw", "2")
    assert run.names() == ["fails", "pcall", "(main)"]
    run.go_on()
    stop = run.next_stop()
    assert (run.where(stop), run.value("kept")) == ("throw", "6")
    assert run.names()[:3] == ["fails", "(anonymous)", "coroutine 1"]
    run.go_on()
    stop = run.next_stop()
    assert (run.where(stop), run.value("x")) == ("index", "nil")
    run.session.breakpoints.set_exceptions([])
    run.go_on()
    assert run.finish().error is not None


def test_errors_by_condition(debug: Start) -> None:
    run = debug("for i = 1, 5 do pcall(error, {code = i}) end\nreturn 1")
    run.session.breakpoints.set_exceptions([ExceptionOrder(caught=True, condition="err.code == 3")])
    run.start()
    stop = run.next_stop()
    assert (stop.error, stop.error_type) == ("{code = 3}", "table")
    run.go_on()
    assert run.finish().values == (1,)


DATA = """local t = {n = 1}
local up = 0
count = 0
local function work(k)
  local mine = k
  t.n = t.n + 1
  mine = mine + 1 -- @mine
  up = up + 1
  count = count + 1
  return mine -- @end
end
work(1) -- @at
work(2)
return up
"""


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("t.n", [("1", "2"), ("2", "3")]),
        ("t['n']", [("1", "2"), ("2", "3")]),
        ("up", [("0", "1"), ("1", "2")]),
        ("count", [("0", "1"), ("1", "2")]),
    ],
)
def test_changes_of_data(name: str, changes: list[tuple[str, str]], debug: Start) -> None:
    run = stopped(debug, DATA)
    info = run.session.inspector.data_info(name, frame=run.top())
    assert info.data_id is not None
    added = run.session.breakpoints.add(OnData(info.data_id, name))
    assert added.verified
    for old, new in changes:
        run.go_on()
        stop = run.next_stop()
        assert stop.reason == "data"
        assert [(one.old, one.new) for one in stop.changes] == [(old, new)]
    run.go_on()
    assert run.finish().values == (2,)


def test_a_local_is_watched_while_its_frame_lives(debug: Start) -> None:
    run = debug(DATA)
    held = run.break_at("mine")
    run.start()
    run.next_stop()
    run.session.breakpoints.remove(held)
    info = run.session.inspector.data_info("mine", frame=run.top())
    assert info.data_id is not None
    run.session.breakpoints.add(OnData(info.data_id, "mine"), Rules(condition="mine > 1"))
    run.go_on()
    stop = run.next_stop()
    assert [(one.name, one.old, one.new) for one in stop.changes] == [("mine", "1", "2")]
    run.go_on()
    assert run.finish().values == (2,)


@pytest.mark.parametrize("name", ["t.x", "one"])
def test_a_change_in_a_hot_loop(name: str, debug: Start) -> None:
    run = stopped(
        debug,
        "local t, one = {x = 1}, 1\nlocal n = 0 -- @at\nfor i = 1, 20000 do\n  n = n + 1\n  if i == 15000 then\n"
        "    t.x = 2\n    one = 2\n    n = n - 1 -- @changed\n  end\nend\nreturn n",
    )
    info = run.session.inspector.data_info(name, frame=run.top())
    assert info.data_id is not None
    run.session.breakpoints.add(OnData(info.data_id, name))
    run.go_on()
    stop = run.next_stop()
    assert [(one.old, one.new) for one in stop.changes] == [("1", "2")]
    assert run.value("i") == "15000"
    run.go_on()
    assert run.finish().values == (19_999,)


@pytest.mark.parametrize("name", ["f()", "1", "nothing.x", "t +"])
def test_what_cannot_be_watched_says_why(name: str, debug: Start) -> None:
    run = stopped(debug, DATA)
    info = run.session.inspector.data_info(name, frame=run.top())
    assert info.data_id is None
    assert info.description


def test_a_deep_stack_is_shown_by_the_page(debug: Start) -> None:
    run = debug(
        "local function down(n)\n  if n == 0 then\n    return 0 -- @at\n  end\n"
        "  return 1 + down(n - 1)\nend\nlocal r = down(5000)\nreturn r"
    )
    run.break_at("at")
    run.start()
    run.next_stop()
    page = run.session.inspector.frames(THREAD, 4990, 20)
    assert page.total == 5002
    assert [frame.name for frame in page.frames] == ["down"] * 11 + ["(main)"]
    assert run.value("n", page.frames[0].id) == "4990"
    run.go_on()
    assert run.finish().values == (5000,)
