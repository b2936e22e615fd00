"""Contract, section "Captured entries"."""

from __future__ import annotations

from tests.scenarios.scenario import Holds, Logged, Matches, Scenario

_STAMP = Matches(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)$")

SCENARIOS = (
    Scenario(
        "captured entries come oldest first",
        "`getCapturedEntries(limit?)` returns the newest `limit` (default all held), oldest first",
        {
            "lua": """
for i = 1, 5 do Debug.info("m" .. i) end
local function messages(...)
  local list = {}
  for i, entry in ipairs(Debug.getCapturedEntries(...)) do list[i] = entry.message end
  return table.concat(list, " ")
end
return messages(), messages(2), messages(5), messages(99), messages(0), messages(nil)
""",
            "js": """
for (let i = 1; i <= 5; i++) Debug.info("m" + i);
const messages = (limit) => Debug.getCapturedEntries(limit).map((entry) => entry.message).join(" ");
return [messages(), messages(2), messages(5), messages(99), messages(0), messages(null)];
""",
        },
        returns=("m1 m2 m3 m4 m5", "m4 m5", "m1 m2 m3 m4 m5", "m1 m2 m3 m4 m5", "", "m1 m2 m3 m4 m5"),
    ),
    Scenario(
        "an entry has these fields",
        "`{timestamp (ISO 8601, UTC, microseconds), level, message, module?, metadata?}`",
        {
            "lua": """
Debug.warn("plain")
Debug.logWithData("error", "rich", {id = 3, tags = {"a", "b"}}, "shop.cart")
local entries = Debug.getCapturedEntries()
return entries[1], entries[2]
""",
            "js": """
Debug.warn("plain");
Debug.logWithData("error", "rich", {id: 3, tags: ["a", "b"]}, "shop.cart");
return Debug.getCapturedEntries();
""",
        },
        returns=(
            {"timestamp": _STAMP, "level": "WARN", "message": "plain"},
            {
                "timestamp": _STAMP,
                "level": "ERROR",
                "message": "rich",
                "module": "shop.cart",
                "metadata": {"id": 3, "tags": ["a", "b"]},
            },
        ),
    ),
    Scenario(
        "timestamps never go back",
        "oldest first",
        {
            "lua": """
for i = 1, 100 do Debug.info(i) end
local entries, sorted = Debug.getCapturedEntries(), true
for i = 2, #entries do sorted = sorted and entries[i - 1].timestamp <= entries[i].timestamp end
return #entries, sorted
""",
            "js": """
for (let i = 1; i <= 100; i++) Debug.info(i);
const entries = Debug.getCapturedEntries();
return [entries.length, entries.every((entry, i) => i === 0 || entries[i - 1].timestamp <= entry.timestamp)];
""",
        },
        returns=(100, True),
    ),
    Scenario(
        "clearing empties the ring",
        "`clearCaptured()` empties the ring",
        {
            "lua": """
Debug.info("old")
local count = select("#", Debug.clearCaptured())
local none = #Debug.getCapturedEntries()
Debug.info("new")
return count, none, #Debug.getCapturedEntries()
""",
            "js": """
Debug.info("old");
const returned = Debug.clearCaptured();
const none = Debug.getCapturedEntries().length;
Debug.info("new");
return [returned === undefined ? 0 : 1, none, Debug.getCapturedEntries().length];
""",
        },
        returns=(0, 0, 1),
        entries=(Logged("INFO", "new"),),
    ),
    Scenario(
        "the oldest leave first",
        "The ring holds `capture_limit` entries, the oldest leave first",
        {
            "lua": """
for i = 1, 250 do Debug.info("m" .. i) end
local entries = Debug.getCapturedEntries()
return #entries, entries[1].message, entries[100].message
""",
            "js": """
for (let i = 1; i <= 250; i++) Debug.info("m" + i);
const entries = Debug.getCapturedEntries();
return [entries.length, entries[0].message, entries[99].message];
""",
        },
        capture_limit=100,
        returns=(100, "m151", "m250"),
    ),
    Scenario(
        "a ring of none holds none",
        "`capture_limit` 0",
        {
            "lua": """
Debug.info("gone")
return #Debug.getCapturedEntries()
""",
            "js": """
Debug.info("gone");
return [Debug.getCapturedEntries().length];
""",
        },
        capture_limit=0,
        returns=(0,),
        entries=(),
    ),
    Scenario(
        "what is changed in a captured entry stays with the script",
        "nothing changes what was logged",
        {
            "lua": """
Debug.logWithData("info", "kept", {a = 1})
local entry = Debug.getCapturedEntries()[1]
entry.message = "changed"
entry.metadata.a = 2
return Debug.getCapturedEntries()[1]
""",
            "js": """
Debug.logWithData("info", "kept", {a: 1});
const [entry] = Debug.getCapturedEntries();
entry.message = "changed";
entry.metadata.a = 2;
return Debug.getCapturedEntries();
""",
        },
        returns=(Holds({"message": "kept", "metadata": {"a": 1}}),),
    ),
)
