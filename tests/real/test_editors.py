"""Editors hold sessions with `llmspell dap` by the settings under scripts/editors.

Emacs with dap-mode is Debian's. nvim-dap is in no registry of packages: `LLMSPELL_TEST_NVIM_DAP` names a checkout of
it, and without that the test of Neovim is left out (nvim-dap 0.6 goes with the Neovim 0.7 of Debian 12).
`LLMSPELL_TEST_NPM` names a folder whose node_modules holds @vscode/vsce, which packs extensions of VS Code.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import msgspec
import pytest

from debug.dap.launch_arguments import AttachArguments, LaunchArguments
from runtime.registry import engine_names
from tests.scenarios.editor_scripts import SCRIPTS, line_of

if TYPE_CHECKING:
    from tests.conftest import Command, RequireReal

EDITORS = Path(__file__).parents[2] / "scripts" / "editors"
PROGRAMS = Path(__file__).parent / "programs"
NVIM_DAP = os.environ.get("LLMSPELL_TEST_NVIM_DAP") or None
DAP_MODE = Path("/usr/share/emacs/site-lisp/elpa-src")
EXTENSION = EDITORS / "vscode"
LANGUAGES = ("lua", "javascript")


def _session(llmspell: Command, name: str, argv: list[str | Path]) -> dict[str, Any]:
    """What an editor has seen of a script that it debugged."""
    seen = llmspell.folder / "seen.json"
    done = subprocess.run(
        argv,
        cwd=llmspell.folder,
        env={
            **llmspell.environment,
            "PATH": f"{Path(llmspell.argv[0]).parent}{os.pathsep}{llmspell.environment['PATH']}",
            "PROGRAM": str(llmspell.folder / name),
            "LINE": str(line_of(SCRIPTS[name], "inside")),
            "SEEN": str(seen),
            "EDITORS": str(EDITORS),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
        check=False,
    )
    assert seen.exists(), done.stderr.decode()
    held: dict[str, Any] = json.loads(seen.read_text())
    return held


def _check(seen: dict[str, Any], text: str) -> None:
    first, second = seen["stops"]
    assert (first["reason"], first["name"], first["line"]) == ("breakpoint", "add", line_of(text, "inside"))
    assert (second["reason"], second["name"], second["line"]) == ("step", "add", line_of(text, "after"))
    assert (first["variables"]["a"], first["variables"]["b"]) == ("2", "3")
    assert second["variables"]["sum"] == "5"
    assert seen["exit_code"] == 0


@pytest.mark.real
@pytest.mark.parametrize("name", SCRIPTS)
def test_emacs_holds_a_session(llmspell: Command, require_real: RequireReal, name: str) -> None:
    emacs = shutil.which("emacs")
    require_real("emacs", emacs is not None)
    require_real("elpa-dap-mode", any(DAP_MODE.glob("dap-mode-*")))
    (llmspell.folder / name).write_text(SCRIPTS[name])
    argv = [str(emacs), "--batch", "--load", PROGRAMS / "emacs_session.el"]
    _check(_session(llmspell, name, argv), SCRIPTS[name])


@pytest.mark.real
@pytest.mark.skipif(NVIM_DAP is None, reason="LLMSPELL_TEST_NVIM_DAP names no checkout of nvim-dap")
@pytest.mark.parametrize("name", SCRIPTS)
def test_neovim_holds_a_session(llmspell: Command, require_real: RequireReal, name: str) -> None:
    neovim = shutil.which("nvim")
    require_real("neovim", neovim is not None)
    (llmspell.folder / name).write_text(SCRIPTS[name])
    commands = [
        "filetype on",
        f"edit {name}",
        f"source {EDITORS / 'neovim' / 'llmspell.lua'}",
        f"source {PROGRAMS / 'neovim_session.lua'}",
    ]
    argv = [str(neovim), "--headless", "-u", "NONE", "--cmd", f"set rtp+={NVIM_DAP}"]
    seen = _session(llmspell, name, [*argv, *(word for one in commands for word in ("-c", one))])
    _check(seen, SCRIPTS[name])
    assert seen["output"] == "begin\n5\n"


# Settings


def _debugger() -> dict[str, Any]:
    package = json.loads((EXTENSION / "package.json").read_text())
    (debugger,) = package["contributes"]["debuggers"]
    found: dict[str, Any] = debugger
    return found


def _defaults(request: str) -> dict[str, Any]:
    properties = _debugger()["configurationAttributes"][request]["properties"]
    return {name: one["default"] for name, one in properties.items() if "default" in one}


def _names(arguments: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(arguments)}


def _written(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings with the editor's variables replaced."""
    values = {"${file}": "a.lua", "${workspaceFolder}": "."}
    return {
        name: values.get(value, value) if isinstance(value, str) else value
        for name, value in settings.items()
    }


