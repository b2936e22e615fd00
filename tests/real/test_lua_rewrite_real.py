"""Real Lua code with probes in every file of it: the output and the exit code of Debian's own interpreter."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scenarios.rewritten_lua import Vm

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS = Path(__file__).parent / "programs"
EXAMPLES = sorted((Path(__file__).parents[2] / "scripts/examples/lua").glob("*.lua"))
ENGINES = ["lua5.4", "lua5.1", "luajit"]
LIBRARIES = [
    ("penlight_data.lua", "pl/init.lua"),
    ("penlight_text.lua", "pl/init.lua"),
    ("penlight_program.lua", "pl/lapp.lua"),
    ("cjson_documents.lua", "cjson.so"),
    ("lpeg_grammars.lua", "lpeg.so"),
]


@pytest.fixture
def with_probes(llmspell: Any) -> Any:
    """llmspell, with probes in what it runs."""
    return replace(llmspell, argv=(sys.executable, "-P", str(PROGRAMS / "with_probes.py")))


@pytest.fixture
def debian_with_probes(debian: Callable[[str, str], Any], with_probes: Any) -> Callable[[str, str], Any]:
    """As `debian`; its llmspell has probes."""
    return lambda engine, module: replace(debian(engine, module), llmspell=with_probes)


@pytest.mark.real
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("spec", ["stack_spec.lua", "failing_spec.lua"])
def test_busted(debian_with_probes: Any, engine: str, spec: str) -> None:
    lua = debian_with_probes(engine, "busted/runner.lua")
    arguments = (Path("/usr/bin/busted"), "-o", "TAP", str(PROGRAMS / spec))

    expected = lua.in_stock(*arguments)

    assert b"\n1.." in expected.stdout
    assert lua.in_llmspell(*arguments) == expected


@pytest.mark.real
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("program", "module"), LIBRARIES)
def test_libraries(debian_with_probes: Any, engine: str, program: str, module: str) -> None:
    lua = debian_with_probes(engine, module)
    script = PROGRAMS / program

    expected = lua.in_stock(script, "--count", "3", "words")

    assert expected.stdout.endswith(b"done\n")
    assert lua.in_llmspell(script, "--count", "3", "words") == expected


@pytest.mark.real
def test_every_probe_armed(debian_with_probes: Any) -> None:
    lua = debian_with_probes("lua5.4", "pl/init.lua")
    script = PROGRAMS / "penlight_data.lua"
    environment = {**lua.environment, "ARMED": "1"}

    expected = lua.in_stock(script, "--count", "3", "words")
    done = lua.llmspell(
        "run", "--engine", "lua5.4", script, "--", "--count", "3", "words", env=environment, cwd=lua.folder
    )

    assert (done.exit_code, done.stdout.encode()) == (expected.exit_code, expected.stdout)


@pytest.mark.real
@pytest.mark.parametrize("variant", ["lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit"])
def test_every_library_of_debian_can_be_stopped_in(require_real: Any, variant: str) -> None:
    files = sorted({path.resolve() for path in Path("/usr/share/lua").rglob("*.lua")})
    require_real("Debian's Lua libraries", len(files) > 50)
    vm = Vm(variant)
    assert vm.probes is not None
    load = vm.runtime.globals().loadfile

    chunks = [path for path in files if not isinstance(load(bytes(path)), tuple)]

    sources = list(vm.probes.sources.values())
    assert len(sources) == len(chunks) > 50
    problems = {source.name: source.rewritten.reason for source in sources if source.rewritten.reason}
    assert problems == {}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_examples(llmspell: Any, with_probes: Any, engine: str, example: Path) -> None:
    arguments = ("run", "--engine", engine, example)

    plain, rewritten = llmspell(*arguments), with_probes(*arguments)

    assert rewritten.exit_code == plain.exit_code
    assert _timeless(rewritten.stdout) == _timeless(plain.stdout)
    assert _timeless(rewritten.stderr) == _timeless(plain.stderr)


def _timeless(text: str) -> list[str]:
    """The lines, without what is measured and the order that depends on it."""
    without_units = re.sub(r"[-+]?\d[\d.,:TZx-]*(?: ?(?:ns|µs|us|ms|s|B|KB|KiB|MB|MiB)\b)?", "N", text)
    return sorted(re.sub(r"[ ─━▏▎▍▌▋▊▉█]+", " ", without_units).splitlines())
