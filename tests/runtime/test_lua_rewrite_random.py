"""Programs made up by hypothesis: with probes they print, throw and end as they do without."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scenarios.rewritten_lua import armed, both

NAMES = st.sampled_from(["a", "b", "c", "t", "f"])
ATOMS = st.one_of(
    NAMES,
    st.sampled_from(
        ["nil", "true", "false", "0", "1", "2.5", "'x'", "[[y]]", "{}", "{1, 2, n = 3}", "...", "print", "mt"]
    ),
)
OPERATORS = st.sampled_from(["+", "-", "*", "..", "<", "==", "~=", "and", "or", "^", "%"])


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An expression that holds others."""
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map("not {}".format),
        inner.map("#{}".format),
        inner.map("({})".format),
        st.tuples(NAMES, inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(NAMES, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(NAMES, inner).map(lambda parts: f"{parts[0]}.n"),
        st.tuples(NAMES, inner).map(lambda parts: f"{parts[0]}:m({parts[1]})"),
        inner.map("select('#', {})".format),
        inner.map("pcall({})".format),
        inner.map("setmetatable({{v = {}}}, mt)".format),
        inner.map("coroutine.wrap(function(...) local y = coroutine.yield({}) return y, ... end)(1)".format),
    )


EXPRESSIONS = st.recursive(ATOMS, compound, max_leaves=5)


def block(statements: list[str]) -> str:
    """Statements one after another, on lines or not, so that one may stand behind another."""
    return " ".join(statements)


def nested(statement: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A statement that holds others."""
    body = st.lists(statement, max_size=3).map(block)
    last = st.one_of(
        st.just(""),
        st.just("break"),
        EXPRESSIONS.map("return {}".format),
        st.tuples(NAMES, EXPRESSIONS).map(lambda parts: f"return {parts[0]}({parts[1]})"),
    )
    ended = st.tuples(body, last).map(" ".join)
    function = st.tuples(body, EXPRESSIONS, EXPRESSIONS).map(
        lambda parts: f"(p, ...) local q = p {parts[0]} return {parts[1]}, {parts[2]} end"
    )
    return st.one_of(
        body.map("do {} end".format),
        st.tuples(EXPRESSIONS, body, body).map(lambda p: f"if {p[0]} then {p[1]} else {p[2]} end"),
        st.tuples(EXPRESSIONS, body, EXPRESSIONS, body).map(
            lambda p: f"if {p[0]} then {p[1]} elseif {p[2]} then {p[3]} end"
        ),
        ended.map("for i = 1, 3 do print(i) {} end".format),
        ended.map("for k, v in next, {{4, 5}} do print(k, v) {} end".format),
        st.tuples(EXPRESSIONS, ended).map(
            lambda p: f"do local n = 0 while n < 3 and {p[0]} do n = n + 1 {p[1]} end end"
        ),
        st.tuples(body, EXPRESSIONS).map(
            lambda p: f"do local n = 0 repeat n = n + 1 {p[0]} local z = n until z > 2 or {p[1]} end"
        ),
        function.map("local function f{}".format),
        function.map("f = function{}".format),
        function.map("function t.m{}".format),
        body.map("print(pcall(function(...) {} end, 1))".format),
        body.map("print(xpcall(function() {} end, debug.traceback))".format),
        body.map(
            "do local co = coroutine.wrap(function(...) {} coroutine.yield(a) end) print(co(1)) end".format
        ),
    )


SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(" = ".join),
    st.tuples(NAMES, EXPRESSIONS).map(lambda parts: f"local {parts[0]} = {parts[1]}"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda parts: f"{parts[0]}, {parts[1]} = {parts[2]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda parts: f"{parts[0]}.n = {parts[1]}"),
    EXPRESSIONS.map("print({})".format),
    EXPRESSIONS.map("print((select('#', {})))".format),
    st.tuples(NAMES, EXPRESSIONS).map(lambda parts: f"{parts[0]}({parts[1]})"),
    st.just("local a <const> = 5"),
    st.sampled_from(
        ["-- a comment\n", "\n", "--[[ if ]]", "local b", "print(debug.getinfo(1, 'l').currentline)"]
    ),
    EXPRESSIONS.map("error({})".format),
)
STATEMENTS = st.recursive(SIMPLE, nested, max_leaves=12)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=6).map("\n".join)

HEAD = """\
local print, mt = print, {__index = function(t, k) return rawget(t, "v") end, __call = function(_, x) return x, 2 end,
  __add = function() return "sum" end, __lt = function() return true end, __len = function() return 7 end}
local a, b, c, f = 1, "two", {n = 3}, function(...) return ... end
local t = setmetatable({m = function(self, x) return x end}, mt)
"""
LABELS = "for i = 1, 3 do if i == 2 then goto next end print(i) ::next:: end\n"


@pytest.mark.parametrize("variant", ["lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit", "luajit2.0"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(body=PROGRAMS)
def test_program_does_the_same(variant: str, body: str) -> None:
    labels = "" if variant == "lua5.1" else LABELS
    text = (HEAD + labels + body + "\nprint(a, b, c, f, t)").encode()

    plain, rewritten = both(variant, text)
    # How deep a stack can be depends on what lies on it; little of it is left to the handler of the error.
    assume(not any(words in str(plain) for words in ("stack overflow", "error in error", "C stack")))
    assert rewritten == plain

    stopped, _ = armed(variant, text)
    assert stopped == plain
