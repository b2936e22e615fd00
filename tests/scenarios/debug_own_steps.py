"""Steps through what only one of the languages has."""

from __future__ import annotations

from scenarios.debug_scenario import By, Scenario, way

SCENARIOS = (
    Scenario(
        "Lua: what a callback of a builtin calls is no part of the statement",
        By(
            lua="local n = 0\nlocal function each(v)\n  n = n + v -- @inside\nend\n"
            "for _ = 1, 1 do\n  (string.gsub)('abc', '.', function(c) each(#c) end) -- @start\nend\n"
            "return n -- @after",
        ),
        way("start, over after, continue end"),
    ),
    Scenario(
        "JavaScript: what a callback calls is no part of the statement",
        By(
            js="let n = 0;\nconst each = (v) => {\n  n += v; // @inside\n};\n"
            "[1, 2, 3].forEach(each); // @start\nn++; // @after",
        ),
        way("start, into inside, over after, continue end"),
    ),
    Scenario(
        "JavaScript: into each callback",
        By(
            js="let n = 0;\n[1, 2].forEach((v) => { // @start\n  n += v; // @inside\n  n += 1; // @on\n});\n"
            "n++; // @after",
        ),
        way("start, into inside, into on, into inside, into on, into after, continue end"),
    ),
    Scenario(
        "JavaScript: the body of an arrow is a place",
        By(js="const twice = (x) =>\n  x * 2; // @body\nlet a = twice(1); // @start\na++; // @after"),
        way("start, into body, into after, continue end"),
    ),
    Scenario(
        "JavaScript: a condition is passed each time, behind the body too",
        By(js="let n = 0; // @start\ndo {\n  n++; // @body\n} while (n < 2); // @test\nn--; // @after"),
        way("start, over body, over test, over body, over test, over after, continue end"),
    ),
    Scenario(
        "JavaScript: what has no braces",
        By(
            js="let n = 0; // @start\nif (n) // @if\n  n = 5;\nelse\n  n = 6; // @else\nwhile (n > 5) // @while\n"
            "  n--; // @body\nn; // @after",
        ),
        way("start, over if, over else, over while, over body, over while, over after, continue end"),
    ),
    Scenario(
        "JavaScript: an error that is caught in the frame, and what is finally done",
        By(
            js="function f() {\n  throw new Error('x'); // @throw\n}\ntry {\n  f(); // @start\n} catch (e) {\n"
            "  e.message; // @caught\n} finally {\n  1; // @finally\n}\nf; // @after",
        ),
        way("start, over caught, over finally, over after, continue end"),
    ),
    Scenario(
        "JavaScript: out by an error",
        By(
            js="function f() {\n  let a = 1; // @start\n  null.x; // @throw\n}\ntry {\n  f();\n} catch {\n"
            "  1; // @caught\n}",
        ),
        way("start, over throw, over caught, continue end"),
    ),
    Scenario(
        "JavaScript: a switch",
        By(
            js="let n = 2;\nswitch (n) { // @start\n  case 1:\n    n = 5;\n  case 2: {\n    let b = n; // @two\n"
            "    b++; // @add\n  }\n  default:\n    n++; // @more\n}\nn; // @after",
        ),
        way("start, over two, over add, over more, over after, continue end"),
    ),
    Scenario(
        "JavaScript: labels",
        By(
            js="let n = 0;\nouter: for (const a of [1, 2]) { // @start\n  for (;;) { // @for\n    n += a; // @inside\n"
            "    continue outer; // @jump\n  }\n}\nn; // @after",
        ),
        way(
            "start, over for, over inside, over jump, over for, over inside, over jump, over after, continue end"
        ),
    ),
    Scenario(
        "JavaScript: a getter, a constructor and a static block",
        By(
            js="class A {\n  static { A.made = 0; }\n  constructor() {\n    A.made++; // @make\n  }\n"
            "  get x() {\n    return 1; // @get\n  }\n}\n"
            "const a = new A(); // @start\na.x; // @read\n1; // @after",
        ),
        way("start, into make, out read, into get, out after, continue end"),
    ),
)
