"""The parts of the prompt's views: source, values, the stack, tables; narrow, in colour, in ASCII."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug.debugger.events import BreakpointInfo, Location, SourceInfo, ThreadInfo
from debug.debugger.places import AtFunction, AtLine, OnData
from debug.debugger.rules import Rules
from debug.debugger.views import FrameInfo
from llmspell_cli.prompt.memory import FrameKey, Memory
from llmspell_cli.render.debug_source import Excerpt, line_count, show_source
from llmspell_cli.render.debug_stack import show_backtrace, stack_summary
from llmspell_cli.render.debug_stop import StopView, show_stop
from llmspell_cli.render.debug_tables import show_breakpoint, show_breakpoints, show_sources, show_threads
from llmspell_cli.render.debug_values import Row, show_rows
from llmspell_cli.render.terminal import Terminal
from llmspell_cli.render.text import cell_width

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028]")
SGR = re.compile(r"\x1b\[[0-9;]*m")
LUA = '-- one\nlocal x = "ä\\tü" -- 日本\nif x then\n\treturn nil, 1.5 end\n'


def terminal(width: int = 60, *, color: bool = False, unicode: bool = True) -> Terminal:
    return Terminal(fd=-1, is_tty=False, width=width, color=color, unicode=unicode)


def at(line: int, column: int = 0, end_column: int = 0) -> Location:
    return Location(1, "/x/a.lua", "a.lua", line, column, line if end_column else 0, end_column)


def test_source_with_marks_and_the_statement_that_is_meant() -> None:
    excerpt = Excerpt(LUA, "lua", 1, 9, at(4, 2, 17), True, {2: True, 3: False})
    assert show_source(excerpt, terminal()) == snapshot("""\
    1 │ -- one
 ●  2 │ local x = "ä\\tü" -- 日本
 ○  3 │ if x then
  ▶ 4 │     return nil, 1.5 end
      │     ^^^^^^^^^^^^^^^
    5 │
""")
    assert show_source(excerpt, terminal(24, unicode=False)) == snapshot("""\
    1 | -- one
 *  2 | local x = "\\x...
 o  3 | if x then
  > 4 |     return ni...
      |     ^^^^^^^^^^^^
    5 |
""")


def test_source_in_colour_is_the_same_text() -> None:
    excerpt = Excerpt(LUA, "lua", 1, 9, at(4, 2, 17), True, {2: True})
    coloured = show_source(excerpt, terminal(color=True))
    assert "\x1b[35mlocal\x1b[0m" in coloured
    assert SGR.sub("", coloured) == show_source(excerpt, terminal())


@pytest.mark.parametrize("language", ["lua", "javascript", "python", "text", "no such language"])
@given(
    text=st.text(alphabet=st.sampled_from("ab \"'-/*[]{}=\t\n\r\x00\x1b日\u0301\ufeff\u2028")),
    width=st.integers(20, 60),
    line=st.integers(1, 5),
    column=st.integers(0, 40),
    color=st.booleans(),
    unicode=st.booleans(),
)
@example(text="==\x00\u0301\t", width=20, line=1, column=6, color=False, unicode=False)
def test_source_keeps_to_the_width_and_drives_no_terminal(
    language: str, text: str, width: int, line: int, column: int, color: bool, unicode: bool
) -> None:
    excerpt = Excerpt(text, language, 1, 9, at(line, column, column + 3 if column else 0), True, {1: True})
    shown = SGR.sub("", show_source(excerpt, terminal(width, color=color, unicode=unicode)))
    lines = shown.split("\n")
    assert lines.pop() == ""
    assert not any(CONTROLS.search(line) for line in lines)
    assert unicode or shown.isascii()
    assert max(map(cell_width, lines)) <= max(width, 24)
    assert len([line for line in lines if re.search(r"\d [│|]", line)]) == min(
        len(text.replace("\r\n", "\n").split("\n")), 9
    )


def test_lines_are_counted_as_editors_do() -> None:
    assert [line_count(text) for text in ("", "a", "a\n", "a\nb", "a\r\nb\r\n", "\n\n")] == [1, 1, 1, 2, 2, 2]


def test_rows_that_do_not_fit_are_cut() -> None:
    rows = (
        Row("n", "1"),
        Row("name", '"' + "x" * 80 + '"', changed=True, was='"y"'),
        Row("sum", "2", changed=True, was="1"),
        Row("new", "3", changed=True),
        Row("日本", '"ä\x1b"'),
    )
    assert show_rows(rows, terminal(40)) == snapshot("""\
    n    = 1
  * name = "xxxxxxxxxxxxxxxxxxxxxxxxxxx…
  * sum  = 2  (was 1)
  * new  = 3
    日本 = "ä\\x1b"
