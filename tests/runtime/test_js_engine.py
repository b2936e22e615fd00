"""Running JavaScript: results, exits, what is printed, the fallback without a bell, what is left behind."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from debug.config import DebugConfig
from debug.entry import shape
from debug.level import Level
from debug.manager import DebugManager
from runtime import registry
from runtime.engine import Limits, RunResult, Script, StopReason
from runtime.js import isolate as private
from runtime.js.engine import JsEngine
from runtime.lua.engine import LuaEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from pathlib import Path

    from debug.entry import Unshaped

GENEROUS = EngineOptions(limits=Limits(timeout_s=30))
"""Only there so that what hangs fails."""


def run(text: str | bytes, manager: DebugManager | None = None, **script: object) -> RunResult:
    encoded = text.encode() if isinstance(text, str) else text
    return JsEngine(manager or DebugManager(), GENEROUS).run(Script("a.js", encoded, **script))  # type: ignore[arg-type]


@pytest.fixture(params=["a name is missing", "it does not ring"])
def without_bell(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """mini-racer as it would be without what the bell needs."""
    if request.param == "a name is missing":
        monkeypatch.setattr(private, "_NEEDED", ("mr_eval", "mr_is_no_more"))
    else:
        monkeypatch.setattr(private.Isolate, "_bell_is_tested", False)
        monkeypatch.setattr(private.Isolate, "bell", lambda self: self.evaluate("() => {}"))


def test_what_a_script_returns() -> None:
    assert run("return 42").values == (42,)
    assert run("return null").values == (None,)
    assert run("42").values == ()
    assert run("return").values == ()


@pytest.mark.parametrize(
    "text",
    [
        b"#!/usr/bin/env node\nreturn 1",
        b"\xef\xbb\xbfreturn 1",
        b"\xef\xbb\xbf#!/usr/bin/env node\r\nreturn 1\r\n",
        b"return 1 // no line end",
        b"<!-- </script> an old comment\nreturn 1",
        b"'use strict'; return this === module.exports ? 1 : 2",
        b"/* " + b"x" * 1_000_000 + b" */ return 1",
    ],
)
def test_texts_of_every_make(text: bytes) -> None:
    result = run(text)
    assert (result.error, result.values) == (None, (1,))


def test_strict_mode_holds_from_the_first_line_on() -> None:
    result = run("'use strict';\nundeclared = 1")
    assert result.error is not None
    assert (result.error.message, result.error.line) == ("ReferenceError: undeclared is not defined", 2)


def test_entries_stand_in_the_order_of_the_calls_and_carry_the_script() -> None:
    manager = DebugManager()
    run("for (let i = 0; i < 1000; i++) Debug.info('m' + i)", manager)
    assert [entry.message for entry in manager.entries()] == [f"m{i}" for i in range(1000)]
    assert {entry.source for entry in manager.entries()} == {"a.js"}


def test_an_entry_is_seen_while_the_script_runs() -> None:
    manager = DebugManager()
    seen = threading.Event()
    manager.attach(lambda raw: seen.set() if shape(raw).message == "now" else None)
    engine = JsEngine(manager, GENEROUS)
    results: list[RunResult] = []
    text = b"Debug.info('now'); while (Debug.isEnabled()); return 'told to end'"
    thread = threading.Thread(target=lambda: results.append(engine.run(Script("a.js", text))))
    thread.start()
    assert seen.wait(20)
    manager.set_enabled(False)
    thread.join(20)
    assert results[0].values == ("told to end",)


def test_a_level_set_elsewhere_reaches_a_loop_that_calls_nothing_of_python() -> None:
    manager = DebugManager()
    ready, heard = threading.Event(), threading.Event()

    def sink(raw: Unshaped) -> None:
        (ready if shape(raw).message == "ready" else heard).set()

    manager.attach(sink)
    engine = JsEngine(manager, EngineOptions(limits=Limits(timeout_s=20)))
    text = (
        b"Debug.info('ready'); for (let i = 0; i < 1e9 && Debug.getLevel; i++) Debug.debug('spinning', 'm')"
    )
    thread = threading.Thread(target=lambda: engine.run(Script("a.js", text)))
    thread.start()
    assert ready.wait(20)
    manager.set_level(Level.DEBUG)
    assert heard.wait(20)
    manager.set_level(Level.INFO)
    engine.stop(StopReason.INTERRUPT)
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.usefixtures("without_bell")
def test_without_a_bell_everything_works_by_polling() -> None:
    manager = DebugManager()
    text = """
