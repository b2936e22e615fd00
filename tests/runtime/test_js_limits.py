"""Time, memory, stops: whatever a script does, it ends, and says why."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, RunResult, Script, StopReason
from runtime.js.engine import JsEngine
from runtime.js.limits import SHARE_OF_V8_LIMIT, memory_limit
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Command

needs_guard = pytest.mark.skipif(sys.platform == "win32", reason="V8's hooks are not exported there")
AT_ONCE = b"new Array(1e9).fill(1).length"
"""V8 ends the process for it, whatever the limit: `invalid table size`."""

SPINS = [
    "for (;;) {}",
    "for (;;) { try { for (;;) {} } catch {} finally { continue } }",
    "while (true) { Debug.getLevel() }",
    "while (true) { Debug.info('flood') }",
    "setInterval(() => {}, 1)",
    "setTimeout(() => {}, 1e6)",
    "setTimeout(() => { for (;;) {} }, 1)",
    "(async () => { for (;;) await null })()",
    "Promise.resolve().then(() => { for (;;) {} })",
    "process.on('exit', () => { for (;;) {} })",
    "function f() { try { f() } finally { f() } } f()",
    "/(a+)+$/.test('a'.repeat(40) + '!')",
    "const a = new Array(3e6).fill(0).map(Math.random); for (;;) a.sort(() => Math.random() - 0.5)",
]


def run(text: str, **limits: float | int) -> RunResult:
    return JsEngine(DebugManager(), EngineOptions(limits=Limits(**limits))).run(  # type: ignore[arg-type]
        Script("a.js", text.encode())
    )


@pytest.mark.parametrize("text", SPINS)
def test_a_timeout_ends_everything(text: str) -> None:
    result = run(text, timeout_s=0.3)
    assert result.exit_code == 124
    assert result.error is not None
    assert result.error.kind is ErrorKind.TIMEOUT
    assert "0.3 s" in result.error.message


@pytest.mark.parametrize(
    ("reason", "kind", "code"),
    [
        (StopReason.INTERRUPT, ErrorKind.INTERRUPTED, 130),
        (StopReason.TERMINATE, ErrorKind.TERMINATED, 143),
    ],
)
@pytest.mark.parametrize("text", ["for (;;) {}", "setTimeout(() => {}, 1e6)", "for (;;) Debug.getLevel()"])
def test_a_stop_from_another_thread(text: str, reason: StopReason, kind: ErrorKind, code: int) -> None:
    manager = DebugManager()
    started = threading.Event()
    manager.attach(lambda _: started.set())
    engine = JsEngine(manager, EngineOptions(limits=Limits(timeout_s=30)))
    results: list[RunResult] = []
    script = Script("a.js", f"Debug.info('started'); {text}".encode())
    thread = threading.Thread(target=lambda: results.append(engine.run(script)))
    thread.start()
    assert started.wait(20)
    engine.stop(reason)
    engine.stop(StopReason.TIMEOUT)  # the first one counts
    thread.join(20)
    (result,) = results
    assert result.error is not None
    assert (result.error.kind, result.exit_code) == (kind, code)


@needs_guard
def test_where_a_script_was_stopped_is_told() -> None:
    text = """
