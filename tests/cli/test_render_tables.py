"""Dumps as trees and the timer table."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug.picture import Function, Number, Opaque, Pair, Reference, Table, Text, Value
from debug.reports import TimerRow
from debug.values import DumpOptions
from llmspell_cli.render.dump_view import MAX_ROWS, show_value
from llmspell_cli.render.terminal import Terminal
from llmspell_cli.render.text import cell_width
from llmspell_cli.render.timer_table import show_timers


def screen(width: int = 80, *, unicode: bool = True) -> Terminal:
    return Terminal(fd=-1, is_tty=True, width=width, color=False, unicode=unicode, fixed_width=True)


NO_TERMINAL = Terminal(fd=-1, is_tty=False, width=80, color=False, unicode=True)

CONFIG = Table(
    items=("first",),
    item_count=1,
    pairs=(
        Pair("host", "localhost"),
        Pair("tags", Table(items=("a", 2, True), item_count=60)),
        Pair("deep", Table(pairs=(Pair("self", Reference("$")),), pair_count=1, metatable=True)),
        Pair("bad key", Text("abc", 1200)),
        Pair(Number("nan"), Function("done", "x.lua", 3)),
        Pair(2.5, Opaque("thread", "suspended")),
        Pair("none", Table()),
        Pair("cut", Table(item_count=3, cut=True)),
    ),
    pair_count=9,
    type_name="Config",
    text="config of x",
)


def test_tree() -> None:
    assert show_value(CONFIG, screen(), label="config") == snapshot("""\
config: Config (1 item, 9 pairs) "config of x"
├── [1] = "first"
├── host = "localhost"
├── tags = table (60 items)
│   ├── "a"
│   ├── 2
│   ├── true
│   └── … 57 more items
├── deep = table (1 pair, metatable)
│   └── self = <circular reference to $>
├── ["bad key"] = "abc"… (1200 in all)
├── [nan] = function done (x.lua:3)
├── [2.5] = <thread: suspended>
├── none = {}
├── cut = [… 3 elements]
└── … 1 more pair
""")


def test_a_tree_of_javascript() -> None:
    value = Table(
        pairs=(
            Pair("none", None),
            Pair("list", Table(items=("a", 2), item_count=60)),
            Pair("mixed", Table(items=("a",), item_count=1, pairs=(Pair("index", 5),), pair_count=1)),
            Pair(
                "map",
                Table(
                    pairs=(Pair("a", Table(pairs=(Pair("x y", 1),), pair_count=1, type_name="P")),),
                    pair_count=2,
                    type_name="Map",
                    kind="map",
                ),
            ),
            Pair(
                "error",
                Table(pairs=(Pair("code", 1),), pair_count=1, type_name="Error", text="no", kind="error"),
            ),
            Pair("run", Function("done", "x.js", 3)),
        ),
        pair_count=6,
    )
    assert show_value(value, screen(), label="config", language="javascript") == snapshot("""\
config: Object
├── none: null
├── list: Array(60)
│   ├── "a"
│   ├── 2
│   └── … 58 more items
├── mixed: Array(1)
│   ├── "a"
│   └── index: 5
├── map: Map(2)
│   ├── "a" => P
│   │   └── "x y": 1
│   └── … 1 more entry
├── error: [Error: no]
│   └── code: 1
└── run: [Function: done (x.js:3)]
""")


def test_elsewhere_it_is_the_text_of_a_dump() -> None:
    assert show_value(CONFIG, NO_TERMINAL, label="config") == snapshot("""\
config: Config (1 item, 9 pairs) "config of x" {
  [1] = "first"
  host = "localhost"
  tags = table (60 items) ["a", 2, true, … 57 more elements]
  deep = table (1 pair, metatable) {
    self = <circular reference to $>
  }
  ["bad key"] = "abc"… (1200 in all)
  [nan] = function done (x.lua:3)
  [2.5] = <thread: suspended>
  none = table {}
  cut = table [… 3 elements]
  … 1 more pair
}
""")


def test_a_scalar_and_a_compact_dump_stay_on_their_line() -> None:
    assert show_value("text", screen(), label="it") == 'it: "text"\n'
    assert len(show_value(CONFIG, screen(), options=DumpOptions(compact_mode=True)).splitlines()) == 1


def values_of(letters: str | None) -> st.SearchStrategy[Value]:
    text = st.text(st.characters(codec=None) if letters is None else st.sampled_from(letters))
    return st.recursive(
        st.none() | st.integers() | st.floats() | text | st.builds(Reference, text),
        lambda inner: st.builds(
            Table,
            items=st.lists(inner, max_size=4).map(tuple),
            pairs=st.lists(st.builds(Pair, inner, inner), max_size=4).map(tuple),
            text=st.none() | text,
        ),
        max_leaves=20,
    )


@given(values_of(None), st.integers(20, 200), st.booleans())
def test_any_value_is_shown(value: Value, width: int, unicode: bool) -> None:
    text = show_value(value, screen(width, unicode=unicode))
    assert "\x1b" not in text
    text.encode("utf-8" if unicode else "ascii")


@given(values_of("plain and wide: 日本"), st.integers(20, 200))
def test_trees_fit_the_width(value: Value, width: int) -> None:
    if isinstance(value, Table):
        for line in show_value(value, screen(width)).splitlines():
            assert cell_width(line) <= width


def test_deep_and_large_values_end() -> None:
    deep: Value = "bottom"
    for _ in range(150):
        deep = Table(items=(deep,), item_count=1)
    options = DumpOptions(max_depth=200, max_array_elements=10**6)
    assert len(show_value(deep, screen(), options=options).splitlines()) < 40
    row = Table(items=tuple(range(100)), item_count=100)
    large = Table(items=(row,) * 200, item_count=200)
    assert len(show_value(large, screen(), options=options).splitlines()) <= MAX_ROWS + 201


def row(
    name: str,
    count: int,
    mean_ms: float,
    *laps: TimerRow,
    memory: int | None = None,
    unfinished: int = 0,
) -> TimerRow:
    return TimerRow(
        name, count, count * mean_ms, mean_ms, mean_ms * 0.9, mean_ms * 1.5, mean_ms * 1.7,
        mean_ms * 0.5, mean_ms * 2, mean_ms * 0.3, memory, unfinished, laps,
    )  # fmt: skip


ROWS = (
    row("workflow", 1, 3250.4, row("load", 1, 1200.0), row("parse", 1, 2050.4), memory=204_800),
    row("cache.lookup", 1000, 0.0123, memory=-20),
    row("never stopped", 0, 0.0, unfinished=2),
)


def test_timers_elsewhere() -> None:
    assert show_timers(ROWS, NO_TERMINAL) == snapshot("""\
