"""What is thrown and is no error has no stack: it is shown where it was thrown all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from runtime.engine import Limits, RunResult, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.engine import ScriptError

HERE = "/*@here*/"
"""Stands before the `throw` that ends a script."""

THROWS = {
    "at the top": "let a = 1;\n/*@here*/throw 'text'",
    "on the first line": "/*@here*/throw 'text'",
    "in a function": "function f(a) {\n  if (a) /*@here*/throw {code: 1};\n}\nf(1)",
    "in a class": "class A {\n  #x() { /*@here*/throw 5 }\n  m() { this.#x() }\n}\nnew A().m()",
    "in a callback of a built-in": "[1, 2].forEach((one) => {\n  if (one > 1) /*@here*/throw null;\n})",
    "in a generator": "function* g() { yield 1;\n  /*@here*/throw 'text' }\nfor (const one of g());",
    "in a getter": "const o = {get x() {\n /*@here*/throw undefined }};\n`${o.x}`",
    "through finally": "function f() {\n  try { /*@here*/throw 1 } finally { [].push(2) }\n}\nf()",
    "thrown again": "try {\n  throw 'text';\n} catch (e) {\n  /*@here*/throw e;\n}",
    "after another was caught": "try {\n  throw 'text';\n} catch {}\n/*@here*/throw 'text';",
    "in a timer": "setTimeout(() => {\n  /*@here*/throw 'text' }, 1)",
    "in a second timer": "setTimeout(() => {}, 1); setTimeout(() => {\n  /*@here*/throw 'text' }, 1)",
    "in an interval": "let n = 0; setInterval(() => {\n  if (++n === 3) /*@here*/throw n }, 1)",
    "in an immediate": "setImmediate(() => 1); setImmediate(() => {\n  /*@here*/throw 'text' })",
    "in a tick": "process.nextTick(() => {\n  /*@here*/throw 'text' })",
    "in what eval runs": "function f() {\n  /*@here*/throw 1 }\neval('f()')",
    "in a listener of a throw": "process.on('uncaughtException', () => {\n  /*@here*/throw 'b' });\nthrow 'a'",
    "an error without a stack": "const e = new Error('x'); e.stack = 5;\n/*@here*/throw e",
    "by an error that was made elsewhere": "const e = Object.create(Error.prototype);\n/*@here*/throw e",
}


def run(text: str, path: Path | None = None, timeout_s: float = 30) -> RunResult:
    options = EngineOptions(limits=Limits(timeout_s=timeout_s))
    name = "a.js" if path is None else str(path)
    return JsEngine(DebugManager(), options).run(Script(name, text.encode(), path))


def failure(text: str, path: Path | None = None) -> ScriptError:
    result = run(text, path)
    assert result.exit_code == 1
    assert result.error is not None
    return result.error


def marked(text: str) -> tuple[int, int]:
    before = text[: text.index(HERE) + len(HERE)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize("text", THROWS.values(), ids=THROWS)
def test_what_is_no_error_is_shown_where_it_was_thrown(text: str) -> None:
    error = failure(text)
    assert (error.source, error.line, error.column) == ("a.js", *marked(text))
    assert error.source_line == text.split("\n")[marked(text)[0] - 1]


@pytest.mark.parametrize("main", ["require('./lib.js')", "import('./lib.mjs')", "require('./lib.mjs')"])
def test_in_a_module_it_is_shown_there(main: str, tmp_path: Path) -> None:
    text = "function f() {\n  /*@here*/throw 'text';\n}\nf()\n"
    for name in ("lib.js", "lib.mjs"):
        (tmp_path / name).write_text(text)
    error = failure(main, tmp_path / "main.js")
    assert error.source is not None
    assert error.source.rsplit("/", 1)[-1] in main
    assert (error.line, error.column) == marked(text)


@pytest.mark.parametrize("depth", [1, 3])
def test_in_es_modules_that_are_imported_it_is_shown_there(depth: int, tmp_path: Path) -> None:
    for number in range(1, depth):
        (tmp_path / f"m{number}.mjs").write_text(
            f"import './m{number + 1}.mjs';\nexport {{}};\nthrow 'not I'"
        )
    text = "export const x = 1;\n  /*@here*/throw 'text';\n"
    (tmp_path / f"m{depth}.mjs").write_text(text)
    error = failure("import './m1.mjs'", tmp_path / "main.mjs")
    assert error.source is not None
    assert error.source.endswith(f"m{depth}.mjs")
    assert (error.message, error.line, error.column) == ("text", *marked(text))


def test_a_module_that_failed_fails_again_with_the_same(tmp_path: Path) -> None:
    (tmp_path / "lib.mjs").write_text("export const x = 1;\nthrow 'text'")
    result = run(
        "const said = [];\n"
        "for (let i = 0; i < 3; i++) await import('./lib.mjs').catch((e) => said.push(e));\n"
        "if (said.join() !== 'text,text,text') throw new Error(said.join())",
        tmp_path / "main.mjs",
    )
    assert (result.exit_code, result.error) == (0, None)


def test_where_v8_does_not_tell_no_place_is_made_up() -> None:
    for text in (
        "async function f() { throw 'x' }\nf()",
        "Promise.reject('x')",
        "queueMicrotask(() => { throw 'x' })",
    ):
        error = failure(text)
        assert (error.message, error.line, error.source_line) == ("x", None, None)


def test_tasks_go_on_after_one_that_threw(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    result = run(
        "process.on('uncaughtException', (e) => console.log('got', e));\n"
        "let n = 0; const every = setInterval(() => { if (++n === 3) clearInterval(every); throw n }, 1);\n"
        "for (const name of ['a', 'b']) process.nextTick(() => { throw name });\n"
        "for (const name of ['i', 'j']) setImmediate(() => { throw name });\n"
        "throw 'main'"
    )
    assert (result.exit_code, result.error) == (0, None)
    said = capfdbinary.readouterr().out.decode().split()
    assert [one for one in said if one != "got" and not one.isdigit()] == ["main", "a", "b", "i", "j"]
    assert [one for one in said if one.isdigit()] == ["1", "2", "3"]


ENDLESS = [
    "for (;;) {}",
    "setTimeout(() => { for (;;) {} }, 1)",
    "(function f() { try { for (;;) {} } catch {} finally { for (;;) {} } })()",
    "Promise.resolve().then(() => { for (;;) {} })",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_what_runs_so_is_ended_as_ever(text: str) -> None:
    result = run(text, timeout_s=0.3)
    assert result.exit_code == 124


def test_endless_recursion_leaves_the_loop_usable(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = "process.on('uncaughtException', (e) => console.log(e.name));\nsetTimeout(() => console.log('on'), 1);\n"
    result = run(text + "function f() { f() }\nf()")
    assert (result.exit_code, result.error) == (0, None)
    assert capfdbinary.readouterr().out == b"RangeError\non\n"
