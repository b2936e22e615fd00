"""Contract, section "Timers"."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, Matches, Number, Scenario

_UUID4 = r"^timer_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_WORK_LUA = """
local function work()
  local sum = 0
  for i = 1, 20000 do sum = sum + i % 7 end
  return sum
end
"""
_WORK_JS = """
function work(rounds) {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum += i % 7;
  return sum;
}
"""

SCENARIOS = (
    Scenario(
        "a timer has an id and the name given",
        '`id`: `"timer_<uuid4>"`, unique over all scripts; `name`: as given',
        {
            "lua": """
local a, b = Debug.timer("load"), Debug.timer("load")
return a.id, b.id, a.id ~= b.id, a.name, b.name
""",
            "js": """
const a = Debug.timer("load"), b = Debug.timer("load");
return [a.id, b.id, a.id !== b.id, a.name, b.name];
""",
        },
        returns=(Matches(_UUID4), Matches(_UUID4), True, "load", "load"),
    ),
    Scenario(
        "stop gives milliseconds, again the same number",
        "`stop()`: milliseconds, as a float with sub-microsecond resolution; again: the same number",
        {
            "lua": _WORK_LUA
            + """
local t = Debug.timer("work")
work()
local first = t:stop()
work()
local whole = 0
for i = 1, 20 do
  local ms = Debug.timer("short"):stop()
  if ms * 1000 == math.floor(ms * 1000) then whole = whole + 1 end
end
return first, t:stop() == first, t:elapsed() == first, type(first), whole < 20
""",
            "js": _WORK_JS
            + """
const t = Debug.timer("work");
work(20000);
const first = t.stop();
work(20000);
let whole = 0;
for (let i = 0; i < 20; i++) {
  const ms = Debug.timer("short").stop();
  if (Number.isInteger(ms * 1000)) whole++;
}
return [first, t.stop() === first, t.elapsed() === first, typeof first, whole < 20];
""",
        },
        returns=(Number(0.0, 60_000), True, True, "number", True),
    ),
    Scenario(
        "elapsed grows while the timer runs",
        "`elapsed()`: milliseconds so far, or the final figure",
        {
            "lua": _WORK_LUA
            + """
local t = Debug.timer("work")
work()
local first = t:elapsed()
work()
local second = t:elapsed()
local final = t:stop()
return first > 0, second > first, final >= second, t:elapsed() == final
""",
            "js": _WORK_JS
            + """
const t = Debug.timer("work");
work(20000);
const first = t.elapsed();
work(20000);
const second = t.elapsed();
const final = t.stop();
return [first > 0, second > first, final >= second, t.elapsed() === final];
""",
        },
        returns=(True, True, True, True),
    ),
    Scenario(
        "a lap counts from the last lap",
        "`lap(label)`: milliseconds since the last lap or the start",
        {
            "lua": _WORK_LUA
            + """
local t = Debug.timer("work")
work()
local one = t:lap("one")
local none = t:lap("none")
work()
local two = t:lap("two")
local total = t:stop()
return one > 0, two > 0, one + none + two <= total + 0.001
""",
            "js": _WORK_JS
            + """
const t = Debug.timer("work");
work(20000);
const one = t.lap("one");
const none = t.lap("none");
work(20000);
const two = t.lap("two");
const total = t.stop();
return [one > 0, two > 0, one + none + two <= total + 0.001];
""",
        },
        returns=(True, True, True),
    ),
    Scenario(
        "laps are in the report under their timer",
        "laps by label under it",
        {
            "lua": """
local t = Debug.timer("fetch")
t:lap("connect") t:lap("read") t:lap("read")
t:stop()
Debug.info(Debug.performanceReport())
return Debug.performanceReport():find("fetch") < Debug.performanceReport():find("connect")
""",
            "js": """
