"""Random calls on `Debug` with random arguments: none raises, none changes what the script computes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from debug.manager import DebugManager
from runtime.engine import Limits, Script
from runtime.lua.engine import EngineOptions, LuaEngine
from tests.scenarios.law_rules import CONTRACT_FUNCTIONS, TIMER_METHODS

VARIANTS = ("lua5.1", "lua5.4", "luajit")
PRELUDE = """
local cyclic = {1, x = {}}
cyclic.x.up = cyclic
local hostile = setmetatable({}, {
  __tostring = function() error("t") end, __index = function() error("i") end,
  __len = function() error("l") end, __pairs = function() error("p") end,
  __eq = function() error("e") end, __name = {}, __metatable = "locked",
})
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
local timers = {Debug.timer("a"), Debug.timer("b")}
local problems = {}
local function call(name, f, ...)
  local ok, message = pcall(f, ...)
  if not ok then problems[#problems + 1] = name .. ": " .. tostring(message) end
end
"""


def _lua_string(text: bytes) -> str:
    return '"' + "".join(f"\\{byte:03d}" for byte in text) + '"'


scalars = st.one_of(
    st.sampled_from(
        ["nil", "true", "false", "0/0", "1/0", "-1/0", "2^53", "-0.0", "cyclic", "hostile", "co", "print"]
    ),
    st.sampled_from(
        ['"info"', '"TRACE"', '"off"', '"regex"', '"exact"', '"a.*"', '"*"', '"["', '"("', "timers[1].id"]
    ),
    st.integers(-(2**31), 2**31).map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda number: f"({number!r})"),
    st.binary(max_size=40).map(_lua_string),
    st.text(max_size=20).map(lambda text: _lua_string(text.encode("utf-8", "surrogatepass"))),
)
options = st.dictionaries(
    st.sampled_from(
        [
            "max_depth",
            "indent_size",
            "max_string_length",
            "max_array_elements",
            "max_table_pairs",
            "show_types",
            "show_addresses",
            "compact_mode",
            "capture_locals",
            "capture_upvalues",
            "include_source",
            "nonsense",
        ]
    ),
    scalars,
    max_size=4,
).map(lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}")
arguments = st.recursive(
    st.one_of(scalars, options),
    lambda inner: st.lists(inner, max_size=4).map(lambda items: "{" + ", ".join(items) + "}"),
    max_leaves=8,
)
functions = st.sampled_from([name for name in CONTRACT_FUNCTIONS if name != "time"])
calls = st.one_of(
    st.tuples(functions, st.lists(arguments, max_size=5)).map(
        lambda call: f'call("{call[0]}", {", ".join([f"Debug.{call[0]}", *call[1]])})'
    ),
    st.tuples(st.sampled_from(TIMER_METHODS), st.lists(arguments, max_size=3)).map(
        lambda call: f'call("timer:{call[0]}", {", ".join([f"timers[1].{call[0]}", "timers[1]", *call[1]])})'
    ),
    st.tuples(st.sampled_from(TIMER_METHODS), st.lists(arguments, max_size=3)).map(
        lambda call: f'call("timer.{call[0]}", {", ".join([f"timers[2].{call[0]}", *call[1]])})'
    ),
)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(calls, min_size=1, max_size=25))
def test_no_random_call_raises(variant: str, lines: list[str]) -> None:
    text = PRELUDE + "\n".join(lines) + "\nreturn problems, 6 * 7\n"
    manager = DebugManager()
    options = EngineOptions(limits=Limits(timeout_s=60))
    engine = LuaEngine(manager, variant=variant, options=options)
    try:
        result = engine.run(Script("random.lua", text.encode()))
    finally:
        engine.close()
    assert result.error is None
    problems, answer = result.values
    assert problems.items == ()  # type: ignore[union-attr]
    assert answer == 42
    for entry in manager.entries():
        assert entry.to_dict()["timestamp"]
        assert isinstance(entry.message, str)
