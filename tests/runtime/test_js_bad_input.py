"""Scripts of JavaScript that are broken, hostile or too large: each ends as it does under node, or says why."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from debug.config import DebugConfig
from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, RunResult, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from tests.conftest import Command

Ran = tuple[RunResult, str, str]


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Runner:
    """Runs a text as `main.js` (or another name) in `tmp_path`."""
    return Runner(tmp_path, capfdbinary)


class Runner:
    def __init__(self, folder: Path, captured: pytest.CaptureFixture[bytes]) -> None:
        self._folder = folder
        self._captured = captured
        self.manager = DebugManager(DebugConfig(level=Level.DEBUG, capture_limit=100_000))

    def __call__(self, text: str | bytes, name: str = "main.js") -> Ran:
        path = self._folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        engine = JsEngine(self.manager, EngineOptions(limits=Limits(timeout_s=60)))
        result = engine.run(Script(name, path.read_bytes(), path))
        out, err = self._captured.readouterr()
        return result, out.decode(), err.decode()

    def fine(self, text: str | bytes, name: str = "main.js") -> str:
        """Its output, of one that ends well."""
        result, out, err = self(text, name)
        assert (result.error, result.exit_code, err) == (None, 0, "")
        return out


def test_huge_strings_are_printed_and_logged(run: Runner) -> None:
    out = run.fine("const s = 'ä'.repeat(2e7); console.log(s); Debug.info(s); console.log('done')")
    assert out == "ä" * 20_000_000 + "\ndone\n"
    assert len(run.manager.entries()[-1].message) == 20_000_000


HOSTILE = [
    "{toString() { throw 1 }, [Symbol.toPrimitive]() { throw 2 }, valueOf() { throw 3 }}",
    "(() => { const o = {toJSON() { return o.toJSON() }}; return o })()",
    "(() => { const o = {toJSON() { return {o} }}; return o })()",
    "{get a() { throw 1 }, get toJSON() { throw 2 }}",
    "(() => { let d = {}; for (let i = 0; i < 2e5; i++) d = {d}; return d })()",
    "(() => { let d = []; for (let i = 0; i < 2e5; i++) d = [d]; return d })()",
    "new Proxy({}, throwing)",
    "new Proxy([], throwing)",
    "new Proxy(function () {}, throwing)",
    "new Proxy(new Proxy(class {}, throwing), throwing)",
    "Object.setPrototypeOf({a: 1}, new Proxy({}, throwing))",
    "(() => { const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); return proxy })()",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_gets_anything_thrown_out_of_debug(run: Runner, value: str) -> None:
    text = f"""
const throwing = new Proxy({{}}, {{get(_, trap) {{ return () => {{ throw new Error('trap ' + trap) }} }}}});
const value = {value};
Debug.info(value); Debug.info('m', value); Debug.log(value, value, value); Debug.logWithData('info', 'm', value);
Debug.dump(value); Debug.dumpCompact(value, value); Debug.dumpWithOptions(value, value); Debug.stackTrace(value);
const timer = Debug.timer(value); timer.lap(value); timer.child(value).stop(); timer.stop();
Debug.time(value, () => 1); Debug.recordEvent(value, value, value); Debug.getCapturedEntries(value);
Debug.addModuleFilter(value); Debug.addAdvancedFilter(value, value); Debug.removeModuleFilter(value);
Debug.clearModuleFilters(); Debug.setLevel(value); Debug.breakpoint(value);
Debug.info('alive');
"""
    assert run.fine(text) == ""
    assert run.manager.entries()[-1].message == "alive"


def test_everything_frozen(run: Runner) -> None:
    text = """
