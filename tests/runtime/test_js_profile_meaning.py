"""A script that is profiled does what it does otherwise: it logs, returns and fails the same, at the same places."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debug.manager import DebugManager
from debug.profile.recorder import Recorder, Settings
from runtime.engine import Limits, RunResult, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions
from tests.scenarios.js_collectors import JS_FALLBACKS

if TYPE_CHECKING:
    from tests.conftest import Command, RequireReal

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("js_collector")

SNIPPETS = Path(__file__).parent / "js_profile"
PACKAGES = ("acorn", "async", "handlebars", "lodash", "marked", "moment", "uuid")

PROFILED = """
import sys
from debug.manager import DebugManager
from debug.profile.recorder import Recorder, Settings
from runtime.engine import Limits, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions
from runtime.js.profile import v8_profiler
path, lines, collector = sys.argv[1], sys.argv[2] == "lines", sys.argv[3]
if collector == "shadow stack":
    v8_profiler._SYMBOLS["new"] = ("it_has_another_name", None)
recorder = Recorder(Settings(lines=lines))
options = EngineOptions(limits=Limits(timeout_s=60), recorder=recorder)
result = JsEngine(DebugManager(), options).run(Script(path, open(path, "rb").read(), path=path))
if (recorder.collector, "rewritten" in (recorder.fallback or "")) != (collector, False):
    sys.exit(f"{recorder.collector}: {recorder.fallback}")
if result.error is not None:
    print(result.error.message, result.error.line, result.error.column, file=sys.stderr)
