"""Where scripts of JavaScript stop: breakpoints and steps, by program, commands and the places that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import LogOutput, SourceLoaded, Stopped
from debug.debugger.places import AtFunction, AtLine
from debug.debugger.rules import Rules
from runtime.engine import Limits
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., DebugRun]


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
    assert [event.text for event in run.client.of(LogOutput)] == ["i=0 n=0 { a: 0 }", "i=1 n=0 { a: 1 }"]


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
