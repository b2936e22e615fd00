"""What is seen of a stopped script of JavaScript: frames, scopes, variables, expressions, errors, data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from debug.debugger.breakpoints import Wanted
from debug.debugger.events import SessionError
from debug.debugger.places import OnData
from debug.debugger.target import ExceptionOrder
from scenarios.debug_run import DebugRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., DebugRun]


@pytest.fixture
def debug(tmp_path: Path) -> Iterator[Start]:
    runs: list[DebugRun] = []

    def start(text: str, name: str = "script.js") -> DebugRun:
        """A run that breaks at `@here`, where that is, and has come there."""
        run = DebugRun("js", tmp_path, text, name=name)
        runs.append(run)
        if "@here" in text:
            run.break_at("here")
            run.start()
            run.next_stop()
        return run

    yield start
    for run in runs:
        run.close()


def seen(run: DebugRun, frame: int = 0) -> list[tuple[str, dict[str, str]]]:
    """The scopes of a frame with their variables, without globals."""
    inspector = run.session.inspector
    return [
        (scope.name, {one.name: one.text for one in inspector.variables(scope.reference)})
        for scope in inspector.scopes(run.frame(frame))[:-1]
    ]


NESTED = """const outer = 1;
function make(a, ...rest) {
  let count = 0;
  return function inner({b}) {
    for (let i = 0; i < 1; i++) {
      const c = b + i;
      count += c;
      called(c);
    }
  };
}
function called(x) {
  return x; // @here
}
make(5, 6, 7)({b: 2});
"""


def test_every_frame_has_its_variables(debug: Start) -> None:
    run = debug(NESTED)
    assert run.names() == ["called", "inner", "(main)"]
    assert seen(run)[0] == ("Locals", {"x": "2"})
    inner = seen(run, 1)
    assert inner[0] == ("Block", {"i": "0", "c": "2"})
    assert inner[1] == ("Locals", {"b": "2"})
    assert inner[2][0] == "Closure (make)"
    assert inner[2][1]["count"] == "2"
    assert inner[2][1]["rest"] == "[6, 7]"
    assert inner[3][0] == "Script"
    assert inner[3][1]["outer"] == "1"
    assert run.value("[a, count, c, outer, b]", run.frame(1)) == "[5, 2, 2, 1, 2]"


def test_expressions_with_effects_in_any_frame(debug: Start) -> None:
    run = debug(NESTED + "module.exports = outer;")
    assert run.value("count = 40; count + 2", run.frame(1)) == "42"
    assert run.value("count", run.frame(1)) == "40"
    assert run.value("x += 5; x") == "7"
    assert run.value("let t = 0; for (const k of [1, 2]) t += k; t") == "3"
    assert run.value("require('path').basename('/a/b')") == '"b"'
    assert run.value("called(3)") == "3"
    with pytest.raises(SessionError, match="Assignment to constant"):
        run.value("outer = 2", run.frame(2))
    with pytest.raises(SessionError, match="nothing is not defined"):
        run.value("nothing")
    with pytest.raises(SessionError, match="SyntaxError"):
        run.value("1 +")
    with pytest.raises(SessionError, match="cannot wait"):
        run.value("await 1")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("o.a + 1", "2"),
        ("o?.missing?.x", "undefined"),
        ("typeof nowhere", '"undefined"'),
        ("o.list[1] > 1 ? 'yes' : 'no'", '"yes"'),
        ("o.list.length === 2 && !o.z", "true"),
        ("o['a']", "1"),
        ("this === undefined", "false"),
    ],
)
def test_a_hover_is_shown(debug: Start, text: str, value: str) -> None:
    run = debug("const o = {a: 1, list: [1, 2], get g() { changed = 1 }};\nlet changed = 0;\n1; // @here")
    inspector = run.session.inspector
    assert (
        inspector.evaluate(text, run.top(), context="hover").text.replace("undefined", "undefined") == value
    )


@pytest.mark.parametrize(
    "text", ["o.g", "f()", "changed = 2", "new o()", "`${o}`", "o + 1", "delete o.a", "p.x", "++changed"]
)
def test_a_hover_changes_nothing(debug: Start, text: str) -> None:
    run = debug(
        "const o = {a: 1, get g() { changed = 1; }, toString() { changed = 3; return ''; }};\n"
        "const f = () => { changed = 4; };\nlet changed = 0;\n"
        "const p = new Proxy({}, {get() { changed = 5; }});\n1; // @here"
    )
    with pytest.raises(SessionError, match="may change something"):
        run.session.inspector.evaluate(text, run.top(), context="hover")
    assert run.value("changed") == "0"


def test_values_are_opened_and_set(debug: Start) -> None:
    run = debug(
        "class P { constructor() { this.x = 1; } get g() { throw 1; } }\nconst key = {k: 1};\n"
        "let all = {p: new P(), list: [1, , 3], m: new Map([['a', 1], [key, 2]]), s: new Set([7]),\n"
        "  t: new Uint8Array(3),\n"
        "  [Symbol('sym')]: 10n, get gone() { throw 1; }, px: new Proxy({q: 1}, {ownKeys() { throw 1; }})};\n"
        "all.self = all;\n1; // @here"
    )
    inspector = run.session.inspector
    value = inspector.evaluate("all", run.top())
    fields = {one.name: one for one in inspector.variables(value.reference)}
    assert {name: one.text for name, one in fields.items()} | {"self": ""} == {
        "p": "P { x: 1 }",
        "list": fields["list"].text,
        "m": fields["m"].text,
        "s": "Set(1) { 7 }",
        "t": fields["t"].text,
        "[Symbol(sym)]": "10n",
        "gone": "[Getter]",
        "px": fields["px"].text,
        "self": "",
        "[[Prototype]]": fields["[[Prototype]]"].text,
    }
    assert [one.text for one in inspector.variables(fields["list"].reference, only="indexed")] == [
        "1",
        "<empty>",
        "3",
    ]
    assert [one.name for one in inspector.variables(fields["m"].reference, only="indexed")][:2] == [
        '"a"',
        "{object}",
    ]
    assert next(one.name for one in inspector.variables(fields["px"].reference)) == "q"
    assert inspector.set_variable(fields["p"].reference, "x", "40 + 2").text == "42"
    assert run.value("all.p.x") == "42"
    assert inspector.set_expression("all.list[0]", "'new'", run.top()).text == '"new"'
    assert run.value("all.list[0]") == '"new"'
    scope = inspector.scopes(run.top())[0]
    assert inspector.set_variable(scope.reference, "all", "null").text == "null"
    with pytest.raises(SessionError, match="constant"):
        inspector.set_variable(scope.reference, "key", "1")


def test_a_variable_of_a_frame_that_calls_is_set_for_when_it_goes_on(debug: Start) -> None:
    run = debug(
        "function g() {\n  return 1; // @here\n}\nfunction f(n) {\n  g();\n  n += 1; // @next\n  return n;\n"
        "}\nconst r = f(1);\nr; // @end"
    )
    inspector = run.session.inspector
    scope = inspector.scopes(run.frame(1))[0]
    assert inspector.set_variable(scope.reference, "n", "10").text == "10"
    assert run.value("n", run.frame(1)) == "10"
    run.break_at("end")
    run.go_on()
    assert run.where(run.next_stop()) == "end"
    assert run.value("r") == "11"


def test_what_a_statement_has_changed_before_it_called_is_not_invented(debug: Start) -> None:
    run = debug(
        "function g(x) {\n  return x; // @here\n}\nfunction f(i, k) {\n  return g(i++) + k;\n}\nf(1, 2);"
    )
    assert seen(run, 1)[0][1] == {"i": "<not held>", "k": "2"}
    with pytest.raises(SessionError, match="not held"):
        run.value("i", run.frame(1))


def test_a_million_elements_open_at_once(debug: Start) -> None:
    run = debug(
        "const big = Array.from({length: 1000000}, (_, i) => i);\n"
        "const map = new Map(big.map((i) => [i, i]));\n1; // @here"
    )
    inspector = run.session.inspector
    for name in ("big", "map"):
        value = inspector.evaluate(name, run.top())
        assert value.indexed == 1000000
        page = inspector.variables(value.reference, 0, 100, only="indexed")
        assert [one.text for one in page[:3]] == ["0", "1", "2"]
        assert len(page) == 100
    began = time.perf_counter()
    inspector.variables(inspector.evaluate("big", run.top()).reference, 500000, 100)
    assert time.perf_counter() - began < 5, "all of it was looked at"


def test_completions(debug: Start) -> None:
    run = debug("const counter = {total: 1, toll: 2};\nfunction count() {}\n1; // @here")
    inspector = run.session.inspector
    assert [one.label for one in inspector.completions("1 + cou", run.top()).names] == ["counter", "count"]
    found = inspector.completions("counter.to", run.top())
    assert [one.label for one in found.names][:2] == ["total", "toll"]
    assert found.replaces == 2


UNCAUGHT = """function inner(a) {
  let b = a * 2;
  b.missing.x = 1;
}
async function outer(n) {
  await 1;
  inner(n);
}
try { inner(1); } catch {}
Promise.reject(1).catch(() => {});
outer(21);
"""


def test_errors_stop_where_they_are_thrown(debug: Start) -> None:
    run = debug(UNCAUGHT)
    run.session.breakpoints.set_exceptions([ExceptionOrder(uncaught=True)])
    run.start()
    stop = run.next_stop()
    assert (stop.reason, stop.uncaught, stop.location and stop.location.line) == ("exception", True, 3)
    assert stop.error == "TypeError: Cannot set properties of undefined (setting 'x')"
    assert stop.error_type == "TypeError"
    assert run.names() == ["inner", "outer"]
    assert seen(run)[0][1] == {"a": "21", "b": "42"}
    assert run.value("n", run.frame(1)) == "21"
    run.go_on()
    assert run.finish().exit_code == 1


def test_caught_errors_and_conditions(debug: Start) -> None:
    run = debug(
        "function f(n) {\n  throw new RangeError('n' + n); // @throw\n}\nfor (let i = 0; i < 3; i++) {\n"
        "  try { f(i); } catch (e) { e; }\n}\ntry {\n  null.x; // @own\n} catch {}\n"
        "try { try { f(9); } finally { 1; } } catch (e) { e; }"
    )
    run.session.breakpoints.set_exceptions(
        [ExceptionOrder(caught=True, condition="error.message !== 'n1'"), ExceptionOrder(uncaught=True)]
    )
    run.start()
    met = []
    for _ in range(4):
        stop = run.next_stop()
        met.append((run.where(stop), stop.error, stop.uncaught))
        run.go_on()
    assert met == [
        ("throw", "RangeError: n0", False),
        ("throw", "RangeError: n2", False),
        ("own", "TypeError: Cannot read properties of null (reading 'x')", False),
        ("throw", "RangeError: n9", False),
    ]
    assert run.finish().exit_code == 0


def test_data_breakpoints(debug: Start) -> None:
    run = debug(
        "const o = {n: 1};\nfunction f(a) {\n  let b = a; // @here\n  b++; // @one\n  g(); // @two\n"
        "  o.n = 5; // @three\n  b = 9; // @four\n"
        "  return b; // @five\n}\nfunction g() { let b = 100; b++; return b; }\nf(1);\nglobalThis.glob = 1;\n"
        "globalThis.glob = 2; // @six\n1; // @seven"
    )
    inspector = run.session.inspector
    run.step("over")
    ids = [inspector.data_info(name, frame=run.top()) for name in ("b", "o.n", "glob")]
    assert [one.description for one in ids] == ["b", "o.n", "glob"]
    added = run.session.breakpoints.set_data(
        [Wanted(OnData(one.data_id or "", one.description)) for one in ids]
    )
    assert all(one.verified for one in added)
    met = []
    for _ in range(5):
        run.go_on()
        stop = run.next_stop()
        met.append((run.where(stop), stop.reason, [(one.name, one.old, one.new) for one in stop.changes]))
    assert met == [
        ("two", "data", [("b", "1", "2")]),
        ("four", "data", [("o.n", "1", "5")]),
        ("five", "data", [("b", "2", "9")]),
        ("six", "data", [("glob", "undefined", "1")]),
        ("seven", "data", [("glob", "1", "2")]),
    ]


def test_a_hostile_script_is_debugged_all_the_same(debug: Start) -> None:
    run = debug(
        "delete globalThis.Debug;\nMap.prototype.get = Map.prototype.set = () => { throw 1; };\n"
        "JSON.stringify = () => 'x';\n"
        "Array.prototype[Symbol.iterator] = null;\n"
        "Object.defineProperty(Array.prototype, 0, {set() { throw 2; }, configurable: true});\n"
        "Object.prototype.type = 'resume';\nglobalThis.eval = null;\n"
        "Function.prototype.call = Function.prototype.apply = null;\n"
        "Object.freeze(globalThis);\nlet a = {b: 1}; // @before\n1; // @here"
    )
    assert run.value("a.b") == "1"
    assert run.value("let q = 1; q + a.b") == "2"
    assert "a" in dict(seen(run))["Locals"]
    assert run.names() == ["(main)"]
    run.go_on()
    assert run.finish().exit_code == 0


def test_imports_and_classes_of_a_module(debug: Start) -> None:
    run = debug(
        "import {basename} from 'path';\nimport * as p from 'path';\nclass A {\n  #secret = 1;\n  m() {\n"
        "    return this; // @here\n  }\n}\n"
        "export const top = basename('/x/y');\nnew A().m();",
        "script.mjs",
    )
    assert run.value("top") == '"y"'
    assert run.value("basename('/a/b')") == '"b"'
    assert run.value("p.basename('/a/b')") == '"b"'
    assert run.value("this instanceof A") == "true"


def test_an_object_of_many_keys_is_listed_once_a_stop(debug: Start) -> None:
    run = debug(
        "const big = {};\nfor (let i = 0; i < 100001; i++) big['k' + i] = i;\nlet done = 1; // @here\n"
        "delete big.k0;\n1;"
    )
    inspector = run.session.inspector

    def shown() -> tuple[str, str]:
        big = inspector.evaluate("big", run.top())
        return big.text, inspector.variables(big.reference, 0, 1)[0].name

    assert shown() == ("<object with 100001 properties>", "k0")
    assert inspector.evaluate("delete big.k1, big.more = 1", run.top()).text == "1"
    assert shown() == ("<object with 100001 properties>", "k0")
    big = inspector.evaluate("big", run.top())
    names = [one.name for start in (0, 99_999) for one in inspector.variables(big.reference, start, 2)]
    assert names == ["k0", "k2", "k100000", "more"]
    run.step("over")
    run.step("over")
    big = inspector.evaluate("big", run.top())
    assert big.text.startswith("{ k10: 10, k100: 100,")
    assert inspector.variables(big.reference, 0, 1)[0].name == "k2"


def test_a_debugged_script_is_not_profiled_and_the_profile_says_so() -> None:
    from debug.debugger.session import Session
    from debug.manager import DebugManager
    from debug.profile.recorder import Recorder
    from runtime.engine import Script
    from runtime.js.engine import JsEngine
    from runtime.options import EngineOptions

    recorder, session = Recorder(), Session()
    engine = JsEngine(DebugManager(), EngineOptions(recorder=recorder, debugger=session))
    assert engine.run(Script("a.js", b"let a = 1;", "/nonexistent/a.js")).exit_code == 0
    session.close()
    assert recorder.fallback == "a script of JavaScript that is in the debugger is not profiled"
