"""Errors as compilers show them: frame, stack, value, causes, hint."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

from debug.picture import Function, Pair, Reference, Table
from debug.stack import StackFrame, StackTrace, Variable
from llmspell_cli.render.code_frame import code_frame
from llmspell_cli.render.error_json import error_to_json
from llmspell_cli.render.error_view import MAX_CAUSES, show_error
from llmspell_cli.render.stack_view import Folded, Shown, fold, show_stack
from llmspell_cli.render.terminal import Terminal
from llmspell_cli.render.text import cell_width
from runtime.engine import ErrorKind, ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = """\
local M = {}
-- finds the name
function M.name_of(order)
\tlocal user = order.user
\treturn "日本" .. user.name, order.id
end
return M
"""


@pytest.fixture(autouse=True)
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("names.lua")
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def terminal(width: int = 80, *, color: bool = False, unicode: bool = True) -> Terminal:
    return Terminal(fd=-1, is_tty=False, width=width, color=color, unicode=unicode)


def frame(name: str | None, line: int | None = 1, *variables: Variable) -> StackFrame:
    return StackFrame(name, "names.lua", line, 1, "Lua", locals=variables)


TRACE = StackTrace(
    frames=(
        frame(
            "field 'name_of'",
            5,
            Variable("order", Table(pairs=(Pair("id", 7),), pair_count=1)),
            Variable("user", None),
        ),
        StackFrame("global 'pcall'", "[C]", None, None, "C"),
        StackFrame(None, "names.lua", 7, 0, "main"),
    )
)
VALUE = Table(
    pairs=(
        Pair("code", 42),
        Pair("retry", Function("retry", "names.lua", 3)),
        Pair("self", Reference("$")),
        Pair("tags", Table(items=("a", "b"), item_count=60)),
    ),
    pair_count=4,
    type_name="HttpError",
)
ERROR = ScriptError(
    ErrorKind.RUNTIME,
    "names.lua:5: attempt to index a nil value (local 'user')",
    "names.lua",
    5,
    17,
    stack=TRACE,
    hint="'order.user' is nil",
    cause=ScriptError(ErrorKind.RUNTIME, "HttpError", value=VALUE),
)


def test_whole_error() -> None:
    assert show_error(ERROR, terminal(), show_locals=True) == snapshot("""\
error: attempt to index a nil value (local 'user')
 --> names.lua:5:17
  │
3 │ function M.name_of(order)
4 │     local user = order.user
5 │     return "日本" .. user.name, order.id
  │                      ^^^^
6 │ end
7 │ return M

stack, innermost call first:
  1. field 'name_of'  names.lua:5
       order = {id = 7}
       user = nil
  2. global 'pcall'
  3. main chunk       names.lua:7

hint: 'order.user' is nil

caused by: error: HttpError

error value:
  HttpError (4 pairs) {
    code = 42
    retry = function retry (names.lua:3)
    self = <circular reference to $>
    tags = table (60 items) ["a", "b", … 58 more elements]
  }
""")


def test_ascii_only_without_locals() -> None:
    text = show_error(ERROR, terminal(40, unicode=False), show_locals=False)
    text.encode("ascii")
    assert text == snapshot("""\
error: attempt to index a nil value (local 'user')
 --> names.lua:5:17
  |
3 | function M.name_of(order)
4 |     local user = order.user
5 | ...n "\\u65e5\\u672c" .. user.name...
  |                        ^^^^
6 | end
7 | return M

stack, innermost call first:
  1. field 'name_of'  names.lua:5
  2. global 'pcall'
  3. main chunk       names.lua:7

hint: 'order.user' is nil

caused by: error: HttpError

error value:
  HttpError (4 pairs) {
    code = 42
    retry = function retry (names.lua:3)
    self = <circular reference to $>
    tags = table (60 items) ["a", "b", ... 58 more elements]
  }