Debug.info({a: 1}, "m");
const t = Debug.timer("t");
t.stop();
Debug.addModuleFilter("m");
console.log("printed");
return [Debug.getCapturedEntries().length, Debug.dump([1]), Debug.getLevel(), Debug.memoryStats().resident_bytes > 0]
"""
    result = run(text, manager)
    assert result.error is None
    assert _items(result) == (1, "Array(1) [1]", "INFO", True)


def _items(result: RunResult) -> tuple[object, ...]:
    from debug import values

    (value,) = result.values
    assert isinstance(value, values.Table)
    return value.items


@pytest.mark.usefixtures("without_bell")
def test_without_a_bell_the_limits_hold() -> None:
    engine = JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=0.2)))
    result = engine.run(Script("a.js", b"for (;;) {}"))
    assert result.exit_code == 124
    assert run("let x = ;").error is not None
    assert run("throw new Error('e')").exit_code == 1


@pytest.mark.parametrize(("text", "code"), [("process.exit(7)", 7), ("process.exitCode = 3", 3), ("1", 0)])
def test_exit_codes(text: str, code: int) -> None:
    assert run(text).exit_code == code


def test_an_exit_is_no_error_and_nothing_runs_after_it() -> None:
    manager = DebugManager()
    text = "try { process.exit(2) } catch { Debug.info('caught') } finally { Debug.info('finally') } Debug.info('on')"
    result = run(text, manager)
    assert (result.exit_code, result.error, manager.entries()) == (2, None, [])


def test_printing_and_logging_keep_their_order(capfd: pytest.CaptureFixture[str]) -> None:
    manager = DebugManager()
    waits: list[int] = []
    manager.attach(lambda raw: print(f"<{shape(raw).message}>", end="", flush=True))
    options = EngineOptions(limits=Limits(timeout_s=30), wait_for_entries=lambda: waits.append(1))
    text = (
        "const w = (t) => process.stdout.write(t); w('a'); Debug.info('1'); w('b'); Debug.info('2'); w('c')"
    )
    JsEngine(manager, options).run(Script("a.js", text.encode()))
    assert capfd.readouterr().out == "a<1>b<2>c"
    assert len(waits) == 2


def test_text_that_utf8_cannot_hold_is_printed_as_node_does(capfd: pytest.CaptureFixture[str]) -> None:
    run("process.stdout.write('é\\ud800\\n'); process.stderr.write('\\u{1f600}\\n')")
    said = capfd.readouterr()
    assert (said.out, said.err) == ("é\ufffd\n", "\U0001f600\n")


def test_much_output_arrives_whole(capfd: pytest.CaptureFixture[str]) -> None:
    run("for (let i = 0; i < 3000; i++) process.stdout.write('line ' + i + '\\n')")
    assert capfd.readouterr().out == "".join(f"line {i}\n" for i in range(3000))


def test_nothing_is_left_behind() -> None:
    run("1")
    descriptors = len(os.listdir("/proc/self/fd")) if _has_proc() else 0
    for text in ("1", "throw 1", "let = = 1", "setTimeout(() => {}, 1)"):
        run(text)
    JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=0.05))).run(Script("a.js", b"for (;;);"))
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("llmspell-js")] == []
    if _has_proc():
        assert len(os.listdir("/proc/self/fd")) == descriptors


def _has_proc() -> bool:
    return os.path.isdir("/proc/self/fd")


def test_scripts_of_both_languages_side_by_side() -> None:
    manager = DebugManager(DebugConfig(capture_limit=100_000))
    javascript = b"for (let i = 0; i < 2000; i++) Debug.info('js ' + i, 'js')"
    lua = b"for i = 0, 1999 do Debug.info('lua ' .. i, 'lua') end"
    engines = [(JsEngine(manager, GENEROUS), javascript), (LuaEngine(manager, "lua5.4", GENEROUS), lua)] * 2
    failures: list[object] = []

    def work(engine: JsEngine | LuaEngine, text: bytes, name: str) -> None:
        result = type(engine)(manager, options=GENEROUS).run(Script(name, text))
        if result.error is not None:
            failures.append(result.error)

    threads = [
        threading.Thread(target=work, args=(engine, text, f"script {number}"))
        for number, (engine, text) in enumerate(engines)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    for number, (engine, _) in enumerate(engines):
        said = [entry.message for entry in manager.entries() if entry.source == f"script {number}"]
        language = "js" if isinstance(engine, JsEngine) else "lua"
        assert said == [f"{language} {i}" for i in range(2000)]


@pytest.mark.parametrize(
    ("name", "script", "head", "engine"),
    [
        (None, "a.js", b"", "js"),
        (None, "a.cjs", b"", "js"),
        (None, "a.mjs", b"", "js"),
        (None, "A.JS", b"", "js"),
        (None, "tool", b"#!/usr/bin/env node\n", "js"),
        (None, "tool", b"#!/usr/bin/node --flag\n", "js"),
        (None, "tool", b"#!/usr/bin/nodemon\n", "lua5.4"),
        (None, "a.js", b"#!/usr/bin/lua\n", "lua5.4"),
        ("javascript", "a.txt", b"", "js"),
        ("js", "a.lua", b"", "js"),
    ],
)
def test_the_engine_is_told_from_name_suffix_and_first_line(
    name: str | None, script: str, head: bytes, engine: str
) -> None:
    assert registry.choose(name, script, head) == engine


def test_the_registry_makes_it() -> None:
    engine = registry.create("js", DebugManager(), EngineOptions())
    assert engine.name == "js"
    assert engine.run(Script("a.js", b"return 1")).values == (1,)


def test_a_sandboxed_or_unnamed_script_runs(tmp_path: Path) -> None:
    path = tmp_path / "with space.js"
    path.write_text("x")
    result = JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=30, sandbox=True))).run(
        Script(str(path), b"return typeof Debug.info", path)
    )
    assert result.values == ("function",)
    assert run("return 1").values == (1,)
