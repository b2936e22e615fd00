"""Pictures of values: decoding, text, JSON types, options."""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug import values
from debug.text_safety import printable, quote
from debug.values import (
    COMPACT,
    DEFAULT,
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

if TYPE_CHECKING:
    from collections.abc import Callable

texts = st.text(max_size=12)
names = st.none() | texts
counts = st.integers(0, 2**40)
scalars: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.builds(Number, st.sampled_from(["nan", "inf", "-inf", "123456789012345678901234567890n"])),
    st.builds(Text, texts, counts),
    st.builds(Function, names, names, st.none() | st.integers(1, 9999), names),
    st.builds(Opaque, texts, names, names),
    st.builds(Reference, texts),
)


def containers(children: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.builds(
        Table,
        items=st.lists(children, max_size=4).map(tuple),
        item_count=st.integers(0, 9),
        pairs=st.lists(st.builds(Pair, children, children), max_size=4).map(tuple),
        pair_count=st.integers(0, 9),
        type_name=names,
        text=names,
        metatable=st.booleans(),
        address=names,
        cut=st.booleans(),
    )


pictures = st.recursive(scalars, containers, max_leaves=25)
options = st.builds(
    DumpOptions,
    st.integers(0, 5),
    st.integers(0, 8),
    st.integers(0, 20),
    st.integers(0, 5),
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def nested(depth: int) -> bytes:
    return b'{"t":"table","items":[' * depth + b"1" + b"]}" * depth


def at_the_edge_of_the_stack(action: Callable[[], Any], frames_left: int = 60) -> Any:
    """What `action` returns when the caller has left it few frames."""

    def used() -> int:
        frame, count = sys._getframe(), 0
        while frame.f_back is not None:
            frame, count = frame.f_back, count + 1
        return count

    def descend(levels: int) -> Any:
        return action() if levels <= 0 else descend(levels - 1)

    return descend(sys.getrecursionlimit() - used() - frames_left)


def config() -> Table:
    return Table(
        items=("a", Table(items=(1, 2.5, None), item_count=60)),
        item_count=2,
        pairs=(
            Pair("host", 'say "hi"\n\x1b[31m'),
            Pair("two words", True),
            Pair(1.5, Text("abc", 1200)),
            Pair(
                "point",
                Table(pairs=(Pair("x", 1), Pair("y", -2)), pair_count=2, type_name="Point", text="(1, -2)"),
            ),
            Pair("run", Function("run", "a.lua", 3, "0x10")),
            Pair("print", Function("print")),
            Pair("self", Reference("$")),
            Pair("job", Opaque("thread", "suspended", "0x20")),
            Pair("ratio", Number("nan")),
            Pair("deep", Table(cut=True, item_count=3, pair_count=1)),
            Pair("none", Table()),
            Pair("proxy", Table(pairs=(Pair("a", 1),), pair_count=1, metatable=True, address="0x30")),
            Pair(Table(items=(1,), item_count=1), False),
        ),
        pair_count=15,
    )


def test_a_dump_is_laid_out_for_reading() -> None:
    assert values.to_text(config(), label="config") == snapshot("""\
config: table (2 items, 15 pairs) {
  [1] = "a"
  [2] = table (60 items) [1, 2.5, nil, … 57 more elements]
  host = "say \\"hi\\"\\n\\x1b[31m"
  ["two words"] = true
  [1.5] = "abc"… (1200 in all)
  point = Point (2 pairs) "(1, -2)" {
    x = 1
    y = -2
  }
  run = function run (a.lua:3)
  print = function print (builtin)
  self = <circular reference to $>
  job = <thread: suspended>
  ratio = nan
  deep = table {… 3 elements, 1 pair}
  none = table {}
  proxy = table (1 pair, metatable) {
    a = 1
  }
  [table (1 item)] = false
  … 2 more pairs
}\
""")


def test_a_compact_dump_is_one_line() -> None:
    few = Table(pairs=config().pairs[:4], pair_count=5)
    assert values.to_text(few, COMPACT) == snapshot(
        '{host = "say \\"hi\\"\\n\\x1b[31m", ["two words"] = true'
        ', [1.5] = "abc"… (1200 in all), point = Point "(1, -2)" {x = 1, y = -2}, … 1 more pair}'
    )


def test_a_verbose_dump_shows_addresses() -> None:
    text = values.to_text(config(), VERBOSE)
    assert "table @0x30 (1 pair, metatable) {" in text
    assert "<thread @0x20: suspended>" in text
    assert "function run (a.lua:3) @0x10" in text
    assert "0x30" not in values.to_text(config(), DEFAULT)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nil"),
        (True, "true"),
        (1, "1"),
        (1.0, "1.0"),
        ("a", '"a"'),
        (Number("-inf"), "-inf"),
        (Table(), "table {}"),
        (Table(items=(1,), item_count=1), "table (1 item) [1]"),
        (Table(item_count=3, cut=True), "table [… 3 elements]"),
        (Table(type_name="Date", text="2026-11-23"), 'Date "2026-11-23"'),
        (Function(), "function (builtin)"),
    ],
)
def test_values_alone(value: Value, text: str) -> None:
    assert values.to_text(value) == text


