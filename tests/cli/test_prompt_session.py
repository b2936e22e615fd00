"""Sessions at the debugger's prompt, over a toy script: what commands do, and what is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from inline_snapshot import snapshot

from scenarios.toy_script import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

TESTS = Path(__file__).resolve().parent.parent
SCRIPT = """\
function leaf
  x = 1
  y = 2; z = 3 -- @leaf
end
function outer
  leaf()
  w = 4
end
say hello
outer()
outer() -- @again
say bye
"""
FAILING = "say hello\nfail\nsay never\n"


class Debug(Protocol):
    """Runs a scripted session: exit code, standard output, standard error."""

    def __call__(
        self, text: str, *commands: str, flags: tuple[str, ...] = (), env: Mapping[str, str] = {}
    ) -> tuple[int, str, str]: ...


@pytest.fixture
def debug(tmp_path: Path) -> Debug:
    def run(
        text: str, *commands: str, flags: tuple[str, ...] = (), env: Mapping[str, str] = {}
    ) -> tuple[int, str, str]:
        (tmp_path / "a.toy").write_text(text)
        (tmp_path / "commands").write_text("\n".join(commands))
        done = subprocess.run(
            [sys.executable, "-m", "scenarios.toy_prompt", *flags, "a.toy", "--commands", "commands"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(TESTS), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def told(shown: str) -> str:
    """What was typed and answered; of a stop its first line."""
    first = shown.index("(debug)")
    return re.sub(r"^(\[[A-Z].*\n)(?:(?!\(debug\)).*\n)*", r"\1", shown[first:], flags=re.MULTILINE)


def answers(shown: str) -> list[str]:
    """What was answered to each command; of a stop its first line."""
    return [part.rstrip("\n") for part in re.split(r"^\(debug\) .*\n", told(shown), flags=re.MULTILINE)[1:]]


def stops(shown: str) -> list[str]:
    """Why and where it has stopped."""
    return re.findall(r"^\[(.*)$", shown, flags=re.MULTILINE)


def test_a_stop_as_it_is_shown(debug: Debug) -> None:
    code, out, shown = debug(SCRIPT, "b leaf", "b 7 if n > 100", "display n * 2", "c", "n", "up")
    assert (code, out) == (0, "hello\n")
    assert shown == snapshot("""\
[Entry] (main) a.toy:9
     5 │ function outer
     6 │   leaf()
     7 │   w = 4
     8 │ end
  ▶  9 │ say hello
    10 │ outer()
    11 │ outer() -- @again
    12 │ say bye
    n     = 0
    total = 0
    items = [1, 2, 3]
(debug) b leaf
breakpoint 1 at leaf (a.toy:2)
(debug) b 7 if n > 100
breakpoint 2 at a.toy:7, if n > 100
(debug) display n * 2
    1: n * 2 = 0
(debug) c
[Breakpoint 1] leaf a.toy:2
    1 │ function leaf
 ●▶ 2 │   x = 1
    3 │   y = 2; z = 3 -- @leaf
    4 │ end
    5 │ function outer
    6 │   leaf()
    n     = 3
    total = 6
    items = [1, 2, 3]
    n * 2 = 6
    called by outer ← (main)
(debug) n
[Step] leaf a.toy:3
    1 │ function leaf
 ●  2 │   x = 1
  ▶ 3 │   y = 2; z = 3 -- @leaf
      │   ^^^^^
    4 │ end
    5 │ function outer
    6 │   leaf()
 ●  7 │   w = 4
  * n     = 4  (was 3)
  * total = 8  (was 6)
    items = [1, 2, 3]
  * n * 2 = 8  (was 6)
    called by outer ← (main)
(debug) up
frame 1 outer a.toy:6
 ●   2 │   x = 1
     3 │   y = 2; z = 3 -- @leaf
     4 │ end
     5 │ function outer
  ▶  6 │   leaf()
 ●   7 │   w = 4
     8 │ end
     9 │ say hello
    10 │ outer()
    n     = 4
    total = 8
    items = [1, 2, 3]
    called by (main)