def test_vs_code_offers_what_the_adapter_takes() -> None:
    attributes = _debugger()["configurationAttributes"]
    launch, attach = attributes["launch"]["properties"], attributes["attach"]["properties"]
    # An adapter that VS Code starts asks for no token, and without debugging is a command of its own.
    assert set(launch) == _names(LaunchArguments) - {"token", "noDebug"}
    assert set(attach) == _names(AttachArguments) | {"host", "port"}
    assert set(launch["engine"]["enum"]) == {"auto", *engine_names()} - {"js", "node"}
    assert all(one["description"] for one in (*launch.values(), *attach.values()))


def test_vs_codes_defaults_are_taken(llmspell: Command) -> None:
    msgspec.convert(_written(_defaults("attach")), AttachArguments)
    (llmspell.folder / "a.lua").write_text('io.write("done")')
    (first,) = _debugger()["initialConfigurations"]
    every = {**_written(_defaults("launch")), "stopOnEntry": None}
    for settings in (_written(first), every):
        talk = [("initialize", {"adapterID": "llmspell"}), ("launch", settings), ("configurationDone", {})]
        messages = [
            json.dumps(
                {"seq": number, "type": "request", "command": command, "arguments": arguments}
            ).encode()
            for number, (command, arguments) in enumerate(talk, 1)
        ]
        adapter = llmspell.start("dap")
        assert adapter.stdin is not None
        assert adapter.stdout is not None
        adapter.stdin.write(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(one), one) for one in messages))
        adapter.stdin.flush()
        told = b""
        while b'"terminated"' not in told:
            chunk = adapter.stdout.read1()
            assert chunk, told
            told += chunk
        assert b'"success":false' not in told
        assert b'"output":"done"' in told
        assert b'"exitCode":0' in told


def test_vs_codes_package_is_whole() -> None:
    package = json.loads((EXTENSION / "package.json").read_text())
    debugger = _debugger()
    assert (EXTENSION / package["main"]).is_file()
    assert debugger["languages"] == [one["language"] for one in package["contributes"]["breakpoints"]]
    assert set(debugger["languages"]) == set(LANGUAGES)
    for snippet in debugger["configurationSnippets"]:
        attributes = debugger["configurationAttributes"][snippet["body"]["request"]]
        assert set(attributes["required"]) <= set(snippet["body"])
        assert set(snippet["body"]) - {"name", "type", "request"} <= set(attributes["properties"])


