"""What a script of JavaScript that has failed still knows, and that waiting for errors changes nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.debugger.target import ExceptionOrder
from scenarios.debug_run import DebugRun
from scenarios.js_meaning import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., DebugRun]


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Start]:
    runs: list[DebugRun] = []

    def start(text: str, *orders: ExceptionOrder) -> DebugRun:
        run = DebugRun("js", tmp_path, text, name="script.js")
        runs.append(run)
        run.session.breakpoints.set_exceptions(orders or [ExceptionOrder(uncaught=True)])
        run.start()
        return run

    yield start
    for run in runs:
        run.close()


def known(run: DebugRun) -> dict[str, str]:
    """The variables of the frame that failed, without those that are held no more."""
    found: dict[str, str] = {}
    inspector = run.session.inspector
    for scope in inspector.scopes(run.top())[:-1]:
        if scope.name in ("Locals", "Block"):
            found |= {one.name: one.text for one in inspector.variables(scope.reference)}
    return {name: text for name, text in found.items() if name != "this"}


SEEN = {
    "a block in a loop, after it was changed": (
        "function f(list) {\n  let sum = 0;\n  for (const one of list) {\n    const twice = one.n * 2;\n"
        "    sum += twice;\n    let tail = twice + 1;\n    tail++;\n    one.a.b;\n  }\n}\nf([{n: 1, a: 1}, {n: 2}]);",
        {
            "list": "[{ … 2 properties }, { … 1 property }]",
            "sum": "6",
            "one": "{ n: 2 }",
            "twice": "4",
            "tail": "6",
        },
    ),
    "what the failing statement itself has changed": (
        "function f(a) {\n  let n = 1, b;\n  b = [n = 5, a.x.y];\n}\nf({});",
        {"a": "{}", "n": "5", "b": "undefined"},
    ),
    "what a builtin was called with": (
        "function f(text) {\n  const plain = text.trim();\n  return JSON.parse(plain);\n}\nf(' {');",
        {"text": '" {"', "plain": '"{"'},
    ),
    "variables that functions share": (
        "function f(a) {\n  let n = a;\n  const add = () => n++;\n  add();\n"
        "  { const c = n + add(); c.d.e; }\n}\nf(1);",
        {"a": "1", "n": "3", "c": "4"},
    ),
    "a held block that has ended": (
        "function f(a) {\n  let n = a;\n  { const c = 7; (() => c)(); }\n  n.x.y;\n}\nf(1);",
        {"a": "1", "n": "1"},
    ),
    "the counter of a loop": (
        "function f() {\n  for (let i = 0; i < 3; i++) {\n    if (i == 2) throw new Error('x');\n  }\n}\nf();",
        {"i": "2"},
    ),
    "what was caught before": (
        "function f() {\n  try { null.x } catch (e) {\n    const m = e.message.length;\n    throw m;\n  }\n}\nf();",
        {"m": "44"},
    ),
    "an arrow": ("const f = (a, b = 2) =>\n  a.b[b];\nf({});", {"a": "{}", "b": "2"}),
    "a generator": (
        "function* g(a) {\n  const b = yield a;\n  b.c.d;\n}\nconst it = g(1); it.next(); it.next({k: 1});",
        {"a": "1", "b": "{ k: 1 }"},
    ),
    "an async function": (
        "async function g(a) {\n  const b = await a;\n  let c = b + 1;\n  c.d.e;\n}\ng(1);",
        {"a": "1", "b": "1", "c": "2"},
    ),
    "more declarations than blocks": (
        "function f() {\n"
        + "".join(f"  let v{i} = {i};\n" for i in range(40))
        + "  v3++;\n  null.x;\n}\nf();",
        {f"v{i}": str(4 if i == 3 else i) for i in range(40)},
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_function_that_fails_has_its_variables(failing: Start, name: str) -> None:
    text, expected = SEEN[name]
    run = failing(text)
    stop = run.next_stop()
    assert (stop.reason, stop.uncaught) == ("exception", True)
    found = {name: value for name, value in known(run).items() if name in expected}
    assert found == expected
    run.go_on()
    assert run.finish().exit_code == 1


def test_a_function_of_the_same_depth_has_left_nothing_behind(failing: Start) -> None:
    run = failing(
        "function held(a) { let n = a; return (() => n)() }\nfunction leaf(a) { a.x.y; }\nheld(7);\nleaf(1);"
    )
    run.next_stop()
    assert known(run)["a"] == "1"
    assert "n" not in known(run)


def test_an_error_that_is_thrown_again_stops_there(failing: Start) -> None:
    run = failing(
        "function f() {\n  throw new Error('x');\n}\nfunction g(a) {\n  try { f(); } catch (e) {\n"
        "    throw e; // @again\n  }\n}\ng(4);"
    )
    stop = run.next_stop()
    assert (run.where(stop), stop.uncaught, known(run)["a"]) == ("again", True, "4")
    run.go_on()
    assert run.finish().exit_code == 1


def test_a_caught_error_shows_what_its_block_declared(failing: Start) -> None:
    run = failing(
        "function f(a) {\n  let out = 1;\n  try {\n    const b = a + 1;\n    b.c.d;\n  } catch { out++; }\n"
        "  return out;\n}\nf(1);",
        ExceptionOrder(caught=True),
    )
    stop = run.next_stop()
    assert (stop.uncaught, known(run)) == (False, {"a": "1", "b": "2", "out": "1"})
    run.go_on()
    assert run.finish().exit_code == 0


def test_a_condition_sees_the_variables(failing: Start) -> None:
    run = failing(
        "function f(n) {\n  const m = n * 2;\n  m.a.b;\n}\nfor (const n of [1, 2, 3]) try { f(n) } catch {}",
        ExceptionOrder(caught=True, condition="m === 4 && error instanceof TypeError"),
    )
    run.next_stop()
    assert known(run) == {"n": "2", "m": "4"}
    run.go_on()
    assert run.finish().exit_code == 0


UNCHANGED = {
    "used before it is declared": "const r = [];\nfunction f(x) { let a = 1;\n"
    "try { b } catch (e) { r.push(e.message) }\nlet c = 2; { r.push(typeof x) }\nlet b = 3; return a + b + c }\n"
    "r.push(f(1)); return r",
    "an outer one of the same name": "let b = 'out'; const r = [];\n"
    "function f() { let a = 1; try { r.push(b) } catch (e) { r.push(e.name) } let c = 1; let b = 'in'; return a + b }\n"
    "r.push(f()); return r",
    "declarations without semicolons": "function f(a) {\n  const b = a\n  let c\n  let d = [b]\n  ;[c] = d\n"
    "  const e = c // end\n  return e\n}\nreturn f(3)",
    "labels, breaks and returns out of blocks": "function f(n) { a: { const x = n; if (x) break a; const y = 1;\n"
    "return y }\n"
    "for (let i = 0; ; i++) { const z = i; if (z > n) return z; let w = z; if (w) continue; const v = w; n += v } }\n"
    "return [f(0), f(5)]",
    "finally in order": "const r = [];\nfunction f() { try { const a = 1; try { a.b.c } finally { r.push(1) } }\n"
    "catch (e) { const m = e.name; r.push(m); throw e } finally { r.push(2) } }\n"
    "try { f() } catch (e) { r.push(e.stack.split('\\n')[1].trim()) } return r",
    "the same error": "const e1 = {}; let same;\nfunction f() { const a = 1; let b = a; throw e1 }\n"
    "try { f() } catch (e) { same = e === e1 } return same",
    "a switch": "function f(n) { switch (n) { case 1: let a = 1; const b = a; return b; default: return typeof n } }\n"
    "return [f(1), f(2)]",
    "generators that are ended from outside": "const r = [];\n"
    "function* g() { const a = 1; try { yield a; const b = 2; yield b } finally { const c = 3; r.push(c) } }\n"
    "const i = g(); i.next(); r.push(i.return(9).value); const j = g(); j.next();\n"
    "try { j.throw(new Error('t')) } catch (e) { r.push(e.message) } return r",
    "a constant that is assigned to": "function f() { const a = 1; let b = a;\n"
    "try { a = 2 } catch (e) { return e.message } return b }\nreturn f()",
    "where a number was thrown": "function f(n) {\n  if (n) throw n;\n}\n"
    "function g() { try { f(0); f(7); } finally { f(0); } }\ng();",
    "where a number was thrown again": "function f() {\n"
    "  try { throw 7; } catch (e) { let a = 1;\n throw e; }\n}\nf();",
    "no memory of the stack": "function f(n) { const a = n; let b = a; return f(b + 1) + a }\n"
    "try { f(0) } catch (e) { return [e.name, e.message] }",
}  # fmt: skip


@pytest.mark.parametrize("name", UNCHANGED)
def test_blocks_that_tell_of_errors_change_nothing(name: str) -> None:
    check(UNCHANGED[name])
