"""Columns and hints never claim what is not certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.lua.columns import column_of, container_of
from runtime.lua.hints import for_runtime
from runtime.lua.syntax_hints import for_syntax

NAMES = st.from_regex(r"[a-z]{1,4}", fullmatch=True)
LINES = st.lists(
    st.one_of(NAMES, st.sampled_from([".", ":", "(", ")", "[", "=", " ", "'", "..", "#", "+"])), max_size=12
).map("".join)


@given(
    LINES,
    NAMES,
    st.sampled_from([None, "local", "global", "field", "method"]),
    st.sampled_from([None, "call", "index"]),
)
def test_a_column_is_where_the_name_stands(line: str, name: str, kind: str | None, what: str | None) -> None:
    column = column_of(line, name, kind, what)
    if column is not None:
        assert line[column - 1 :].startswith(name)


@given(LINES, NAMES)
def test_a_column_is_unique_where_nothing_else_is_known(line: str, name: str) -> None:
    assert (column_of(f"{name} {name}", name)) is None
    if column_of(line, name) is None:
        assert column_of(f"{line} ~ {name} ~ {name}", name) is None


@given(
    st.text(max_size=200),
    st.lists(st.text(max_size=10), max_size=5),
    st.one_of(st.none(), st.text(max_size=50)),
)
def test_any_message_is_survived(message: str, names: list[str], line: str | None) -> None:
    for_runtime(message, names, line)
    for_runtime(f"attempt to call a nil value (field '{message}')", names, line)
    for_syntax(message, line, message.encode("utf-8", "surrogatepass"))
    for_syntax(f"'=' expected near '{message}'", line, b"")


@pytest.mark.parametrize(
    ("line", "name", "container"),
    [
        ("string.fromat('x')", "fromat", "string"),
        ("local s = text : uper()", "uper", "text"),
        ("a.b.c()", "c", None),
        ("f().c()", "c", None),
        ("a.c(b.c)", "c", None),
        ("c()", "c", None),
        (None, "c", None),
    ],
)
def test_a_container_is_a_plain_name(line: str | None, name: str, container: str | None) -> None:
    assert container_of(line, name) == container


@pytest.mark.parametrize(
    ("message", "names", "line", "hint"),
    [
        (
            "attempt to call a nil value (global 'prnt')",
            ["print"],
            "prnt()",
            "no variable `prnt` was set; did you mean `print`?",
        ),
        ("attempt to call a nil value (global 'xyzzy')", ["print"], "xyzzy()", "no variable `xyzzy` was set"),
        ("attempt to call a nil value (global 'print')", ["print"], "print()", "`print` is nil here"),
        (
            "attempt to call a nil value (field 'nam')",
            ["a.name", "b.x"],
            "b.nam()",
            "there is no field `nam`",
        ),
        (
            "attempt to call a nil value (field 'nam')",
            ["a.name"],
            "a.nam()",
            "there is no field `nam`; did you mean `a.name`?",
        ),
        ("something else", ["print"], "x", None),
    ],
)
def test_a_hint(message: str, names: list[str], line: str, hint: str | None) -> None:
    assert for_runtime(message, names, line).hint == hint
