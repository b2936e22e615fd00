"""Profiles from within: `profileStart`, `profileStop`."""

from __future__ import annotations

from tests.scenarios.scenario import Scenario

NOT_PROFILED = "profileStart, profileStop: true where the run is profiled, false where it is not"

SCENARIOS = (
    Scenario(
        "profileStart and profileStop are false where nothing is profiled",
        NOT_PROFILED,
        {
            "lua": """
local start, stop = Debug.profileStart, Debug.profileStop
return start(), stop(), stop(), start(), Debug.profileStop()
""",
            "js": """
const { profileStart, profileStop } = Debug;
return [profileStart(), profileStop(), profileStop(), profileStart(), Debug.profileStop()];
""",
        },
        returns=(False, False, False, False, False),
    ),
    Scenario(
        "profileStart and profileStop take anything",
        "nothing on `Debug` ever raises into the script",
        {
            "lua": """
local odd = {0, -1, 0 / 0, "x", true, {}, print, coroutine.create(function() end), io.stdout}
local answers = {}
for i = 1, #odd do
  answers[i] = Debug.profileStart(odd[i], odd[i]) or Debug.profileStop(odd[i]) or Debug.profileStart(nil, odd[i])
end
return answers
""",
            "js": """
const thrower = new Proxy({}, { get() { throw new Error("touched") } });
const odd = [0, -1, NaN, "x", true, {}, console.log, 1n, thrower];
return [odd.map((one) => Debug.profileStart(one, one) || Debug.profileStop(one) || Debug.profileStart(null, one))];
""",
        },
        returns=([False] * 9,),
    ),
)