""")
    assert show_rows(rows, terminal(40, unicode=False)).isascii()
    assert SGR.sub("", show_rows(rows, terminal(40, color=True))) == show_rows(rows, terminal(40))


def frame(number: int, name: str, line: int, kind: str = "script") -> FrameInfo:
    return FrameInfo(number, name, at(line) if line else None, "a.lua" if line else "[C]", kind)  # type: ignore[arg-type]


STACK = (
    frame(1, "error", 0, "native"),
    *(frame(number, "down", 3) for number in range(2, 9)),
    frame(9, "coroutine", 0, "boundary"),
    frame(10, "(main)", 8),
)


def test_a_stack_with_recursion_and_the_frame_that_is_looked_at() -> None:
    assert show_backtrace(STACK, 1, terminal()) == snapshot("""\
   0  error      [C]
 ▶ 1  down       a.lua:3
      … 6 more calls of down
   8  (coroutine)
   9  (main)     a.lua:8
""")
    assert show_backtrace(STACK, 5, terminal()) == snapshot("""\
   0  error      [C]
   1  down       a.lua:3
      … 6 more calls of down
 ▶ 5  down       a.lua:3
   8  (coroutine)
   9  (main)     a.lua:8
""")
    assert stack_summary(STACK, 1, terminal(), 60) == "down+ ← (coroutine) ← (main)"
    assert stack_summary(STACK, 1, terminal(unicode=False), 16) == "down+ < (coro..."


def test_a_stop_with_more_than_it_can_show() -> None:
    rows = [Row(f"v{number}", str(number), changed=number == 11) for number in range(12)]
    view = StopView(
        "Error", True, "no\x1b such\nthing", "thread 2", STACK, 1, None, rows, (), "a.lua has changed"
    )
    assert show_stop(view, terminal()) == snapshot("""\
[Error] thread 2 frame 1 down a.lua:3
  no\\x1b such
  thing
  a.lua has changed
    v0  = 0
    v1  = 1
    v2  = 2
    v3  = 3
    v4  = 4
    v5  = 5
    v6  = 6
  * v11 = 11
    … 4 more: locals
    called by down+ ← (coroutine) ← (main)
""")


BREAKPOINTS = (
    BreakpointInfo(1, AtLine("/x/a.lua", 3), Rules(), True, None, (at(4),), 2, 0),
    BreakpointInfo(2, AtFunction("f"), Rules("x", "%2", temporary=True), True, None, (at(9),), 0, 3),
    BreakpointInfo(3, AtLine(7, 1), Rules(log_message="x is {x}", thread=2), False, "there is no source 7", (), 0, 0),
    BreakpointInfo(14, OnData("1:x", "t.x"), Rules(enabled=False), True, None, (), 1, 0),
)  # fmt: skip


def test_tables() -> None:
    assert show_breakpoints(BREAKPOINTS, terminal()) == snapshot("""\
 ●  1  a.lua:4      2 hits
 ●  2  f (a.lua:9)  temporary breakpoint, hits %2 if x, passes by the next 3
 ○  3  @7:1         logpoint, says "x is {x}" thread 2, there is no source 7
 ○ 14  t.x          watchpoint, 1 hit, disabled
""")
    assert "".join(show_breakpoint(info, terminal()) for info in BREAKPOINTS) == snapshot("""\
breakpoint 1 at a.lua:4 (no statement begins on line 3)
temporary breakpoint 2 at f (a.lua:9), hits %2 if x
logpoint 3 at @7:1, says "x is {x}" thread 2 (there is no source 7)
watchpoint 14 on t.x, disabled
""")
    assert show_breakpoints((), terminal()) == ""
    threads = (ThreadInfo(1, "a.lua", "lua", True), ThreadInfo(2, "b.js", "javascript", False))
    assert show_threads(threads, 1, terminal(unicode=False)) == snapshot("""\
 > 1  a.lua  lua, stopped
   2  b.js  javascript, running
""")
    sources = (
        SourceInfo(1, 1, "a.lua", "/x/a.lua", None),
        SourceInfo(2, 1, "=load", None, "too many locals"),
    )
    assert show_sources(sources, terminal()) == snapshot("""\
 @1  a.lua
 @2  =load  no file, cannot be stopped in: too many locals
""")


def test_what_has_changed_is_of_the_same_call() -> None:
    memory = Memory()
    outer, inner = FrameKey(1, 1, 1, "(main)"), FrameKey(1, 2, 1, "f")
    assert memory.compare(outer, {"x": "1"}) == (Row("x", "1"),)
    assert memory.compare(inner, {"x": "5"}) == (Row("x", "5"),)
    assert memory.compare(inner, {"x": "6", "y": "1"}) == (
        Row("x", "6", changed=True, was="5"),
        Row("y", "1", changed=True),
    )
    assert memory.compare(outer, {"x": "2"}) == (Row("x", "2", changed=True, was="1"),)
    assert memory.compare(inner, {"x": "7"}) == (Row("x", "7"),)  # another call: the former one was over
    assert memory.compare(FrameKey(2, 1, 1, "(main)"), {"x": "9"}) == (Row("x", "9"),)
    assert memory.compare_expressions({"a": "1"}) == (Row("a", "1"),)
    assert memory.compare_expressions({"a": "2", "b": "1"}) == (
        Row("a", "2", changed=True, was="1"),
        Row("b", "1"),
    )
