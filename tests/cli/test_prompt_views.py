"""What is shown at the debugger's prompt: stops, the stack, source, values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

from scenarios.prompt_sessions import SCRIPT, Debug, told

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def debug(tmp_path: Path) -> Debug:
    return Debug(tmp_path)


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


def test_source_that_has_changed_since_it_was_loaded(debug: Debug, tmp_path: Path) -> None:
    path = tmp_path / "a.toy"
    _, _, shown = debug(SCRIPT, f"open({str(path)!r}, 'w').close()", "n", "n")
    assert shown.count("a.toy has changed on disk since it was loaded; this is what runs") == 1
    assert "▶ 11 │ outer() -- @again" in shown


def test_text_of_a_script_does_not_drive_the_terminal(debug: Debug) -> None:
    _, _, shown = debug("x\n", "p '\\x1b[31m'", 'log 1 "\x1b[2J"', "info b", "b \x1b[2J", "help \x1b[2J")
    assert "\x1b" not in shown