@given(pictures)
def test_a_picture_survives_json(picture: Value) -> None:
    encoded = json.dumps(msgspec.to_builtins(picture)).encode()
    assert values.decode(encoded) == picture


@given(st.binary(max_size=60) | texts.map(str.encode))
def test_decoding_never_raises(text: bytes) -> None:
    values.to_text(values.decode(text))


@pytest.mark.parametrize(
    ("json_text", "value"),
    [
        (b'"a\xff\xc3"', r'"a\xff\xc3"'),
        (b'"\\ud800x"', r'"\ud800x"'),
        (b'"\\udc00\\ud83d\\ude00\\ud83d"', '"\\udc00\U0001f600\\ud83d"'),
        (b'"\xff\\\\ud800"', r'"\xff\\ud800"'),
        (b'"\xc2\x85\x85"', r'"\u0085\x85"'),
        ('"ÿ\ud7ff"'.encode(), '"ÿ\ud7ff"'),
    ],
)
def test_what_is_no_text_becomes_escapes(json_text: bytes, value: str) -> None:
    decoded = values.decode(json_text)
    assert values.to_text(decoded) == value
    assert values.to_metadata(decoded)["value"].encode()


@pytest.mark.parametrize(
    "json_text", [b"", b"{", b"[1]", b'{"t":"nothing"}', b'{"t":"table","items":3}', b"9" * 5000]
)
def test_what_is_no_picture_says_so(json_text: bytes) -> None:
    assert values.to_text(values.decode(json_text)).startswith("<undecodable picture: ")


def test_a_deep_picture_needs_nothing_of_the_callers_stack() -> None:
    value = at_the_edge_of_the_stack(lambda: values.decode(nested(200)))
    text = at_the_edge_of_the_stack(
        lambda: values.to_text(value, DumpOptions(max_depth=200, compact_mode=True, show_types=False))
    )
    assert text == "[" * 200 + "1" + "]" * 200
    data = at_the_edge_of_the_stack(lambda: values.to_metadata(value))
    inner = data["value"]
    for _ in range(199):
        (inner,) = inner
    assert inner == [1]


def test_an_absurdly_deep_picture_says_so() -> None:
    assert "nested too deeply" in values.to_text(values.decode(nested(100_000)))


@given(pictures, options, names)
def test_a_dump_is_harmless_and_within_its_depth(
    picture: Value, chosen: DumpOptions, label: str | None
) -> None:
    text = values.to_text(picture, chosen, label)
    assert all(line == printable(line) for line in text.split("\n"))
    if chosen.compact_mode:
        assert "\n" not in text
    else:
        deepest = max(len(line) - len(line.lstrip(" ")) for line in text.split("\n")[1:] or [""])
        assert deepest <= chosen.indent_size * chosen.max_depth


