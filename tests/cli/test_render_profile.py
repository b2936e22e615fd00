"""Profiles and their comparison, as people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

from debug.clock import ManualClock
from debug.profile.diff import diff, regressions
from debug.profile.recorder import FrameKey, Recorder, Settings
from debug.reports import TimerRow
from llmspell_cli.render.diff_view import show_diff
from llmspell_cli.render.profile_view import show_profile
from llmspell_cli.render.terminal import Terminal
from llmspell_cli.render.text import cell_width

if TYPE_CHECKING:
    from debug.profile.model import Profile

MS = 1_000_000


def screen(width: int = 80, *, unicode: bool = True, color: bool = False) -> Terminal:
    return Terminal(fd=-1, is_tty=True, width=width, color=color, unicode=unicode, fixed_width=True)


def profile(slower: float = 1.0) -> Profile:
    """A run of 130 ms: parsing and sorting, strings in C, a coroutine, some collecting."""
    clock = ManualClock()
    recorder = Recorder(Settings(1000.0), clock=clock.clock)
    recorder.collector = "async hook"
    main = FrameKey("(main)", "script", "shop.lua", 0, 40)
    parse = FrameKey("parse", "script", "shop.lua", 3, 7)
    sort = FrameKey("sort", "script", "lib/sort.lua", 12, 19)
    produce = FrameKey("produce", "script", "shop.lua", 30, 33)
    rows = (
        (60, (main, parse), 0),
        (30 * slower, (main, parse, sort), 0),
        (10 * slower, (main, parse, sort, sort), 0),
        (12, (main, FrameKey("string.rep", "native")), 0),
        (8, (main, produce), recorder.thread("coroutine produce shop.lua:30", "coroutine")),
        (5, (main, FrameKey("(garbage collector)", "gc")), 0),
    )
    recorder.heap(recorder.now_ns(), 20_000)
    for milliseconds, frames, thread in rows:
        stack = recorder.stack(frames)
        for _ in range(round(milliseconds)):
            clock.advance(MS)
            recorder.sample(recorder.now_ns(), MS, stack, thread)
    recorder.suspended(1, 90 * MS)
    recorder.heap(recorder.now_ns(), 3_000_000)
    clock.advance(5 * MS)
    recorder.heap(recorder.now_ns(), 1_500_000)
    recorder.allocated(recorder.stack((main, parse)), 2_000_000)
    return recorder.profile(
        script="shop.lua",
        engine="lua5.4",
        timers=(TimerRow("load", 2, 20.0, 10.0, 10.0, 12.0, 12.0, 8.0, 12.0, 2.8),),
        source_lines={"shop.lua": {7: "  for word in text:gmatch('%a+') do", 33: "  coroutine.yield(1)"}},
    )


def test_a_profile() -> None:
    assert show_profile(profile(), screen()) == snapshot("""\

profile of shop.lua (lua5.4)
  125.00 ms sampled of 130.00 ms, 125 samples, 1000/s asked for (async hook)
  script 86.4 %, C functions and builtins 9.6 %, garbage collector 4.0 %
  memory 19.5 KiB at start, 2.9 MiB at most, 1.4 MiB at the end

     self               total  function
   48.0 %   60.00 ms   80.0 %  parse  shop.lua:3      █████▊
   32.0 %   40.00 ms   32.0 %  sort  lib/sort.lua:12  ███▉
    9.6 %   12.00 ms    9.6 %  string.rep             █▏
    6.4 %    8.00 ms    6.4 %  produce  shop.lua:30   ▊
    4.0 %    5.00 ms    4.0 %  (garbage collector)    ▌
    0.0 %             100.0 %  (main)  shop.lua

     self  line
   48.0 %  shop.lua:7       for word in text:gmatch('%a+') do
   32.0 %  lib/sort.lua:19
    6.4 %  shop.lua:33      coroutine.yield(1)

    total      self  call tree
  100.0 %     0.0 %  (main)  shop.lua +1 folded 4.0 %
   80.0 %    48.0 %    parse  shop.lua:3
   32.0 %    32.0 %      sort  lib/sort.lua:12 (recursive)
    9.6 %     9.6 %    string.rep
    6.4 %     6.4 %    produce  shop.lua:30

heap grew by          function, line
  100.0 %    1.9 MiB  parse  shop.lua:3
  100.0 %    1.9 MiB  shop.lua:7  for word in text:gmatch('%a+') do

  running  suspended
117.00 ms             main
  8.00 ms   90.00 ms  coroutine produce shop.lua:30

timers  count      total       mean     median        p95        min        max
───────────────────────────────────────────────────────────────────────────────
load        2   20.00 ms   10.00 ms   10.00 ms   12.00 ms    8.00 ms   12.00 ms
no room for: p99, std dev
""")


def test_in_ascii_and_where_there_is_no_terminal() -> None:
    text = show_profile(profile(), Terminal(fd=-1, is_tty=False, width=80, color=False, unicode=False))
    assert text.isascii()
    assert not text.startswith("\n")
    assert "parse" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for line in show_profile(profile(), screen(width)).splitlines():
        assert cell_width(line) <= width, line


def test_nothing_sampled() -> None:
    recorder = Recorder(clock=ManualClock().clock)
    assert show_profile(recorder.profile(script="x.js", engine="js"), screen()) == snapshot("""\

profile of x.js (js)
  0.00 ns sampled of 0.00 ns, 0 samples, 1000/s asked for (none)
  no samples: the script ended too soon, or sampling was never switched on
""")


def test_what_a_script_named_drives_no_terminal() -> None:
    recorder = Recorder(clock=ManualClock().clock)
    recorder.stack((FrameKey("\x1b[31mred", "script", "a\nb.lua", 1, 2),))
    recorder.sample(0, 0, 0)
    shown = show_profile(recorder.profile(script="\x1b]0;x\x07", engine="js"), screen())
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_a_comparison() -> None:
    found = diff(profile(), profile(slower=2.5))
    worse = regressions(found, 10.0)
    assert show_diff(found, worse, 10.0, screen()) == snapshot("""\
profiles of shop.lua
  sampled 125.00 ms before, 185.00 ms after: 48.0 % slower

     change     before      after  function, by self time
  +60.00 ms   40.00 ms  100.00 ms  sort  lib/sort.lua:12

     change     before      after  line, by self time
  +60.00 ms   40.00 ms  100.00 ms  lib/sort.lua:19

slower by more than 10 %:
  the whole run: 125.00 ms -> 185.00 ms (+48.0 %)
  sort: 40.00 ms -> 100.00 ms (+150.0 %)
""")


def test_a_comparison_of_the_same() -> None:
    found = diff(profile(), profile())
    assert show_diff(found, regressions(found, 10.0), 10.0, screen()) == snapshot("""\
profiles of shop.lua
  sampled 125.00 ms before, 125.00 ms after: the same

ok: nothing got slower by more than 10 %
""")