sys.exit(result.exit_code)
"""
"""Runs a script as `llmspell run` does, and records it. `sys.argv`: path, `lines` or anything else, collector."""


def run(text: str, name: str = "a.js", recorder: Recorder | None = None) -> tuple[RunResult, list[object]]:
    manager = DebugManager()
    options = EngineOptions(limits=Limits(timeout_s=30), recorder=recorder)
    path = f"/nonexistent/{name}"
    result = JsEngine(manager, options).run(Script(name, text.encode(), path=path))
    return result, [(entry.message, entry.metadata) for entry in manager.entries()]


def outcome(text: str, name: str = "a.js", recorder: Recorder | None = None) -> tuple[object, ...]:
    result, entries = run(text, name, recorder)
    error = result.error
    told = None if error is None else (error.kind, error.message, error.line, error.column, error.source_line)
    frames = () if error is None or error.stack is None else error.stack.frames
    return result.exit_code, result.values, entries, told, [(one.name, one.line) for one in frames]


def check(text: str, name: str = "a.js") -> None:
    plain = outcome(text, name)
    for lines in (False, True):
        recorder = Recorder(Settings(lines=lines))
        assert outcome(text, name, recorder) == plain
        assert recorder.fallback == JS_FALLBACKS[recorder.collector]


def _snippets(name: str) -> dict[str, str]:
    """By the line that stands above each: `//// its name`."""
    parts = re.split(r"^//// (.*)\n", (SNIPPETS / f"{name}.txt").read_text(), flags=re.MULTILINE)
    return {title: text.rstrip("\n") for title, text in zip(parts[1::2], parts[2::2], strict=True)}


RETURNING = _snippets("returns") | {
    "a first line for the shell": "#!/usr/bin/env node\nreturn (() => 1)()",
    "carriage returns": "function f() {\r\n  return 1\r\n}\r\nreturn f()\r\n",
}
FAILING, ASYNCHRONOUS, MODULES = _snippets("fails"), _snippets("asynchronous"), _snippets("modules")


@pytest.mark.parametrize("name", RETURNING)
def test_a_script_returns_the_same(name: str) -> None:
    check(RETURNING[name])


@pytest.mark.parametrize("name", FAILING)
def test_a_script_fails_the_same(name: str) -> None:
    plain = outcome(FAILING[name])
    assert plain[3] is not None
    for lines in (False, True):
        assert outcome(FAILING[name], recorder=Recorder(Settings(lines=lines))) == plain


@pytest.mark.parametrize("name", ASYNCHRONOUS)
def test_an_asynchronous_script_does_the_same(name: str) -> None:
    assert outcome(ASYNCHRONOUS[name])[2:4] != ([], None)
    check(ASYNCHRONOUS[name])


@pytest.mark.parametrize("name", MODULES)
def test_a_module_does_the_same(name: str) -> None:
    assert outcome(MODULES[name], "a.mjs")[2:4] != ([], None)
    check(MODULES[name], "a.mjs")


def test_a_text_that_uses_the_names_of_the_probes_runs_as_it_is() -> None:
    text = "const __llmspell_k = 1; const f = async () => 2; return (() => __llmspell_k)()"
    recorder = Recorder()
    assert outcome(text, recorder=recorder) == outcome(text)
    assert recorder.fallback is not None
    assert "a.js cannot be rewritten" in recorder.fallback


# Programs made at random: what they log shows every step and every error.

_leaves = st.sampled_from(
    ["log(1)", "n++", "if (n > 9) return n", "throw n", "var v = n", "let w = n, u = w", "k(n)"]
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join)
    return st.one_of(
        st.builds("try {{ {} }} catch (e) {{ log('c' + e); {} }} finally {{ {} }}".format, body, body, body),
        st.builds("for (let i = 0; i < 2; i++) {{ {} }}".format, body),
        st.builds("log((() => {{ {}\nreturn 'a' }})())".format, body),
        st.builds("log([3, 2].map((x) => {{ {} }}).length)".format, body),
        st.builds("log([...(function* () {{ yield n; {} }})()].length)".format, body),
        st.builds("log(new (class {{ constructor() {{ this.n = n; {} }} }})().n)".format, body),
        st.builds("wait((async () => {{ {}\nawait n; {} }})())".format, body, body),
        st.builds("l: {{ {}; if (n % 2) break l\n{} }}".format, body, body),
        st.builds("switch (n % 3) {{ case 0: {{ {} }} break\ndefault: {{ {} }} }}".format, body, body),
    )  # fmt: skip


programs = st.lists(st.recursive(_leaves, _compound, max_leaves=12), min_size=1, max_size=4).map("\n".join)


@settings(max_examples=25, deadline=None)
@given(programs)
def test_a_random_program_does_the_same(program: str) -> None:
    check(
        "let n = 0; const k = (x) => x;\n"
        "const log = (x) => { if (n < 300) { n++; Debug.info('' + x) } else throw 'enough' };\n"
        "const wait = (p) => p.then((x) => log('w' + x), (e) => log('r' + e));\n"
        f"const main = () => {{ {program}\n}}\ntry {{ log(main()) }} catch (e) {{ log('main ' + e) }}"
    )


# Whole scripts


def _plain_and_profiled(path: Path, mode: str, collector: str) -> None:
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    plain, profiled = (
        subprocess.run(
            [sys.executable, *argv], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False
        )
        for argv in (["-m", "llmspell_cli", "run", str(path)], ["-c", PROFILED, str(path), mode, collector])
    )
    assert profiled.stdout.decode() == plain.stdout.decode(), profiled.stderr.decode()
    assert profiled.returncode == plain.returncode, profiled.stderr.decode()


@pytest.mark.parametrize("mode", ["functions", "lines"])
@pytest.mark.parametrize(
    "name",
    [
        *(f"scripts/examples/js/{name}" for name in ("async.mjs", "errors.js", "filters.js", "workflow.js")),
        *(
            f"tests/runtime/js_host/{name}"
            for name in ("console.js", "inspect.js", "order.js", "path.js", "standard.js", "modules/main.js")
        ),
    ],
)
def test_a_whole_script_prints_the_same(name: str, mode: str, js_collector: str) -> None:
    """Examples that print times (`timers.js`, `tour.js`) are left out."""
    _plain_and_profiled(ROOT / name, mode, js_collector)


@pytest.mark.real
@pytest.mark.parametrize("mode", ["functions", "lines"])
@pytest.mark.parametrize("name", ["packages.js", "packages.mjs"])
def test_packages_compute_the_same(
    llmspell: Command, require_real: RequireReal, name: str, mode: str, js_collector: str
) -> None:
    installed = Path(os.environ.get("LLMSPELL_TEST_NPM") or "/nonexistent") / "node_modules"
    require_real("packages of npm", all((installed / package).is_dir() for package in PACKAGES))
    shutil.copy(ROOT / "tests/real/programs/js" / name, llmspell.folder)
    (llmspell.folder / "node_modules").symlink_to(installed)
    _plain_and_profiled(llmspell.folder / name, mode, js_collector)