const seen = new Set();
(function freeze(one) {
  if (one === null || (typeof one !== 'object' && typeof one !== 'function') || seen.has(one)) return;
  seen.add(one);
  for (const key of Reflect.ownKeys(one)) {
    const {value, get, set} = Reflect.getOwnPropertyDescriptor(one, key);
    freeze(value); freeze(get); freeze(set);
  }
  freeze(Reflect.getPrototypeOf(one));
  try { Object.freeze(one) } catch {}
})(globalThis);
console.log('said', [1], {a: 1});
Debug.info('logged', 'm'); Debug.dump({a: [1]}); Debug.timer('t').stop();
setTimeout(() => { console.log('later'); null.x }, 1);
"""
    result, out, _ = run(text)
    assert out == "said [ 1 ] { a: 1 }\nlater\n"
    assert result.error is not None
    assert result.error.message.startswith("TypeError: Cannot read properties of null")
    assert result.error.line == 15
    assert "logged" in [entry.message for entry in run.manager.entries()]


def test_debug_is_the_scripts_to_delete_and_replace(run: Runner) -> None:
    text = "Debug.info('first'); delete globalThis.Debug; console.log(typeof Debug); Debug = 5; console.log(Debug)"
    assert run.fine(text) == "undefined\n5\n"
    assert [entry.message for entry in run.manager.entries()] == ["first"]


@pytest.mark.parametrize(
    "text", ["await new Promise(() => {})", "setTimeout(() => {}, 5); await {then() {}}"]
)
def test_a_promise_that_never_settles_at_the_top_is_told(run: Runner, text: str) -> None:
    result, out, err = run(f"console.log('before'); {text}; console.log('after')", "main.mjs")
    assert (result.exit_code, out) == (13, "before\n")  # as node's
    assert "waits at its top level for a promise that nothing will settle" in err


def test_a_promise_that_never_settles_elsewhere_keeps_nothing_waiting(run: Runner) -> None:
    assert run.fine("(async () => { await new Promise(() => {}); console.log('no') })()") == ""


def test_many_timers(run: Runner) -> None:
    text = "let n = 0; for (let i = 0; i < 1e5; i++) setTimeout(() => n++, i % 50);"
    assert run.fine(text + "process.on('exit', () => console.log(n))") == "100000\n"


@pytest.mark.parametrize(
    ("text", "out", "line"),
    [
        (b"console.log(1)\r\n// x\r\nconsole.log(`a\r\nb`.length)\r\nnull.x", "1\n3\n", 5),
        (b"\xef\xbb\xbfconsole.log(1)\nnull.x", "1\n", 2),
        (b"#!/usr/bin/env node\nconsole.log(1)\nnull.x", "1\n", 3),
        (b"<!-- x\nconsole.log(1) // </script>\n--> y\n/* </script><!-- */ null.x", "1\n", 4),
        (b"console.log('\xe2\x80\xa8'.length)\n\n\nnull.x", "1\n", 5),  # for V8 U+2028 ends a line
        (b"console.log('\\u2028</script><!--'.length); null.x //# sourceURL=other.js", "14\n", 1),
    ],
)
def test_line_ends_and_marks(run: Runner, text: bytes, out: str, line: int) -> None:
    result, printed, _ = run(text)
    assert printed == out
    assert result.error is not None
    assert (result.error.message[:9], result.error.line) == ("TypeError", line)


def test_a_file_of_fifty_megabytes_runs_and_has_its_places(run: Runner) -> None:
    line = b"x = (function (a) { return a + 1 })(1); // " + b"." * 80 + b"\n"
    count = 50_000_000 // len(line)
    result, _, _ = run(b"let x;\n" + line * count + b"null.x")
    assert result.error is not None
    assert (result.error.line, result.error.column) == (count + 2, 6)


def test_preparing_a_module_takes_time_in_proportion(run: Runner) -> None:
    line = "export const a{} = () => import('node:fs'), b{} = `${{a{}}}` + /x/.test('y');\n"

    def best_s(lines: int) -> float:
        text = "".join(line.format(i, i, i) for i in range(lines)) + "console.log('done');"
        times = []
        for _ in range(3):
            start = time.process_time()
            assert run.fine(text, "main.mjs") == "done\n"
            times.append(time.process_time() - start)
        return min(times)

    # Four times the text; what is quadratic takes sixteen times as long.
    assert best_s(4000) < 10 * best_s(1000)


def test_modules_that_are_missing_broken_or_lead_back(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "syntax.js").write_text("let ok = 1;\nlet b = = 2;\n")
    (tmp_path / "syntax.mjs").write_text("export let ok = 1;\n\nlet b = = 2;\n")
    (tmp_path / "bad.json").write_text('{"a": 1,\n "b": }')
    (tmp_path / "a.js").write_text("exports.early = 1; exports.b = require('./b').seen; exports.late = 2")
    (tmp_path / "b.js").write_text("exports.seen = {...require('./a')}")
    (tmp_path / "a.mjs").write_text("import {b} from './b.mjs'; export const a = () => b; export let x = 1;")
    (tmp_path / "b.mjs").write_text(
        "import {a} from './a.mjs'; export const b = 'b'; export const f = () => a();"
    )

    def fails(text: str, name: str = "main.js") -> tuple[str, str | None, int | None]:
        result, _, _ = run(text, name)
        assert result.error is not None
        assert result.exit_code == 1
        return result.error.message.partition("\n")[0], result.error.source, result.error.line

    assert fails("\nrequire('./nope')") == ("Error: Cannot find module './nope'", "main.js", 2)
    assert "Cannot find module './nope.mjs'" in fails("import './nope.mjs'", "main.mjs")[0]
    assert fails("\n\nrequire('./syntax')") == ("SyntaxError: Unexpected token '='", "syntax.js", 2)
    assert fails("import './syntax.mjs'", "main.mjs") == (
        "SyntaxError: Unexpected token '='",
        "syntax.mjs",
        3,
    )
    assert "bad.json: " in fails("require('./bad.json')")[0]
    assert run.fine("console.log(require('./a'))") == "{ early: 1, b: { early: 1 }, late: 2 }\n"
    assert run.fine("import {f} from './b.mjs'; console.log(f())", "main.mjs") == "b\n"


def test_the_stack_may_end_within_any_call(run: Runner) -> None:
    text = """
