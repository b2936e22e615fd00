"""Errors that go into promises, and who awaits what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import SessionError, Stopped
from debug.debugger.target import ExceptionOrder
from runtime.js import promises
from runtime.js import throws as throws_of_v8
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., DebugRun]

UNCAUGHT = ExceptionOrder(uncaught=True)


@pytest.fixture
def debug(tmp_path: Path) -> Iterator[Start]:
    runs: list[DebugRun] = []

    def start(text: str, *orders: ExceptionOrder, at: str = "", name: str = "script.js") -> DebugRun:
        run = DebugRun("js", tmp_path, text, name=name)
        runs.append(run)
        run.session.breakpoints.set_exceptions(orders)
        if at:
            run.break_at(at)
        run.start()
        return run

    yield start
    for run in runs:
        run.close()


HANDLED = {
    "a later .catch": "Promise.resolve(1).then(() => { throw 7; }).catch(() => {});",
    "a .catch at the end of a chain": "Promise.reject(1).catch(() => { throw 2; }).then(() => 3).finally(() => {})"
    ".catch(() => {});",
    "the second function of .then": "Promise.resolve().then(() => { null.x; }).then(() => {}, () => {});",
    "a try around an await": "async function f() { null.x; }\n(async () => { try { await f(); } catch {} })();",
    "a try around an await, after one": "async function f() { await 1; null.x; }\n"
    "(async () => { try { await f(); } catch {} })();",
    "a try further out": "async function f() { await 1; throw 'x'; }\nasync function g() { return await f(); }\n"
    "(async () => { try { await g(); } catch {} })();",
    "a .catch of an async function": "async function f() { throw new Error('x'); }\nf().catch(() => {});",
    "a try around all": "async function f(n) { await n; if (n) throw n; }\n"
    "(async () => { try { await Promise.all([f(0), f(1)]); } catch {} })();",
    "allSettled": "async function f(n) { if (n) throw n; }\nPromise.allSettled([f(0), f(1)]);",
    "an executor": "new Promise(() => { throw 1; }).catch(() => {});",
    "an executor that has a name": "function go(ok) { null.x; }\nnew Promise(go).catch(() => {});",
    "a handler that comes within the turn": "async function f() { await 1; throw 5; }\nconst p = f();\n"
    "(async () => { for (let i = 0; i < 9; i++) await 1; try { await p; } catch {} })();",
    "an async generator": "async function* g() { yield 1; throw 2; }\n"
    "(async () => { try { for await (const x of g()); } catch {} })();",
    "an async arrow that calls": "const f = () => { throw 1; };\n(async () => f())().catch(() => {});",
    "a timer that settles": "const wait = () => new Promise((ok, no) => setTimeout(() => no(new Error('x')), 1));\n"
    "(async () => { try { await wait(); } catch {} })();",
}


@pytest.mark.parametrize("name", HANDLED)
def test_what_a_promise_hands_to_somebody_is_no_uncaught_error(debug: Start, name: str) -> None:
    run = debug(HANDLED[name], UNCAUGHT)
    assert run.finish().exit_code == 0
    assert not [event for event in run.client.events if isinstance(event, Stopped)]


NOBODYS = {
    "a callback": (
        "Promise.resolve(1).then((n) => {\n  const m = n + 1;\n  throw m; // @here\n});",
        {"n": "1", "m": "2"},
    ),
    "an async function": (
        "async function f(n) {\n  const m = n + 1;\n  throw new Error('x'); // @here\n}\nf(1);",
        {"n": "1", "m": "2"},
    ),
    "an async function that nobody awaits in the try around it": (
        "async function f(n) {\n  await n;\n  throw n; // @here\n}\n"
        "(async () => { try { f(3); await 1; } catch {} })();",
        {"n": "3"},
    ),
    "what somebody awaits whom nobody awaits": (
        "async function f(n) {\n  await n;\n  n.x.y; // @here\n}\nasync function g(m) { await f(m + 1); }\ng(1);",
        {"n": "2"},
    ),
    "what a handler throws itself": (
        "Promise.reject(3).catch((e) => {\n  const m = e;\n  throw [m]; // @here\n});",
        {"e": "3", "m": "3"},
    ),
    "what was handled once and is thrown again": (
        "async function f() { throw new Error('x'); }\n"
        "(async () => { try { await f(); } catch (e) { const m = 4;\n  throw e; // @here\n} })();",
        {"m": "4"},
    ),
    "an executor": ("new Promise((ok) => {\n  const m = 6;\n  null.x; // @here\n});", {"m": "6"}),
    "a timer": ("setTimeout((n) => {\n  throw n; // @here\n}, 1, 8);", {"n": "8"}),
    "a microtask": ("queueMicrotask(() => {\n  const m = 1;\n  throw m; // @here\n});", {"m": "1"}),
    "variables that functions share": (
        "(async (n) => {\n  const add = () => ++n;\n  await 1;\n  add();\n  throw n; // @here\n})(1);",
        {"n": "2"},
    ),
}


@pytest.mark.parametrize("name", NOBODYS)
def test_an_error_that_nobody_handles_stops_where_it_was_thrown(debug: Start, name: str) -> None:
    text, expected = NOBODYS[name]
    run = debug(text, UNCAUGHT)
    stop = run.next_stop()
    assert (stop.reason, stop.uncaught, run.where(stop)) == ("exception", True, "here")
    assert {one: run.value(one) for one in expected} == expected
    run.go_on()
    assert run.finish().exit_code == 1
    assert len([event for event in run.client.events if isinstance(event, Stopped)]) == 1


def test_only_the_error_that_ends_the_run_stops_among_many(debug: Start) -> None:
    run = debug(
        "async function f(n) {\n  await 1;\n  throw new Error(n); // @here\n}\n"
        "async function g() {\n  for (let i = 0; i < 20; i++) try { await f(i); } catch {}\n  await f(99);\n}\ng();",
        UNCAUGHT,
    )
    assert run.next_stop().error == "Error: 99"
    assert run.names() == ["f", "await", "g"]
    run.go_on()
    assert run.finish().exit_code == 1


def test_a_stack_that_is_over_can_be_looked_at(debug: Start) -> None:
    run = debug(
        "function fails(n) {\n  const m = [n];\n  throw m; // @here\n}\n"
        "async function work(k) {\n  const kept = k + 1;\n  await 1;\n  fails(kept);\n}\n"
        "async function all(z) { await work(z * 2); }\nall(2);",
        UNCAUGHT,
    )
    run.next_stop()
    assert run.names() == ["fails", "work", "await", "all"]
    assert [
        run.value("m[0]", run.frame(0)),
        run.value("kept", run.frame(1)),
        run.value("z", run.frame(3)),
    ] == [
        "5",
        "5",
        "2",
    ]
    with pytest.raises(SessionError, match="the function has ended"):
        run.value("n = 7", run.frame(0))
    run.session.step(THREAD, "over")
    assert run.finish().exit_code == 1


def test_a_condition_sees_a_stack_that_is_over(debug: Start) -> None:
    text = "async function f(n) {\n  throw n; // @here\n}\nf(1);"
    run = debug(text, ExceptionOrder(uncaught=True, condition="n === 2"))
    assert run.finish().exit_code == 1
    assert not [event for event in run.client.events if isinstance(event, Stopped)]


def test_caught_errors_stop_at_their_throw_while_all_lives(debug: Start) -> None:
    run = debug(
        "async function f(n) {\n  throw n; // @here\n}\n(async () => { try { await f(3); } catch {} })();",
        ExceptionOrder(caught=True),
    )
    stop = run.next_stop()
    assert (stop.uncaught, run.where(stop), run.names()) == (False, "here", ["f", "(anonymous)", "(main)"])
    run.go_on()
    assert run.finish().exit_code == 0


# Who awaits


CHAIN = (
    "async function inner(a) {\n  await 1;\n  return a; // @start\n}\n"
    "async function middle(b) {\n  let c = b * 2;\n  c = await inner(c); // @await\n  return c + 1; // @after\n}\n"
    "async function outer(d) {\n  const e = await Promise.all([middle(d), 7]);\n  return e; // @end\n}\n"
)


def test_who_awaits_stands_in_the_stack_with_variables(debug: Start) -> None:
    run = debug(CHAIN + "outer(4);", at="start")
    run.next_stop()
    page = run.session.inspector.frames(THREAD)
    assert [(one.name, one.kind) for one in page.frames] == [
        ("inner", "script"),
        ("await", "boundary"),
        ("middle", "script"),
        ("await", "boundary"),
        ("outer", "script"),
    ]
    assert [one.location.line for one in page.frames if one.location] == [3, 7, 11]
    assert [run.value(text, run.frame(at)) for at, text in ((0, "a"), (2, "b"), (2, "c"), (4, "d"))] == [
        "8",
        "4",
        "8",
        "4",
    ]
    pages = [run.session.inspector.frames(THREAD, start, 2).frames for start in (0, 2, 4)]
    assert [one.name for one in sum(pages, ())] == [one.name for one in page.frames]
    assert page.total == 5
    run.go_on()
    assert run.finish().exit_code == 0


def test_what_is_set_in_a_function_that_awaits_is_there_when_it_goes_on(debug: Start) -> None:
    run = debug(CHAIN + "outer(4).then((e) => console.log(e[0]));", at="start")
    run.next_stop()
    assert run.value("b = 5", run.frame(2)) == "5"
    run.session.step(THREAD, "over", frame=run.frame(2))
    stop = run.next_stop()
    assert (run.where(stop), run.value("b"), run.value("c")) == ("after", "5", "8")
    run.go_on()
    assert run.finish().exit_code == 0


def test_a_step_out_of_a_function_that_awaits_ends_where_it_has_ended(debug: Start) -> None:
    run = debug(CHAIN + "outer(4);", at="start")
    run.next_stop()
    run.session.step(THREAD, "out", frame=run.frame(2))
    assert run.where(run.next_stop()) == "end"
    run.go_on()
    assert run.finish().exit_code == 0


def test_who_awaits_what_another_has_called_has_a_place_alone(debug: Start) -> None:
    run = debug(
        "async function f() {\n  await 1; await 2;\n  return 3; // @start\n}\n"
        "async function g(z) {\n  const got = await p;\n  return got; // @after\n}\nconst p = f();\ng(5);",
        at="start",
    )
    run.next_stop()
    assert run.names() == ["f", "await", "g"]
    assert [one.name for one in run.session.inspector.scopes(run.frame(2))] == ["Globals"]
    with pytest.raises(SessionError, match="z is not defined"):
        run.value("z", run.frame(2))
    run.session.step(THREAD, "over", frame=run.frame(2))  # as if it was asked for in the innermost
    assert run.where(run.next_stop()) == "after"
    run.go_on()
    assert run.finish().exit_code == 0


def test_modules_await_too(debug: Start) -> None:
    run = debug(
        "async function f(n) {\n  await null;\n  return n; // @start\n}\nconst got = await f(2);\nconsole.log(got);",
        at="start",
        name="script.mjs",
    )
    run.next_stop()
    assert run.names() == ["f", "await", "(main)"]
    run.go_on()
    assert run.finish().exit_code == 0


def test_an_error_that_leaves_a_module_stops(debug: Start) -> None:
    run = debug(
        "async function f(n) {\n  await null;\n  throw n; // @here\n}\nawait f(2);",
        UNCAUGHT,
        name="script.mjs",
    )
    stop = run.next_stop()
    assert (run.where(stop), stop.uncaught, run.names()) == ("here", True, ["f", "await", "(main)"])
    run.go_on()
    assert run.finish().exit_code == 1


def test_functions_that_start_one_another_leave_nothing_behind(debug: Start) -> None:
    run = debug(
        "let n = 0;\nasync function again() {\n  await null;\n  n++;\n  if (n < 500) again();\n"
        "  else Debug.breakpoint();\n}\nagain();"
    )
    run.next_stop()
    assert run.names() == ["again"]
    run.go_on()
    assert run.finish().exit_code == 0


def test_a_hostile_script_has_its_errors_and_awaiting_functions_shown(debug: Start) -> None:
    run = debug(
        "Map.prototype.get = WeakMap.prototype.set = Function.prototype.apply = () => { throw 1; };\n"
        "Object.defineProperty(Array.prototype, 0, {set() { throw 2; }, configurable: true});\n"
        "Array.prototype[Symbol.iterator] = null;\nError.captureStackTrace = null;\nError.stackTraceLimit = 1;\n"
        "Error.prepareStackTrace = () => { throw 3; };\nObject.prototype.stack = 4;\n"
        "async function f(n) {\n  await 1;\n  throw {n}; // @here\n}\nasync function g() { await f(1); }\ng();",
        UNCAUGHT,
    )
    stop = run.next_stop()
    assert (run.where(stop), run.names(), run.value("n")) == ("here", ["f", "await", "g"], "1")
    run.go_on()
    assert run.finish().exit_code == 1


@pytest.mark.parametrize("throws", ["throw 5; // @here", "null.x; // @here"])
def test_without_v8s_own_functions_errors_of_tasks_stop_while_all_lives(
    debug: Start, monkeypatch: pytest.MonkeyPatch, throws: str
) -> None:
    """As on Windows, where V8 runs microtasks by itself and rejections that nobody handles go unnoticed."""
    for module in (promises, throws_of_v8):
        monkeypatch.setattr(module, "functions", lambda _: {})
    run = debug(
        "Promise.resolve().then(() => { throw 1; }).catch(() => {});\n"
        f"setTimeout(() => {{\n  let n = 1;\n  {throws}\n}}, 1);",
        UNCAUGHT,
    )
    stop = run.next_stop()
    assert (stop.uncaught, run.where(stop), run.value("n = 2")) == (True, "here", "2")
    run.go_on()
    assert run.finish().exit_code == 1
