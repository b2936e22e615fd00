"""What is evaluated and changed in stopped scripts, and what they make of it."""

from __future__ import annotations

from scenarios.debug_scenario import At, By, Errors, Give, Go, Put, Say, Scenario, Stop, way

CALLED = By(
    lua="""\
local up = 1
total = 5
local function f(a)
  local t = {n = 5, list = {1, 2}}
  print(a, up, total, t.n, t.list[2]) -- @start
end
local function g(k)
  f(1)
  print(k) -- @back
end
g(2)
print(up) -- @last
""",
    js="""\
let up = 1;
globalThis.total = 5;
function f(a) {
  const t = {n: 5, list: [1, 2]};
  console.log(a, up, total, t.n, t.list[1]); // @start
}
function g(k) {
  f(1);
  console.log(k); // @back
}
g(2);
console.log(up); // @last
""",
)


def lines(*rows: str) -> By:
    """What is printed: words of a line are parted as the language does it."""
    text = "".join(f"{row}\n" for row in rows)
    return By(lua=text.replace(" ", "\t"), js=text)


SCENARIOS = (
    Scenario(
        "what is seen",
        CALLED,
        way(
            Go(
                "start",
                Stop(
                    "start",
                    "breakpoint",
                    stack=("f", "g", "(main)"),
                    shows=(
                        ("a", "1"),
                        ("t", By(lua="{list = [… 2 elements], n = 5}", js="{ list: [… 2 items], n: 5 }")),
                        ("up", "1"),
                        ("total", "5"),
                    ),
                ),
            ),
            Say("a + t.n + up", "7"),
            Say("k", "2", frame=1),
            Say("up", "1", frame=2),
            Say(By(lua="#t.list", js="t.list.length"), "2"),
            Say(By(lua="('x'):rep(3)", js="'x'.repeat(3)"), '"xxx"'),
            "continue end",
        ),
        output=lines("1 1 5 5 2", "2", "1"),
    ),
    Scenario(
        "a local is set",
        CALLED,
        way("start", Give("a", "a + 10", "11"), Say("a", "11"), "continue end"),
        output=lines("11 1 5 5 2", "2", "1"),
    ),
    Scenario(
        "a local of a frame that calls is set",
        CALLED,
        way("start", Give("k", "k * 20", "40", frame=1), "continue back", Say("k", "40"), "continue end"),
        breaks=(At("start"), At("back")),
        output=lines("1 1 5 5 2", "40", "1"),
    ),
    Scenario(
        "an upvalue is set",
        CALLED,
        way(
            "start", Give("up", "'new'", '"new"'), "over back, over last", Say("up", '"new"'), "continue end"
        ),
        output=lines("1 new 5 5 2", "2", "new"),
    ),
    Scenario(
        "a global is set",
        CALLED,
        way("start", Give("total", "total - 1", "4"), "continue end"),
        output=lines("1 1 4 5 2", "2", "1"),
    ),
    Scenario(
        "fields and elements are assigned to",
        CALLED,
        way(
            "start",
            Put("t.n", "t.n * 2", "10"),
            Put(By(lua="t.list[2]", js="t.list[1]"), "up + 6", "7"),
            "continue end",
        ),
        output=lines("1 1 5 10 7", "2", "1"),
    ),
    Scenario(
        "what is typed at a prompt has its effects",
        CALLED,
        way(
            "start",
            Say(By(lua="a = 9", js="a = 9; a"), By(lua="nil", js="9")),
            Say("a", "9"),
            Say(By(lua="up, total = 8, 7", js="up = 8, total = 7"), By(lua="nil", js="7")),
            "continue end",
        ),
        output=lines("9 8 7 5 2", "2", "8"),
    ),
    Scenario(
        "what is typed may call the script, which is not stopped in",
        By(
            lua="local n = 0\nlocal function bump()\n  n = n + 1 -- @bump\n  return n\nend\nlocal a = 1 -- @start\n"
            "print(n)",
            js="let n = 0;\nfunction bump() {\n  n++; // @bump\n  return n;\n}\nlet a = 1; // @start\nconsole.log(n);",
        ),
        way("start", Say("bump()", "1"), Say("bump() + bump()", "5"), "continue end"),
        breaks=(At("start"), At("bump")),
        output="3\n",
    ),
    Scenario(
        "a variable that two closures share",
        By(
            lua="local function pair()\n  local n = 0\n  return function() n = n + 1 end, function()\n"
            "    return n -- @start\n  end\nend\nlocal bump, get = pair()\nbump()\nprint(get())\nbump()\nprint(get())",
            js="function pair() {\n  let n = 0;\n  return [() => { n++; }, () => {\n    return n; // @start\n  }];\n}\n"
            "const [bump, get] = pair();\nbump();\nconsole.log(get());\nbump();\nconsole.log(get());",
        ),
        way(
            Go("start", Stop("start", "breakpoint", shows=(("n", "1"),))),
            Give("n", "n + 40", "41"),
            Go("continue", Stop("start", "breakpoint", shows=(("n", "42"),))),
            "continue end",
        ),
        output="41\n42\n",
    ),
    Scenario(
        "a condition of a loop is changed",
        By(
            lua="local go, n = true, 0\nwhile go do\n  n = n + 1 -- @start\nend\nprint(n)",
            js="let go = true, n = 0;\nwhile (go) {\n  n++; // @start\n}\nconsole.log(n);",
        ),
        way(
            Go("start", Stop("start", "breakpoint", shows=(("n", "2"),))),
            Give("go", "false", "false"),
            "continue end",
        ),
        breaks=(At("start", hits="3"),),
        output="3\n",
    ),
    Scenario(
        "the error of a frame that has failed is looked at",
        By(
            lua="local function f(a)\n  local b = a * 2\n  error({code = b}) -- @throw\nend\n"
            "local ok, e = pcall(f, 4)\n"
            "print(e.code)",
            js="function f(a) {\n  const b = a * 2;\n  throw {code: b}; // @throw\n}\n"
            "try { f(4); } catch (e) { console.log(e.code); }",
        ),
        way(
            Go(
                "start",
                Stop("throw", "exception", text=By(lua="{code = 8}", js="{ code: 8 }"), shows=(("b", "8"),)),
            ),
            Say("a + b", "12"),
            "continue end",
        ),
        breaks=(),
        errors=(Errors("caught"),),
        output="8\n",
    ),
)