""")


def test_colors_change_nothing_but_the_look() -> None:
    import re

    error = ScriptError(ErrorKind.SYNTAX, "unexpected symbol", "names.lua", 5, 17, stack=TRACE)
    painted = show_error(error, terminal(color=True), show_locals=True)
    assert "\x1b[1;31m^^^^\x1b[0m" in painted
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == show_error(error, terminal(), show_locals=True)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_frames_fit_the_width(width: int, script: Path) -> None:
    script.write_text("x = " + "日本語 " * 60 + "\n" + "y = " + "z" * 1_000_000, encoding="utf-8")
    for line in (1, 2):
        text = code_frame("names.lua", line, 130, terminal(width))
        assert all(cell_width(row) <= width for row in text.splitlines())
        assert "^" in text


def test_what_a_program_says_cannot_drive_the_terminal(script: Path) -> None:
    script.write_bytes(b"x = '\x1b[2J\x9b\xff'\n" * 3)
    hostile = "\x1b]0;title\x07\u202e"
    error = ScriptError(
        ErrorKind.RUNTIME,
        hostile,
        "names.lua",
        2,
        3,
        value=Table(pairs=(Pair(hostile, hostile),), pair_count=1, text=hostile, type_name=hostile),
        stack=StackTrace(
            (StackFrame(hostile, hostile, 1, locals=(Variable(hostile, hostile),)),), error=hostile
        ),
        hint=hostile,
    )
    for to in (terminal(), terminal(unicode=False), Terminal(-1, True, 80, False, True)):
        text = show_error(error, to, show_locals=True)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda _: "missing.lua",
        lambda _: "[C]",
        lambda _: ".",
        lambda _: "nul\0byte",
        lambda folder: os.mkfifo(folder / "pipe.lua") or "pipe.lua",
    ],
)
def test_a_source_that_cannot_be_read_is_only_named(make: Callable[[Path], str], tmp_path: Path) -> None:
    source = make(tmp_path)
    assert code_frame(source, 3, 1, terminal()) == f" --> {source.replace(chr(0), chr(92) + 'x00')}:3:1\n"


def test_a_line_that_is_not_there_is_only_named() -> None:
    for line in (0, -1, 8, 10**9):
        assert code_frame("names.lua", line, 1, terminal()) == f" --> names.lua:{line}:1\n"


def test_the_engines_line_counts_where_the_file_differs() -> None:
    same = code_frame("names.lua", 6, None, terminal(), source_line="end")
    assert same.splitlines()[2:] == snapshot(
        [
            "4 │     local user = order.user",
            '5 │     return "日本" .. user.name, order.id',
            "6 │ end",
            "7 │ return M",
        ]
    )
    other = code_frame("names.lua", 6, 2, terminal(), source_line="changed\n")
    assert other.splitlines()[2:] == snapshot(["6 │ changed", "  │  ^^^^^^"])


@pytest.mark.parametrize("column", [-5, 0, 1, 999, 10**12])
def test_a_column_that_is_not_there_does_no_harm(column: int) -> None:
    assert "^" in code_frame("names.lua", 6, column, terminal())


def test_byte_order_mark_and_line_ends_do_not_count(script: Path) -> None:
    script.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert code_frame("names.lua", 2, 1, terminal()).splitlines()[2:] == snapshot(
        ["1 │ one", "2 │ two", "  │ ^^^", "3 │ three"]
    )


def test_recursion_is_folded() -> None:
    even, odd = frame("global 'even'", 3), frame("global 'odd'", 4)
    frames = (frame("local 'f'", 9), *[frame("local 'f'", 12)] * 198, *(even, odd) * 6, frame(None, 20))
    assert show_stack(StackTrace(frames, truncated=True), terminal(), show_locals=False) == snapshot("""\
    1. local 'f'                   names.lua:9
    2. local 'f'                   names.lua:12
       … 197 more calls of local 'f'
  200. global 'even'               names.lua:3
  201. global 'odd'                names.lua:4
       … 10 more calls of global 'even', global 'odd'
  212. function defined at line 1  names.lua:20
       … more frames; max_depth is 50
""")


def test_folding_loses_no_frame() -> None:
    f, g, h = frame("f"), frame("g"), frame("h")
    for frames in [(), (f,), (f, f, f), (f,) * 4, (f, g) * 5 + (f,), (f, g, h) * 9 + (g,) * 7, (f, g, g) * 3]:
        counted = 0
        for row in fold(frames):
            if isinstance(row, Shown):
                assert row.number == counted + 1
                assert row.frame is frames[counted]
            counted += row.count if isinstance(row, Folded) else 1
        assert counted == len(frames)


def test_many_and_long_variables_are_cut_and_counted() -> None:
    variables = (Variable("text", "x" * 10_000), *(Variable(f"v{index}", index) for index in range(60)))
    text = show_stack(StackTrace((frame("f", 1, *variables),)), terminal(60), show_locals=True)
    assert all(cell_width(line) <= 60 for line in text.splitlines())
    assert "… 41 more variables" in text


def test_a_long_chain_of_causes_ends() -> None:
    error = ScriptError(ErrorKind.RUNTIME, "first")
    for _ in range(5000):
        error = ScriptError(ErrorKind.RUNTIME, "later", cause=error)
    assert show_error(error, terminal(), show_locals=False).count("caused by") == MAX_CAUSES
    shown = error_to_json(error)
    for _ in range(5000):
        shown = shown["cause"]
    assert shown == {"kind": "error", "message": "first"}


def test_json() -> None:
    document = error_to_json(ERROR)
    assert json.loads(json.dumps(document)) == document
    del document["stack"]
    assert document == snapshot(
        {
            "kind": "error",
            "message": "names.lua:5: attempt to index a nil value (local 'user')",
            "source": "names.lua",
            "line": 5,
            "column": 17,
            "hint": "'order.user' is nil",
            "cause": {
                "kind": "error",
                "message": "HttpError",
                "value": {
                    "code": 42,
                    "retry": "function retry (names.lua:3)",
                    "self": "<circular reference to $>",
                    "tags": ["a", "b", "… 58 more elements"],
                },
            },
        }
    )


def test_json_holds_only_what_is_known() -> None:
    assert error_to_json(ScriptError(ErrorKind.TIMEOUT, "stopped after 2 s")) == {
        "kind": "timeout",
        "message": "stopped after 2 s",
    }
