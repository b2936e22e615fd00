"""What a call costs that is switched off: against an empty Lua function, called through a table as well.

Measured inside the script by `os.clock`, which counts this process's own processor time.
"""

from __future__ import annotations

from statistics import median
from string import Template
from typing import TYPE_CHECKING

from debug.config import DebugConfig, FilterRule
from debug.level import Level
from scripts.benchmarks.lua.runner import run_fresh
from scripts.benchmarks.measure import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.benchmarks.measure import Effort

# Each side is a chunk of its own, so that LuaJIT gives each a trace of its own.
SCRIPT = Template("""
local clock = os.clock
Empty = {debug = function(message, module) end}
local function loop(owner)
  local text = ("local n = ... for i = 1, n do OWNER.debug($arguments) end"):gsub("OWNER", owner)
  return assert((loadstring or load)(text))
end
local ours, peer = loop("Debug"), loop("Empty")
local function measure(work)
  local start = clock()
  work($calls)
  return clock() - start
end
measure(ours) measure(peer)
local figures = {}
for round = 1, $rounds do
  local first, second
  if round % 2 == 0 then first = measure(ours) second = measure(peer)
  else second = measure(peer) first = measure(ours) end
  figures[#figures + 1] = first
  figures[#figures + 1] = second
end
return (table.unpack or unpack)(figures)
""")

BY_LEVEL = DebugConfig(level=Level.INFO)
BY_RULE = DebugConfig(level=Level.TRACE, filters=(FilterRule("noise.*", enabled=False),))
CALLS = {"lua5.4": 1_000_000, "luajit": 100_000_000}
VMS = 4
"""Times the rounds: each Lua VM seeds its hashes anew, which alone moves the ratio of one by a tenth either way."""


def rows(effort: Effort) -> Iterator[Row]:
    """The filtered call, by level and by rule, on Lua 5.4 and LuaJIT."""
    for variant, bound in (("lua5.4", 1.25), ("luajit", 1.05)):
        yield _row(effort, variant, "filtered by level", '"x"', BY_LEVEL, bound)
    for variant, bound in (("lua5.4", 2.2), ("luajit", 1.05)):
        yield _row(effort, variant, "filtered by a rule", '"x", "noise.chatter"', BY_RULE, bound)


def _row(effort: Effort, variant: str, how: str, arguments: str, config: DebugConfig, bound: float) -> Row:
    calls = effort.size(CALLS[variant])
    script = SCRIPT.substitute(arguments=arguments.replace('"', '\\"'), calls=calls, rounds=2)
    figures = [figure for _ in range(effort.rounds * VMS) for figure in run_fresh(script, variant, config)]
    ours, peer = figures[::2], figures[1::2]
    return Row(
        f"`Debug.debug({arguments})` {how}, against an empty function, {variant}",
        median(first / second for first, second in zip(ours, peer, strict=True)),
        bound,
        note=f"{median(ours) / calls * 1e9:.1f} ns against {median(peer) / calls * 1e9:.1f} ns",
    )
