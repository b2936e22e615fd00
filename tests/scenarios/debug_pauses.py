"""Scripts that are stopped while they run, wherever they are."""

from __future__ import annotations

from scenarios.debug_scenario import At, By, Go, Have, Put, Scenario, Stop, way

SPINNING = By(
    lua="""\
local done = false
local function spin(step)
  local turns = 0
  while not done do turns = turns + step end -- @loop
  return turns > 0
end
print(spin(1))
""",
    js="""\
let done = false;
function spin(step) {
  let turns = 0;
  while (!done) turns = turns + step; // @loop
  return turns > 0;
}
console.log(spin(1));
""",
)

_PAUSED = Stop("loop", "pause", stack=("spin", "(main)"), shows=(("step", "1"),))

SCENARIOS = (
    Scenario(
        "a loop that does not end is paused, twice, and goes on",
        SPINNING,
        way(
            "loop",
            Have(()),
            Go("pause", _PAUSED),
            Go("pause", _PAUSED),
            Put("done", "true", "true"),
            "continue end",
        ),
        breaks=(At("loop"),),
        output="true\n",
    ),
)