""")


def test_a_stop_where_there_is_only_ascii_and_little_room(debug: Debug) -> None:
    flags = ("--no-config",)
    env = {"LC_ALL": "C", "COLUMNS": "30"}
    _, _, shown = debug(SCRIPT, "b leaf", "disable", "tb 3", "c", "bt", "help b", flags=flags, env=env)
    assert shown.isascii()
    assert shown == snapshot("""\
[Entry] (main) a.toy:9
     5 | function outer
     6 |   leaf()
     7 |   w = 4
     8 | end
  >  9 | say hello
    10 | outer()
    11 | outer() -- @again
    12 | say bye
    n     = 0
    total = 0
    items = [1, 2, 3]
(debug) b leaf
breakpoint 1 at leaf (a.toy:2)
(debug) disable
 o 1  leaf (a.toy:2)  disabled
(debug) tb 3
temporary breakpoint 2 at a.toy:3
(debug) c
[Breakpoint 2] leaf a.toy:3
    1 | function leaf
 o  2 |   x = 1
  > 3 |   y = 2; z = 3 -- @...
      |   ^^^^^
    4 | end
    5 | function outer
    6 |   leaf()
    7 |   w = 4
    n     = 4
    total = 8
    items = [1, 2, 3]
    called by outer < (main)
(debug) bt
 > 0  leaf    a.toy:3
   1  outer   a.toy:6
   2  (main)  a.toy:10
(debug) help b
break [PLACE] [hits COUNT] [if CONDITION]
Stop at a line or function. A
place is 12, +3, file:12,
file:12:5, @2:12 (a source of
info sources) or a function.
Without one it is the line
that is looked at. A line
without a statement passes to
the next one. COUNT is 5 (the
fifth hit), >=5, or %5 (each
fifth). `thread N` before
these is for one script alone.
Also: b, br
Examples:
  break 12
  break lib/text.lua:7 if #words > 3
  break Account.deposit
  b 12 hits %100
""")


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


def test_values(debug: Debug) -> None:
    _, _, shown = debug(
        SCRIPT,
        "p n + 1",
        "n + 1",
        "!n",
        "p",
        "p missing",
        "brake 3",
        "set total = 99",
        "total",
        "set total",
        "pp items",
        "pp sum(items)",
        "locals",
        "locals all",
        "info args",
        "info glob",
        "info what",
        "display n",
        "display",
        "undisplay 7",
        "undisplay",
        "display",
    )
    assert told(shown) == snapshot("""\
(debug) p n + 1
1
(debug) n + 1
1
(debug) !n
0
(debug) p
print: needs an argument
(debug) p missing
name 'missing' is not defined
(debug) brake 3
invalid syntax (<string>, line 1); did you mean break?
(debug) set total = 99
    total = 99
(debug) total
99
(debug) set total
set: needs a variable and its value: set x = 5
(debug) pp items
table (3 items) [1, 2, 3]
(debug) pp sum(items)
6
(debug) locals
Locals
    n     = 0
    total = 99
    items = [1, 2, 3]
(debug) locals all
Locals
    n     = 0
    total = 99
    items = [1, 2, 3]
Globals
    version = "toy"
(debug) info args
no variables here
(debug) info glob
Globals
    version = "toy"
(debug) info what
info: knows breakpoints, watches, watchpoints, display, locals, args, upvalues, globals, threads, sources, frame
(debug) display n
    1: n = 0
(debug) display
    1: n = 0
(debug) undisplay 7
undisplay: there is no display 7
(debug) undisplay
(debug) display
no displays
""")


def test_looking_around(debug: Debug) -> None:
    _, _, shown = debug(
        SCRIPT, "b leaf", "c", "bt", "bt 1", "up 2", "up", "bt", "down", "down 9", "down", "frame 1", "f", "frame 7",
        "list 1,2", "list", "list .", "list 99", "threads", "thread 9", "info sources", "jump 3", "pause",
    )  # fmt: skip
    assert told(shown) == snapshot("""\
(debug) b leaf
breakpoint 1 at leaf (a.toy:2)
(debug) c
[Breakpoint 1] leaf a.toy:2
(debug) bt
 ▶ 0  leaf    a.toy:2
   1  outer   a.toy:6
   2  (main)  a.toy:10
(debug) bt 1
 ▶ 0  leaf  a.toy:2
   2 more
