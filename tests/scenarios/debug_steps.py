"""Where steps lead: in, over and out, line by line, through calls, loops and errors."""

from __future__ import annotations

from scenarios.debug_scenario import By, Go, Scenario, Stop, way

CALL = By(
    lua="""\
local function f(x)
  local y = x -- @inside
  return y -- @ret
end
local a = f(1) -- @start
return a -- @next
""",
    js="""\
function f(x) {
  const y = x; // @inside
  return y; // @ret
}
let a = f(1); // @start
a++; // @next
""",
)

TAIL_CALL = By(
    lua="""\
local function g(x)
  return x -- @g
end
local function f(x)
  return g(x) -- @f
end
local a = f(1) -- @start
return a -- @next
""",
    js="""\
function g(x) {
  return x; // @g
}
function f(x) {
  return g(x); // @f
}
let a = f(1); // @start
a++; // @next
""",
)

RECURSION = By(
    lua="""\
local function fact(n)
  if n == 0 then return 1 end -- @test
  local below = fact(n - 1) -- @call
  return n * below -- @ret
end
local r = fact(4) -- @start
print(r) -- @last
""",
    js="""\
function fact(n) {
  if (n === 0) return 1; // @test
  const below = fact(n - 1); // @call
  return n * below; // @ret
}
const r = fact(4); // @start
console.log(r); // @last
""",
)

CATCHING = By(
    lua="""\
local function bad()
  error('x') -- @bad
end
local function f()
  local ok = pcall(bad) -- @start
  return ok -- @caught
end
local r = f()
print(r) -- @last
""",
    js="""\
function bad() {
  throw new Error('x'); // @bad
}
function f() {
  try {
    bad(); // @start
  } catch {
    return false; // @caught
  }
}
const r = f();
console.log(r); // @last
""",
)

SORTING = By(
    lua="""\
local t = {3, 1, 2}
table.sort(t, function(a, b) -- @start
  return a < b -- @less
end)
print(t[1]) -- @next
""",
    js="""\
const t = [3, 1, 2];
t.sort((a, b) => { // @start
  return a - b; // @less
});
console.log(t[0]); // @next
""",
)

CLOSURES = By(
    lua="""\
local function counter()
  local n = 0
  return function(by)
    n = n + by -- @add
    return n -- @ret
  end
end
local one, other = counter(), counter()
one(5)
print(other(2), one(1)) -- @start
""",
    js="""\
function counter() {
  let n = 0;
  return function (by) {
    n = n + by; // @add
    return n; // @ret
  };
}
const one = counter(), other = counter();
one(5);
console.log(other(2), one(1)); // @start
""",
)

