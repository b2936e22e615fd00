"""Contract, section "Switches"."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, Logged, Scenario

SCENARIOS = (
    Scenario(
        "setLevel takes every name in any case, getLevel shouts it",
        "`setLevel(level)`: true; `getLevel()`: upper-case name",
        {
            "lua": """
local seen = {}
for i, name in ipairs({"off", "ERROR", "Warn", "iNFO", "debug", "TRACE"}) do
  seen[i] = tostring(Debug.setLevel(name)) .. " " .. Debug.getLevel()
end
return seen
""",
            "js": """
const names = ["off", "ERROR", "Warn", "iNFO", "debug", "TRACE"];
return [names.map((name) => `${Debug.setLevel(name)} ${Debug.getLevel()}`)];
""",
        },
        returns=(["true OFF", "true ERROR", "true WARN", "true INFO", "true DEBUG", "true TRACE"],),
    ),
    Scenario(
        "setLevel refuses an unknown name",
        "false for an unknown name (nothing changes)",
        {
            "lua": """
Debug.setLevel("warn")
return Debug.setLevel("loud"), Debug.setLevel(""), Debug.setLevel(), Debug.setLevel({}), Debug.getLevel()
""",
            "js": """
Debug.setLevel("warn");
return [Debug.setLevel("loud"), Debug.setLevel(""), Debug.setLevel(), Debug.setLevel({}), Debug.getLevel()];
""",
        },
        returns=(False, False, False, False, "WARN"),
        warnings=ANY,
    ),
    Scenario(
        "a level holds from the next call on",
        "a level lets pass what is at most as verbose",
        {
            "lua": """
for _, level in ipairs({"off", "error", "warn", "info", "debug", "trace"}) do
  Debug.setLevel(level)
  for _, name in ipairs({"error", "warn", "info", "debug", "trace"}) do
    Debug[name](level)
  end
end
""",
            "js": """
for (const level of ["off", "error", "warn", "info", "debug", "trace"]) {
  Debug.setLevel(level);
  for (const name of ["error", "warn", "info", "debug", "trace"]) Debug[name](level);
}
""",
        },
        entries=(
            Logged("ERROR", "error"),
            *(Logged(level, "warn") for level in ("ERROR", "WARN")),
            *(Logged(level, "info") for level in ("ERROR", "WARN", "INFO")),
            *(Logged(level, "debug") for level in ("ERROR", "WARN", "INFO", "DEBUG")),
            *(Logged(level, "trace") for level in ("ERROR", "WARN", "INFO", "DEBUG", "TRACE")),
        ),
    ),
    Scenario(
        "a function taken out of Debug follows the level",
        "The level check is made inside the script's own VM",
        {
            "lua": """
local say = Debug.debug
say("before")
Debug.setLevel("debug")
say("after")
""",
            "js": """
const {debug: say} = Debug;
say("before");
Debug.setLevel("debug");
say("after");
""",
        },
        entries=(Logged("DEBUG", "after"),),
    ),
    Scenario(
        "setEnabled switches everything off and on",
        "`setEnabled(bool)`, `isEnabled()`: nothing, boolean",
        {
            "lua": """
local first = Debug.isEnabled()
local returned = select("#", Debug.setEnabled(false))
Debug.error("silent")
Debug.logWithData("error", "silent", {})
local off, level = Debug.isEnabled(), Debug.getLevel()
Debug.setEnabled(true)
Debug.error("loud")
return first, returned, off, level, Debug.isEnabled()
""",
            "js": """
const first = Debug.isEnabled();
const returned = Debug.setEnabled(false) === undefined ? 0 : 1;
Debug.error("silent");
Debug.logWithData("error", "silent", {});
const off = Debug.isEnabled(), level = Debug.getLevel();
Debug.setEnabled(true);
Debug.error("loud");
return [first, returned, off, level, Debug.isEnabled()];
""",
        },
        returns=(True, 0, False, "INFO", True),
        entries=(Logged("ERROR", "loud"),),
    ),
    Scenario(
        "a level set in a coroutine is everybody's",
        "The manager is global",
        {
            "lua": """
coroutine.wrap(function() Debug.setLevel("trace") end)()
Debug.trace("heard")
return Debug.getLevel()
""",
            "js": """
(function* () { Debug.setLevel("trace"); })().next();
Debug.trace("heard");
return [Debug.getLevel()];
""",
        },
        returns=("TRACE",),
        entries=(Logged("TRACE", "heard"),),
    ),
)
