"""Steps into one of a statement's calls."""

from __future__ import annotations

from scenarios.debug_scenario import By, Calls, Go, Scenario, Stop, way

NESTED = By(
    lua="""\
local t = {}
local function g(x)
  return x -- @g
end
function t.h(x)
  return x -- @h
end
function t:m(x)
  return x -- @m
end
local function f(a, b)
  return a + b -- @f
end
local r = f(g(1), t.h(2)) + t:m(g(3)) + #tostring(4) -- @start
print(r) -- @next
""",
    js="""\
function g(x) {
  return x; // @g
}
const t = {
  h(x) {
    return x; // @h
  },
  m(x) {
    return x; // @m
  },
};
function f(a, b) {
  return a + b; // @f
}
const r = f(g(1), t.h(2)) + t.m(g(3)) + String(4).length; // @start
console.log(r); // @next
""",
)

SHARED = By(
    lua="""\
local function f(x)
  return x -- @f
end
local function g(x)
  local y = f(x) -- @g
  return y
end
local r = g(2) + f(3) -- @start
print(r) -- @next
""",
    js="""\
function f(x) {
  return x; // @f
}
function g(x) {
  const y = f(x); // @g
  return y;
}
const r = g(2) + f(3); // @start
console.log(r); // @next
""",
)

SCENARIOS = (
    Scenario(
        "the calls of a statement in their order, without those that cannot be stopped in",
        NESTED,
        way(
            "start",
            Calls(
                By(
                    lua=("g(1)", "t.h(2)", "f(g(1), t.h(2))", "g(3)", "t:m(g(3))"),
                    js=("g(1)", "t.h(2)", "f(g(1), t.h(2))", "g(3)", "t.m(g(3))"),
                )
            ),
            Go("into", Stop("h", shows=(("x", "2"),)), "t.h(2)"),
            "out next, continue end",
        ),
        output="7\n",
    ),
    Scenario(
        "into a call around others",
        NESTED,
        way(
            "start",
            Go("into", Stop("f", shows=(("a", "1"), ("b", "2"))), "f(g(1), t.h(2))"),
            "out next, continue end",
        ),
        output="7\n",
    ),
    Scenario(
        "into a later call of the same function, and on into that of a method",
        NESTED,
        way(
            "start",
            Go("into", Stop("g", shows=(("x", "3"),)), "g(3)"),
            Calls(()),
            Go("into", Stop("m", shows=(("x", "3"),))),
            "out next, continue end",
        ),
        output="7\n",
    ),
    Scenario(
        # What g calls f for is deeper, and no call of the statement.
        "into a call whose function is called by others, too",
        SHARED,
        way("start", Go("into", Stop("f", shows=(("x", "3"),)), "f(3)"), "out next, continue end"),
        output="5\n",
    ),
    Scenario(
        "a call that is not made is stepped over",
        By(
            lua="local function f(x)\n  return x -- @f\nend\nlocal r = false and f(1) -- @start\nprint(r) -- @next",
            js="function f(x) {\n  return x; // @f\n}\nconst r = false && f(1); // @start\nconsole.log(r); // @next",
        ),
        way("start", Calls(("f(1)",)), Go("into", Stop("next"), "f(1)"), "continue end"),
        output="false\n",
    ),
    Scenario(
        "into what a return calls in its own place",
        By(
            lua="local function f(x)\n  return x -- @f\nend\nlocal function g(x)\n  return f(x + 1) -- @start\nend\n"
            "local r = g(1)\nprint(r) -- @next",
            js="function f(x) {\n  return x; // @f\n}\nfunction g(x) {\n  return f(x + 1); // @start\n}\n"
            "const r = g(1);\nconsole.log(r); // @next",
        ),
        way("start", Go("into", Stop("f", shows=(("x", "2"),)), "f(x + 1)"), "out next, continue end"),
        output="2\n",
    ),
)
