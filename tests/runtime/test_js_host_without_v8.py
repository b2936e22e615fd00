"""Where V8's own functions cannot be reached, hosts do all the same but notice rejections that nobody handles."""

from __future__ import annotations

import pytest

from debug.config import DebugConfig
from debug.manager import DebugManager
from runtime.engine import Limits, RunResult, Script
from runtime.js import promises, throws
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions


def run(text: str) -> RunResult:
    options = EngineOptions(limits=Limits(timeout_s=30))
    return JsEngine(DebugManager(DebugConfig()), options).run(Script("plain.js", text.encode()))


@pytest.fixture(autouse=True)
def without_v8(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, whose library exports nothing."""
    for module in (promises, throws):
        monkeypatch.setattr(module, "functions", lambda _: {})


def test_tasks_run_in_order_with_microtasks_between_them(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    result = run(
        """
        setTimeout(() => { console.log('t1'); Promise.resolve().then(() => console.log('m1')); }, 1);
        setTimeout(() => { console.log('t2'); queueMicrotask(() => console.log('m2')); }, 40);
        setTimeout(() => { setImmediate(() => console.log('i1')); setImmediate(() => console.log('i2')); }, 80);
        const every = setInterval(() => { console.log('every'); clearInterval(every); }, 120);
        process.nextTick(() => { console.log('tick'); process.nextTick(() => console.log('tick 2')); });
        process.on('exit', (code) => console.log('exit', code));
        console.log('main', Promise.resolve(1));
        """
    )
    assert (result.exit_code, result.error) == (0, None)
    out = capfdbinary.readouterr().out.decode()
    assert out.split("\n") == [
        "main Promise {  }", "tick", "tick 2", "t1", "m1", "t2", "m2", "i1", "i2", "every", "exit 0", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "setTimeout(() => { throw new Error('lost') }, 1)",
        "setImmediate(() => { throw new Error('lost') })",
        "process.nextTick(() => { throw new Error('lost') })",
        "queueMicrotask(() => { throw new Error('lost') })",
        "Promise.resolve().then(() => process.nextTick(() => { throw new Error('lost') }))",
        "await null; throw new Error('lost')",
    ],
)
def test_errors_end_the_run(text: str) -> None:
    result = run(text)
    assert result.exit_code == 1
    assert result.error is not None
    assert "Error: lost" in result.error.message


def test_exit_codes_hold() -> None:
    assert run("setTimeout(() => process.exit(3), 1); setInterval(() => {}, 1000)").exit_code == 3
    assert run("Promise.resolve().then(() => process.exit(4)); setInterval(() => {}, 1000)").exit_code == 4
    assert run("await new Promise(() => {})").exit_code == 13
