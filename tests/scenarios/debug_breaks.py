"""Where breakpoints stop: at lines, functions, statements of the script, in modules and loaded text; and when."""

from __future__ import annotations

from scenarios.debug_scenario import At, By, Go, Have, In, Scenario, Stop, way

LOOP = By(
    lua="""\
local limit = 7
local function f(i)
  local double = i * 2
  return double, limit -- @at
end
for i = 1, 12 do
  f(i) -- @call
end
print('done') -- @last
""",
    js="""\
const limit = 7;
function f(i) {
  const double = i * 2;
  return double + limit; // @at
}
for (let i = 1; i <= 12; i++) { // @for
  f(i); // @call
}
console.log('done'); // @last
""",
)


def at(i: int) -> Stop:
    """The stop in the round `i` of LOOP."""
    return Stop("at", "breakpoint", shows=(("i", str(i)), ("double", str(2 * i))))


METHODS = By(
    lua="""\
local Account = {}
function Account.deposit(n)
  return n + 1 -- @inside
end
local function other(n)
  return n -- @other
end
print(Account.deposit(1), other(2), Account.deposit(3))
""",
    js="""\
class Account {
  deposit(n) {
    return n + 1; // @inside
  }
}
function other(n) {
  return n; // @other
}
const a = new Account();
console.log(a.deposit(1), other(2), a.deposit(3));
""",
)