timers         count      total       mean     median        p95        p99        min        max    std dev      memory  unfinished
workflow           1    3.25 s     3.25 s     2.93 s     4.88 s     5.53 s     1.63 s     6.50 s              +200.0 KiB
├ load             1    1.20 s     1.20 s     1.08 s     1.80 s     2.04 s   600.00 ms    2.40 s
└ parse            1    2.05 s     2.05 s     1.85 s     3.08 s     3.49 s     1.03 s     4.10 s
cache.lookup    1000   12.30 ms   12.30 µs   11.07 µs   18.45 µs   20.91 µs    6.15 µs   24.60 µs    3.69 µs     -20 B
never stopped      0                                                                                                               2
""")  # noqa: E501


def test_timers_on_a_terminal() -> None:
    assert show_timers(ROWS, screen(120)) == snapshot("""\

timers         count      total       mean     median        p95        min        max      memory  unfinished
──────────────────────────────────────────────────────────────────────────────────────────────────────────────
workflow           1     3.25 s     3.25 s     2.93 s     4.88 s     1.63 s     6.50 s  +200.0 KiB
├ load             1     1.20 s     1.20 s     1.08 s     1.80 s  600.00 ms     2.40 s
└ parse            1     2.05 s     2.05 s     1.85 s     3.08 s     1.03 s     4.10 s
cache.lookup    1000   12.30 ms   12.30 µs   11.07 µs   18.45 µs    6.15 µs   24.60 µs       -20 B
never stopped      0                                                                                         2
no room for: p99, std dev
""")


def test_narrow_timers_name_what_is_left_out() -> None:
    assert show_timers(ROWS, screen(60, unicode=False)) == snapshot("""\

timers        |count |    total |     mean |unfinished
--------------+------+----------+----------+----------
workflow      |    1 |   3.25 s |   3.25 s |
|- load       |    1 |   1.20 s |   1.20 s |
`- parse      |    1 |   2.05 s |   2.05 s |
cache.lookup  | 1000 | 12.30 ms | 12.30 us |
never stopped |    0 |          |          |         2
no room for: median, p95, p99, min, max, std dev, memory
""")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_timers_fit_and_no_figure_is_cut(width: int) -> None:
    text = show_timers((*ROWS, row("a name of " + "日本" * 40, 5, 0.5)), screen(width))
    assert all(cell_width(line) <= width for line in text.splitlines())
    table = text.split("no room for")[0]
    assert "…" not in table
    assert "3.25 s" in table


def test_no_timers_no_table() -> None:
    assert show_timers((), screen()) == ""
    assert show_timers((), NO_TERMINAL) == ""


def test_hostile_names() -> None:
    for terminal in (screen(), NO_TERMINAL):
        assert "\x1b" not in show_timers((row("\x1b[2J\n", 1, 1.0, row("\x1b[H", 1, 1.0)),), terminal)


def test_plain_text_needs_no_rich() -> None:
    program = """
import io, sys, time
from debug.entry import Entry
from debug.level import Level
from debug.picture import Table
from debug.reports import TimerRow
from llmspell_cli.render.console_output import RichConsoleOutput
from llmspell_cli.render.error_view import show_error
from llmspell_cli.render.terminal import detect
from llmspell_cli.render.timer_table import show_timers
from runtime.engine import ErrorKind, ScriptError
plain = detect(99, "never", {})
show_timers((TimerRow("t", 1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0),), plain)
value = Table(items=(1,), item_count=1)
show_error(ScriptError(ErrorKind.RUNTIME, "m", "x.lua", 1, 1, "x = 1", value), plain, show_locals=True)
output = RichConsoleOutput(detect(99, "always", {}), io.StringIO())
output.write([Entry(0, 0, Level.INFO, "m", "module", {"short": 1})])
output.flush()
assert not [name for name in sys.modules if name.split(".")[0] == "rich"]
"""
    subprocess.run([sys.executable, "-c", program], check=True)
