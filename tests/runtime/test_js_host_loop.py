"""The event loop: what nobody caught ends the run, what is left keeps it going, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.config import DebugConfig
from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, RunResult, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[RunResult, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a script; gives its result and what it wrote."""

    def running(
        text: str, *, timeout_s: float = 30, arguments: tuple[str, ...] = ()
    ) -> tuple[RunResult, str, str]:
        engine = JsEngine(DebugManager(DebugConfig()), EngineOptions(limits=Limits(timeout_s=timeout_s)))
        result = engine.run(Script("loop.js", text.encode(), arguments=arguments))
        written = capfdbinary.readouterr()
        return result, written.out.decode(), written.err.decode()

    return running


@pytest.mark.parametrize(
    "text",
    [
        "setTimeout(() => { throw new RangeError('lost') }, 1)",
        "setImmediate(() => { throw new RangeError('lost') })",
        "process.nextTick(() => { throw new RangeError('lost') })",
        "queueMicrotask(() => { throw new RangeError('lost') })",
        "const i = setInterval(() => { throw new RangeError('lost') }, 1)",
        "(async () => { throw new RangeError('lost') })()",
        "Promise.reject(new RangeError('lost'))",
        "new Promise((_, fail) => setTimeout(fail, 1, new RangeError('lost')))",
        "Promise.resolve().then(() => { throw new RangeError('lost') }).finally(() => {})",
    ],
)
def test_what_nobody_caught_ends_the_run(run: Run, text: str) -> None:
    result, out, _ = run(text + "; setTimeout(() => console.log('not reached'), 500)")
    assert result.exit_code == 1
    assert result.error is not None
    assert result.error.kind is ErrorKind.RUNTIME
    assert "RangeError: lost" in result.error.message
    assert result.error.line == 1
    assert out == ""


@pytest.mark.parametrize(
    "text",
    [
        "Promise.reject(new Error('x')).catch(() => {})",
        "const p = Promise.reject(new Error('x')); process.nextTick(() => p.catch(() => {}))",
        "(async () => { try { await Promise.reject(1) } catch {} })()",
        "Promise.allSettled([Promise.reject(1), Promise.reject(2)])",
        "process.on('unhandledRejection', () => {}); Promise.reject(1)",
        "process.on('uncaughtException', () => {}); setTimeout(() => { throw 1 })",
    ],
)
def test_what_is_handled_in_time_does_not(run: Run, text: str) -> None:
    result, out, _ = run(text + "; setTimeout(() => console.log('reached'), 5)")
    assert (result.exit_code, result.error, out) == (0, None, "reached\n")


@pytest.mark.parametrize(
    ("text", "exit_code"),
    [
        ("process.exit()", 0),
        ("process.exit(3)", 3),
        ("process.exit('4')", 4),
        ("process.exit(-1)", 255),
        ("process.exitCode = 5", 5),
        ("process.exitCode = 5; process.exit()", 5),
        ("process.exitCode = 5; process.exit(6)", 6),
        ("process.on('exit', () => { process.exitCode = 7 })", 7),
        ("process.on('exit', () => process.exit(8)); process.exit(1)", 8),
        ("try { process.exit(9) } finally { process.exit(10) }", 9),
        ("setTimeout(() => process.exit(11), 1); setInterval(() => {}, 1000)", 11),
        ("Promise.resolve().then(() => process.exit(12)); setInterval(() => {}, 1000)", 12),
    ],
)
def test_exit_codes(run: Run, text: str, exit_code: int) -> None:
    result, _, _ = run(text)
    assert (result.exit_code, result.error) == (exit_code, None)


def test_nothing_of_the_script_runs_after_exit(run: Run) -> None:
    _, out, _ = run(
        """
        process.on('exit', (code) => console.log('exit', code));
        setTimeout(() => console.log('timer'), 0);
        process.nextTick(() => console.log('tick'));
        try { process.exit(2) } catch { console.log('caught') } finally { console.log('finally') }
        """
    )
    assert out == "exit 2\n"