plain = st.text("abc xyz", min_size=1, max_size=6)
bracket_free = st.recursive(
    st.integers() | plain,
    lambda children: st.builds(
        lambda items, pairs: Table(items, len(items), pairs, len(pairs)),
        st.lists(children, max_size=4).map(tuple),
        st.lists(st.builds(Pair, plain, children), max_size=4).map(tuple),
    ),
    max_leaves=30,
)


@given(bracket_free, options)
def test_brackets_of_a_dump_match(picture: Value, chosen: DumpOptions) -> None:
    open_brackets = []
    for character in values.to_text(picture, chosen):
        if character in "[{(":
            open_brackets.append(character)
        elif character in "]})":
            assert open_brackets.pop() + character in ("[]", "{}", "()")
    assert open_brackets == []


@given(st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_elements_past_the_limit_are_counted(held: int, limit: int, compact: bool) -> None:
    array = Table(items=tuple(range(held)), item_count=held + 7)
    text = values.to_text(
        array, DumpOptions(max_array_elements=limit, show_types=False, compact_mode=compact)
    )
    shown = min(held, limit)
    expected = [*map(str, range(shown)), f"… {held + 7 - shown} more elements"]
    assert text == f"[{', '.join(expected)}]" or text == "[\n  " + "\n  ".join(expected) + "\n]"


@given(st.integers(0, 30), st.integers(0, 30))
def test_pairs_past_the_limit_are_counted(held: int, limit: int) -> None:
    table = Table(pairs=tuple(Pair(f"k{i}", i) for i in range(held)), pair_count=held + 1)
    text = values.to_text(table, DumpOptions(max_table_pairs=limit, show_types=False, compact_mode=True))
    shown = min(held, limit)
    left = held + 1 - shown
    expected = [*(f"k{i} = {i}" for i in range(shown)), f"… {left} more pair{'s' if left > 1 else ''}"]
    assert text == "{" + ", ".join(expected) + "}"


@given(st.text(max_size=40), st.integers(0, 40))
def test_long_strings_are_cut_and_their_length_told(text: str, limit: int) -> None:
    shown = values.to_text(text, DumpOptions(max_string_length=limit))
    if len(text) <= limit:
        assert shown == quote(text)
    else:
        assert shown == f"{quote(text[:limit])}… ({len(text)} in all)"


@given(st.text(st.characters()))
def test_a_quoted_string_is_a_literal(text: str) -> None:
    quoted = quote(text)
    assert ast.literal_eval(quoted) == text
    assert "\n" not in quoted
    assert printable(quoted) == quoted


@given(st.binary(max_size=40))
def test_a_string_of_bytes_keeps_them_all(raw: bytes) -> None:
    json_text = (
        b'"'
        + b"".join(b"\\u%04x" % byte if byte < 0x20 or byte in b'"\\' else bytes([byte]) for byte in raw)
        + b'"'
    )
    shown = values.to_text(values.decode(json_text), DumpOptions(max_string_length=1000))
    tokens = re.findall(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|[^\\]+", shown[1:-1])
    back = b"".join(
        bytes([int(token[2:], 16)]) if token.startswith("\\x") else ast.literal_eval(f'"{token}"').encode()
        for token in tokens
    )
    assert back == raw


@given(pictures)
def test_metadata_is_json_and_whole(picture: Value) -> None:
    data = values.to_metadata(picture)
    assert isinstance(data, dict)
    json.dumps(data, allow_nan=False)
    if isinstance(picture, Table) and (picture.items or picture.pairs) and not picture.cut:
        shown = data if picture.pairs or picture.pair_count else data["value"]
        cut = picture.item_count > len(picture.items) or picture.pair_count > len(picture.pairs)
        assert len(shown) == len(picture.items) + len(picture.pairs) + cut


def test_metadata_keeps_shape_and_order() -> None:
    assert values.to_metadata(config()) == snapshot(
        {
            "1": "a",
            "2": [1, 2.5, None, "… 57 more elements"],
            "host": """\
say "hi"
\x1b[31m\
""",
            "two words": True,
            "1.5": "abc… (1200 in all)",
            "point": {"x": 1, "y": -2},
            "run": "function run (a.lua:3)",
            "print": "function print (builtin)",
            "self": "<circular reference to $>",
            "job": "<thread: suspended>",
            "ratio": "nan",
            "deep": "{… 3 elements, 1 pair}",
            "none": {},
            "proxy": {"a": 1},
            "[1]": False,
            "…": "2 more pairs",
        }
    )
    assert list(values.to_metadata(config()))[:3] == ["1", "2", "host"]


def test_keys_of_the_same_text_both_stay() -> None:
    table = Table(pairs=(Pair(1, "number"), Pair("1", "string"), Pair(1.0, "float")), pair_count=3)
    assert values.to_metadata(table) == {"1": "number", "1 (2)": "string", "1.0": "float"}


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (3, {"value": 3}),
        (None, {"value": None}),
        (float("nan"), {"value": "nan"}),
        (10**30, {"value": str(10**30)}),
        (Table(items=(1,), item_count=1), {"value": [1]}),
        (Table(), {}),
        (Table(cut=True, pair_count=2), {"value": "{… 2 pairs}"}),
    ],
)
def test_metadata_of_what_is_no_map(value: Value, data: dict[str, Any]) -> None:
    assert values.to_metadata(value) == data


