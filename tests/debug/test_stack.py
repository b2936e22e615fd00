"""Stack traces: decoding, text, JSON."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug import stack
from debug.stack import StackFrame, StackTrace, Variable
from debug.text_safety import printable
from debug.values import Number, Pair, Table

TRACE = StackTrace(
    frames=(
        StackFrame(
            "global 'f'",
            "scripts/a.lua",
            12,
            10,
            "Lua",
            num_upvalues=1,
            num_params=2,
            locals=(
                Variable("x", 1),
                Variable("t", Table(pairs=(Pair("a", 1),), pair_count=1)),
                Variable("x", "inner"),
                Variable("n", Number("nan")),
            ),
            upvalues=(Variable("seen", None),),
        ),
        StackFrame(None, "scripts/a.lua", 20, 18, "Lua", tail_call=True),
        StackFrame("function 'pcall'", "[C]", what="C"),
        StackFrame(None, "scripts/a.lua", 30, 0, "main"),
    ),
    max_depth=4,
    truncated=True,
)


def test_text() -> None:
    assert stack.to_text(TRACE) == snapshot("""\
Stack trace:
  1. global 'f' (scripts/a.lua:12)
       local t = {a = 1}
       local x = "inner"
       local n = nan
       upvalue seen = nil
  2. function defined at line 18 (tail call) (scripts/a.lua:20)
  3. function 'pcall' ([C])
  4. main chunk (scripts/a.lua:30)
     … more frames (max_depth is 4)\
""")


def test_text_without_source() -> None:
    text = stack.to_text(TRACE, include_source=False)
    assert "a.lua" not in text
    assert "1. global 'f'\n" in text


def test_json_has_the_contracts_shape() -> None:
    assert stack.to_json(TRACE) == snapshot(
        {
            "frames": [
                {
                    "name": "global 'f'",
                    "source": "scripts/a.lua",
                    "line": 12,
                    "line_defined": 10,
                    "what": "Lua",
                    "num_upvalues": 1,
                    "num_params": 2,
                    "locals": {"t": "{a = 1}", "x": "inner", "n": "nan"},
                    "upvalues": {"seen": None},
                },
                {
                    "name": None,
                    "source": "scripts/a.lua",
                    "line": 20,
                    "line_defined": 18,
                    "what": "Lua",
                    "num_upvalues": 0,
                    "num_params": 0,
                    "locals": {},
                    "upvalues": {},
                },
                {
                    "name": "function 'pcall'",
                    "source": "[C]",
                    "line": None,
                    "line_defined": None,
                    "what": "C",
                    "num_upvalues": 0,
                    "num_params": 0,
                    "locals": {},
                    "upvalues": {},
                },
                {
                    "name": None,
                    "source": "scripts/a.lua",
                    "line": 30,
                    "line_defined": 0,
                    "what": "main",
                    "num_upvalues": 0,
                    "num_params": 0,
                    "locals": {},
                    "upvalues": {},
                },
            ],
            "max_depth": 4,
            "truncated": True,
            "error": None,
        }
    )


def test_what_is_no_trace_says_so() -> None:
    trace = stack.decode(b'{"frames":3}')
    assert trace.frames == ()
    assert "undecodable trace" in (trace.error or "")
    assert stack.to_text(trace).startswith("Stack trace:\n")


def test_bytes_that_are_no_text_stay_readable() -> None:
    assert stack.decode(b'{"frames":[{"name":"f\xff"}]}').frames[0].name == "f\\xff"


texts = st.none() | st.text(max_size=8)
variables = st.lists(st.builds(Variable, st.text(max_size=3), st.integers(0, 9)), max_size=4).map(tuple)
frames = st.builds(
    StackFrame,
    texts,
    texts,
    st.none() | st.integers(0, 99),
    st.none() | st.integers(-1, 99),
    st.text(max_size=4),
    locals=variables,
    upvalues=variables,
)
traces = st.builds(
    StackTrace, st.lists(frames, max_size=5).map(tuple), st.integers(0, 9), st.booleans(), texts
)


@given(traces)
def test_any_trace_can_be_read_and_shown(trace: StackTrace) -> None:
    assert stack.decode(json.dumps(msgspec.to_builtins(trace)).encode()) == trace
    lines = stack.to_text(trace).split("\n")
    assert lines[0] == "Stack trace:"
    assert all(line == printable(line) for line in lines)
    shown = json.loads(json.dumps(stack.to_json(trace)))
    assert len(shown["frames"]) == len(trace.frames)
    for frame, as_json in zip(trace.frames, shown["frames"], strict=True):
        assert as_json["locals"] == {variable.name: variable.value for variable in frame.locals}
