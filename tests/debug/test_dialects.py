"""The text of values in the words of languages other than Lua, whose words `test_values.py` holds."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug import values
from debug.dialect import LUA
from debug.dialects import JAVASCRIPT, dialect_of
from debug.values import (
    COMPACT,
    VERBOSE,
    DumpOptions,
    Function,
    Number,
    Opaque,
    Pair,
    Reference,
    Table,
    Text,
    Value,
)

PYTHON = dialect_of("python")
CONFIG = Table(
    pairs=(
        Pair(10, "ten"),
        Pair("$price", 1.5),
        Pair("host", 'say "hi"\n'),
        Pair("none", None),
        Pair("two words", True),
        Pair("tags", Table(items=("x", Table(items=(1, 2), item_count=60)), item_count=2)),
        Pair("point", Table(pairs=(Pair("x", 1),), pair_count=3, type_name="Point", address="0x1")),
        Pair(
            "seen",
            Table(
                pairs=(Pair("a b", 1), Pair(Table(cut=True, item_count=2), Table()), Pair(None, 2)),
                pair_count=5,
                type_name="Map",
                kind="map",
            ),
        ),
        Pair("few", Table(items=(1, "b"), item_count=2, type_name="Set", kind="set")),
        Pair("mixed", Table(items=("a",), item_count=1, pairs=(Pair("index", 0),), pair_count=1)),
        Pair("self", Reference("$")),
        Pair("long", Text("abc", 1200)),
        Pair(Opaque("symbol", "Symbol(s)"), Number("nan")),
    ),
    pair_count=15,
)


def said(value: Value, options: DumpOptions = COMPACT) -> str:
    return values.to_text(value, options, dialect=JAVASCRIPT)


def test_a_dump_of_javascript() -> None:
    assert values.to_text(CONFIG, label="config", dialect=JAVASCRIPT) == snapshot("""\
