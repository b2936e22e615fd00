"""Stops at what happens: errors, and changes of data."""

from __future__ import annotations

from scenarios.debug_scenario import At, By, Errors, Go, Have, Scenario, Stop, Watch, way

THROWING = By(
    lua="""\
local function fails(n)
  local kept = n * 2
  error('it is ' .. n) -- @throw
end
for i = 1, 3 do pcall(fails, i) end
fails(9)
""",
    js="""\
function fails(n) {
  const kept = n * 2;
  throw new RangeError('it is ' + n); // @throw
}
for (let i = 1; i <= 3; i++) { try { fails(i); } catch {} }
fails(9);
""",
)


def thrown(n: int) -> Stop:
    """The stop at the error of THROWING."""
    return Stop(
        "throw",
        "exception",
        shows=(("n", str(n)), ("kept", str(2 * n))),
        text=By(lua=f"script.lua:@throw: it is {n}", js=f"RangeError: it is {n}"),
    )


DATA = By(
    lua="""\
local t = {n = 1}
local up = 0
count = 0
local function work(k)
  local mine = k
  t.n = t.n + 1
  mine = mine + 1 -- @tn
  up = up + 1 -- @mine
  count = count + 1 -- @up
  return mine -- @count
end
work(1) -- @start
work(2)
print(up)
""",
    js="""\
const t = {n: 1};
let up = 0;
globalThis.count = 0;
function work(k) {
  let mine = k;
  t.n = t.n + 1;
  mine = mine + 1; // @tn
  up = up + 1; // @mine
  count = count + 1; // @up
  return mine; // @count
}
work(1); // @start
work(2);
console.log(up);
""",
)


def changed(place: str, name: str, old: int, new: int) -> Stop:
    return Stop(place, "data", text=f"{name}: {old} → {new}")


SCENARIOS = (
    Scenario(
        "an error that nobody catches",
        THROWING,
        way(Go("start", thrown(9)), "continue end"),
        breaks=(),
        errors=(Errors("uncaught"),),
        exit_code=1,
    ),
    Scenario(
        "errors that are caught",
        THROWING,
        way(Go("start", thrown(1)), Go("continue", thrown(2)), Go("continue", thrown(3)), "continue end"),
        breaks=(),
        errors=(Errors("caught"),),
        exit_code=1,
    ),
    Scenario(
        "errors for which something holds",
        THROWING,
        way(Go("start", thrown(2)), Go("continue", thrown(9)), "continue end"),
        breaks=(),
        errors=(
            Errors("caught", By(lua="error:find('is 2')", js="error.message.includes('is 2')")),
            Errors("uncaught"),
        ),
        exit_code=1,
    ),
    Scenario(
        "an error of the language itself",
        By(
            lua="local x\nlocal ok = pcall(function()\n  local y = 1\n  return x.field -- @throw\nend)\nprint(ok)",
            js="let x;\nlet ok = true;\ntry {\n  let y = 1;\n  x.field; // @throw\n} catch { ok = false; }\n"
            "console.log(ok);",
        ),
        way(
            Go(
                "start",
                Stop(
                    "throw",
                    "exception",
                    shows=(("y", "1"),),
                    text=By(
                        lua="script.lua:@throw: attempt to index a nil value (upvalue 'x')",
                        js="TypeError: Cannot read properties of undefined (reading 'field')",
                        **dict.fromkeys(
                            ("lua5.1", "luajit"),
                            "script.lua:@throw: attempt to index upvalue 'x' (a nil value)",
                        ),
                    ),
                ),
            ),
            "continue end",
        ),
        breaks=(),
        errors=(Errors("caught"),),
        output="false\n",
    ),
    Scenario(
        "data: a field, a global and a variable of the program",
        DATA,
        way(
            "start",
            Watch(("t.n", "up", "count")),
            Go("continue", changed("tn", "t.n", 1, 2)),
            Go("continue", changed("up", "up", 0, 1)),
            Go("continue", changed("count", "count", 0, 1)),
            Go("continue", changed("tn", "t.n", 2, 3)),
            Watch(()),
            "continue end",
        ),
        output="2\n",
    ),
    Scenario(
        "data: a local, while its frame lives",
        DATA,
        way(
            "tn",
            Watch(("mine",)),
            Go("continue", changed("mine", "mine", 1, 2)),
            Have(()),
            "continue end",
        ),
        breaks=(At("tn"),),
        output="2\n",
    ),
    Scenario(
        "data: where a condition holds",
        DATA,
        way("start", Watch(("t.n",), "t.n == 3"), Go("continue", changed("tn", "t.n", 2, 3)), "continue end"),
        output="2\n",
    ),
)
