"""What a failing script of JavaScript says: message, place, source line, stack, cause."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from debug.values import Table
from runtime.engine import ErrorKind, Limits, Script, ScriptError
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Command, RequireReal


def failure(text: str, name: str = "a.js", path: Path | None = None) -> ScriptError:
    result = JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=30))).run(
        Script(name, text.encode(), path)
    )
    assert result.error is not None
    assert result.exit_code == 1
    return result.error


def place(error: ScriptError) -> tuple[str | None, int | None, int | None, str | None]:
    return error.source, error.line, error.column, error.source_line


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("let x = 1;\n  let b = = 2;\n", "Unexpected token '='", 2, 11),
        ("let a = ;", "Unexpected token ';'", 1, 9),
        ("if (x) {\n  y();\n", "Unexpected end of input", 2, 7),
        ("\n\n'never ends", "Invalid or unexpected token", 3, 1),
        ("const a = 1;\nconst a = 2;", "Identifier 'a' has already been declared", 2, 7),
        ("f(1,\n  2", "missing ) after argument list", 2, 3),
        ("\ufeff#!node\nlet y = ;", "Unexpected token ';'", 2, 9),
        ("let x = 1;\r\nlet b = = 2;\r\n", "Unexpected token '='", 2, 9),
    ],
)
def test_syntax_errors_have_a_place(text: str, message: str, line: int, column: int) -> None:
    error = failure(text)
    assert (error.kind, error.message, error.line, error.column) == (
        ErrorKind.SYNTAX,
        message,
        line,
        column,
    )
    assert error.source == "a.js"


def test_an_error_has_place_line_and_stack() -> None:
    error = failure("function f() {\n  throw new TypeError('no');\n}\nf();")
    assert error.kind is ErrorKind.RUNTIME
    assert error.message == "TypeError: no"
    assert place(error) == ("a.js", 2, 9, "  throw new TypeError('no');")
    assert error.stack is not None
    assert [(frame.name, frame.line, frame.what) for frame in error.stack.frames] == [
        ("f", 2, "function"),
        (None, 4, "main"),
    ]


def test_columns_of_the_first_line_are_those_of_the_script() -> None:
    assert place(failure("  null.x")) == ("a.js", 1, 8, "  null.x")


def test_a_name_with_spaces_and_quotes_is_shown_as_it_is() -> None:
    error = failure("function f() { throw new Error('x') }\nf()", name="my 'first' script.js")
    assert error.source == "my 'first' script.js"
    assert error.stack is not None
    assert {frame.source for frame in error.stack.frames} == {"my 'first' script.js"}


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("function f() { eval('let a;\\n  a.b'); }\nf()", 2, 5, "f"),
        ("new Function('a', 'a.b.c')({})", 3, 5, None),
    ],
)
def test_an_error_in_what_the_script_compiles_is_shown_there(
    text: str, line: int, column: int, name: str | None
) -> None:
    error = failure(text)
    assert (error.source, error.line, error.column) == ("<eval>", line, column)
    assert error.stack is not None
    assert [frame.name for frame in error.stack.frames][1] == name


def test_causes_are_followed() -> None:
    error = failure(
        "try { null.x } catch (inner) {\n"
        "  throw new Error('outer', {cause: new RangeError('middle', {cause: inner})})\n}"
    )
    assert (error.message, error.line) == ("Error: outer", 2)
    assert error.cause is not None
    assert (error.cause.message, error.cause.line) == ("RangeError: middle", 2)
    assert error.cause.cause is not None
    assert error.cause.cause.line == 1
    assert error.cause.cause.message.startswith("TypeError: Cannot read properties of null")


def test_a_chain_of_causes_that_leads_back_ends() -> None:
    error = failure("const e = new Error('round'); e.cause = e; throw e")
    depth = 0
    while error.cause is not None:
        error, depth = error.cause, depth + 1
    assert 1 <= depth <= 12


def test_what_an_error_holds_besides_is_shown() -> None:
    error = failure("class Refused extends Error { code = 7; name = 'Refused' }\nthrow new Refused('x')")
    assert error.message == "Refused: x"
    assert isinstance(error.value, Table)
    assert ("code", 7) in [(pair.key, pair.value) for pair in error.value.pairs]


@pytest.mark.parametrize(
    ("thrown", "message"),
    [
        ("'just text'", "just text"),
        ("42", "42 was thrown"),
        ("-0.5", "-0.5 was thrown"),
        ("false", "false was thrown"),
        ("7n", "a bigint was thrown"),
        ("''", "an empty string was thrown"),
        ("null", "null was thrown"),
        ("undefined", "undefined was thrown"),
        ("{code: 5}", "an object was thrown"),
        ("Symbol('s')", "a symbol was thrown"),
        ("new Map([[1, 2]])", "a Map was thrown"),
        ("new Proxy({}, {get() { throw 1 }, getPrototypeOf() { throw 1 }})", "a Proxy was thrown"),
        ("Object.create(null)", "an object was thrown"),
    ],
)
def test_anything_may_be_thrown(thrown: str, message: str) -> None:
    assert failure(f"throw {thrown}").message == message


@pytest.mark.parametrize(
    "text",
    [
        "const e = new Error('x'); e.stack; throw e",
        "const e = new Error('x'); e.stack = 5; throw e",
        "const e = new Error('x'); delete e.stack; throw e",
        "Error.prepareStackTrace = () => { throw 1 }; throw new Error('x')",
        "Error.stackTraceLimit = 0; throw new Error('x')",
        "Object.freeze(Error); throw new Error('x')",
        "const e = new Error('x'); Object.defineProperty(e, 'message', {get() { throw 1 }}); throw e",
        "const e = new Error('x'); Object.defineProperty(e, 'stack', {get() { throw 1 }}); throw e",
        "throw Object.freeze(new Error('x'))",
        "throw Object.setPrototypeOf(new Error('x'), null)",
        "class E extends Error { get name() { throw 1 } get message() { throw 2 } } throw new E()",
        "const e = new Error(); e.message = {toString() { throw 1 }}; throw e",
    ],
)
def test_errors_that_resist_being_looked_at_are_reported(text: str) -> None:
    error = failure(text)
    assert error.kind is ErrorKind.RUNTIME
    assert error.message


def test_a_stack_that_is_text_by_now_is_read() -> None:
    error = failure("function f() {\n  const e = new Error('x');\n  e.stack;\n  throw e;\n}\nf()")
    assert place(error) == ("a.js", 2, 13, "  const e = new Error('x');")
    assert error.stack is not None
    assert [frame.line for frame in error.stack.frames] == [2, 6]


def test_endless_recursion_is_an_error_with_a_hint() -> None:
    error = failure("function f() { f() }\nf()")
    assert error.message == "RangeError: Maximum call stack size exceeded"
    assert error.hint is not None


def test_an_error_in_a_timer_and_a_rejection_that_nobody_handles() -> None:
    timer = failure("setTimeout(() => {\n  throw new Error('late');\n}, 1)")
    assert (timer.message, timer.line) == ("Error: late", 2)
    rejection = failure("async function f() {\n  await null;\n  throw new Error('later');\n}\nf()")
    assert (rejection.message, rejection.line) == ("Error: later", 3)


def test_an_error_in_a_required_file_is_shown_there(tmp_path: Path) -> None:
    (tmp_path / "lib.js").write_text("exports.f = () => {\n  throw new Error('in lib');\n};\n")
    (tmp_path / "bad.js").write_text("let ok = 1;\nlet b = = 2;\n")
    main = tmp_path / "main.js"
    error = failure("require('./lib').f()", str(main), main)
    assert (error.line, error.source_line) == (2, "  throw new Error('in lib');")
    assert error.source is not None
    assert error.source.endswith("lib.js")
    (tmp_path / "nameless.js").write_text("module.exports = () => [1].map(() => null.x);\n")
    error = failure("require('./nameless')()", str(main), main)
    assert error.stack is not None
    assert [one.name for one in error.stack.frames[:3]] == [None, "Array.map", "module.exports"]
    error = failure("require('./bad')", str(main), main)
    assert error.source is not None
    assert (error.source.rsplit("/", 1)[-1], error.line) == ("bad.js", 2)


STACKS = """const lib = require('./lib.js'); exports.f = function f() { return Error('f').stack }; show(exports.f());
show(lib.error.stack);
show(lib.fail());
try { null.x } catch (error) { show(error.stack) }
class A { m() { const o = {}; Error.captureStackTrace(o); return o.stack } }
show(new A().m());
show((() => new TypeError('arrow').stack)());
eval("show(new Error('eval').stack)");
show(Object.assign(new Error('x'), {name: 'Other', message: 'changed'}).stack);
const before = Error.prepareStackTrace;
Error.prepareStackTrace = (error, sites) => 'line ' + sites[0].getLineNumber();
show(new Error('own').stack);
Error.prepareStackTrace = before;
show(new Error('again').stack);
function deep(n) { return n === 0 ? new Error('deep').stack : deep(n - 1) }
show(deep(50));
[1].forEach(() => show(new Error('each').stack));
queueMicrotask(() => show(new Error('microtask').stack));
(async function later() { await null; show(new Error('async').stack) })();
function show(stack) { console.log(stack.split('\\n').filter((line) => !/node:|\\(eval at/.test(line)).join('\\n')) }
"""


@pytest.mark.parametrize("name", ["main.js", "with space.js", "import.js"])
def test_a_script_reads_the_stacks_that_node_shows_it(
    name: str, tmp_path: Path, llmspell: Command, require_real: RequireReal
) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    (tmp_path / "lib.js").write_text(
        "exports.error = new Error('while loading'); exports.fail = () => new Error('in lib').stack;\n"
    )
    text = STACKS if name != "import.js" else f"import('fs'); {STACKS}"
    (tmp_path / name).write_text(text)
    ours = llmspell("run", tmp_path / name)
    assert (ours.exit_code, ours.stderr) == (0, "")
    assert "llmspell" not in ours.stdout
    theirs = subprocess.run([str(node), name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ours.stdout.split("\n") == theirs.stdout.split("\n")


def test_a_module_reads_the_stacks_that_node_shows_it(
    tmp_path: Path, llmspell: Command, require_real: RequireReal
) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    (tmp_path / "main.mjs").write_text(
        "import { f } from './lib.mjs'; function g() { return new Error(f.name).stack } show(g());\n"
        "export default class { static m() { return new Error('static').stack } }\n"
        "function show(stack) { console.log(stack.split('\\n').filter((at) => !/node:/.test(at)).join('\\n')) }\n"
        "queueMicrotask(() => show(new Error('microtask').stack));\n"
    )
    (tmp_path / "lib.mjs").write_text("export const f = () => new Error('in lib').stack; f();\n")
    ours = llmspell("run", tmp_path / "main.mjs")
    theirs = subprocess.run([str(node), "main.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    strip = re.compile(r"    at (?:async )?(?:ModuleJob|ModuleLoader|asyncRunEntry).*\n")
    assert ours.stderr == ""
    assert ours.stdout == strip.sub("", theirs.stdout)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("import a, {y} from './m.mjs'", 8),
        ("import {y, zz} from './m.mjs'", 12),
        ("import {y as z, zz as x} from './m.mjs'", 17),
        ("import {y} from './m.mjs'; import {nope} from 'fs'", 36),
        ("/* ü😀 */ import x from './none.mjs'", 25),
        ("import './none.mjs'", 8),
    ],
)
def test_an_import_that_finds_nothing_has_a_place(text: str, column: int, tmp_path: Path) -> None:
    (tmp_path / "m.mjs").write_text("export const y = 1")
    main = tmp_path / "main.mjs"
    error = failure(f"#!/usr/bin/env node\n{text}", str(main), main)
    assert (error.line, error.column, error.source_line) == (2, column, text)
    (tmp_path / "inner.mjs").write_text(f"\n\n{text}")
    error = failure("import './inner.mjs'", str(main), main)
    assert (error.line, error.column, error.source_line) == (3, column, text)


def test_who_awaits_stands_in_the_stack() -> None:
    text = (
        "async function a() { await null;\n  throw new Error('x') }\nasync function b() {\n  await a() }\nb()"
    )
    error = failure(text)
    assert error.stack is not None
    assert [(frame.name, frame.line) for frame in error.stack.frames] == [("a", 2), ("async b", 4)]


@pytest.mark.parametrize(
    "limit", ["Error.stackTraceLimit = 50", "Error.stackTraceLimit = 0", "Object.freeze(Error)", "0"]
)
def test_a_script_keeps_its_own_limit_of_stacks(limit: str) -> None:
    text = """
        const wanted = Error.stackTraceLimit;
        const check = () => { if (Error.stackTraceLimit !== wanted) throw new Error(`${Error.stackTraceLimit}`) };
        Promise.resolve().then(() => {});
        setTimeout(check, 1);
        setTimeout(() => Promise.resolve().then(() => { Error.stackTraceLimit = wanted }), 1);
        setTimeout(check, 2);
    """
    result = JsEngine(DebugManager()).run(Script("a.js", f"{limit};{text}".encode()))
    assert (result.exit_code, result.error) == (0, None)


def test_of_many_errors_the_first_is_the_cause() -> None:
    error = failure(
        "const two = [new TypeError('one'),\n  new Error('two')];\nthrow new AggregateError(two, 'both')"
    )
    assert (error.message, error.line) == ("AggregateError: both", 3)
    assert error.cause is not None
    assert (error.cause.message, error.cause.line) == ("TypeError: one", 1)
    error = failure("class E extends Error { errors = ['no error'] }\nthrow new E('x')")
    assert error.cause is None


def test_a_rejection_without_a_place_says_that_it_is_one() -> None:
    rejected = failure("Promise.reject({code: 7})")
    assert rejected.hint is not None
    assert "rejected" in rejected.hint
    assert failure("throw {code: 7}").hint is None
    assert failure("Promise.reject(new Error('x'))").hint is None