config: {
  10: "ten",
  $price: 1.5,
  host: "say \\"hi\\"\\n",
  none: null,
  "two words": true,
  tags: Array(2) [
    "x",
    Array(60) [1, 2, … 58 more items]
  ],
  point: Point {
    x: 1,
    … 2 more properties
  },
  seen: Map(5) {
    "a b" => 1,
    [Array(2)] => {},
    null => 2,
    … 2 more entries
  },
  few: Set(2) { 1, "b" },
  mixed: Array(1) [
    "a",
    index: 0
  ],
  self: <circular reference to $>,
  long: "abc"… (1200 in all),
  [Symbol(s)]: NaN,
  … 2 more properties
}\
""")


def test_a_compact_dump_of_javascript() -> None:
    few = Table(pairs=CONFIG.pairs[5:10], pair_count=6)
    assert said(few) == snapshot(
        '{ tags: ["x", [1, 2, … 58 more items]], point: Point { x: 1, … 2 more properties }, '
        'seen: Map(5) { "a b" => 1, [Array(2)] => {}, null => 2, … 2 more entries }, few: Set(2) { 1, "b" }, '
        'mixed: ["a", index: 0], … 1 more property }'
    )


def test_addresses_stand_after_the_name() -> None:
    value = Table(
        items=(
            Table(pairs=(Pair("x", 1),), pair_count=1, type_name="Point", address="0x2"),
            Function("f", "a.js", 3, "0x3"),
            Opaque("Promise", "<state unknown>", "0x4"),
            Table(type_name="Date", text="1970-01-01T00:00:00.000Z", kind="date", address="0x5"),
        ),
        item_count=4,
        address="0x1",
    )
    shown = said(value, VERBOSE)
    assert [" ".join(line.split()) for line in shown.splitlines()] == snapshot(
        [
            "Array(4) @0x1 [",
            "Point @0x2 {",
            "x: 1",
            "},",
            "[Function: f (a.js:3)] @0x3,",
            "Promise { <state unknown> } @0x4,",
            "1970-01-01T00:00:00.000Z @0x5",
            "]",
        ]
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (Opaque("undefined"), "undefined"),
        (Opaque("symbol", "Symbol(s)"), "Symbol(s)"),
        (Opaque("getter and setter"), "[Getter/Setter]"),
        (Opaque("String", 'a"b'), '[String: "a\\"b"]'),
        (Opaque("BigInt", "1n"), "[BigInt: 1n]"),
        (Opaque("ArrayBuffer", "byteLength: 8"), "ArrayBuffer { byteLength: 8 }"),
        (Opaque("object", "left out"), "<object: left out>"),
        (Opaque("Map with 9 properties"), "<Map with 9 properties>"),
        (Function("f", "a.js", 3), "[Function: f (a.js:3)]"),
        (Function("log"), "[Function: log]"),
        (Function(None, "a.js", 3), "[Function (a.js:3)]"),
        (Function(), "[Function (anonymous)]"),
        (Function("Shop", "a.js", 3, kind="class"), "[class Shop (a.js:3)]"),
        (Function("g", kind="AsyncFunction"), "[AsyncFunction: g]"),
        (Number("-inf"), "-Infinity"),
        (Number("10n"), "10n"),
        (-0.0, "-0"),
        (1e21, "1e+21"),
        (1e-07, "1e-7"),
        (1e-06, "0.000001"),
        (1.25e-05, "0.0000125"),
        (1.5e300, "1.5e+300"),
        (Table(), "{}"),
        (Table(kind="array"), "[]"),
        (Table(type_name="Map", kind="map"), "Map(0) {}"),
        (Table(type_name="Shop"), "Shop {}"),
        (Table(type_name="Uint8Array", items=(1,), item_count=1), "Uint8Array(1) [1]"),
        (Table(type_name="Date", text="1970", kind="date"), "1970"),
        (Table(type_name="Day", text="1970", kind="date"), "Day 1970"),
        (Table(type_name="RegExp", text="/a/g", kind="regexp"), "/a/g"),
        (Table(type_name="TypeError", text="no\nway", kind="error"), "[TypeError: no\\nway]"),
        (Table(type_name="Error", text="", kind="error"), "[Error]"),
        (
            Table(type_name="Error", text="no", kind="error", pairs=(Pair("code", 1),), pair_count=1),
            "[Error: no] { code: 1 }",
        ),
    ],
)
def test_values_of_javascript_alone(value: Value, text: str) -> None:
    assert said(value) == text


def test_what_has_no_inside_is_whole_at_any_depth() -> None:
    at_the_end = Table(
        pairs=(
            Pair("array", Table(items=(1,), item_count=1)),
            Pair("date", Table(type_name="Date", text="1970", kind="date")),
            Pair("empty", Table(kind="array")),
            Pair("error", Table(type_name="Error", text="no", kind="error", cut=True, pair_count=1)),
            Pair("map", Table(type_name="Map", kind="map", cut=True, pair_count=2)),
            Pair("object", Table(cut=True, pair_count=1)),
            Pair("shop", Table(type_name="Shop")),
        ),
        pair_count=7,
    )
    assert said(at_the_end, DumpOptions(max_depth=1, compact_mode=True)) == snapshot(
        "{ array: Array [… 1 item], date: 1970, empty: [], error: [Error: no] { … 1 property }, "
        "map: Map { … 2 entries }, object: { … 1 property }, shop: Shop {} }"
    )


def test_data_is_json_and_its_text_of_its_language() -> None:
    data = Table(
        pairs=(
            Pair("a", None),
            Pair("none", Table(kind="array")),
            Pair("few", Table(items=(1,), item_count=3, type_name="Set", kind="set")),
            Pair("mixed", CONFIG.pairs[9].value),
            Pair("when", Table(type_name="Date", text="1970", kind="date")),
            Pair("run", Function("run", "a.js", 3)),
            Pair("deep", Table(cut=True, pair_count=2)),
            Pair("ratio", Number("nan")),
            Pair("odd", Table(type_name="Error", text="no", kind="error")),
            Pair(
                "err",
                Table((), 0, (Pair("code", "E1"),), 1, type_name="Refused", text="no entry", kind="error"),
            ),
        ),
        pair_count=11,
    )
    assert values.to_metadata(data, JAVASCRIPT) == snapshot(
        {
            "a": None,
            "none": [],
            "few": [1, "… 2 more items"],
            "mixed": {"0": "a", "index": 0},
            "when": "1970",
            "run": "[Function: run (a.js:3)]",
            "deep": "{ … 2 properties }",
            "ratio": "nan",
            "odd": "[Error: no]",
            "err": {"name": "Refused", "message": "no entry", "code": "E1"},
            "…": "1 more property",
        }
    )


def test_words_of_the_language_are_not_cut() -> None:
    undefined, symbol = Opaque("undefined"), Opaque("symbol", "Symbol(long)")
    value = Table(items=(undefined, symbol, Function("longer", kind="class")), item_count=3)
    options = DumpOptions(max_string_length=3, compact_mode=True, show_types=False)
    assert said(value, options) == "[undefined, Sym…, [class lon…]]"


def test_python_has_its_words() -> None:
    shown = values.to_text(Table(items=(None, True, False, 1.0), item_count=4), COMPACT, dialect=PYTHON)
    assert shown == "[None, True, False, 1.0]"


@pytest.mark.parametrize("language", ["lua", "of a plug-in"])
def test_a_language_without_words_of_its_own_has_those_of_lua(language: str) -> None:
    assert dialect_of(language) is LUA


def array(items: list[Value]) -> Table:
    return Table(tuple(items), len(items), kind=None if items else "array")


def fields(pairs: dict[str, Value]) -> Table:
    return Table(pairs=tuple(Pair(*pair) for pair in pairs.items()), pair_count=len(pairs))


keys = st.text("ab $1", max_size=3)
plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab $1\n"', max_size=4),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(keys, children, max_size=3),
    max_leaves=20,
)


def picture_of(data: Any) -> Value:
    if isinstance(data, list):
        return array([picture_of(item) for item in data])
    return fields({key: picture_of(value) for key, value in data.items()}) if isinstance(data, dict) else data


@given(plain_data, st.booleans())
def test_plain_data_is_dumped_as_a_literal(data: Any, compact: bool) -> None:
    text = said(picture_of(data), DumpOptions(show_types=False, compact_mode=compact))
    with_quoted_names = re.sub(
        r'("(?:[^"\\]|\\.)*")|([\w$]+)(?=: )', lambda found: found[1] or f'"{found[2]}"', text
    )
    assert json.loads(with_quoted_names) == data


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_as_it_was(value: float) -> None:
    text = said(value)
    assert float(text) == value
    assert math.copysign(1, float(text)) == math.copysign(1, value)
    assert ("e" in text) == (value != 0 and not 1e-6 <= abs(value) < 1e21)
