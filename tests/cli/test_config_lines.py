"""The line of every key of a TOML file."""

from __future__ import annotations

import tomllib
from typing import Any

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from llmspell_cli.config.toml_lines import locate

HAIRY = '''# comment with [brackets] and = "quotes"
title = "a # no comment" # a comment
"quoted key" = 1
'literal.key' = 2
a.b . "c\\u0064" = 3
text = """
[not.a.table]
x = 1 \\"""
"""
literal = \'\'\'
[[neither]]\'\'\'
after = true
numbers = [ 1, # one
  2,
  [3,
   4], "]" ]
point = { x = 1, "y" = { z = "}" } }
empty = []
nothing = {}
date = 1979-05-27T07:32:00Z

[table]
key = "v"

[table.sub]   # comment
deep.er = 1

[[items]]
name = "first"
[[items.parts]]
part = 1
[[items.parts]]
part = 2
[items.options]
flag = true
[[items]]
name = "second"
[[items.parts]]
part = 3
last = 'no newline at the end\''''

EXPECTED = {
    ("title",): 2,
    ("quoted key",): 3,
    ("literal.key",): 4,
    ("a", "b", "cd"): 5,
    ("text",): 6,
    ("literal",): 10,
    ("after",): 12,
    ("numbers",): 13,
    ("numbers", 1): 14,
    ("numbers", 2): 15,
    ("numbers", 2, 1): 16,
    ("numbers", 3): 16,
    ("point", "y", "z"): 17,
    ("empty",): 18,
    ("nothing",): 19,
    ("date",): 20,
    ("table",): 22,
    ("table", "key"): 23,
    ("table", "sub"): 25,
    ("table", "sub", "deep", "er"): 26,
    ("items",): 28,
    ("items", 0): 28,
    ("items", 0, "name"): 29,
    ("items", 0, "parts", 0, "part"): 31,
    ("items", 0, "parts", 1, "part"): 33,
    ("items", 0, "options", "flag"): 35,
    ("items", 1): 36,
    ("items", 1, "name"): 37,
    ("items", 1, "parts", 0, "part"): 39,
    ("items", 1, "parts", 0, "last"): 40,
}


def paths(value: Any, path: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    """Every path of parsed TOML."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return {path}.union(*(paths(child, (*path, name)) for name, child in children))


def test_hairy_file() -> None:
    found = locate(HAIRY)
    assert {path: found.get(path) for path in EXPECTED} == EXPECTED
    assert set(found) == paths(tomllib.loads(HAIRY)) - {()}


def test_windows_line_ends() -> None:
    assert locate("a = 1\r\n\r\n[t]\r\nb = [\r\n2]\r\n") == {
        ("a",): 1,
        ("t",): 3,
        ("t", "b"): 4,
        ("t", "b", 0): 5,
    }


scalars = st.one_of(st.text(max_size=12), st.integers(-99, 99), st.booleans(), st.floats(allow_nan=False))
names = st.text(min_size=1, max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(names, values, max_size=5), st.booleans())
def test_every_path_is_found_on_a_line_that_can_be(tables: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(tables, multiline_strings=multiline)
    parsed = tomllib.loads(text)
    found = locate(text)
    assert set(found) == paths(parsed) - {()}
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,5}\Z"), values, max_size=5))
def test_the_line_of_a_key_holds_the_key(tables: dict[str, Any]) -> None:
    text = tomli_w.dumps(tables)
    lines = text.split("\n")
    found = locate(text)
    for name in tables:
        assert name in lines[found[(name,)] - 1]
