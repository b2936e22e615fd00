"""Steps on a line that holds much: the line is one step, and is passed without asking the debugger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from debug.debugger.events import Stopped, ThreadEnded
from debug.debugger.rules import Rules
from scenarios.debug_run import THREAD, DebugRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from debug.debugger.stepping import StepKind
    from debug.debugger.target import Hit, Target

LUA = ["lua5.1", "lua5.4", "lua5.5", "luajit"]

ONCE = Rules(temporary=True)


class Row(NamedTuple):
    """Breaks at `@start` once; each command leads to a place, the last one perhaps to the end."""

    name: str
    commands: str
    lua: str
    js: str | None = None


ROWS = [
    Row(
        "a loop of statements",
        "over after",
        "local s = 0\nwhile s < 9 do s = s + 1; s = s + 0 end -- @start\nreturn s -- @after",
        "let s = 0;\nwhile (s < 9) { s++; s += 0; } // @start\ns; // @after",
    ),
    Row(
        "a call within, over",
        "over after",
        "local function f()\n  return 1 -- @in\nend\nfor _ = 1, 3 do f(); f() end -- @start\nf() -- @after",
        "function f() {\n  return 1; // @in\n}\nfor (let i = 0; i < 3; i++) { f(); f(); } // @start\nf(); // @after",
    ),
    Row(
        "a call within, into",
        "into in, into start, into in, into start, over after",
        "local function f()\n  return 1 -- @in\nend\nfor _ = 1, 2 do f(); f() end -- @start\nf() -- @after",
        "function f() {\n  return 1; // @in\n}\nfor (let i = 0; i < 2; i++) { f(); f(); } // @start\nf(); // @after",
    ),
    Row(
        "all of it on one line: a call of another function is another line, its end too",
        "into start, over start, over after",
        "local x; local function f() x = 1; x = 2 end f(); f() -- @start\nreturn x -- @after",
        "let x; function f() { x = 1; x = 2; } f(); f(); // @start\nx; // @after",
    ),
    Row(
        "recursion within the line: the frame outside is another one",
        "over after, into test, over out, into test, over out, over end",
        "local function f(n)\n  if n == 0 then return end -- @test\n"
        "  for i = 1, 2 do if i == 1 then f(n - 1) end end -- @out\n  n = 0 -- @end\nend\n"
        "f(0) -- @start\nf(1) -- @after",
    ),
    Row(
        "a tail call gives the frame away",
        "over after",
        "local function g() return 1 end\n"
        "local function f() for i = 1, 3 do if i == 2 then return g() end end end -- @f\n"
        "local x = f() -- @start\nreturn x -- @after",
    ),
    Row(
        "into a tail call on the same line",
        "into f, into f, into f, into after",
        "local function f(n) if n > 0 then return f(n - 1) end end -- @f\nf(2) -- @start\nlocal x = 1 -- @after",
    ),
    Row(
        "into what resumes a coroutine, and back, on one line",
        "into start, into start, over after",
        "local f = coroutine.wrap(function() local a = 1; coroutine.yield(a); a = 2 end) f(); f() -- @start\n"
        "f = 1 -- @after",
        "function* g() { let a = 1; yield a; a = 2; } const i = g(); i.next(); i.next(); // @start\ni; // @after",
    ),
    Row(
        "over what a coroutine does on the line, before a yield and behind it",
        "over after",
        "local f = coroutine.wrap(function() local a = 1; coroutine.yield(a); a = 2 end) f(); f() -- @start\n"
        "f = 1 -- @after",
        "function* g() { let a = 1; yield a; a = 2; } const i = g(); i.next(); i.next(); // @start\ni; // @after",
    ),
]


class CountedRun(DebugRun):
    """How often the script has asked whether it is to stop is counted."""

    def __init__(self, engine: str, folder: Path, text: str) -> None:
        super().__init__(engine, folder, text, name="script.js" if engine == "js" else "script.lua")
        self.asked = 0
        ask = self.session.hit

        def hit(target: Target, hit: Hit) -> bool:
            self.asked += 1
            return ask(target, hit)

        self.session.hit = hit  # type: ignore[method-assign]

    def to_start(self) -> None:
        self.break_at("start", ONCE)
        self.start()
        self.next_stop()


@pytest.fixture
def runs() -> Iterator[list[CountedRun]]:
    begun: list[CountedRun] = []
    yield begun
    for run in begun:
        run.close()


@pytest.mark.parametrize("kind", ["over", "into"])
@pytest.mark.parametrize("engine", [*LUA, "js"])
def test_a_million_rounds_are_passed_without_asking(
    engine: str, kind: StepKind, tmp_path: Path, runs: list[CountedRun]
) -> None:
    text = "local s = 0\nfor i = 1, 1000000 do s = s + 1 end -- @start\nlocal t = s -- @after"
    if engine == "js":
        text = "let s = 0;\nfor (let i = 0; i < 1000000; i++) s++; // @start\ns; // @after"
    run = CountedRun(engine, tmp_path, text)
    runs.append(run)
    run.to_start()
    asked = run.asked
    assert run.where(run.step(kind)) == "after"
    assert run.value("s") == "1000000"
    assert run.asked - asked == 1


@pytest.mark.parametrize(
    ("engine", "row"),
    [
        pytest.param(engine, row, id=f"{engine}-{row.name}")
        for engine in [*LUA, "js"]
        for row in ROWS
        if engine != "js" or row.js is not None
    ],
)
def test_where_steps_lead(engine: str, row: Row, tmp_path: Path, runs: list[CountedRun]) -> None:
    text = row.js if engine == "js" and row.js is not None else row.lua
    run = CountedRun(engine, tmp_path, text)
    runs.append(run)
    run.to_start()
    way = []
    for command in row.commands.split(", "):
        kind = command.split(" ")[0]
        run.session.step(THREAD, kind)  # type: ignore[arg-type]
        way.append(f"{kind} {run.where(run.next_stop())}")
    assert ", ".join(way) == row.commands
    assert len(run.client.of(Stopped)) == run.asked  # nothing was asked in vain
    run.go_on()
    run.client.wait_for(ThreadEnded)


@pytest.mark.parametrize("engine", [*LUA, "js"])
def test_a_breakpoint_on_the_line_stops_a_step_over_it(
    engine: str, tmp_path: Path, runs: list[CountedRun]
) -> None:
    text = "local s = 0\nwhile s < 2 do s = s + 1 end -- @start\nlocal t = s -- @after"
    if engine == "js":
        text = "let s = 0;\nwhile (s < 2) s++; // @start\ns; // @after"
    run = CountedRun(engine, tmp_path, text)
    runs.append(run)
    run.break_at("start")
    run.start()
    stops = [run.next_stop(), *(run.step("over") for _ in range(3))]
    assert [(stop.reason, run.where(stop)) for stop in stops[-2:]] == [
        ("breakpoint", "start"),
        ("step", "after"),
    ]
    run.go_on()
    run.client.wait_for(ThreadEnded)


@pytest.mark.parametrize("engine", [*LUA, "js"])
def test_a_step_to_a_later_line_is_of_its_frame(engine: str, tmp_path: Path, runs: list[CountedRun]) -> None:
    text = (
        "local fs, s = {}, 0\nfor i = 1, 1000 do\n  s = s + i\n  fs[i] = function() -- @start\n    s = s + 1\n  end\n"
        "  fs[i]()\n  if s < 0 then\n    s = 0\n  end\nend\nlocal t = s -- @after"
    )
    if engine == "js":
        text = (
            "let fs = [], s = 0;\nfor (let i = 1; i < 1001; i++) {\n  s += i;\n  fs[i] = () => { // @start\n"
            "    s++;\n  };\n"
            "  fs[i]();\n  if (s < 0) {\n    s = 0;\n  }\n}\ns; // @after"
        )
    run = CountedRun(engine, tmp_path, text)
    runs.append(run)
    run.to_start()
    places = []
    for _ in range(3):
        stop = run.client.of(Stopped)[-1]
        assert stop.location is not None
        run.session.step(THREAD, "over", before=stop.location.line + 1)
        places.append(run.where(run.next_stop()))
    # Past the function, that its call runs in another frame; past the test; past the rounds that are left.
    assert places == ["line 7", "line 8", "after"]
    assert run.value("s") == "501500"
    assert run.asked == 4
    run.go_on()
    run.client.wait_for(ThreadEnded)