def test_presets_are_those_of_the_contract() -> None:
    table = {
        field.name: tuple(getattr(preset, field.name) for preset in (DEFAULT, COMPACT, VERBOSE))
        for field in fields(DumpOptions)
    }
    assert table == {
        "max_depth": (10, 3, 20),
        "indent_size": (2, 0, 4),
        "max_string_length": (200, 50, 1000),
        "max_array_elements": (50, 10, 200),
        "max_table_pairs": (50, 10, 200),
        "show_types": (True, False, True),
        "show_addresses": (False, False, True),
        "compact_mode": (False, True, False),
    }


def test_options_from_a_mapping() -> None:
    assert DumpOptions.from_mapping({"max_depth": "inf"})[0].max_depth == 200
    chosen, problems = DumpOptions.from_mapping({"max_depth": 3.0, "compact_mode": True}, VERBOSE)
    assert (chosen.max_depth, chosen.compact_mode, chosen.indent_size) == (3, True, 4)
    assert problems == ()
    assert DumpOptions.from_mapping({"max_array_elements": float("inf")})[0].max_array_elements == 10_000_000


def test_options_that_are_wrong_are_told_and_leave_what_was() -> None:
    wrong = {
        "max_detph": 3,
        "show_types": 1,
        "indent_size": -1,
        "max_depth": "x",
        7: 1,
        "max_table_pairs": 0.5,
    }
    chosen, problems = DumpOptions.from_mapping(wrong)
    assert chosen == DEFAULT
    assert problems == snapshot(
        (
            '"max_detph": no such option; did you mean max_depth?',
            "show_types: expected true or false, not 1; true is kept",
            "indent_size: expected a whole number, 0 or more, not -1; 2 is kept",
            'max_depth: expected a whole number, 0 or more, not "x"; 10 is kept',
            "7: options have names",
            "max_table_pairs: expected a whole number, 0 or more, not 0.5; 50 is kept",
        )
    )


@given(
    st.dictionaries(st.sampled_from([*DumpOptions.__slots__, "x"]) | texts, st.none() | scalars | st.floats())
)
def test_any_mapping_gives_sane_options(mapping: dict[str, Any]) -> None:
    chosen, problems = DumpOptions.from_mapping(mapping)
    values.to_text(config(), chosen)
    assert 0 <= chosen.max_depth <= 200
    assert len(problems) <= len(mapping)
