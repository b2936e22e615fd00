"""Sessions at the debugger's prompt, over a toy script: what commands do, where it stops, how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

from scenarios.prompt_sessions import SCRIPT, Debug, answers, stops, told
from scenarios.toy_script import marked

if TYPE_CHECKING:
    from pathlib import Path

FAILING = "say hello\nfail\nsay never\n"


@pytest.fixture
def debug(tmp_path: Path) -> Debug:
    return Debug(tmp_path)


def test_going_on(debug: Debug) -> None:
    code, out, shown = debug(SCRIPT, "n", "s", "s", "n", "finish", "r", "until", "c")
    assert code == 0
    assert out == "hello\nbye\n"
    assert stops(shown) == [
        "Entry] (main) a.toy:9",
        "Step] (main) a.toy:10",
        "Step] outer a.toy:6",
        "Step] leaf a.toy:2",
        "Step] leaf a.toy:3",
        "Step] outer a.toy:7",
        "Step] (main) a.toy:11",
        "Step] (main) a.toy:12",
    ]


def test_steps_are_counted_and_are_of_the_frame_that_is_looked_at(debug: Debug) -> None:
    _, _, shown = debug(SCRIPT, "s 3", "up", "n", "up", "n", "n 0", "s x")
    assert stops(shown)[1:] == ["Step] leaf a.toy:2", "Step] outer a.toy:7", "Step] (main) a.toy:11"]
    assert answers(shown)[-2:] == [
        "next: needs a number from 1 on, not '0'",
        "step: needs a number from 1 on, not 'x'",
    ]
    _, _, shown = debug(SCRIPT, "b 3", "n 9", "n 2", "info b")
    assert stops(shown)[1:] == ["Breakpoint 1] leaf a.toy:3", "Step] (main) a.toy:11"]


def test_until_goes_out_of_a_loop_and_ends_with_the_frame(debug: Debug) -> None:
    text = "function f\n  x; again 3\n  y\nend\nf()\nz\n"
    _, _, shown = debug(text, "s", "until", "until", "info b")
    assert stops(shown)[1:] == ["Step] f a.toy:2", "Step] f a.toy:3", "Step] (main) a.toy:6"]
    assert answers(shown)[-1] == "no breakpoints"


def test_until_a_line_in_recursion_is_of_the_same_frame(debug: Debug) -> None:
    text = "function f\n  try f()\n  y\nend\nf()\nz\n"
    _, _, shown = debug(text, "s", "until 3", "bt 1", "info breakpoints")
    assert stops(shown)[-1] == "Step] f a.toy:3"
    assert answers(shown)[-1] == "no breakpoints"
    # The calls within it have come by the line before: it is the outermost one that is stopped in.
    assert "called by (main)" in shown.rpartition("[Step] f a.toy:3")[2]


def test_running_to_a_line(debug: Debug) -> None:
    _, _, shown = debug(SCRIPT, "advance 7", "advance a.toy:11", "advance 99", "advance leaf")
    assert stops(shown)[1:] == ["Step] outer a.toy:7", "Step] (main) a.toy:11"]
    assert answers(shown)[2:] == [
        "cannot run to line 99: the file has 12 lines, and no line 99",
        "advance: needs a line: advance 12; tbreak stops at a function",
    ]


def test_breakpoints_of_all_kinds(debug: Debug) -> None:
    line = marked(SCRIPT, "leaf")
    _, _, shown = debug(
        SCRIPT,
        f"b {line} hits 2",
        'log 2 "n is {n}" if n > 3',
        "tb 6",
        "b nowhere",
        "b 99",
        "watch total",
        "watch nothing",
        "condition 1 n > 0",
        "ignore 3 1",
        "disable 4-5",
        "info breakpoints",
        "c",
        "c",
        "i b",
        "delete 2 4-6",
        "clear 3",
        "info b",
        "delete 9",
    )
    assert told(shown) == snapshot("""\
(debug) b 3 hits 2
breakpoint 1 at a.toy:3, hits 2
(debug) log 2 "n is {n}" if n > 3
logpoint 2 at a.toy:2, says "n is {n}" if n > 3
(debug) tb 6
temporary breakpoint 3 at a.toy:6
(debug) b nowhere
breakpoint 4 at nowhere (no function nowhere is loaded yet)
(debug) b 99
breakpoint 5 at a.toy:99 (the file has 12 lines, and no line 99)
(debug) watch total
watchpoint 6 on total
(debug) watch nothing
watch: there is no such variable
(debug) condition 1 n > 0
breakpoint 1 at a.toy:3, hits 2 if n > 0
(debug) ignore 3 1
breakpoint 3 passes by the next 1 hit
(debug) disable 4-5
 ● 1  a.toy:3   hits 2 if n > 0
 ● 2  a.toy:2   logpoint, says "n is {n}" if n > 3
 ● 3  a.toy:6   temporary breakpoint, passes by the next 1
 ○ 4  nowhere   disabled, no function nowhere is loaded yet
 ○ 5  a.toy:99  disabled, the file has 12 lines, and no line 99
 ● 6  total     watchpoint
(debug) info breakpoints
 ● 1  a.toy:3   hits 2 if n > 0
 ● 2  a.toy:2   logpoint, says "n is {n}" if n > 3
 ● 3  a.toy:6   temporary breakpoint, passes by the next 1
 ○ 4  nowhere   disabled, no function nowhere is loaded yet
 ○ 5  a.toy:99  disabled, the file has 12 lines, and no line 99
 ● 6  total     watchpoint