const t = Debug.timer("fetch");
t.lap("connect"); t.lap("read"); t.lap("read");
t.stop();
const report = Debug.performanceReport();
Debug.info(report);
return [report.indexOf("fetch") < report.indexOf("connect")];
""",
        },
        returns=(True,),
    ),
    Scenario(
        "a child is nested under its timer",
        "`child(name)`: a timer nested under this one",
        {
            "lua": _WORK_LUA
            + """
local outer = Debug.timer("outer")
local other = Debug.timer("other")
local inner = outer:child("inner")
work()
inner:stop() other:stop() outer:stop()
local flame = Debug.flameGraph()
return inner.name, inner.id ~= outer.id, flame:find("outer;inner ", 1, true) ~= nil
""",
            "js": _WORK_JS
            + """
const outer = Debug.timer("outer");
const other = Debug.timer("other");
const inner = outer.child("inner");
work(20000);
inner.stop(); other.stop(); outer.stop();
return [inner.name, inner.id !== outer.id, Debug.flameGraph().includes("outer;inner ")];
""",
        },
        returns=("inner", True, True),
    ),
    Scenario(
        "a timer started while another runs is nested under it",
        "A timer started while another of the same script is running is nested under it, too",
        {
            "lua": _WORK_LUA
            + """
local outer = Debug.timer("outer")
local inner = Debug.timer("inner")
work()
inner:stop()
outer:stop()
local alone = Debug.timer("alone")
work()
alone:stop()
local flame = "\\n" .. Debug.flameGraph()
return flame:find("\\nouter;inner ", 1, true) ~= nil, flame:find("\\nalone ", 1, true) ~= nil
""",
            "js": _WORK_JS
            + """
const outer = Debug.timer("outer");
const inner = Debug.timer("inner");
work(20000);
inner.stop();
outer.stop();
const alone = Debug.timer("alone");
work(20000);
alone.stop();
const flame = "\\n" + Debug.flameGraph();
return [flame.includes("\\nouter;inner "), flame.includes("\\nalone ")];
""",
        },
        returns=(True, True),
    ),
    Scenario(
        "time returns what the function returns",
        "`time(name, fn, ...)` runs `fn(...)` inside a timer and returns what it returns",
        {
            "lua": """
local function echo(...) return select("#", ...), ... end
return Debug.time("echo", echo, nil, "two", nil)
""",
            "js": """
const echo = (...values) => [values.length, null, ...values.slice(1)];
return Debug.time("echo", echo, null, "two", null);
""",
        },
        returns=(3, None, "two", None),
    ),
    Scenario(
        "time lets an error through and stops the timer",
        "and lets its error through, the timer stopped",
        {
            "lua": """
local thrown = {code = 7}
local ok, caught = pcall(Debug.time, "fails", function() error(thrown) end)
local running = Debug.memorySnapshot().active_trackers
Debug.info(Debug.jsonReport())
return ok, caught == thrown, running
""",
            "js": """
const thrown = {code: 7};
let caught = null, ok = true;
try {
  Debug.time("fails", () => { throw thrown; });
} catch (error) {
  ok = false;
  caught = error;
}
const running = Debug.memorySnapshot().active_trackers;
Debug.info(Debug.jsonReport());
return [ok, caught === thrown, running];
""",
        },
        returns=(False, True, 0),
    ),
    Scenario(
        "time lets a yield through",
        "`time(name, fn, ...)` runs `fn(...)`",
        {
            "lua": """
local co = coroutine.wrap(function()
  return Debug.time("waits", function(a) return a + coroutine.yield("pause") end, 1)
end)
local first = co()
return first, co(41)
"""
        },
        returns=("pause", 42),
        # 5.1 cannot yield across the pcall that stops the timer when the function fails.
        engines=frozenset({"lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit", "luajit2.0"}),
    ),
    Scenario(
        "time with something that is no function",
        "nothing on `Debug` ever raises into the script",
        {
            "lua": 'return Debug.time("odd", 42) == nil, Debug.time("odd") == nil, Debug.time() == nil',
            "js": """