SCENARIOS = (
    Scenario(
        "line by line",
        By(
            lua="local a = 1 -- @start\na = a + 1 -- @two\nreturn a -- @three",
            js="let a = 1; // @start\na = a + 1; // @two\na++; // @three",
        ),
        way("start, over two, into three, over end"),
    ),
    Scenario(
        "over a call",
        By(
            lua="local function f() return 1 end\nlocal a = f() -- @start\nreturn a -- @next",
            js="function f() { return 1 }\nlet a = f(); // @start\na++; // @next",
        ),
        way("start, over next, continue end"),
    ),
    Scenario(
        "into a call and out of it",
        CALL,
        way(
            "start",
            Go("into", Stop("inside", stack=("f", "(main)"), shows=(("x", "1"),))),
            Go("over", Stop("ret", shows=(("x", "1"), ("y", "1")))),
            Go("out", Stop("next", stack=("(main)",), shows=(("a", "1"),))),
            "continue end",
        ),
    ),
    Scenario(
        "over the end of a function",
        By(
            lua="local function f()\n  local y = 1 -- @start\nend\nf()\nlocal z = 1 -- @after\nreturn z",
            js="function f() {\n  let y = 1; // @start\n}\nf();\nlet z = 1; // @after",
        ),
        way("start, over after, continue end"),
    ),
    Scenario(
        "a sibling call in the same statement is no part of the frame",
        By(
            lua="local function f(x)\n  local y = x -- @inside\n  return y -- @ret\nend\n"
            "local a = f(1) + f(2) -- @start\nreturn a -- @next",
            js="function f(x) {\n  const y = x; // @inside\n  return y; // @ret\n}\n"
            "let a = f(1) + f(2); // @start\na++; // @next",
        ),
        way("start, into inside, over ret, over next, continue end"),
    ),
    Scenario(
        "recursion: over stays at its depth, out leaves one call",
        RECURSION,
        way(
            "start, into test, over call, into test, over call",
            Go("over", Stop("ret", stack=("fact", "fact", "(main)"), shows=(("n", "3"), ("below", "2")))),
            Go("over", Stop("ret", stack=("fact", "(main)"), shows=(("n", "4"), ("below", "6")))),
            "out last, continue end",
        ),
        output="24\n",
    ),
    Scenario(
        # Lua's frame ends with its tail call, and there is nothing left to come back to; in JavaScript it stays.
        "a tail call",
        TAIL_CALL,
        way(
            "start, into f",
            Go("into", Stop("g", stack=By(lua=("g", "(main)"), js=("g", "f", "(main)")))),
            "out next, continue end",
        ),
    ),
    Scenario("over a tail call", TAIL_CALL, way("start, into f, over next, continue end")),
    Scenario(
        "into what is called and fails, and on where the error is caught",
        CATCHING,
        way(
            "start",
            Go(
                "into",
                Stop("bad", stack=By(lua=("bad", "pcall", "f", "(main)"), js=("bad", "f", "(main)"))),
            ),
            "over caught, over last, continue end",
        ),
        output="false\n",
    ),
    Scenario(
        "over what fails", CATCHING, way("start, over caught, out last, continue end"), output="false\n"
    ),
    Scenario(
        "into a callback of a builtin and out of it",
        SORTING,
        way(
            "start",
            Go(
                "into",
                Stop(
                    "less",
                    stack=By(lua=("(anonymous)", "table.sort", "(main)"), js=("(anonymous)", "(main)")),
                ),
            ),
            "out next, continue end",
        ),
        output="1\n",
    ),
    Scenario("over what calls back", SORTING, way("start, over next, continue end"), output="1\n"),
    Scenario(
        "closures have each their own variables",
        CLOSURES,
        way(
            "start",
            Go("into", Stop("add", shows=(("by", "2"), ("n", "0")))),
            Go("over", Stop("ret", shows=(("n", "2"),))),
            Go("into", Stop("add", shows=(("by", "1"), ("n", "5")))),
            Go("over", Stop("ret", shows=(("n", "6"),))),
            "out end",
        ),
        output=By(lua="2\t6\n", js="2 6\n"),
    ),
    Scenario(
        "each round of a loop",
        By(
            lua="local n = 0\nfor i = 1, 2 do\n  n = n + i -- @start\n  n = n * 2 -- @on\nend\nprint(n) -- @last",
            js="let n = 0;\nfor (let i = 1; i <= 2; i++) { // @loop\n  n += i; // @start\n  n *= 2; // @on\n}\n"
            "console.log(n); // @last",
        ),
        # The probe of a `for` of Lua is passed once; JavaScript's comes by in each round, as its test and step do.
        By(
            lua=way("start, over on, over *start, over on, over last, continue end"),
            js=way("start, over on, over loop, over *start, over on, over loop, over last, continue end"),
        ),
        output="8\n",
    ),
    Scenario(
        "continue comes by again",
        By(
            lua="local n = 0\nfor i = 1, 2 do\n  n = n + i -- @start\nend\nprint(n)",
            js="let n = 0;\nfor (let i = 1; i <= 2; i++) {\n  n += i; // @start\n}\nconsole.log(n);",
        ),
        way(
            Go("start", Stop("start", "breakpoint", shows=(("i", "1"), ("n", "0")))),
            Go("continue", Stop("start", "breakpoint", shows=(("i", "2"), ("n", "1")))),
            "continue end",
        ),
        output="3\n",
    ),
    Scenario(
        "conditions of loops",
        By(
            lua="local n = 0 -- @start\nwhile n < 2 do -- @test\n  n = n + 1 -- @body\nend\nreturn n -- @last",
            js="let n = 0; // @start\nwhile (n < 2) { // @test\n  n++; // @body\n}\nn--; // @last",
        ),
        way("start, over test, over body, over test, over body, over test, over last, continue end"),
    ),
    Scenario(
        "a loop on one line is one step",
        By(
            lua="local n = 0 -- @start\nfor i = 1, 5 do n = n + i end -- @loop\nprint(n) -- @last",
            js="let n = 0; // @start\nfor (let i = 1; i <= 5; i++) n += i; // @loop\nconsole.log(n); // @last",
        ),
        way("start, over loop, over last, continue end"),
        output="15\n",
    ),
    Scenario(
        "from the first statement on",
        CALL,
        # A function is a statement of Lua; in JavaScript it is there before anything runs.
        By(
            lua=way(
                Go("start", Stop("script.lua:1", "entry", stack=("(main)",))),
                "over start, over next, over end",
            ),
            js=way(Go("start", Stop("start", "entry", stack=("(main)",))), "over next, over end"),
        ),
        breaks=(),
        entry=True,
    ),
)