const calls = [
  (n) => Debug.info('at ' + n), (n) => Debug.dump({a: {n}}), () => Debug.stackTrace(), () => Debug.timer('t').stop(),
  (n) => Debug.logWithData('info', 'm', {n}), () => console.log({a: [1]}), () => new Error('x').stack,
  () => { try { null.x } catch (error) { error.stack } },
];
for (const call of calls) {
  let n = 0;
  (function deeper() { n++; try { deeper() } catch { try { call(n) } catch (error) {
    if (!(error instanceof RangeError)) throw error } } })();
  try { (function down() { call(n); down() })() } catch (error) { if (!(error instanceof RangeError)) throw error }
}
Debug.info('alive');
"""
    result, _, _ = run(text)
    assert (result.error, result.exit_code) == (None, 0)
    assert run.manager.entries()[-1].message == "alive"


THROWN = {
    "null": "null was thrown",
    "undefined": "undefined was thrown",
    "Symbol('s')": "a symbol was thrown",
    "new Proxy({}, {get() { throw 1 }, getPrototypeOf() { throw 1 }})": "a Proxy was thrown",
    "Object.freeze(new Error('frozen'))": "Error: frozen",
    "'text'": "text",
    "(() => 1)": "a function was thrown",
}
WAYS = [
    "throw {}",
    "Promise.reject({})",
    "setTimeout(() => {{ throw {} }}, 1)",
    "setImmediate(() => {{ throw {} }})",
    "queueMicrotask(() => {{ throw {} }})",
    "process.nextTick(() => {{ throw {} }})",
    "(async () => {{ await null; throw {} }})()",
    "new Promise(() => {{ throw {} }})",
    "process.on('exit', () => {{ throw {} }})",
]


@pytest.mark.parametrize("way", WAYS)
def test_anything_may_be_thrown_anywhere(run: Runner, way: str) -> None:
    for value, message in THROWN.items():
        result, out, _ = run("console.log('said'); " + way.format(value))
        assert result.error is not None
        assert (result.error.kind, result.error.message) == (ErrorKind.RUNTIME, message)
        assert (result.exit_code, out) == (1, "said\n")


EXITS = [
    "try { process.exit(7) } finally { console.log('no') }",
    "setTimeout(() => { process.exit(7); console.log('no') })",
    "Promise.resolve().then(() => { process.exit(7); console.log('no') })",
    "(async () => { try { await null; process.exit(7) } finally { console.log('no') } })()",
    "process.on('exit', () => process.exit(7))",
    "[1].map(() => process.exit(7))",
    "new Proxy({}, {get() { process.exit(7) }}).x",
    "'a'.replace(/a/, () => process.exit(7))",
    "JSON.stringify({toJSON() { process.exit(7) }})",
    "process.nextTick(() => process.exit(7))",
    "queueMicrotask(() => process.exit(7))",
    "(function f() { try { f() } finally { process.exit(7) } })()",
    "Error.prepareStackTrace = () => process.exit(7); new Error('x').stack",
    "process.on('uncaughtException', () => process.exit(7)); null.x",
    "process.on('uncaughtException', () => process.exit(7)); setTimeout(() => null.x)",
    "process.on('unhandledRejection', () => process.exit(7)); Promise.reject(1)",
    "Debug.time('t', () => process.exit(7))",
    "Debug.info({toString() { process.exit(7) }}); process.exitCode = 7",
    "for (const x of {*[Symbol.iterator]() { try { yield 1 } finally { console.log('no') } }}) process.exit(7)",
    "class A { static { process.exit(7) } }",
]


@pytest.mark.parametrize("text", EXITS)
def test_exit_ends_the_script_wherever_it_stands(run: Runner, text: str) -> None:
    result, out, _ = run("console.log('said'); " + text)
    assert (result.error, result.exit_code, out) == (None, 7, "said\n")


def test_an_error_that_somebody_handles_lets_the_script_go_on(run: Runner) -> None:
    text = "process.on('uncaughtException', (e) => console.log(e.message)); setTimeout(() => console.log('on')); throw"
    assert run.fine(text + " new Error('caught')") == "caught\non\n"


ENDINGS = [
    "1",
    "null.x",
    "let = = 1",
    "process.exit(3)",
    "for (;;) {}",
    "setInterval(() => {}, 1)",
    "(async () => { for (;;) await null })()",
    "const a = []; for (;;) a.push([1, 2, 3])",
    "Promise.reject(new Error('x'))",
    "setTimeout(() => { throw 1 })",
    "(function f() { f() })()",
    "await new Promise(() => {})",
    "Debug.timer('open'); setTimeout(() => {}, 5)",
]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads of the process are counted there")
def test_no_run_leaves_a_thread_behind(run: Runner, tmp_path: Path) -> None:
    def counts() -> tuple[int, int]:
        gc.collect()
        return len(threading.enumerate()), len(os.listdir("/proc/self/task"))

    def run_all() -> None:
        for number, text in enumerate(ENDINGS):
            limits = Limits(timeout_s=0.5, max_memory_bytes=30_000_000)
            name = f"a{number}.{'mjs' if text.startswith('await') else 'js'}"
            path = tmp_path / name
            JsEngine(run.manager, EngineOptions(limits=limits)).run(Script(name, text.encode(), path))

    run_all()  # what V8 starts once
    before = counts()
    for _ in range(4):
        run_all()
    assert counts() == before


def test_the_command_ends_each_script_in_time(llmspell: Command, tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    for text, code in {
        "(async () => { for (;;) { await null } })()": 124,
        "await_ = new Promise(() => {})": 0,
    }.items():
        script.write_text(f"console.log('said'); {text}")
        ended = llmspell("run", script, "--timeout", "1s")
        assert (ended.exit_code, ended.stdout) == (code, "said\n")


def test_a_finalizer_that_the_end_cuts_short_says_nothing(run: Runner) -> None:
    text = """
let deep = {};
for (let i = 0; i < 2e5; i++) deep = [deep];
for (let i = 0; i < 3; i++) Debug.time(deep, () => 1);
"""
    for _ in range(3):
        assert run.fine(text) == ""