@pytest.mark.parametrize(
    "text",
    [
        "setTimeout(() => {}, 1e6)",
        "setTimeout(() => { for (;;); }, 1)",
        "(async () => { for (;;) await 0 })()",
        "(function again() { process.nextTick(again) })()",
        "(function again() { setImmediate(again) })()",
        "Promise.resolve().then(function again() { return Promise.resolve().then(again) })",
        "queueMicrotask(() => { for (;;); })",
    ],
)
def test_a_loop_that_never_ends_keeps_its_time_limit(run: Run, text: str) -> None:
    result, out, _ = run(text + "; process.on('exit', () => console.log('told'))", timeout_s=0.3)
    assert (result.exit_code, out) == (124, "")
    assert result.error is not None
    assert result.error.kind is ErrorKind.TIMEOUT


def test_many_timers_of_one_delay_run_in_the_order_of_their_start(run: Run) -> None:
    _, out, _ = run(
        """
        const seen = [[], [], []];
        for (let i = 0; i < 20000; i++) setTimeout((delay) => seen[delay - 1].push(i), i % 3 + 1, i % 3 + 1);
        process.on('exit', () => {
          console.log(seen.flat().length, seen.every((one) => one.every((n, i) => i === 0 || one[i - 1] < n)));
        });
        """
    )
    assert out == "20000 true\n"


def test_a_promise_that_nothing_settles_does_not_keep_the_run(run: Run) -> None:
    result, out, _ = run("new Promise(() => {}).then(() => console.log('never')); console.log('end')")
    assert (result.exit_code, out) == (0, "end\n")


def test_top_level_await_that_nothing_settles_is_told(run: Run) -> None:
    result, out, err = run("console.log('start');\nawait new Promise(() => {});\nconsole.log('never')")
    assert (result.exit_code, out) == (13, "start\n")
    assert "nothing will settle" in err


def test_standard_output_and_error_are_kept_apart_and_in_order(run: Run) -> None:
    _, out, err = run(
        """
        console.log('a'); console.error('b'); console.info('c'); console.warn('d'); console.debug('e');
        process.stdout.write('f'); process.stderr.write('g');
        console.group('h'); console.log('i\\nj'); console.groupEnd();
        console.trace('k');
        """
    )
    assert out == "a\nc\ne\nfh\n  i\n  j\n"
    assert err.startswith("b\nd\ngTrace: k\n    at ")
    assert "llmspell:" not in err


def test_a_script_that_breaks_what_is_built_in_still_prints(run: Run) -> None:
    result, out, _ = run(
        """
        Array.prototype.push = Array.prototype.join = String.prototype.slice = Map.prototype.get = () => { throw 1 };
        Object.keys = JSON.stringify = Promise.prototype.then = Reflect.apply = undefined;
        delete Array.prototype[Symbol.iterator];
        console.log({a: [1, 'x', new Map(), {b: 2n}]}, '%s', 'y');
        setTimeout(() => console.log('later'), 1);
        """
    )
    assert result.error is None, result.error
    assert out == "{ a: [ 1, 'x', Map(0) {}, { b: 2n } ] } %s y\nlater\n"


def test_getters_and_traps_are_not_run(run: Run) -> None:
    result, out, _ = run(
        """
        const loud = () => { throw new Error('run') };
        const names = Object.getOwnPropertyNames(Reflect);
        const traps = Object.fromEntries(names.map((name) => [name, loud]));
        console.log({get a() { return loud() }}, new Proxy({b: 1}, traps), [new Proxy([2], traps)]);
        """
    )
    assert result.error is None, result.error
    assert out == "{ a: [Getter] } { b: 1 } [ [ 2 ] ]\n"


def test_process_knows_its_arguments(run: Run) -> None:
    _, out, _ = run(
        "console.log(process.argv.slice(2), typeof process.hrtime.bigint())", arguments=("a", "ü b")
    )
    assert out == "[ 'a', 'ü b' ] bigint\n"


def test_memory_is_measured(run: Run) -> None:
    _, out, _ = run(
        """
        const before = process.memoryUsage(), kept = Array.from({length: 200000}, (_, i) => ({i}));
        const after = process.memoryUsage();
        console.log(after.heapUsed > before.heapUsed, after.heapTotal >= after.heapUsed, after.rss > 1e6, kept.length);
        """
    )
    assert out == "true true true 200000\n"


def test_a_microtask_that_an_error_left_behind_can_be_stopped(run: Run) -> None:
    result, _, _ = run("queueMicrotask(() => { for (;;); }); throw new Error('first')", timeout_s=0.5)
    assert result.exit_code in (1, 124)
    assert result.error is not None
