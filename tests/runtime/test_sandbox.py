"""Attacks on the sandbox, on every Lua: none reaches a file, a process, the environment, Python or bytecode.

An attack *got through* when its script returns something true, when anything in the folder changed, or when
the secret turned up. Those marked `real` are also run without a sandbox, where they must get through: so no
attack passes because it was misspelt.
"""

from __future__ import annotations

import importlib
import locale
import os
from typing import TYPE_CHECKING

import lupa.lua54
import pytest

from debug.manager import DebugManager
from runtime.engine import ErrorKind, Limits, Script
from runtime.lua.engine import EngineOptions, LuaEngine
from tests.runtime.sandbox_attacks import ATTACKS, VARIANTS
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runtime.sandbox_attacks import Attack

SECRET = "SECRET-4711"
MODULES = {"luajit": "luajit21", "luajit2.0": "luajit20"}


def _folder_state(folder: Path) -> dict[str, bytes | str]:
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _prepare(folder: Path) -> None:
    inside, outside = folder / "inside", folder / "outside"
    inside.mkdir()
    outside.mkdir()
    (folder / "canary.txt").write_text(SECRET)
    (outside / "secret.lua").write_text(f'return "{SECRET}"')
    (inside / "link").symlink_to(outside)
    (inside / "linked.lua").symlink_to(outside / "secret.lua")
    (inside / "helper.lua").write_text("return {answer = 42}")
    dump = lupa.lua54.LuaRuntime(encoding=None).eval("string.dump(function() return 1 end)")
    (inside / "compiled.lua").write_bytes(dump)


def _bytecode_literal(variant: str) -> str:
    """A compiled function of this VM, as a Lua string."""
    vm = importlib.import_module(f"lupa.{MODULES.get(variant, variant.replace('.', ''))}")
    dump: bytes = vm.LuaRuntime(encoding=None).eval("string.dump(function() return 1 end)")
    return '"' + "".join(f"\\{byte:03d}" for byte in dump) + '"'


def _got_through(attack: Attack, variant: str, folder: Path, limits: Limits) -> object:
    """What the attack achieved, or None."""
    body = attack.lua
    for name, path in {
        "@CANARY@": folder / "canary.txt",
        "@OUTSIDE@": folder / "outside",
        "@INSIDE@": folder / "inside",
        "@SO@": lupa.lua54.__file__,
    }.items():
        body = body.replace(name, str(path))
    if "@DUMP@" in body:
        body = body.replace("@DUMP@", _bytecode_literal(variant))
    text = f"local ok, got = pcall(function()\n{body}\nend)\nreturn ok and got or nil, ok or tostring(got)"
    before = _folder_state(folder)
    environment, place = dict(os.environ), locale.setlocale(locale.LC_ALL)
    manager = DebugManager()
    engine = LuaEngine(manager, variant=variant, options=EngineOptions(limits=limits))
    try:
        result = engine.run(Script("attack.lua", text.encode(), path=folder / "inside" / "attack.lua"))
    finally:
        engine.close()
    assert result.error is None or result.error.kind is not ErrorKind.SYNTAX, result.error
    shown = repr(result) + repr(manager.entries())
    if SECRET in shown:
        return "read the secret"
    os.fstat(1), os.fstat(2)  # raise where a stream of the process was closed
    if _folder_state(folder) != before:
        return "changed the folder"
    if dict(os.environ) != environment or locale.setlocale(locale.LC_ALL) != place:
        return "changed the process"
    if result.values and (got := plain(result.values[0])) not in (None, False):
        return got
    return None


@pytest.fixture(autouse=True)
def _place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _prepare(tmp_path)
    monkeypatch.setenv("SANDBOX_SECRET", SECRET)
    monkeypatch.chdir(tmp_path / "inside")


@pytest.mark.parametrize(
    ("attack", "variant"),
    [pytest.param(a, v, id=f"{v}-{a.name}") for a in ATTACKS for v in a.variants],
)
def test_no_attack_gets_through(attack: Attack, variant: str, tmp_path: Path) -> None:
    assert _got_through(attack, variant, tmp_path, Limits(sandbox=True)) is None


@pytest.mark.parametrize(
    ("attack", "variant"),
    [pytest.param(a, v, id=f"{v}-{a.name}") for a in ATTACKS for v in a.real],
)
def test_the_attack_is_a_real_one(attack: Attack, variant: str, tmp_path: Path) -> None:
    assert _got_through(attack, variant, tmp_path, Limits(sandbox=False)) is not None


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_sandboxed_script_still_works(
    variant: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = b"""
    print("printed")
    io.write("written\\n")
    local t = Debug.timer("t")
    local co = coroutine.wrap(function() coroutine.yield(string.format("%d", 7)) end)
    Debug.info("logged", "m")
    t:stop()
    local loaded = (loadstring or load)("return 1 + 1")()
    return require("helper").answer, co(), loaded, type(os.time()), type(os.clock()), type(os.date()),
      table.concat({1, 2}, "-"), select("#", pcall(error)), type(Debug.stackTrace())
    """
    manager = DebugManager()
    options = EngineOptions(limits=Limits(sandbox=True))
    engine = LuaEngine(manager, variant=variant, options=options)
    result = engine.run(Script("good.lua", text, path=tmp_path / "inside" / "good.lua"))
    engine.close()
    assert result.error is None
    assert [plain(value) for value in result.values] == [
        42, "7", 2, "number", "number", "string", "1-2", 2, "string",
    ]  # fmt: skip
    assert capfd.readouterr().out == "printed\nwritten\n"
    assert [entry.message for entry in manager.entries()] == ["logged"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_sandboxed_script_that_is_bytecode_is_refused(variant: str, tmp_path: Path) -> None:
    engine = LuaEngine(DebugManager(), variant=variant, options=EngineOptions(limits=Limits(sandbox=True)))
    result = engine.run(Script("c.lua", (tmp_path / "inside" / "compiled.lua").read_bytes()))
    engine.close()
    assert result.exit_code == 1
    assert result.error is not None
    assert "bytecode" in result.error.message
