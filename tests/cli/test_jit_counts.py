"""LuaJIT's counters of what is hot: a script starts with them full, whatever ran in the VM before it."""

from __future__ import annotations

from typing import Any

import pytest

LOOPS, COUNT_TO_HOT, STRANGERS = 60, 56, 4
"""Loops that share a counter with one another, or with the frame of the script, start earlier by themselves."""
HEAD = """\
local starts, at = {}, 0
jit.attach(function(what) if what == "start" then starts[#starts + 1] = at end end, "trace")
"""
TAIL = '\nprint(table.concat(starts, " "))\n'


@pytest.mark.parametrize("how", [["run"], ["debug", "--commands", "/dev/null", "--break-at", "hot.lua:1000"]])
def test_loops_get_hot_by_what_the_script_runs_alone(how: list[str], llmspell: Any) -> None:
    loops = (
        f"for n = 1, 200 do at = n local x = n % {number + 2} local y = x * n{' + x' * (number % 5)} end"
        for number in range(LOOPS)
    )
    (llmspell.folder / "hot.lua").write_text(HEAD + "\n".join(loops) + TAIL)
    for _ in range(3):
        starts = [int(start) for start in llmspell(*how, "--engine", "luajit", "hot.lua").stdout.split()]
        assert len(starts) == LOOPS
        assert sum(start < COUNT_TO_HOT for start in starts) <= STRANGERS, starts
