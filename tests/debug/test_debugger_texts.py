"""Hit counts, and the messages of logpoints."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.debugger import hit_condition, log_message
from debug.debugger.events import SessionError


@pytest.mark.parametrize(
    ("text", "counting"),
    [
        ("3", [3]),
        ("==3", [3]),
        ("= 3", [3]),
        (" >= 3 ", [3, 4, 5, 6]),
        (">3", [4, 5, 6]),
        ("<3", [1, 2]),
        ("<=3", [1, 2, 3]),
        ("!=3", [1, 2, 4, 5, 6]),
        ("%3", [3, 6]),
        ("% 1", [1, 2, 3, 4, 5, 6]),
        ("0", []),
    ],
)
def test_which_hits_count(text: str, counting: list[int]) -> None:
    condition = hit_condition.parse(text)
    assert [hits for hits in range(1, 7) if condition.holds(hits)] == counting


@pytest.mark.parametrize("text", ["", "x", "=>3", "3 4", "-1", "3.5", "%0", ">", "1" * 16, "٣"])
def test_what_is_no_hit_count_says_so(text: str) -> None:
    with pytest.raises(SessionError, match="is no hit count"):
        hit_condition.parse(text)


@pytest.mark.parametrize(
    ("text", "pieces", "expressions"),
    [
        ("", ("",), ()),
        ("plain", ("plain",), ()),
        ("{x}", ("", ""), ("x",)),
        ("a {x} b { y } c", ("a ", " b ", " c"), ("x", "y")),
        ("{ {a = 1}.a }", ("", ""), ("{a = 1}.a",)),
        ('{"}"}', ("", ""), ('"}"',)),
        ("{'\\'}'}", ("", ""), ("'\\'}'",)),
        ("{`}`}!", ("", "!"), ("`}`",)),
        ("{s.replace(/'/g, 1)}", ("", ""), ("s.replace(/'/g, 1)",)),
        (r"\{x\}", ("{x}",), ()),
        ("a } b", ("a } b",), ()),
        (r"C:\\temp\new", (r"C:\\temp\new",), ()),
        (r"\\{x}", ("\\", ""), ("x",)),
        (r"\\\{x}", (r"\{x}",), ()),
    ],
)
def test_a_message_is_taken_apart(text: str, pieces: tuple[str, ...], expressions: tuple[str, ...]) -> None:
    assert log_message.parse(text) == (pieces, expressions)


@pytest.mark.parametrize("text", ["{", "a {x", "{{x}", "{}", "{ }"])
def test_braces_that_do_not_pair_are_told(text: str) -> None:
    with pytest.raises(SessionError):
        log_message.parse(text)


def escaped(literal: str, *, before_expression: bool) -> str:
    text = re.sub(r"(\\*)([{}])", r"\1\1\\\2", literal)
    if before_expression:
        text += "\\" * (len(text) - len(text.rstrip("\\")))
    return text


literals = st.text("ab\\{}'\" ", max_size=8)


@given(literals, st.lists(st.tuples(st.sampled_from(["x", "{}", "f('}')"]), literals), max_size=4))
def test_any_text_can_be_written(first: str, rest: list[tuple[str, str]]) -> None:
    pieces = (first, *(literal for _, literal in rest))
    expressions = tuple(expression for expression, _ in rest)
    text = "".join(
        escaped(piece, before_expression=index < len(rest))
        + ("{" + expressions[index] + "}" if index < len(rest) else "")
        for index, piece in enumerate(pieces)
    )
    message = log_message.parse(text)
    assert message == (pieces, expressions)
    values = tuple(f"<{index}>" for index in range(len(rest)))
    assert message.text(values) == first + "".join(
        value + literal for value, (_, literal) in zip(values, rest, strict=True)
    )