return [Debug.time("odd", 42) === undefined, Debug.time("odd") === undefined, Debug.time() === undefined];
""",
        },
        returns=(True, True, True),
        warnings=ANY,
    ),
    Scenario(
        "a timer that is collected is reported as unfinished",
        "A timer that is collected leaves the active set and is reported as unfinished",
        {
            "lua": """
do local lost = Debug.timer("lost") end
for i = 1, 5 do collectgarbage() end
local finished = Debug.timer("finished")
finished:stop()
Debug.info(Debug.performanceReport())
return Debug.memorySnapshot().active_trackers, Debug.performanceReport():find("lost", 1, true) ~= nil,
  Debug.performanceReport():find("unfinished", 1, true) ~= nil
"""
        },
        returns=(0, True, True),
    ),
    Scenario(
        "an event is recorded while its timer runs",
        "`recordEvent(timer_id, name, metadata?)` returns true, or false for an id that is not running",
        {
            "lua": """
local t = Debug.timer("job")
local with = Debug.recordEvent(t.id, "half way", {done = 0.5})
local without = Debug.recordEvent(t.id, "nearly")
t:stop()
return with, without, Debug.recordEvent(t.id, "too late"), Debug.recordEvent("timer_none", "x")
""",
            "js": """
const t = Debug.timer("job");
const with_data = Debug.recordEvent(t.id, "half way", {done: 0.5});
const without = Debug.recordEvent(t.id, "nearly");
t.stop();
return [with_data, without, Debug.recordEvent(t.id, "too late"), Debug.recordEvent("timer_none", "x")];
""",
        },
        returns=(True, True, False, False),
        warnings=ANY,
    ),
    Scenario(
        "a timer of any name works",
        "`timer(name)` returns an object, for any argument",
        {
            "lua": """
local function check(...)
  local t = Debug.timer(...)
  return type(t.id) == "string" and type(t:lap()) == "number" and type(t:elapsed()) == "number"
    and type(t:child().id) == "string" and type(t:stop()) == "number"
end
return check(), check(nil), check(42), check({}), check(print), check(true), check(0/0), check("a\\255\\0"),
  check(string.rep("n", 100000))
""",
            "js": """
function check(...values) {
  const t = Debug.timer(...values);
  return typeof t.id === "string" && typeof t.lap() === "number" && typeof t.elapsed() === "number"
    && typeof t.child().id === "string" && typeof t.stop() === "number";
}
return [check(), check(null), check(42), check({}), check(parseInt), check(true), check(0 / 0), check("a\\ud800\\0"),
  check("n".repeat(100000))];
""",
        },
        returns=(True,) * 9,
        warnings=ANY,
    ),
    Scenario(
        "a timer works while debugging is switched off",
        "what switches off logs does not change what a script computes",
        {
            "lua": """
Debug.setEnabled(false)
local t = Debug.timer("quiet")
local ms = t:stop()
return type(ms), ms >= 0, t:stop() == ms, (Debug.time("x", function() return 5 end))
""",
            "js": """
Debug.setEnabled(false);
const t = Debug.timer("quiet");
const ms = t.stop();
return [typeof ms, ms >= 0, t.stop() === ms, Debug.time("x", () => 5)];
""",
        },
        returns=("number", True, True, 5),
    ),
    Scenario(
        "many timers of one name are one line of the report",
        "per timer name count, total, ...",
        {
            "lua": """
for i = 1, 250 do
  local t = Debug.timer("loop")
  t:stop()
end
Debug.info(Debug.jsonReport())
return Debug.getCapturedEntries()[1].message:find('"loop"', 1, true) ~= nil
""",
            "js": """
for (let i = 0; i < 250; i++) Debug.timer("loop").stop();
Debug.info(Debug.jsonReport());
return [Debug.getCapturedEntries()[0].message.includes('"loop"')];
""",
        },
        returns=(True,),
    ),
)