SCENARIOS = (
    Scenario(
        "a condition",
        LOOP,
        way(Go("start", at(4)), Go("continue", at(9)), "continue end"),
        breaks=(
            At(
                "at",
                By(lua="double == 8 and limit == 7 or i == 9", js="double === 8 && limit === 7 || i === 9"),
            ),
        ),
        output="done\n",
    ),
    Scenario(
        "a condition that fails stops",
        LOOP,
        way(
            Go(
                "start",
                Stop(
                    "last",
                    "breakpoint",
                    text=By(
                        lua="the condition 'missing.x == 1' failed: attempt to index a nil value (global 'missing')",
                        js="the condition 'missing.x == 1' failed: ReferenceError: missing is not defined",
                        **dict.fromkeys(
                            ("lua5.1", "luajit"),
                            "the condition 'missing.x == 1' failed: attempt to index global 'missing' (a nil value)",
                        ),
                    ),
                ),
            ),
            "continue end",
        ),
        breaks=(At("last", "missing.x == 1"),),
        output="done\n",
    ),
    Scenario(
        "the fifth hit",
        LOOP,
        way(Go("start", at(5)), "continue end"),
        breaks=(At("at", hits="5"),),
        output="done\n",
    ),
    Scenario(
        "from the eleventh hit on",
        LOOP,
        way(Go("start", at(11)), Go("continue", at(12)), "continue end"),
        breaks=(At("at", hits=">=11"),),
        output="done\n",
    ),
    Scenario(
        "every fifth hit",
        LOOP,
        way(Go("start", at(5)), Go("continue", at(10)), "continue end"),
        breaks=(At("at", hits="%5"),),
        output="done\n",
    ),
    Scenario(
        "hits count where the condition holds",
        LOOP,
        way(Go("start", at(9)), "continue end"),
        breaks=(At("at", "i > 6", "3"),),
        output="done\n",
    ),
    Scenario(
        "logpoints",
        LOOP,
        way("last, continue end"),
        breaks=(
            At(
                "at",
                "i < 3",
                log=By(lua="{i} of {limit}: {({a = double})}", js="{i} of {limit}: {({a: double})}"),
            ),
            At("call", hits="12", log="the last"),
            At("last"),
        ),
        logs=By(
            lua=("1 of 7: {a = 2}", "2 of 7: {a = 4}", "the last"),
            js=("1 of 7: { a: 2 }", "2 of 7: { a: 4 }", "the last"),
        ),
        output="done\n",
    ),
    Scenario(
        "a function, by its name and by its last part",
        METHODS,
        way(
            Go(
                "start",
                Stop("inside", "function", stack=("Account.deposit", "(main)"), shows=(("n", "1"),)),
            ),
            Go("continue", Stop("other", "function", shows=(("n", "2"),))),
            Go("continue", Stop("inside", "function", shows=(("n", "3"),))),
            "continue end",
        ),
        breaks=(),
        functions=(In("deposit"), In("other")),
        output=By(lua="2\t2\t4\n", js="2 2 4\n"),
    ),
    Scenario(
        "a function, where a condition holds",
        METHODS,
        way(Go("start", Stop("inside", "function", shows=(("n", "3"),))), "continue end"),
        breaks=(),
        functions=(In("Account.deposit", "n == 3"),),
        output=By(lua="2\t2\t4\n", js="2 2 4\n"),
    ),
    Scenario(
        "the script breaks by itself",
        By(
            lua="local a = 1\nDebug.breakpoint(a == 2)\nDebug.breakpoint(false)\nDebug.breakpoint(a == 1) -- @yes\n"
            "local function f()\n  Debug.breakpoint() -- @always\nend\nf()\nprint(a)",
            js="let a = 1;\nDebug.breakpoint(a === 2);\nDebug.breakpoint(false);\nDebug.breakpoint(a === 1); // @yes\n"
            "function f() {\n  Debug.breakpoint(); // @always\n}\nf();\nconsole.log(a);",
        ),
        way(
            Go("start", Stop("yes", "statement", shows=(("a", "1"),))),
            Go("continue", Stop("always", "statement", stack=("f", "(main)"))),
            "continue end",
        ),
        breaks=(),
        output="1\n",
    ),
    Scenario(
        "JavaScript: debugger",
        By(js="let a = 1; // @start\ndebugger; // @word\na++; // @after"),
        way("start, over word, over after, continue end"),
    ),
    Scenario(
        "breakpoints move to the next statement, and are nowhere past the end",
        By(
            lua="local a = 1\n\n-- @comment\nlocal function f()\n  -- @within\n  return a -- @body\nend\n"
            "print(f())\n-- @tail",
            js="const a = 1;\n\n// @comment\nlet on = 2; // @on\nfunction f() {\n  // @within\n"
            "  return a; // @body\n}\n"
            "console.log(f());\n// @tail",
        ),
        way(Go("start", Stop(By(lua="script.lua:4", js="on"), "breakpoint")), "continue body, continue end"),
        breaks=(
            At("comment", bound=By(lua="script.lua:4", js="on")),
            At("within", bound="body"),
            At("tail", bound="nowhere"),
        ),
        output="1\n",
    ),
    Scenario(
        "breakpoints come and go while it runs",
        LOOP,
        way(
            Go("start", at(1)),
            Have((At("at", "i == 3"), At("last"))),
            Go("continue", at(3)),
            Go("out", Stop(By(lua="call", js="for"))),
            Have((At("last"),)),
            "continue last, continue end",
        ),
        breaks=(At("at"),),
        output="done\n",
    ),
    Scenario(
        "a step stops at a breakpoint on its way",
        LOOP,
        way("call", Go("over", at(1)), Have((At("last"),)), "continue last, continue end"),
        breaks=(At("call"), At("at")),
        output="done\n",
    ),
    Scenario(
        "a module that is required",
        By(
            lua="local mod = require('mod') -- @start\nlocal r = mod.add(1, 2) -- @call\nprint(r) -- @after",
            js="const mod = require('./mod.js'); // @start\nconst r = mod.add(1, 2); // @call\n"
            "console.log(r); // @after",
        ),
        way(
            "start, continue call",
            Go("into", Stop("sum", "breakpoint", shows=(("a", "1"), ("b", "2")))),
            Go("over", Stop("ret", shows=(("sum", "3"),))),
            "out after, continue end",
        ),
        breaks=(At("start"), At("call"), At("sum")),
        modules=By(
            lua=(
                (
                    "mod.lua",
                    "local M = {}\nfunction M.add(a, b)\n  local sum = a + b -- @sum\n  return sum -- @ret\nend\n"
                    "return M\n",
                ),
            ),
            js=(
                (
                    "mod.js",
                    "exports.add = (a, b) => {\n  const sum = a + b; // @sum\n  return sum; // @ret\n};\n",
                ),
            ),
        ),
        output="3\n",
    ),
    Scenario(
        "text that is loaded",
        By(
            lua="local made = (loadstring or load)('local q = ...\\nlocal r = q + 1\\nreturn r', '=made')\n"
            "local b = made(1) -- @start\nprint(b) -- @after",
            js="const made = eval('(q) => {\\nlet r = q + 1;\\nreturn r;\\n}');\n"
            "const b = made(1); // @start\nconsole.log(b); // @after",
        ),
        By(
            lua=way(
                "start, into made:1, over made:2",
                Go("over", Stop("made:3", shows=(("q", "1"), ("r", "2")))),
                "out after, continue end",
            ),
            js=way(
                "start",
                Go("into", Stop("<eval 1>:2", shows=(("q", "1"),))),
                Go("over", Stop("<eval 1>:3", shows=(("q", "1"), ("r", "2")))),
                "out after, continue end",
            ),
        ),
        output="2\n",
    ),
)