(debug) up 2
frame 2 (main) a.toy:10
     6 │   leaf()
     7 │   w = 4
     8 │ end
     9 │ say hello
  ▶ 10 │ outer()
    11 │ outer() -- @again
    12 │ say bye
  * n     = 3  (was 0)
  * total = 6  (was 0)
    items = [1, 2, 3]
(debug) up
up: this is the outermost frame
(debug) bt
   0  leaf    a.toy:2
   1  outer   a.toy:6
 ▶ 2  (main)  a.toy:10
(debug) down
frame 1 outer a.toy:6
 ●   2 │   x = 1
     3 │   y = 2; z = 3 -- @leaf
     4 │ end
     5 │ function outer
  ▶  6 │   leaf()
     7 │   w = 4
     8 │ end
     9 │ say hello
    10 │ outer()
    n     = 3
    total = 6
    items = [1, 2, 3]
    called by (main)
(debug) down 9
leaf a.toy:2
    1 │ function leaf
 ●▶ 2 │   x = 1
    3 │   y = 2; z = 3 -- @leaf
    4 │ end
    5 │ function outer
    6 │   leaf()
    n     = 3
    total = 6
    items = [1, 2, 3]
    called by outer ← (main)
(debug) down
down: this is the innermost frame
(debug) frame 1
frame 1 outer a.toy:6
 ●   2 │   x = 1
     3 │   y = 2; z = 3 -- @leaf
     4 │ end
     5 │ function outer
  ▶  6 │   leaf()
     7 │   w = 4
     8 │ end
     9 │ say hello
    10 │ outer()
    n     = 3
    total = 6
    items = [1, 2, 3]
    called by (main)
(debug) f
frame 1 outer a.toy:6
 ●   2 │   x = 1
     3 │   y = 2; z = 3 -- @leaf
     4 │ end
     5 │ function outer
  ▶  6 │   leaf()
     7 │   w = 4
     8 │ end
     9 │ say hello
    10 │ outer()
    n     = 3
    total = 6
    items = [1, 2, 3]
    called by (main)
(debug) frame 7
frame: there is no frame 7: they go from 0 to 2
(debug) list 1,2
    1 │ function leaf
 ●  2 │   x = 1
(debug) list
     3 │   y = 2; z = 3 -- @leaf
     4 │ end
     5 │ function outer
  ▶  6 │   leaf()
     7 │   w = 4
     8 │ end
     9 │ say hello
    10 │ outer()
    11 │ outer() -- @again
    12 │ say bye
(debug) list .
 ●   2 │   x = 1
     3 │   y = 2; z = 3 -- @leaf
     4 │ end
     5 │ function outer
  ▶  6 │   leaf()
     7 │   w = 4
     8 │ end
     9 │ say hello
    10 │ outer()
    11 │ outer() -- @again
    12 │ say bye
(debug) list 99
list: a.toy has 12 lines
(debug) threads
 ▶ 1  a.toy  lua, stopped
(debug) thread 9
there is no thread 9: it has ended, or never was
(debug) info sources
 @1  a.toy
(debug) jump 3
jump: the VMs of Lua and JavaScript cannot go on at another line; set changes variables, restart begins anew
(debug) pause
pause: no script is running
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


def test_source_that_has_changed_since_it_was_loaded(debug: Debug, tmp_path: Path) -> None:
    path = tmp_path / "a.toy"
    _, _, shown = debug(SCRIPT, f"open({str(path)!r}, 'w').close()", "n", "n")
    assert shown.count("a.toy has changed on disk since it was loaded; this is what runs") == 1
    assert "▶ 11 │ outer() -- @again" in shown


def test_comments_and_empty_lines_of_a_script(debug: Debug) -> None:
    code, _, shown = debug(SCRIPT, "# comment", "", "   # another", "n", "", "p n")
    assert code == 0
    assert shown.count("(debug)") == 2


def test_text_of_a_script_does_not_drive_the_terminal(debug: Debug) -> None:
    _, _, shown = debug("x\n", "p '\\x1b[31m'", 'log 1 "\x1b[2J"', "info b", "b \x1b[2J", "help \x1b[2J")
    assert "\x1b" not in shown