@pytest.mark.real
def test_vs_codes_package_is_packed_as_its_page_says(tmp_path: Path, require_real: RequireReal) -> None:
    vsce = Path(os.environ.get("LLMSPELL_TEST_NPM") or "/nonexistent") / "node_modules" / ".bin" / "vsce"
    require_real("npm's @vscode/vsce", vsce.exists())
    shutil.copytree(EXTENSION, tmp_path / "vscode", ignore=shutil.ignore_patterns("*.vsix"))
    page = (EXTENSION / "README.md").read_text()
    said = re.search(r"npx @vscode/vsce (package[^&]*) && code --install-extension (\S+)", page)
    assert said is not None
    done = subprocess.run(
        [str(vsce), *said[1].split()], cwd=tmp_path / "vscode", capture_output=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"WARN" not in done.stdout + done.stderr
    with ZipFile(tmp_path / "vscode" / said[2]) as package:
        assert "extension/extension.js" in package.namelist()
        assert json.loads(package.read("extension/package.json"))["name"] == "llmspell-debug"


VS_CODE = """
const registered = {};
const vscode = {
  DebugAdapterExecutable: class { constructor(command, args) { Object.assign(this, { command, args }); } },
  DebugAdapterServer: class { constructor(port, host) { Object.assign(this, { port, host }); } },
  DebugConfigurationProviderTriggerKind: { Initial: 1, Dynamic: 2 },
  workspace: { getConfiguration: () => ({ get: (_, usual) => process.env.SETTING || usual }) },
  debug: {
    registerDebugAdapterDescriptorFactory: (type, factory) => { registered[type] = factory; },
    registerDebugConfigurationProvider: (type, provider) => { registered.provider = provider; },
  },
};
const { Module } = require("module");
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
require(process.env.EXTENSION).activate({ subscriptions: [] });
const folder = { uri: { fsPath: "/project" } };
const made = (configuration) =>
  registered.llmspell.createDebugAdapterDescriptor({ configuration, workspaceFolder: folder });
console.log(JSON.stringify([
  made({ request: "launch" }),
  made({ request: "attach", port: 5000 }),
  registered.provider.resolveDebugConfiguration(folder, {}),
  registered.provider.resolveDebugConfiguration(undefined, { type: "llmspell", request: "attach", port: 1 }),
]));
"""


@pytest.mark.real
@pytest.mark.parametrize(
    ("setting", "command"), [("", "llmspell"), ("${workspaceFolder}/bin/llmspell", "/project/bin/llmspell")]
)
def test_vs_code_starts_or_reaches_an_adapter(
    llmspell: Command, require_real: RequireReal, setting: str, command: str
) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    done = subprocess.run(
        [str(node), "-e", VS_CODE],
        env={**llmspell.environment, "EXTENSION": str(EXTENSION / "extension.js"), "SETTING": setting},
        capture_output=True,
        check=True,
    )
    launched, attached, empty, own = json.loads(done.stdout)
    assert launched == {"command": command, "args": ["dap"]}
    assert attached == {"port": 5000, "host": "127.0.0.1"}
    assert (empty["type"], empty["program"], empty["cwd"]) == ("llmspell", "${file}", "/project")
    assert own == {"type": "llmspell", "request": "attach", "port": 1}


def test_helix_settings_are_taken() -> None:
    settings = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text())
    assert [one["name"] for one in settings["language"]] == list(LANGUAGES)
    takes = {"launch": LaunchArguments, "attach": AttachArguments}
    for language in settings["language"]:
        debugger = language["debugger"]
        assert (debugger["command"], debugger["args"]) == ("llmspell", ["dap"])
        for template in debugger["templates"]:
            arguments = takes[template["request"]]
            assert set(template) == {"name", "request", "completion", "args"}  # Helix reads none without all
            assert set(template["args"]) <= _names(arguments)
            msgspec.convert(template["args"], arguments)


def test_zed_offers_what_the_adapter_takes() -> None:
    schema = json.loads((EDITORS / "zed" / "debug_adapter_schemas" / "llmspell.json").read_text())
    launch, attach = (set(one["properties"]) - {"request"} for one in schema["oneOf"])
    assert launch == _names(LaunchArguments) - {"token", "noDebug"}
    assert attach == _names(AttachArguments)
    of_zed = {"label", "adapter", "request", "tcp_connection"}
    for settings in json.loads((EDITORS / "zed" / "debug.json").read_text()):
        takes = launch if settings["request"] == "launch" else attach
        assert set(settings) - of_zed <= takes


@pytest.mark.parametrize("folder", sorted(path.name for path in EDITORS.iterdir() if path.is_dir()))
def test_each_editor_has_its_place_on_the_page(folder: str) -> None:
    page = (EDITORS.parents[1] / "docs" / "debugging.md").read_text(encoding="utf-8")
    assert re.search(rf"\.\./scripts/editors/{folder}\b", page)
