"""Where steps lead through coroutines, generators, async functions, and what the loop of events calls."""

from __future__ import annotations

from scenarios.debug_scenario import At, By, Go, Scenario, Stop, way

YIELDING = By(
    lua="""\
local co = coroutine.wrap(function(a)
  local n = a -- @start
  coroutine.yield(n) -- @yield
  n = n + 1 -- @again
end)
local x = co(1)
local y = 2 -- @between
co()
print(x, y) -- @last
""",
    js="""\
function* g(a) {
  let n = a; // @start
  yield n; // @yield
  n++; // @again
}
const it = g(1);
const x = it.next().value;
const y = 2; // @between
it.next();
console.log(x, y); // @last
""",
)

SCENARIOS = (
    Scenario(
        "over a yield stays with its coroutine",
        YIELDING,
        way("start, over yield", Go("over", Stop("again", shows=(("n", "1"),))), "over last, continue end"),
        output=By(lua="1\t2\n", js="1 2\n"),
    ),
    Scenario(
        "out of a coroutine stops in what resumed it",
        YIELDING,
        By(
            lua=way("start, out between, over script.lua:8, over last, continue end"),
            js=way("start, out between, over script.js:9, over last, continue end"),
        ),
        output=By(lua="1\t2\n", js="1 2\n"),
    ),
    Scenario(
        "into a yield stops in what goes on with it",
        YIELDING,
        way("start, into yield, into between, continue end"),
        output=By(lua="1\t2\n", js="1 2\n"),
    ),
    Scenario(
        "into a resume and out",
        By(
            lua="local co = coroutine.wrap(function()\n  local a = 1 -- @body\n  coroutine.yield(a)\nend)\n"
            "local x = co() -- @start\nreturn x -- @next",
            js="function* g() {\n  const a = 1; // @body\n  yield a;\n}\nconst it = g();\n"
            "let x = it.next(); // @start\nx = 1; // @next",
        ),
        way("start, into body, out next, continue end"),
    ),
    Scenario(
        "over the end of a coroutine, to what resumed it",
        By(
            lua="local co = coroutine.wrap(function()\n  local a = 1 -- @body\n  return a -- @ret\nend)\n"
            "local x = co() -- @start\nreturn x -- @next",
            js="function* g() {\n  const a = 1; // @body\n  return a; // @ret\n}\nconst it = g();\n"
            "let x = it.next(); // @start\nx = 1; // @next",
        ),
        way("start, into body, over ret, over next, continue end"),
    ),
    Scenario(
        "over a resume",
        By(
            lua="local co = coroutine.wrap(function()\n  local a = 1 -- @body\n  coroutine.yield(a)\nend)\n"
            "local x = co() -- @start\nreturn x -- @next",
            js="function* g() {\n  const a = 1; // @body\n  yield a;\n}\nconst it = g();\n"
            "let x = it.next(); // @start\nx = 1; // @next",
        ),
        way("start, over next, continue end"),
    ),
    Scenario(
        "the stack goes through what resumed it",
        By(
            lua="local function inner()\n  return 1 -- @start\nend\nlocal co = coroutine.create(function()\n"
            "  local v = inner()\n  return v\nend)\nlocal function outer()\n"
            "  local ok, v = coroutine.resume(co)\n  return v -- @back\nend\nlocal v = outer()\nprint(v)",
            js="function inner() {\n  return 1; // @start\n}\nfunction* co() {\n  const v = inner();\n  return v;\n}\n"
            "const it = co();\nfunction outer() {\n  const v = it.next().value;\n  return v; // @back\n}\n"
            "const v = outer();\nconsole.log(v);",
        ),
        way(
            Go(
                "start",
                Stop(
                    "start",
                    "breakpoint",
                    stack=By(
                        lua=(
                            "inner",
                            "(anonymous)",
                            "coroutine 1",
                            "coroutine.resume",
                            "outer",
                            "(main)",
                        ),
                        js=("inner", "co", "outer", "(main)"),
                    ),
                ),
            ),
            "continue back, continue end",
        ),
        breaks=(At("start"), At("back")),
        output="1\n",
    ),
    Scenario(
        "into what runs next after a yield of a loop",
        By(
            lua="local function g()\n  return coroutine.wrap(function()\n    coroutine.yield(1) -- @start\n"
            "    coroutine.yield(2) -- @again\n  end)\nend\nlocal n = 0\n"
            "for x in g() do\n  n = n + x -- @use\nend\nprint(n)",
            js="function* g() {\n  yield 1; // @start\n  yield 2; // @again\n}\nlet n = 0;\n"
            "for (const x of g()) {\n  n += x; // @use\n}\nconsole.log(n);",
        ),
        way("start, into use, into again, out use, continue end"),
        output="3\n",
    ),
    Scenario(
        "over yields of a loop, and out of it",
        By(
            lua="local function g()\n  return coroutine.wrap(function()\n    local a = 1 -- @start\n"
            "    coroutine.yield(a) -- @yield\n    coroutine.yield(2) -- @again\n  end)\nend\nlocal n = 0\n"
            "for x in g() do\n  n = n + x -- @use\nend\nprint(n) -- @after",
            js="function* g() {\n  const a = 1; // @start\n  yield a; // @yield\n  yield 2; // @again\n}\nlet n = 0;\n"
            "for (const x of g()) {\n  n += x; // @use\n}\nconsole.log(n); // @after",
        ),
        way("start, over yield, over again, over after, continue end"),
        output="3\n",
    ),
    # What only JavaScript has
    Scenario(
        "an async function: over an await stays with it",
        By(
            js="async function f() {\n  const a = await 1; // @start\n  return a; // @on\n}\nasync function other() {\n"
            "  await 1;\n  await 2;\n}\nf();\nother();"
        ),
        way("start", Go("over", Stop("on", shows=(("a", "1"),))), "continue end"),
    ),
    Scenario(
        "over the end of an async function, to who awaits it",
        By(
            js="async function f() {\n  await 1;\n  return 2; // @start\n}\nasync function g() {\n"
            "  await f();\n  1; // @after\n}\ng();"
        ),
        way("start, over after, continue end"),
    ),
    Scenario(
        "into an async function, and out of it to its caller",
        By(
            js="async function f(x) {\n  const y = x; // @inside\n  await y;\n  return y;\n}\n"
            "const p = f(1); // @start\nlet n = 1; // @next\np.then((v) => {\n  console.log(v + n); // @later\n});"
        ),
        way("start, into inside, out next, continue later, continue end"),
        breaks=(At("start"), At("later")),
        output="2\n",
    ),
    Scenario(
        "an async function that was woken up is awaited",
        By(
            js="async function inner(a) {\n  await 1;\n  return a; // @start\n}\nasync function outer(n) {\n"
            "  const got = await inner(n * 2);\n  console.log(got); // @after\n}\nouter(21);"
        ),
        way(
            Go("start", Stop("start", "breakpoint", stack=("inner", "await", "outer"), shows=(("a", "42"),))),
            "over after, continue end",
        ),
        output="42\n",
    ),
    Scenario(
        "an event of the loop",
        By(js="setTimeout(() => {\n  1; // @later\n}, 1);\n2; // @start"),
        way("start, into later, continue end"),
    ),
)
