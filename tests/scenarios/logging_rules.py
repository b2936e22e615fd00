"""Contract, section "Logging"."""

from __future__ import annotations

from debug.level import Level
from tests.scenarios.scenario import ANY, All, Holds, Logged, Matches, Scenario, Where

HAS_DOOR = Where("holds the data somewhere", lambda metadata: "'door': 2" in str(metadata))

SCENARIOS = (
    Scenario(
        "log takes every level in any case",
        "`level` is one of `error warn info debug trace`, any case",
        {
            "lua": """
Debug.log("ERROR", "one")
Debug.log("Warn", "two")
Debug.log("info", "three")
Debug.log("dEbUg", "four")
Debug.log("trace", "five")
""",
            "js": """
Debug.log("ERROR", "one");
Debug.log("Warn", "two");
Debug.log("info", "three");
Debug.log("dEbUg", "four");
Debug.log("trace", "five");
""",
        },
        level=Level.TRACE,
        entries=(
            Logged("ERROR", "one"),
            Logged("WARN", "two"),
            Logged("INFO", "three"),
            Logged("DEBUG", "four"),
            Logged("TRACE", "five"),
        ),
    ),
    Scenario(
        "the shorthands log at their level",
        "`error/warn/info/debug/trace(message, module?)`: shorthand",
        {
            "lua": """
Debug.error("one", "m.a")
Debug.warn("two", "m.b")
Debug.info("three", "m.c")
Debug.debug("four", "m.d")
Debug.trace("five", "m.e")
""",
            "js": """
Debug.error("one", "m.a");
Debug.warn("two", "m.b");
Debug.info("three", "m.c");
Debug.debug("four", "m.d");
Debug.trace("five", "m.e");
""",
        },
        level=Level.TRACE,
        entries=(
            Logged("ERROR", "one", "m.a"),
            Logged("WARN", "two", "m.b"),
            Logged("INFO", "three", "m.c"),
            Logged("DEBUG", "four", "m.d"),
            Logged("TRACE", "five", "m.e"),
        ),
    ),
    Scenario(
        "logging returns nothing",
        "returns: nothing",
        {
            "lua": """
local function count(...) return select("#", ...) end
return count(Debug.log("info", "x")), count(Debug.info("x")), count(Debug.trace("x")),
  count(Debug.logWithData("info", "x", {}))
""",
            "js": """
const count = (value) => (value === undefined ? 0 : 1);
return [count(Debug.log("info", "x")), count(Debug.info("x")), count(Debug.trace("x")),
  count(Debug.logWithData("info", "x", {}))];
""",
        },
        returns=(0, 0, 0, 0),
    ),
    Scenario(
        "an entry past the level is not kept",
        "the level check",
        {
            "lua": """
Debug.debug("no")
Debug.trace("no")
Debug.log("debug", "no")
Debug.logWithData("trace", "no", {a = 1})
Debug.info("yes")
Debug.error("yes")
""",
            "js": """
Debug.debug("no");
Debug.trace("no");
Debug.log("debug", "no");
Debug.logWithData("trace", "no", {a: 1});
Debug.info("yes");
Debug.error("yes");
""",
        },
        entries=(Logged("INFO", "yes"), Logged("ERROR", "yes")),
    ),
    Scenario(
        "an unknown level is kept at info",
        "An unknown level is kept at `info`, with the name given in metadata under `requested_level`",
        {
            "lua": 'Debug.log("loud", "hear me", "shop.door")',
            "js": 'Debug.log("loud", "hear me", "shop.door")',
        },
        entries=(Logged("INFO", "hear me", "shop.door", {"requested_level": "loud"}),),
        warnings=ANY,
    ),
    Scenario(
        "an unknown level keeps the data, too",
        "An unknown level is kept at `info`, with the name given in metadata under `requested_level`",
        {
            "lua": 'Debug.logWithData("loud", "hear me", {door = 2})',
            "js": 'Debug.logWithData("loud", "hear me", {door: 2})',
        },
        entries=(Logged("INFO", "hear me", None, All((Holds({"requested_level": "loud"}), HAS_DOOR))),),
        warnings=ANY,
    ),
    Scenario(
        "data becomes structured metadata",
        "`data` becomes structured metadata (JSON types)",
        {
            "lua": """
Debug.logWithData("info", "order", {
  id = 17, price = 2.5, paid = true, name = "pen", tags = {"a", "b"}, buyer = {city = "Ulm"},
}, "shop")
""",
            "js": """
Debug.logWithData("info", "order", {
  id: 17, price: 2.5, paid: true, name: "pen", tags: ["a", "b"], buyer: {city: "Ulm"},
}, "shop");
""",
        },
        entries=(
            Logged(
                "INFO",
                "order",
                "shop",
                {
                    "id": 17,
                    "price": 2.5,
                    "paid": True,
                    "name": "pen",
                    "tags": ["a", "b"],
                    "buyer": {"city": "Ulm"},
                },
            ),
        ),
    ),
    Scenario(
        "data that JSON cannot hold is dumped to a string",
        "what JSON cannot hold is dumped to a string",
        {
            "lua": """
local function handler() end
Debug.logWithData("info", "x", {call = handler, ratio = 0/0, huge = 1/0, ok = 1})
""",
            "js": """
function handler() {}
Debug.logWithData("info", "x", {call: handler, ratio: 0 / 0, huge: 1 / 0, ok: 1});
""",
        },
        entries=(
            Logged(
                "INFO",
                "x",
                None,
                {
                    "call": Matches("(?i)function"),
                    "ratio": Matches("(?i)nan"),
                    "huge": Matches("inf"),
                    "ok": 1,
                },
            ),
        ),
    ),
    Scenario(
        "cycles in data are cut",
        "cycles are cut, see Dumps",
        {
            "lua": """
local node = {name = "root"}
node.self = node
Debug.logWithData("info", "x", node)
""",
            "js": """
const node = {name: "root"};
node.self = node;
Debug.logWithData("info", "x", node);
""",
        },
        entries=(Logged("INFO", "x", None, {"name": "root", "self": Matches(r"circular reference to \$")}),),
    ),
    Scenario(
        "data that is no table is kept, too",
        "`data` becomes structured metadata",
        {"lua": 'Debug.logWithData("info", "x", 42)', "js": 'Debug.logWithData("info", "x", 42)'},
        entries=(Logged("INFO", "x", None, {"value": 42}),),
        warnings=ANY,
    ),
    Scenario(
        "no data is no metadata",
        "`data` becomes structured metadata",
        {
            "lua": 'Debug.logWithData("info", "x", nil, "m")',
            "js": 'Debug.logWithData("info", "x", undefined, "m")',
        },
        entries=(Logged("INFO", "x", "m", None),),
        warnings=ANY,
    ),
    Scenario(
        "a string is taken as it is",
        "`message` may be any value: a string is taken as it is",
        {
            "lua": """
Debug.info("")
Debug.info("two\\nlines\\tand a tab")
Debug.info("Größe: 3 €, 日本語")
Debug.info("a\\0b")
Debug.info("100% {} %s $.a")
""",
            "js": """
Debug.info("");
Debug.info("two\\nlines\\tand a tab");
Debug.info("Größe: 3 €, 日本語");
Debug.info("a\\0b");
Debug.info("100% {} %s $.a");
""",
        },
        entries=(
            Logged("INFO", ""),
            Logged("INFO", "two\nlines\tand a tab"),
            Logged("INFO", "Größe: 3 €, 日本語"),
            Logged("INFO", "a\0b"),
            Logged("INFO", "100% {} %s $.a"),
        ),
    ),
    Scenario(
        "invalid UTF-8 stays readable",
        "invalid UTF-8 is kept readable with backslash escapes",
        {"lua": 'Debug.info("caf\\233 \\255", "m\\254")'},
        entries=(Logged("INFO", "caf\\xe9 \\xff", "m\\xfe"),),
    ),
    Scenario(
        "any other message is shown as dumpCompact shows it",
        "anything else is shown as `dumpCompact` shows it",
        {
            "lua": """
local values = {42, -1.5, true, false, {1, 2, {a = "b"}}, print, {}}
for i = 1, #values do
  Debug.info(values[i])
end
Debug.info(nil)
local same = {}
for i, entry in ipairs(Debug.getCapturedEntries()) do
  same[i] = entry.message == Debug.dumpCompact(values[i])
end
return same
""",
            "js": """
const values = [42, -1.5, true, false, [1, 2, {a: "b"}], parseInt, {}, null];
for (const value of values) Debug.info(value);
return [Debug.getCapturedEntries().map((entry, i) => entry.message === Debug.dumpCompact(values[i]))];
""",
        },
        returns=([True] * 8,),
    ),
    Scenario(
        "a long message is kept whole",
        "nothing is lost",
        {
            "lua": """
Debug.info(string.rep("x", 1000000))
return #Debug.getCapturedEntries()[1].message
""",
            "js": """
Debug.info("x".repeat(1000000));
return [Debug.getCapturedEntries()[0].message.length];
""",
        },
        returns=(1_000_000,),
    ),
    Scenario(
        "without a module an entry has none",
        "`module` is a dotted name; without one the entry passes every module filter",
        {
            "lua": """
Debug.addModuleFilter("only.this")
Debug.info("no module")
Debug.info("other", "other")
Debug.info("this", "only.this")
""",
            "js": """
Debug.addModuleFilter("only.this");
Debug.info("no module");
Debug.info("other", "other");
Debug.info("this", "only.this");
""",
        },
        entries=(Logged("INFO", "no module"), Logged("INFO", "this", "only.this")),
    ),
    Scenario(
        "a coroutine logs like everybody else",
        "one API",
        {
            "lua": """
local co = coroutine.wrap(function()
  Debug.info("first", "co")
  coroutine.yield()
  Debug.info("third", "co")
end)
co()
Debug.info("second")
co()
""",
            "js": """
function* steps() {
  Debug.info("first", "co");
  yield;
  Debug.info("third", "co");
}
const co = steps();
co.next();
Debug.info("second");
co.next();
""",
        },
        entries=(
            Logged("INFO", "first", "co"),
            Logged("INFO", "second"),
            Logged("INFO", "third", "co"),
        ),
    ),
    Scenario(
        "data is taken as it was at the call",
        "logWithData takes the value, not a reference",
        {
            "lua": """
local state = {step = 1}
Debug.logWithData("info", "before", state)
Debug.info(state)
state.step = 2
""",
            "js": """
const state = {step: 1};
Debug.logWithData("info", "before", state);
Debug.info(state);
state.step = 2;
""",
        },
        entries=(
            Logged("INFO", "before", None, Holds({"step": 1})),
            Logged("INFO", Matches("1")),
        ),
    ),
)
