"""Where modules are found, what they are called, and what a sandbox leaves of it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from debug.config import DebugConfig
from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, RunResult, Script
from runtime.js import packages
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[RunResult, str]]


def write(folder: Path, files: dict[str, str | dict[str, object]]) -> None:
    """Text, or JSON."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text if isinstance(text, str) else json.dumps(text))


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs `script.js` (or another) in `tmp_path` / "s"; gives its result and standard output."""

    def running(text: str, *, name: str = "script.js", sandbox: bool = False) -> tuple[RunResult, str]:
        path = tmp_path / "s" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        options = EngineOptions(limits=Limits(timeout_s=30, sandbox=sandbox))
        script = Script(f"s/{name}", path.read_bytes(), path=path)
        result = JsEngine(DebugManager(DebugConfig()), options).run(script)
        return result, capfdbinary.readouterr().out.decode()

    return running


@pytest.mark.parametrize(
    ("request_", "is_import", "found"),
    [
        ("./x", False, "x.js"),
        ("./x.js", True, "x.js"),
        ("./x", True, None),
        ("./data", False, "data.json"),
        ("./folder", False, "folder/index.js"),
        ("./folder/", False, "folder/index.js"),
        ("./folder", True, None),
        ("./x%2ejs", True, "x.js"),
        ("./x%2ejs", False, None),
        ("up", False, "../node_modules/up/index.js"),
        ("main", False, "node_modules/main/src/go.js"),
        ("main/src/go", False, "node_modules/main/src/go.js"),
        ("main/src/go", True, None),
        ("single", False, "node_modules/single.js"),
        ("both", False, "node_modules/both/r.cjs"),
        ("both", True, "node_modules/both/i.mjs"),
        ("both/deep/a/b", False, "node_modules/both/lib/a/b.js"),
        ("@s/p", False, "node_modules/@s/p/index.js"),
        ("#own", False, "x.js"),
        ("#dep", False, "node_modules/single.js"),
        ("me/x", False, "x.js"),
        ("none", False, None),
    ],
)
def test_what_a_request_means(tmp_path: Path, request_: str, is_import: bool, found: str | None) -> None:
    folder = tmp_path / "s"
    both = {
        "exports": {
            ".": {"import": "./i.mjs", "require": "./r.cjs"},
            "./deep/*": "./lib/*.js",
            "./deep/secret/*": None,
            "./outside": "./../../x.js",
        }
    }
    write(
        folder,
        {
            "package.json": {"name": "me", "exports": {"./x": "./x.js"}, "imports":
                {"#own": "./x.js", "#dep": "single"}},
            "x.js": "", "data.json": "{}", "folder/index.js": "",
            "node_modules/main/package.json": {"main": "src/go"}, "node_modules/main/src/go.js": "",
            "node_modules/single.js": "", "node_modules/@s/p/index.js": "",
            "node_modules/both/package.json": both, "node_modules/both/i.mjs": "", "node_modules/both/r.cjs": "",
            "node_modules/both/lib/a/b.js": "", "node_modules/both/lib/secret/c.js": "",
            "../node_modules/up/index.js": "",
        },
    )  # fmt: skip
    path = packages.resolve(request_, str(folder), is_import=is_import)
    assert path == (None if found is None else os.path.realpath(folder / found))


@pytest.mark.parametrize("request_", ["p", "p/hidden", "p/secret/c", "p/outside"])
def test_what_a_package_keeps_to_itself(tmp_path: Path, request_: str) -> None:
    exports = {"./secret/*": None, "./outside": "./../../x.js", "./missing": "./no.js"}
    write(
        tmp_path,
        {"node_modules/p/package.json": {"exports": exports}, "node_modules/p/secret/c": "", "x.js": ""},
    )
    with pytest.raises(packages.NotExportedError):
        packages.resolve(request_, str(tmp_path), is_import=False)


def test_a_module_is_called_as_seen_from_the_script(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"s/lib/deep thing.js": "\n  module.exports = () => { throw new Error('deep') };"})
    result, _ = run("require('./lib/deep thing')();")
    assert result.error is not None
    assert (result.error.source, result.error.line, result.error.column) == ("s/lib/deep thing.js", 2, 34)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("script.js", "null.x", (1, 6)),
        ("script.js", "\n  null.x", (2, 8)),
        ("script.js", "#!/usr/bin/env node\nnull.x", (2, 6)),
        ("script.js", "\ufeff/* ä😀 */ null.x", (1, 16)),
        ("script.mjs", "null.x", (1, 6)),
        ("script.mjs", "import { a } from './a.mjs'; a; null.x", (1, 38)),
        ("script.mjs", "import { a } from './a.mjs';\na(a, a(null.x))", (2, 13)),
        ("script.mjs", "export default null.x", (1, 21)),
        ("script.js", "import('./a.mjs'); null.x", (1, 25)),
    ],
)
def test_errors_are_where_they_stand_in_the_file(
    run: Run, tmp_path: Path, name: str, text: str, place: tuple[int, int]
) -> None:
    write(tmp_path, {"s/a.mjs": "export const a = (x) => x;"})
    result, _ = run(text, name=name)
    assert result.error is not None
    assert result.error.message.startswith("TypeError: Cannot read properties of null")
    assert (result.error.line, result.error.column) == place


@pytest.mark.parametrize(
    ("files", "text", "message"),
    [
        ({}, "import './no.mjs'", "Cannot find module './no.mjs'"),
        ({"s/a.mjs": "export const a = 1"}, "import { b } from './a.mjs'", "does not provide an export named 'b'"),
        ({"s/a.cjs": "exports.a = 1"}, "import { b } from './a.cjs'", "does not provide an export named 'b'"),
        (
            {"s/a.mjs": "export const q = 1", "s/b.mjs": "export const q = 2",
             "s/c.mjs": "export * from './a.mjs'; export * from './b.mjs'"},
            "import { q } from './c.mjs'",
            "conflicting star exports for name 'q'",
        ),
        ({"s/a.mjs": "throw new Error('while it runs')"}, "import './a.mjs'", "while it runs"),
        ({"s/a.mjs": "await null; throw new Error('later')"}, "import './a.mjs'", "later"),
        ({"s/d.json": "{}"}, "import d from './d.json'", "type: json"),
        ({"s/a.js": "let x = = 1"}, "import './a.js'", "Unexpected token"),
        ({}, "import http from 'http'", "llmspell has no such module of node's"),
        ({}, "import x from 'node:nothing'", "No such built-in module"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported(
    run: Run, tmp_path: Path, files: dict[str, str], text: str, message: str
) -> None:
    write(tmp_path, files)
    result, out = run(f"{text};\nconsole.log('not reached')", name="script.mjs")
    assert (result.exit_code, out) == (1, "")
    assert result.error is not None
    assert message in result.error.message


def test_a_module_runs_once_dependencies_first_and_in_order(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "s/a.mjs": "import './c.mjs'; console.log('a')",
            "s/b.mjs": "import './c.mjs'; import './script.mjs'; console.log('b')",
            "s/c.mjs": "console.log('c start'); await null; console.log('c end')",
            "s/d.cjs": "console.log('d')",
        },
    )
    result, out = run(
        "import './a.mjs'; import './d.cjs'; import './b.mjs'; console.log('main'); await import('./a.mjs')",
        name="script.mjs",
    )
    assert result.error is None
    assert out.split("\n") == ["c start", "d", "c end", "a", "b", "main", ""]


def test_a_text_that_can_only_be_a_module_is_one(run: Run) -> None:
    result, out = run("import { join } from 'path';\nconsole.log(join('a', 'b'), typeof module)")
    assert (result.error, out) == (None, "a/b undefined\n")


def test_the_type_of_the_package_decides(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"s/package.json": {"type": "module"}, "s/c.cjs": "module.exports = typeof module"})
    _, out = run("console.log(typeof module, (await import('./c.cjs')).default)")
    assert out == "undefined object\n"


SECRET = "outside"


@pytest.mark.parametrize(
    "text",
    [
        "require('fs').readFileSync('{outside}/secret.txt', 'utf8')",
        "require('fs').readFileSync('{inside}/../secret.txt', 'utf8')",
        "require('fs').readFileSync('{inside}/link.txt', 'utf8')",
        "require('fs').readFileSync('{inside}/links/secret.txt', 'utf8')",
        "require('fs').readdirSync('{outside}').join()",
        "require('fs').statSync('{outside}/secret.txt').size",
        "require('fs').writeFileSync('{inside}/new.txt', 'x')",
    ],
)
def test_what_fs_does_not_give(run: Run, tmp_path: Path, text: str) -> None:
    write(tmp_path, {"secret.txt": SECRET, "s/own.txt": "own"})
    (tmp_path / "s" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "s" / "links").symlink_to(tmp_path)
    code = text.replace("{outside}", str(tmp_path)).replace("{inside}", str(tmp_path / "s"))
    _, out = run(f"try {{ console.log('got', {code}) }} catch (error) {{ console.log(error.code) }}")
    assert out in ("EACCES\n", "EROFS\n")
    assert not (tmp_path / "s" / "new.txt").exists()


def test_fs_reads_what_lies_beside_the_script(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"s/own.txt": "öwn", "s/sub/x": ""})
    _, out = run(
        """
        const fs = require('fs'), path = require('path'), file = path.join(__dirname, 'own.txt');
        console.log(fs.readFileSync(file, 'utf8'), String(fs.readFileSync(file)), fs.readFileSync(file).length);
        console.log(fs.existsSync(file), fs.existsSync(file + 'x'), fs.statSync(file).size, fs.readdirSync(__dirname));
        fs.promises.readFile(file, 'latin1').then((text) => console.log(text));
        """
    )
    assert out == "öwn öwn 4\ntrue false 4 [ 'own.txt', 'script.js', 'sub' ]\nÃ¶wn\n"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("require('./inside').x", "1"),
        ("require('../outside')", "ERR_ACCESS_DENIED"),
        ("require('{outside}/outside.js')", "ERR_ACCESS_DENIED"),
        ("require('./link')", "ERR_ACCESS_DENIED"),
        ("require('above')", "ERR_ACCESS_DENIED"),
        ("require('fs').readFileSync(__filename)", "EACCES"),
        ("require('fs').existsSync(__filename)", "false"),
        ("Object.keys(process.env).length", "0"),
        ("process.cwd()", "/"),
    ],
)
def test_what_a_sandbox_leaves(run: Run, tmp_path: Path, text: str, seen: str) -> None:
    write(tmp_path, {"s/inside.js": "exports.x = 1", "outside.js": "", "node_modules/above/index.js": ""})
    (tmp_path / "s" / "link.js").symlink_to(tmp_path / "outside.js")
    code = text.replace("{outside}", str(tmp_path))
    _, out = run(f"try {{ console.log({code}) }} catch (error) {{ console.log(error.code) }}", sandbox=True)
    assert out == f"{seen}\n"


def test_a_syntax_error_in_a_required_file_says_where(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"s/broken.js": "let a = 1;\nlet b = = 2;\n"})
    result, _ = run("require('./broken')")
    assert result.error is not None
    assert result.error.kind in (ErrorKind.SYNTAX, ErrorKind.RUNTIME)
    assert "Unexpected token '='" in result.error.message
    assert (result.error.source, result.error.line, result.error.source_line) == (
        "s/broken.js",
        2,
        "let b = = 2;",
    )
