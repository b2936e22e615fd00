"""ES modules rewritten: lines stay, columns can be found again, names mean what they meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.js.esm import first_error, rewrite_imports, rewrite_module
from runtime.js.modules import WRAPPER
from runtime.js.rewritten import Edit, Rewritten, apply_edits

HEAD = """import one, { two as deux, "a b" as odd } from "./m.mjs"; import * as all from "n";\n"""


def body(text: str) -> str:
    """The rewritten text after the line of imports."""
    made = rewrite_module((HEAD + text).encode())
    assert made is not None
    return made.code.split("\n", 1)[1].removesuffix("\n})")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(one, deux, odd, all)", 'f(__0.default, __0.two, __0["a b"], all)'),
        ("one()", ";(0,__0.default)()"),
        ("if (x) one()", "if (x) (0,__0.default)()"),
        ("x\none()", "x\n;(0,__0.default)()"),
        ("new one()", "new __0.default()"),
        ("one.one.deux", "__0.default.one.deux"),
        ("one?.()", ";(0,__0.default)?.()"),
        ("one`x`", ";(0,__0.default)`x`"),
        ("({ one, deux: deux })", "({ one:__0.default, deux: __0.two })"),
        ("`${one}`", "`${__0.default}`"),
        ("function f(one) { return one + deux }", "function f(one) { return one + __0.two }"),
        ("function f({ one, x: [deux = one] }, ...odd) { odd }", None),
        ("const f = (one) => one, g = one => one", None),
        ("{ let one = 1; one }\none", "{ let one = 1; one }\n__0.default"),
        ("{ one; function one() {} }", None),
        ("function f() { one; { var one = 1 } }", None),
        (
            "function f() { one; function g() { var one } }",
            "function f() { __0.default; function g() { var one } }",
        ),
        ("for (const one of deux) one", "for (const one of __0.two) one"),
        ("for (let one = 0; one < 1; one++) one", None),
        ("try {} catch (one) { one } one", "try {} catch (one) { one } __0.default"),
        ("try {} catch ({ one }) { one }", None),
        ("switch (deux) { case 1: let one; one }", "switch (__0.two) { case 1: let one; one }"),
        ("(function one() { one })", None),
        ("(class one { m() { one } })", None),
        ("class K { one = one; deux() { deux } }", "class K { one = __0.default; deux() { __0.two } }"),
        ("one: for (;;) break one", None),
        ("x.one = { one: 1 }", None),
        ("import.meta.url; import('x')", "__m.m      .url; __m.i ('x')"),
        ("import.meta.one; (import('x'), one)", "__m.m      .one; (__m.i ('x'), __0.default)"),
    ],
)
def test_what_names_become(text: str, expected: str | None) -> None:
    """None: they stay."""
    assert body(text) == (text if expected is None else expected)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("export const a = 1, { b, c: [d = 2, ...e], ...f } = x", ["a", "b", "d", "e", "f"]),
        ("export function f() {}\nexport async function* g() {}\nexport class C {}", ["f", "g", "C"]),
        ("const a = 1; export { a, a as b, a as default, a as 'c d' }", ["a", "b", "default", "c d"]),
        ("export default 1", ["default"]),
        ("export default function () {}", ["default"]),
        ("export default function named() {}", ["default"]),
        ("export default class {}", ["default"]),
        ("export default async () => {}", ["default"]),
    ],
)
def test_what_is_exported(text: str, names: list[str]) -> None:
    made = rewrite_module(text.encode())
    assert made is not None
    assert made.link["names"] == names
    assert re.search(r"\bexport\b", made.code) is None


def test_what_is_exported_from_elsewhere() -> None:
    made = rewrite_module(
        b'import { q } from "a"; export { q as r }; export { x as y } from "b"; export * from "a";'
        b'export * as z from "b";'
    )
    assert made is not None
    assert [one["request"] for one in made.link["requests"]] == ["a", "b"]
    assert made.link["indirect"] == [
        {"name": "r", "index": 0, "imported": "q"},
        {"name": "y", "index": 1, "imported": "x"},
        {"name": "z", "index": 1, "imported": None},
    ]
    assert made.link["stars"] == [0]


@pytest.mark.parametrize(
    ("text", "is_module", "is_async"),
    [
        ("const x = require('y')", False, False),
        ("async function f() { await 1 } const g = async () => { for await (const x of y); }", False, False),
        ("class A { async m() { await 1 } }", False, False),
        ("import('x')", False, False),
        ("await 1", True, True),
        ("for await (const x of y);", True, True),
        ("import 'x'", True, False),
        ("import.meta", True, False),
        ("export {}", True, False),
    ],
)
def test_what_makes_a_text_a_module(text: str, is_module: bool, is_async: bool) -> None:
    made = rewrite_module(text.encode(), only_if_esm=True)
    assert (made is not None) == is_module
    assert made is None or made.link["is_async"] is is_async


def test_names_of_ours_are_none_of_the_text() -> None:
    made = rewrite_module(b'import { a } from "x"; const __0 = 1, __m = 2; a')
    assert made is not None
    assert "___0.a" in made.code


def test_import_in_commonjs_calls_what_the_wrapper_gets() -> None:
    made = rewrite_imports(b"// \xc3\xa4\nimport('x').then(f)", WRAPPER)
    assert made is not None
    assert made.code == (
        "(function (exports, require, module, __filename, __dirname, __i) {// ä\n__i   ('x').then(f)\n})"
    )
    assert rewrite_imports(b"x.import('y')", WRAPPER) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("let a = 1;\nfoo(;\n", (2, 5, "foo(;")),
        ("x = '😀'; y = (;\n", None),
        ("let a = 1", "valid"),
    ],
)
def test_where_a_text_is_no_javascript(text: str, place: tuple[int, int, str] | str | None) -> None:
    found = first_error(text.encode())
    if place == "valid":
        assert found is None
    elif place is None:
        assert found is not None
        assert found[0] == 1
        assert found[1] >= 11
    else:
        assert found == place


PIECES = [
    "one",
    " ",
    "\n",
    "deux()",
    "let x = odd;",
    "ä",
    '"😀"',
    "\r\n",
    "{ let one; one }",
    "// deux\n",
    "all.one",
    "import.meta",
    ";",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_lines_stay_and_columns_are_found_again(text: str) -> None:
    source = HEAD + text
    made = rewrite_module(source.encode())
    assert made is not None
    lines, original = made.code.removesuffix("\n})").split("\n"), source.split("\n")
    assert len(lines) == len(original)
    for number, (line, was) in enumerate(zip(lines, original, strict=True), 1):
        for found in re.finditer(r"ä|😀|let|// deux", line):
            units = len(line[: found.start()].encode("utf-16-le")) // 2 + 1
            column = made.original_column(number, units)
            before = len(was.encode("utf-16-le")[: (column - 1) * 2].decode("utf-16-le"))
            assert was.startswith(found[0], before)


@given(st.text(alphabet="ab\nä😀", max_size=40), st.data())
def test_what_no_edit_touches_keeps_its_place(text: str, data: st.DataObject) -> None:
    encoded, edits, at = text.encode(), [], 0
    for character in text:
        size = len(character.encode())
        if character in "ab" and data.draw(st.booleans()):
            edits.append(Edit(at, at + size, "x" * data.draw(st.integers(0, 3))))
        at += size
    code, columns = apply_edits(encoded, edits, "<<", ">>")
    made = Rewritten(code, columns)
    kept = [
        (row, column)
        for row, line in enumerate(text.split("\n"), 1)
        for column, one in enumerate(line)
        if one in "ä😀"
    ]
    now = [
        (row, column)
        for row, line in enumerate(code.removesuffix(">>").split("\n"), 1)
        for column, one in enumerate(line)
        if one in "ä😀"
    ]
    assert len(kept) == len(now)
    rows, rows_now = text.split("\n"), code.split("\n")
    for (row, column), (row_now, column_now) in zip(kept, now, strict=True):
        units = len(rows[row - 1][:column].encode("utf-16-le")) // 2 + 1
        units_now = len(rows_now[row_now - 1][:column_now].encode("utf-16-le")) // 2 + 1
        assert (row_now, made.original_column(row_now, units_now)) == (row, units)
