"""Contract, section "Reports"."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, Holds, Json, Lacks, Logged, Matches, Number, Scenario, Where

_STATISTICS = {
    "count": 3,
    "total_ms": Number(0),
    "mean_ms": Number(0),
    "median_ms": Number(0),
    "p95_ms": Number(0),
    "p99_ms": Number(0),
    "min_ms": Number(0),
    "max_ms": Number(0),
}
_WORK_LUA = """
local function work(rounds)
  local sum = 0
  for i = 1, rounds do sum = sum + i % 7 end
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


def _sums_up(text: str) -> bool:
    """True where each line is `a;b <whole number>`, and the self times under `outer` make up its time."""
    total, measured = (int(word) for word in text.splitlines()[0].split())
    lines = [line.rsplit(" ", 1) for line in text.splitlines()[1:]]
    whole = sum(int(figure) for stack, figure in lines if stack.split(";")[0] == "outer")
    # 1 for the rounding of the figure that the script returned.
    return (
        {stack for stack, _ in lines} >= {"outer", "outer;inner"}
        and abs(whole - measured) <= 1
        and total == 2
    )


SCENARIOS = (
    Scenario(
        "the performance report names every figure",
        "text: per timer name count, total, mean, median, p95, p99, min, max, ...",
        {
            "lua": """
for i = 1, 3 do Debug.timer("parse"):stop() end
Debug.timer("render"):stop()
Debug.info(Debug.performanceReport())
""",
            "js": """
for (let i = 0; i < 3; i++) Debug.timer("parse").stop();
Debug.timer("render").stop();
Debug.info(Debug.performanceReport());
""",
        },
        entries=(
            Logged(
                "INFO", Matches("(?is)(?=.*parse)(?=.*render)(?=.*count)(?=.*total)(?=.*mean)(?=.*median)")
            ),
        ),
    ),
    Scenario(
        "the performance report has the percentiles, too",
        "p95, p99, min, max, standard deviation, memory delta",
        {
            "lua": """
for i = 1, 3 do Debug.timer("parse"):stop() end
Debug.info(Debug.performanceReport())
""",
            "js": """
for (let i = 0; i < 3; i++) Debug.timer("parse").stop();
Debug.info(Debug.performanceReport());
""",
        },
        entries=(
            Logged(
                "INFO", Matches("(?is)(?=.*p95)(?=.*p99)(?=.*min)(?=.*max)(?=.*(std|stddev|dev))(?=.*mem)")
            ),
        ),
    ),
    Scenario(
        "the performance report of nothing is text",
        "text",
        {"lua": "Debug.info(Debug.performanceReport())", "js": "Debug.info(Debug.performanceReport())"},
        entries=(Logged("INFO", Where("some text", lambda text: isinstance(text, str) and text != "")),),
    ),
    Scenario(
        "the JSON report holds the same figures",
        "`{version, generated_at (ISO 8601), summary{}, timings{name: {...}}}`, durations in milliseconds",
        {
            "lua": """
for i = 1, 3 do Debug.timer("parse"):stop() end
Debug.info(Debug.jsonReport())
""",
            "js": """
for (let i = 0; i < 3; i++) Debug.timer("parse").stop();
Debug.info(Debug.jsonReport());
""",
        },
        entries=(
            Logged(
                "INFO",
                Json(
                    Holds(
                        {
                            "version": ANY,
                            "generated_at": Matches(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
                            "summary": Where("a map", lambda value: isinstance(value, dict)),
                            "timings": {"parse": Holds(_STATISTICS)},
                        }
                    )
                ),
            ),
        ),
    ),
    Scenario(
        "the JSON report of nothing",
        "a JSON document",
        {"lua": "Debug.info(Debug.jsonReport())", "js": "Debug.info(Debug.jsonReport())"},
        entries=(Logged("INFO", Json(Holds({"timings": {}}))),),
    ),
    Scenario(
        "a name that JSON must escape",
        "a JSON document",
        {
            "lua": """
Debug.timer('say "hi"\\n\\\\'):stop()
Debug.info(Debug.jsonReport())
""",
            "js": """
Debug.timer('say "hi"\\n\\\\').stop();
Debug.info(Debug.jsonReport());
""",
        },
        entries=(Logged("INFO", Json(Holds({"timings": Holds({'say "hi"\n\\': Holds({"count": 1})})}))),),
    ),
    Scenario(
        "the flame graph sums up to the time measured",
        "collapsed stacks, `outer;inner <self time in whole microseconds>`: the sum is the time measured",
        {
            "lua": _WORK_LUA
            + """
local outer = Debug.timer("outer")
work(20000)
for i = 1, 3 do
  local inner = Debug.timer("inner")
  work(5000)
  inner:stop()
end
local ms = outer:stop()
local _, lines = Debug.flameGraph():gsub("[^\\n]+", "")
Debug.info(string.format("%d %d\\n%s", lines, math.floor(ms * 1000 + 0.5), Debug.flameGraph()))
""",
            "js": _WORK_JS
            + """
const outer = Debug.timer("outer");
work(20000);
for (let i = 0; i < 3; i++) {
  const inner = Debug.timer("inner");
  work(5000);
  inner.stop();
}
const ms = outer.stop();
const flame = Debug.flameGraph();
Debug.info(`${flame.trim().split("\\n").length} ${Math.floor(ms * 1000 + 0.5)}\\n${flame}`);
""",
        },
        entries=(Logged("INFO", Where("self times that make up the whole", _sums_up)),),
    ),
    Scenario(
        "the flame graph has stacks and numbers only",
        "a line: stack, blank, whole number",
        {
            "lua": """
local t = Debug.timer("a b;c")
t:child("d\\ne"):stop()
t:stop()
Debug.info(Debug.flameGraph())
""",
            "js": """
const t = Debug.timer("a b;c");
t.child("d\\ne").stop();
t.stop();
Debug.info(Debug.flameGraph());
""",
        },
        entries=(
            Logged(
                "INFO",
                Where(
                    "lines of `stack number`",
                    lambda text: (
                        all(
                            line.rsplit(" ", 1)[-1].isdigit() and len(line.rsplit(" ", 1)[0].split(";")) <= 2
                            for line in text.splitlines()
                        )
                        and text != ""
                    ),
                ),
            ),
        ),
    ),
    Scenario(
        "memory statistics are measured",
        "`{used_bytes, allocated_bytes, resident_bytes, collections}`. Measured, never zero by default",
        {"lua": "return Debug.memoryStats()", "js": "return [Debug.memoryStats()];"},
        returns=(Holds({"used_bytes": Number(1000, 1e9), "resident_bytes": Number(1_000_000, 1e12)}),),
    ),
    Scenario(
        "used bytes follow the heap",
        "the script heap in use",
        {
            "lua": """
local before = Debug.memoryStats().used_bytes
local kept = {}
for i = 1, 2000 do kept[i] = string.rep("x", 500) .. i end
local grown = Debug.memoryStats().used_bytes - before
return grown > 1000000, grown < 10000000, #kept
""",
            "js": """
const before = Debug.memoryStats().used_bytes;
const kept = [];
for (let i = 0; i < 2000; i++) kept.push(new Array(100).fill(i + 0.5));
const grown = Debug.memoryStats().used_bytes - before;
return [grown > 1000000, grown < 10000000, kept.length];
""",
        },
        returns=(True, True, 2000),
    ),
    Scenario(
        "full collections are counted",
        "full GC cycles seen",
        {
            "lua": """
local before = Debug.memoryStats().collections
for i = 1, 4 do collectgarbage() end
local after = Debug.memoryStats().collections
return after > before
"""
        },
        returns=(True,),
    ),
    Scenario(
        "the memory snapshot tells what timers saw",
        "`{timestamp_secs, active_trackers, total_memory_delta_bytes, tracker_memory_usage{}}`",
        {
            "lua": """
local t = Debug.timer("build")
local kept = {}
for i = 1, 1000 do kept[i] = string.rep("x", 500) .. i end
local active = Debug.memorySnapshot().active_trackers
t:stop()
return Debug.memorySnapshot(), active, #kept
""",
            "js": """
const t = Debug.timer("build");
const kept = [];
for (let i = 0; i < 1000; i++) kept.push(new Array(100).fill(i + 0.5));
const active = Debug.memorySnapshot().active_trackers;
t.stop();
return [Debug.memorySnapshot(), active, kept.length];
""",
        },
        returns=(
            Holds(
                {
                    "timestamp_secs": Number(1_600_000_000, 5_000_000_000),
                    "active_trackers": 0,
                    "total_memory_delta_bytes": Number(400_000),
                    "tracker_memory_usage": Holds(
                        {
                            "build": Holds(
                                {
                                    "start_bytes": Number(1000),
                                    "end_bytes": Number(400_000),
                                    "delta_bytes": Number(400_000),
                                }
                            )
                        }
                    ),
                }
            ),
            1,
            1000,
        ),
    ),
    Scenario(
        "reports do not depend on the level",
        "a timer is measured whatever is logged",
        {
            "lua": """
Debug.setLevel("off")
Debug.timer("quiet"):stop()
local report = Debug.performanceReport()
Debug.setLevel("info")
Debug.info(report)
""",
            "js": """
Debug.setLevel("off");
Debug.timer("quiet").stop();
const report = Debug.performanceReport();
Debug.setLevel("info");
Debug.info(report);
""",
        },
        entries=(Logged("INFO", Matches("quiet")),),
    ),
    Scenario(
        "a report never shows what was not measured",
        "Law: what is reported is measured, else left out",
        {
            "lua": """
Debug.timer("once"):stop()
Debug.info(Debug.performanceReport())
Debug.info(Debug.jsonReport())
""",
            "js": """
Debug.timer("once").stop();
Debug.info(Debug.performanceReport());
Debug.info(Debug.jsonReport());
""",
        },
        entries=(Logged("INFO", Lacks("(?i)nan|inf\\b")), Logged("INFO", Lacks("NaN|Infinity"))),
    ),
)
