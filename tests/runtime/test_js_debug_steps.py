"""Where scripts of JavaScript stop: breakpoints and steps, by program, commands and the places that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from debug.debugger.events import LogOutput, SourceLoaded, Stopped, ThreadEnded
from debug.debugger.places import AtFunction, AtLine
from debug.debugger.rules import Rules
from runtime.engine import Limits
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., DebugRun]


class Row(NamedTuple):
    """Breaks at `@start`; each command leads to a place, the last one perhaps to the end."""

    name: str
    text: str
    commands: str


ROWS = [
    Row(
        "line by line",
        "let a = 1; // @start\na = a + 1; // @two\na++; // @three",
        "over two, into three, over end",
    ),
    Row("over a call", "function f() { return 1 }\nlet a = f(); // @start\na++; // @next", "over next"),
    Row(
        "into a call and out of it",
        "function f(x) {\n  const y = x; // @in\n  return y; // @ret\n}\nlet a = f(1); // @start\na++; // @next",
        "into in, over ret, out next",
    ),
    Row(
        "over the end of a function",
        "function f() {\n  let y = 1; // @start\n}\nf();\nlet z = 1; // @after",
        "over after",
    ),
    Row(
        "a sibling call in the same statement is no part of the frame",
        "function f(x) {\n  const y = x; // @in\n  return y; // @ret\n}\nlet a = f(1) + f(2); // @start\n"
        "a++; // @next",
        "into in, over ret, over next",
    ),
    Row(
        "nor is a callback that is called again",
        "let n = 0;\nconst each = (v) => {\n  n += v; // @in\n};\n[1, 2, 3].forEach(each); // @start\nn++; // @after",
        "into in, over after",
    ),
    Row(
        "into each callback",
        "let n = 0;\n[1, 2].forEach((v) => { // @start\n  n += v; // @in\n  n += 1; // @on\n});\nn++; // @after",
        "into in, into on, into in, into on, into after",
    ),
    Row(
        "the body of an arrow is a place",
        "const twice = (x) =>\n  x * 2; // @body\nlet a = twice(1); // @start\na++; // @after",
        "into body, into after",
    ),
    Row(
        "recursion: over stays at its depth",
        "function fact(n) {\n  if (n === 0) return 1; // @test\n  const below = fact(n - 1); // @call\n"
        "  return n * below; // @ret\n}\nlet r = fact(4); // @start\nr++; // @after",
        "into test, over call, into test, over call, over ret, over ret, out after",
    ),
    Row(
        "each round of a loop",
        "let n = 0;\nfor (let i = 0; i < 2; i++) { // @start\n  n += i; // @body\n}\nn++; // @after",
        "over body, over start, over body, over start, over after",
    ),
    Row(
        "a condition is passed each time, behind the body too",
        "let n = 0; // @start\ndo {\n  n++; // @body\n} while (n < 2); // @test\nn--; // @after",
        "over body, over test, over body, over test, over after",
    ),
    Row(
        "what has no braces",
        "let n = 0; // @start\nif (n)\n  n = 5;\nelse\n  n = 6; // @else\nwhile (n > 5) // @while\n  n--; // @body\n"
        "n; // @after",
        "over line 2, over else, over while, over body, over while, over after",
    ),
    Row(
        "an error that is caught in the frame",
        "function f() {\n  throw new Error('x'); // @throw\n}\ntry {\n  f(); // @start\n} catch (e) {\n"
        "  e.message; // @caught\n} finally {\n  1; // @finally\n}\nf; // @after",
        "over caught, over finally, over after",
    ),
    Row(
        "out by an error",
        "function f() {\n  let a = 1; // @start\n  null.x; // @throw\n}\ntry {\n  f();\n} catch {\n"
        "  1; // @caught\n}",
        "over throw, over caught",
    ),
    Row(
        "a generator: over a yield stays with it",
        "function* g() {\n  const a = 1; // @start\n  yield a; // @yield\n  yield 2; // @again\n}\nlet n = 0;\n"
        "for (const x of g()) {\n  n += x; // @use\n}\nn++; // @after",
        "over yield, over again, over after",
    ),
    Row(
        "into what runs next after a yield",
        "function* g() {\n  yield 1; // @start\n  yield 2; // @again\n}\nlet n = 0;\n"
        "for (const x of g()) {\n  n += x; // @use\n}",
        "into use, into again, out use",
    ),
    Row(
        "an async function: over an await stays with it",
        "async function f() {\n  const a = await 1; // @start\n  return a; // @on\n}\nasync function other() {\n"
        "  await 1;\n  await 2;\n}\nf();\nother();",
        "over on",
    ),
    Row(
        "over the end of an async function, to who awaits it",
        "async function f() {\n  await 1;\n  return 2; // @start\n}\nasync function g() {\n"
        "  await f();\n  1; // @after\n}\ng();",
        "over after",
    ),
    Row(
        "a switch",
        "let n = 2;\nswitch (n) { // @start\n  case 1:\n    n = 5;\n  case 2: {\n    let b = n; // @two\n"
        "    b++; // @add\n  }\n"
        "  default:\n    n++; // @more\n}\nn; // @after",
        "over two, over add, over more, over after",
    ),
    Row(
        "labels",
        "let n = 0;\nouter: for (const a of [1, 2]) { // @start\n  for (;;) {\n    n += a; // @in\n"
        "    continue outer; // @jump\n  }\n}\nn; // @after",
        "over line 3, over in, over jump, over line 3, over in, over jump, over after",
    ),
    Row(
        "a getter, a constructor and a static block",
        "class A {\n  static { A.made = 0; }\n  constructor() {\n    A.made++; // @make\n  }\n"
        "  get x() {\n    return 1; // @get\n  }\n}\n"
        "const a = new A(); // @start\na.x; // @read\n1; // @after",
        "into make, out read, into get, out after",
    ),
    Row(
        "an event of the loop",
        "setTimeout(() => {\n  1; // @later\n}, 1);\n2; // @start",
        "into later",
    ),
]


@pytest.fixture
def debug(tmp_path: Path) -> Iterator[Start]:
    runs: list[DebugRun] = []

    def start(text: str, name: str = "script.js", **more: object) -> DebugRun:
        run = DebugRun("js", tmp_path, text, name=name, **more)  # type: ignore[arg-type]
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.close()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_steps(debug: Start, row: Row) -> None:
    run = debug(row.text)
    first = run.break_at("start")
    run.start()
    run.next_stop()
    run.session.breakpoints.remove(first)
    met = []
    for command in row.commands.split(", "):
        kind, _, place = command.partition(" ")
        if place == "end":
            run.session.step(THREAD, kind)  # type: ignore[arg-type]
            run.client.wait_for(ThreadEnded)
            met.append(command)
        else:
            stop = run.step(kind)
            assert stop.reason == "step"
            met.append(f"{kind} {run.where(stop)}")
    assert ", ".join(met) == row.commands


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("let a = 1;\nif (a) {\n  a = 2; // @here\n}", "script.js"),
        (
            "import {readFileSync} from 'fs';\nexport let a = 1;\nif (readFileSync) a = 2; // @here",
            "script.mjs",
        ),
        ("export const a = await 1;\nconsole.log(a); // @here", "script.mjs"),
        ("'use strict';\n// first\nvar a = 1; // @here", "script.js"),
        ("#!/usr/bin/env node\nvar a = 1 // @here", "script.js"),
        ("export default function f() {\n  return 1; // @here\n}\nf();", "script.mjs"),
        (
            "const f = async () => {\n  for await (const x of [1])\n    if (x) break; // @here\n};\nf();",
            "script.js",
        ),
        ("(function () {\n  return 1 // @here\n})()", "script.js"),
    ],
)
def test_a_breakpoint_stops_in(debug: Start, text: str, name: str) -> None:
    run = debug(text, name)
    run.break_at("here")
    run.start()
    stop = run.next_stop()
    assert (run.where(stop), stop.reason) == ("here", "breakpoint")
    run.go_on()
    assert run.finish().exit_code == 0


def test_a_file_that_is_required_is_stopped_in(debug: Start, tmp_path: Path) -> None:
    (tmp_path / "lib.js").write_text("exports.add = (a, b) => {\n  const sum = a + b;\n  return sum;\n};\n")
    (tmp_path / "part.mjs").write_text("export function f() {\n  return 3;\n}\n")
    run = debug("const {add} = require('./lib.js');\nadd(1, 2);\nimport('./part.mjs').then((p) => p.f());")
    for name in ("lib.js", "part.mjs"):
        assert not run.session.breakpoints.add(AtLine(str(tmp_path / name), 2)).verified
    run.start()
    names = []
    for _ in range(2):
        stop = run.next_stop()
        assert stop.location is not None
        names.append((stop.location.name, stop.location.line))
        run.go_on()
    assert names == [("lib.js", 2), ("part.mjs", 2)]
    assert run.finish().exit_code == 0


def test_conditions_hits_and_logpoints(debug: Start) -> None:
    run = debug(
        "let n = 0;\nfor (let i = 0; i < 10; i++) {\n  n += i; // @log\n  n += 0; // @third\n"
        "  n -= 0; // @five\n}\nn; // @fails"
    )
    run.break_at("log", Rules(log_message="i={i} n={n} {({a: i})}", condition="i < 2"))
    run.break_at("third", Rules(hit_condition="3"))
    run.break_at("five", Rules(condition="i === 5"))
    run.break_at("fails", Rules(condition="missing.x"))
    run.start()
    assert (run.where(run.next_stop()), run.value("i")) == ("third", "2")
    run.go_on()
    assert (run.where(run.next_stop()), run.value("i")) == ("five", "5")
    run.go_on()
    stop = run.next_stop()
    assert run.where(stop) == "fails"
    assert stop.text is not None
    assert "missing is not defined" in stop.text
    run.go_on()
    run.finish()
    assert [event.text for event in run.client.of(LogOutput)] == ["i=0 n=0 {a = 0}", "i=1 n=0 {a = 1}"]


def test_a_condition_that_never_ends_is_ended(debug: Start) -> None:
    run = debug("function spin() {\n  for (;;) {\n    1;\n  }\n}\nlet a = 1; // @text\na = 2; // @call")
    run.break_at("text", Rules(condition="(() => { for (;;); })()"))
    run.break_at("call", Rules(condition="spin()"))
    run.start()
    for mark in ("text", "call"):
        stop = run.next_stop()
        assert run.where(stop) == mark
        assert stop.text is not None
        assert "takes too long" in stop.text
        run.go_on()
    assert run.finish().exit_code == 0


def test_function_breakpoints_and_statements_of_the_script(debug: Start) -> None:
    run = debug(
        "class A {\n  add(n) {\n    return n; // @add\n  }\n}\nnew A().add(1);\ndebugger; // @debugger\n"
        "Debug.breakpoint(); // @always\nDebug.breakpoint(1 > 2);\nDebug.breakpoint(2 > 1); // @holds\n"
        "for (const i of [1, 2]) {\n  debugger; // @loop\n}"
    )
    run.session.breakpoints.add(AtFunction("A.add"))
    run.start()
    met = []
    for _ in range(6):
        stop = run.next_stop()
        met.append((run.where(stop), stop.reason))
        run.go_on()
    assert met == [
        ("add", "breakpoint"),
        ("debugger", "statement"),
        ("always", "statement"),
        ("holds", "statement"),
        ("loop", "statement"),
        ("loop", "statement"),
    ]
    run.finish()


def test_a_step_to_a_debugger_statement_stops_there_once(debug: Start) -> None:
    run = debug("let a = 1; // @start\ndebugger; // @debugger\na++; // @after")
    run.break_at("start")
    run.start()
    run.next_stop()
    assert run.where(run.step("over")) == "debugger"
    assert run.where(run.step("over")) == "after"


def test_a_running_loop_is_paused(debug: Start) -> None:
    run = debug("let n = 0;\nconsole.log('on');\nfor (;;) {\n  n++; // @loop\n}")
    run.start()
    run.client.wait_for(SourceLoaded)
    run.session.pause(THREAD)
    stop = run.next_stop()
    assert stop.reason == "pause"
    run.session.terminate()
    assert run.finish().exit_code == 143


def test_terminated_while_it_is_stopped(debug: Start) -> None:
    run = debug("try {\n  let a = 1; // @here\n} finally {\n  console.log('never');\n}")
    run.break_at("here")
    run.start()
    run.next_stop()
    run.session.terminate()
    assert run.finish().exit_code == 143


def test_a_client_that_goes_lets_it_run(debug: Start) -> None:
    run = debug("let n = 0;\nfor (let i = 0; i < 3; i++) {\n  n++; // @here\n}\nmodule.exports = n;")
    run.break_at("here")
    run.start()
    run.next_stop()
    run.session.disconnect()
    assert run.finish().exit_code == 0
    assert len(run.client.of(Stopped)) == 1


def test_a_stopped_script_uses_up_no_time(debug: Start) -> None:
    run = debug("let a = 1; // @here\nfor (;;);", limits=Limits(timeout_s=0.3))
    run.break_at("here")
    run.start()
    run.next_stop()
    for _ in range(200):
        run.value("1 + 1")
    run._thread.join(0.5)
    assert run.result is None, "it has used up its time while it was stopped"
    run.go_on()
    assert run.finish().exit_code == 124


def test_what_does_not_parse_says_why_it_is_not_stopped_in(debug: Start) -> None:
    run = debug("let __llmspell_a = 1; // @here")
    run.break_at("here")
    run.start()
    assert run.finish().exit_code == 0
    assert run.client.wait_for(SourceLoaded).source.unstoppable == "it uses names of the debugger"
