"""A launch in a terminal of the editor's: the script has a keyboard and a screen, and is debugged all the same."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from scenarios.dap_wire import INITIALIZE, WireEditor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Command

SCRIPTS = {
    "greet.lua": """\
io.write("name? ")
local name = io.read()
print("hello " .. name) -- @said
""",
    "greet.js": """\
const name = "Ada";
console.log("hello " + name); // @said
""",
}


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith("@said"))


class Terminals:
    """An editor's: what is typed is there before the program, and what is shown is kept."""

    def __init__(self, llmspell: Command, typed: bytes) -> None:
        self.asked: list[dict[str, Any]] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self._environment = llmspell.environment
        self._typed = typed

    def run(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(arguments)
        environment = {**self._environment}
        for name, value in arguments.get("env", {}).items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value
        process = subprocess.Popen(
            arguments["args"],
            cwd=arguments["cwd"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.processes.append(process)
        assert process.stdin is not None
        process.stdin.write(self._typed)
        process.stdin.close()
        return {"processId": process.pid}

    def shown(self) -> tuple[int, str]:
        """The exit code and the standard output of the one program."""
        (process,) = self.processes
        process.stdin = None
        stdout, _ = process.communicate(timeout=60)
        return process.returncode, stdout.decode()


@pytest.fixture
def terminals(llmspell: Command) -> Iterator[Terminals]:
    made = Terminals(llmspell, b"Ada\n")
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def opened(llmspell: Command, terminals: Terminals) -> WireEditor:
    editor = WireEditor.on(llmspell.start("dap"), serves={"runInTerminal": terminals.run})
    editor.ask("initialize", **INITIALIZE, supportsRunInTerminalRequest=True)
    return editor


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_in_a_terminal(llmspell: Command, tmp_path: Path, terminals: Terminals, name: str) -> None:
    script = tmp_path / name
    script.write_text(SCRIPTS[name])
    editor = opened(llmspell, terminals)
    launch = editor.send(
        "launch",
        program=str(script),
        args=["--fast", "two words"],
        cwd=str(tmp_path),
        env={"HOW": "well"},
        console="integratedTerminal",
    )
    editor.event("initialized")
    line = line_of(SCRIPTS[name])
    (bound,) = editor.ask("setBreakpoints", source={"path": str(script)}, breakpoints=[{"line": line}])[
        "breakpoints"
    ]
    editor.ask("configurationDone")
    answer = editor.response(launch)
    assert (answer["success"], answer["command"]) == (True, "launch")
    thread = editor.event("stopped", hitBreakpointIds=[bound["id"]])["threadId"]
    frame = editor.top(thread)
    assert frame["line"] == line
    assert (
        editor.ask("evaluate", expression="name", frameId=frame["id"], context="watch")["result"] == '"Ada"'
    )
    editor.ask("continue", threadId=thread)
    assert editor.event("exited")["exitCode"] == 0
    editor.event("terminated")
    editor.ask("disconnect")
    editor.close()
    code, shown = terminals.shown()
    assert (code, shown.splitlines()[-1].removeprefix("name? ")) == (0, "hello Ada")
    (asked,) = terminals.asked
    assert (asked["kind"], asked["cwd"], asked["env"]) == ("integrated", str(tmp_path), {"HOW": "well"})
    assert asked["args"][-2:] == ["--fast", "two words"]
    # What it shows is in the terminal, and nowhere else.
    assert editor.output("stdout") == ""


def test_who_disconnects_ends_what_was_launched(
    llmspell: Command, tmp_path: Path, terminals: Terminals
) -> None:
    script = tmp_path / "long.lua"
    script.write_text("while true do end\n")
    editor = opened(llmspell, terminals)
    editor.send("launch", program=str(script), console="externalTerminal", stopOnEntry=True)
    editor.event("initialized")
    editor.ask("configurationDone")
    editor.event("stopped", reason="entry")
    assert editor.event("capabilities")["capabilities"] == {"supportsRestartRequest": False}
    editor.ask("disconnect")
    editor.close()
    assert terminals.shown()[0] != 0
    assert terminals.asked[0]["kind"] == "external"


def test_an_editor_that_goes_without_a_word_ends_it_too(
    llmspell: Command, tmp_path: Path, terminals: Terminals
) -> None:
    script = tmp_path / "long.lua"
    script.write_text("while true do end\n")
    editor = opened(llmspell, terminals)
    editor.send("launch", program=str(script), console="integratedTerminal")
    editor.event("initialized")
    editor.ask("configurationDone")
    editor.close()
    assert terminals.shown()[0] != 0


def test_a_script_that_dies_is_told_as_ended(llmspell: Command, tmp_path: Path, terminals: Terminals) -> None:
    script = tmp_path / "long.lua"
    script.write_text("while true do end\n")
    editor = opened(llmspell, terminals)
    editor.send("launch", program=str(script), console="integratedTerminal", stopOnEntry=True)
    editor.event("initialized")
    editor.ask("configurationDone")
    editor.event("stopped")
    terminals.processes[0].kill()
    editor.event("terminated")
    editor.ask("disconnect")
    editor.close()


def test_without_a_debugger(llmspell: Command, tmp_path: Path, terminals: Terminals) -> None:
    script = tmp_path / "greet.lua"
    script.write_text(SCRIPTS["greet.lua"])
    editor = opened(llmspell, terminals)
    editor.ask("launch", program=str(script), console="integratedTerminal", noDebug=True)
    editor.event("terminated")
    editor.ask("disconnect")
    editor.close()
    assert terminals.shown() == (0, "name? hello Ada\n")
    assert not any("inspect" in word for word in terminals.asked[0]["args"])


def test_what_cannot_be_run_is_refused_at_once(
    llmspell: Command, tmp_path: Path, terminals: Terminals
) -> None:
    editor = opened(llmspell, terminals)
    why = editor.refused("launch", program=str(tmp_path / "none.lua"), console="integratedTerminal")
    assert "none.lua" in why
    assert terminals.asked == []
    editor.close()


def test_an_editor_that_refuses(llmspell: Command, tmp_path: Path) -> None:
    script = tmp_path / "a.lua"
    script.write_text("print(1)\n")
    editor = WireEditor.on(llmspell.start("dap"))
    editor.ask("initialize", **INITIALIZE, supportsRunInTerminalRequest=True)
    why = editor.refused("launch", program=str(script), console="integratedTerminal")
    assert why == "the editor has not run a.lua in a terminal: not served"
    editor.ask("disconnect")
    editor.close()


def test_an_editor_without_terminals_runs_it_as_ever(llmspell: Command, tmp_path: Path) -> None:
    script = tmp_path / "a.lua"
    script.write_text("print(io.read())\n")
    editor = WireEditor.on(llmspell.start("dap"))
    editor.begin(program=str(script), console="integratedTerminal")
    editor.event("terminated")
    assert editor.output("stdout") == "nil\n"
    editor.ask("disconnect")
    editor.close()