(debug) c
[Breakpoint 3] outer a.toy:6
(debug) c
a.toy:2 n is 9
[Breakpoint 1] leaf a.toy:3
(debug) i b
 ● 1  a.toy:3   hits 2 if n > 0, 2 hits
 ● 2  a.toy:2   logpoint, says "n is {n}" if n > 3, 1 hit
 ○ 4  nowhere   disabled, no function nowhere is loaded yet
 ○ 5  a.toy:99  disabled, the file has 12 lines, and no line 99
 ● 6  total     watchpoint
(debug) delete 2 4-6
deleted 2, 4, 5, 6
(debug) clear 3
deleted 1
(debug) info b
no breakpoints
(debug) delete 9
delete: there is no breakpoint 9
""")


def test_a_breakpoint_is_cleared_where_it_is_seen(debug: Debug) -> None:
    _, _, shown = debug(SCRIPT, "b 4", "clear 9", "clear 8", "b leaf", "clear leaf", "b", "clear", "info b")
    assert told(shown) == snapshot("""\
(debug) b 4
breakpoint 1 at a.toy:6 (no statement begins on line 4)
(debug) clear 9
clear: there is no breakpoint; info breakpoints lists them
(debug) clear 8
clear: there is no breakpoint; info breakpoints lists them
(debug) b leaf
breakpoint 2 at leaf (a.toy:2)
(debug) clear leaf
deleted 2
(debug) b
breakpoint 3 at a.toy:9
(debug) clear
deleted 3
(debug) info b
 ● 1  a.toy:6
""")


def test_a_count_to_continue_and_an_empty_line(debug: Debug) -> None:
    text = "x; again 9 -- @loop\nlast\n"
    _, _, shown = debug(text, "c 2", "b 1", "c", "c 3", "ignore", "ignore 1 x", "p n")
    assert answers(shown)[0] == "continue: a count is for a stop at a breakpoint"
    assert answers(shown)[-3:] == [
        "ignore: needs the number of a breakpoint first",
        "ignore: needs how many hits to pass by: ignore 2 10",
        "8",
    ]


def test_watched_data(debug: Debug) -> None:
    _, _, shown = debug("a\nchange\nb\n", "watch total", "c", "info watches")
    assert stops(shown)[1] == "Data changed 1] (main) a.toy:2"
    assert "watched: 0 → 1" in shown
    assert "watchpoint, 1 hit" in shown


def test_an_uncaught_error_stops_and_then_fails_the_script(debug: Debug) -> None:
    code, out, shown = debug(FAILING, "c", "p n", "catch")
    assert (code, out) == (1, "hello\n")
    assert "[Error] (main) a.toy:2\n  no such thing\n" in shown
    assert shown.endswith("stops at uncaught errors\nerror: no such thing\n")
    code, _, shown = debug(FAILING, "c", flags=("--no-post-mortem",))
    assert code == 1
    assert stops(shown) == ["Entry] (main) a.toy:1"]
    code, _, shown = debug(FAILING, "catch off", "catch all if error", "catch off caught", "catch off", "c")
    assert code == 1
    assert len(stops(shown)) == 1


def test_commands_after_the_end(debug: Debug) -> None:
    code, out, shown = debug(
        SCRIPT, "c", "n", "p n", "info b", "b 3", "info sources", "threads", "i display", "restart", "c", "bt"
    )
    assert code == 0
    assert out == "hello\nbye\nhello\n"
    assert stops(shown) == ["Entry] (main) a.toy:9", "Entry] (main) a.toy:9", "Breakpoint 1] leaf a.toy:3"]
    assert told(shown) == snapshot("""\
(debug) c
the script has ended with exit code 0; restart runs it again
(debug) n
next: the script has ended; restart runs it again
(debug) p n
print: the script has ended; restart runs it again
(debug) info b
no breakpoints
(debug) b 3
breakpoint 1 at a.toy:3 (not loaded yet)
(debug) info sources
no sources
(debug) threads
no script runs
(debug) i display
no displays
(debug) restart
[Entry] (main) a.toy:9
(debug) c
[Breakpoint 1] leaf a.toy:3
(debug) bt
 ▶ 0  leaf    a.toy:3
   1  outer   a.toy:6
   2  (main)  a.toy:10
""")


def test_watchpoints_are_gone_with_what_they_watched(debug: Debug) -> None:
    _, _, shown = debug(SCRIPT, "watch total", "b 3", "run", "info b")
    assert answers(shown)[-1] == " ● 2  a.toy:3"


def test_quitting_ends_the_script(debug: Debug) -> None:
    code, out, shown = debug(SCRIPT, "n", "quit", "c")
    assert (code, out) == (0, "hello\n")
    assert shown.endswith("(debug) quit\n")


def test_where_it_stops_at_first(debug: Debug) -> None:
    flags = ("--break-at", "a.toy:3", "--break-at", "11", "--break-at", "b.toy:1", "--watch", "n")
    code, _, shown = debug(SCRIPT, "c", "delete", "c", flags=flags)
    assert code == 0
    assert stops(shown) == ["Breakpoint 1] leaf a.toy:3", "Breakpoint 2] (main) a.toy:11"]
    assert "breakpoint 3 at b.toy:1 (there is no file b.toy)" in shown
    assert "  * n = " in shown
    _, _, shown = debug(SCRIPT, flags=(*flags, "--step"))
    assert stops(shown) == ["Entry] (main) a.toy:9"]


def test_a_breakpoint_that_was_never_reached_is_told(debug: Debug) -> None:
    _, _, shown = debug(SCRIPT, "b nowhere", "b 99", "disable 2", "c", "i b")
    assert "never reached: breakpoint 1 at nowhere (no function nowhere is loaded yet)\n" in shown
    assert "never reached: breakpoint 2" not in shown


def test_comments_and_empty_lines_of_a_script(debug: Debug) -> None:
    code, _, shown = debug(SCRIPT, "# comment", "", "   # another", "n", "", "p n")
    assert code == 0
    assert shown.count("(debug)") == 2