function inner(n) {
  for (;;) { n++ } // @here
}
const outer = () => { try { inner(1) } catch {} };
setTimeout(() => outer(), 1);
"""
    result = run(text, timeout_s=0.3)
    error = result.error
    assert error is not None
    assert error.line == 1 + text[: text.index("@here")].count("\n")
    assert error.source_line == "  for (;;) { n++ } // @here"
    assert error.stack is not None
    assert [(frame.name, frame.what) for frame in error.stack.frames] == [
        ("inner", "function"),
        ("outer", "function"),
        (None, "function"),
    ]
    error = run("  for (;;) {}", timeout_s=0.3).error
    assert error is not None
    assert (error.source, error.line, error.column) == ("a.js", 1, 3)
    assert error.stack is not None
    assert [frame.what for frame in error.stack.frames] == ["main"]
    waiting = run("setTimeout(() => {}, 1e6)", timeout_s=0.3).error
    assert waiting is not None
    assert waiting.line is None


def test_a_stop_without_a_run_does_nothing_and_the_engine_runs_again() -> None:
    engine = JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=1.5)))
    engine.stop(StopReason.INTERRUPT)
    assert engine.run(Script("a.js", b"for (;;) {}")).exit_code == 124
    engine.stop(StopReason.INTERRUPT)
    assert engine.run(Script("a.js", b"return 1")).values == (1,)
    engine.close()


@pytest.mark.parametrize(
    "text",
    [
        "const a = []; for (;;) a.push({x: 1, y: [1, 2, 3]})",
        "const a = []; for (let i = 0; ; i++) a.push(('k' + i).padEnd(100))",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, {i})",
        "const a = []; setInterval(() => { for (let i = 0; i < 1e5; i++) a.push({i}) })",
        "const a = []; for (;;) { try { for (;;) a.push([1, 2, 3]) } catch {} }",
    ],
)
def test_memory_past_the_limit_is_an_error(text: str) -> None:
    result = run(text, timeout_s=60, max_memory_bytes=50_000_000)
    assert result.error is not None
    assert (result.error.kind, result.exit_code) == (ErrorKind.MEMORY, 1)
    assert "50 MB" in result.error.message
    assert result.error.hint is not None


def test_the_limit_of_memory_is_what_v8_can_keep() -> None:
    assert memory_limit(None, 1000, keeps_any=False) == int(1000 * SHARE_OF_V8_LIMIT)
    assert memory_limit(100, 1000, keeps_any=False) == 100
    assert memory_limit(10**12, 1000, keeps_any=False) == memory_limit(None, 1000, keeps_any=False)
    assert memory_limit(None, 1000, keeps_any=True) == 1000
    assert memory_limit(10**12, 1000, keeps_any=True) == 10**12


@needs_guard
@pytest.mark.parametrize(
    "text",
    [
        "const a = []; for (let i = 0; i < 40; i++) a.push(new Uint8Array(1e8))",
        "const a = []; for (let i = 0; i < 40; i++) a.push(new ArrayBuffer(1e8))",
        "const a = new ArrayBuffer(0, {maxByteLength: 2e9}); for (let i = 0; i < 2e9; i += 1e8) a.resize(i)",
    ],
)
def test_buffers_count(text: str) -> None:
    result = run(text, timeout_s=60, max_memory_bytes=200_000_000)
    assert result.error is not None
    assert (result.error.kind, result.exit_code) == (ErrorKind.MEMORY, 1)


@needs_guard
def test_buffers_that_nobody_holds_do_not_count() -> None:
    text = "for (let i = 0; i < 60; i++) new Uint8Array(1e8); return 'fine'"
    assert run(text, timeout_s=60, max_memory_bytes=400_000_000).values == ("fine",)


@needs_guard
def test_what_v8_cannot_give_at_once_ends_only_that_script() -> None:
    manager = DebugManager()
    options = EngineOptions(limits=Limits(timeout_s=120))
    engine, beside = JsEngine(manager, options), JsEngine(manager, options)
    results: list[RunResult] = []
    started = threading.Event()
    manager.attach(lambda _: started.set())
    script = Script("b.js", b"Debug.info('beside'); setInterval(() => {}, 10)")
    thread = threading.Thread(target=lambda: results.append(beside.run(script)))
    thread.start()
    assert started.wait(60)
    result = engine.run(Script("a.js", b"Debug.info('before');" + AT_ONCE))
    assert result.error is not None
    assert (result.error.kind, result.exit_code) == (ErrorKind.MEMORY, 1)
    assert "before" in [entry.message for entry in manager.entries()]
    assert engine.run(Script("a.js", b"return 'the next one'")).values == ("the next one",)
    assert results == []
    beside.stop(StopReason.INTERRUPT)
    thread.join(60)
    assert results[0].exit_code == 130


@needs_guard
def test_nothing_is_lost_where_v8_gives_up(llmspell: Command, tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    script.write_bytes(b"console.log('out'); console.error('err'); Debug.info('entry');\n" + AT_ONCE)
    ended = llmspell("run", str(script), "--debug", timeout=120)
    assert ended.exit_code == 1
    assert ended.stdout == "out\n"
    assert "err\n" in ended.stderr
    assert "entry" in ended.stderr
    assert "out of memory" in ended.stderr
    assert "GCs" not in ended.stderr
    assert "Fatal" not in ended.stderr


@pytest.mark.parametrize(
    "text",
    [
        "'x'.repeat(2 ** 30)",
        "new Array(-1)",
        "new ArrayBuffer(2 ** 53)",
        "let s = 'ab'; for (;;) s += s",
    ],
)
def test_what_is_too_large_by_itself_is_an_ordinary_error(text: str) -> None:
    result = run(text, timeout_s=30)
    assert result.error is not None
    assert result.error.message.startswith("RangeError: ")
    assert run(f"try {{ {text} }} catch {{ return 'caught' }}", timeout_s=30).values == ("caught",)


def test_deep_values_and_many_timers_are_no_trouble() -> None:
    text = """
let deep = {};
for (let i = 0; i < 1e5; i++) deep = {deep};
Debug.info(deep);
Debug.logWithData("info", "x", deep);
let due = 0;
for (let i = 0; i < 20000; i++) setTimeout(() => { due++ }, i % 10);
process.on("exit", () => { Debug.info("due " + due) });
"""
    manager = DebugManager()
    engine = JsEngine(manager, EngineOptions(limits=Limits(timeout_s=60)))
    assert engine.run(Script("a.js", text.encode())).error is None
    assert manager.entries()[-1].message == "due 20000"
