"""A run in a real terminal: the order of what is shown, prompts, Ctrl-C, programs that the script runs."""

from __future__ import annotations

import re
import signal
import subprocess
from typing import TYPE_CHECKING

import pexpect
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Command

pytestmark = pytest.mark.slow

PATIENCE_S = 30
CTRL_C = "\x03"
STYLES = re.compile(r"\x1b\[[0-9;]*m")
READY = 'io.write("ready\\n") io.stdout:flush() '
MIXED = """
io.write("unended ") Debug.info("log1") print("print1")
os.execute("echo child1") Debug.info("log2") os.execute("echo child2; echo child3 >&2") print("print2")
for i = 3, 30 do Debug.info("log" .. i) io.write("write" .. i .. "\\n") end
io.stdout:flush() -- as everywhere, what C buffers for a pipe comes after what goes to standard error at once
io.stderr:write("stderr1\\n") Debug.warn("log31") io.stderr:write("stderr2\\n") Debug.error("log32") print("print3")
"""
MIXED_ORDER = [
    *("unended", "log1", "print1", "child1", "log2", "child2", "child3", "print2"),
    *(word for i in range(3, 31) for word in (f"log{i}", f"write{i}")),
    *("stderr1", "log31", "stderr2", "log32", "print3"),
]
WORDS = re.compile(r"\b(?:unended|(?:log|print|write|child|stderr)\d+)\b")


class Terminal:
    """A run of `a.lua` with a terminal of its own."""

    def __init__(self, llmspell: Command, text: str, *flags: str) -> None:
        (llmspell.folder / "a.lua").write_text(text)
        self.child = pexpect.spawn(
            llmspell.argv[0],
            [*llmspell.argv[1:], "run", *flags, "a.lua"],
            cwd=str(llmspell.folder),
            env={**llmspell.environment, "TERM": "xterm-256color"},
            encoding="utf-8",
            timeout=PATIENCE_S,
            dimensions=(24, 100),
        )

    def until(self, text: str) -> str:
        """What was shown before that text."""
        self.child.expect_exact(text)
        return STYLES.sub("", self.child.before or "")

    def rest(self) -> str:
        """What is shown up to the end of the run."""
        shown = STYLES.sub("", self.child.read())
        self.child.close()
        return shown

    @property
    def exit_code(self) -> int:
        """As `$?` has it."""
        if self.child.exitstatus is not None:
            return int(self.child.exitstatus)
        assert self.child.signalstatus is not None
        return 128 + int(self.child.signalstatus)


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    """Terminals to be closed with the test."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.child.close(force=True)


def test_everything_on_one_terminal_is_in_order(llmspell: Command, opened: list[Terminal]) -> None:
    opened.append(Terminal(llmspell, MIXED))
    assert WORDS.findall(opened[0].rest()) == MIXED_ORDER
    assert opened[0].exit_code == 0


@pytest.mark.parametrize("engine", ["lua5.1", "lua5.4", "luajit"])
@pytest.mark.parametrize("redirect", ["2>&1 | cat", "> shown 2>&1; cat shown", ">> shown 2>&1; cat shown"])
def test_everything_in_one_pipe_or_file_is_in_order(llmspell: Command, redirect: str, engine: str) -> None:
    (llmspell.folder / "a.lua").write_text(MIXED)
    done = subprocess.run(
        ["sh", "-c", f"{' '.join(llmspell.argv)} run --engine {engine} a.lua {redirect}"],
        capture_output=True,
        text=True,
        cwd=llmspell.folder,
        env=llmspell.environment,
        timeout=PATIENCE_S,
        check=False,
    )
    assert WORDS.findall(done.stdout) == MIXED_ORDER
    assert done.stderr == ""


def test_a_conversation(llmspell: Command, opened: list[Terminal]) -> None:
    text = """
    io.write("name? ")
    local name = io.read()
    Debug.info("asked " .. name)
    io.write("age? ")
    print(name, io.read("n"))
    """
    opened.append(Terminal(llmspell, text))
    terminal = opened[0]
    terminal.until("name? ")
    terminal.child.sendline("Ada")
    assert "asked Ada" in terminal.until("age? ")
    terminal.child.sendline("36")
    assert "Ada\t36" in terminal.rest().expandtabs(8).replace("Ada     36", "Ada\t36")
    assert terminal.exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "io.read()",
        'io.read("a")',
        "for line in io.lines() do print(line) end",
        "while true do pcall(io.read) end",
        "coroutine.wrap(function() while true do end end)()",
        'while true do os.execute("sleep 5") end',
        'while true do print("flood") end',
        'while true do Debug.info("flood") end',
    ],
)
@pytest.mark.parametrize("engine", ["lua5.4", "luajit"])
def test_ctrl_c_ends_the_script(llmspell: Command, opened: list[Terminal], text: str, engine: str) -> None:
    if engine == "luajit":
        text = text.replace('"a"', '"*a"')
    opened.append(Terminal(llmspell, READY + text, "--engine", engine))
    terminal = opened[0]
    terminal.until("ready")
    terminal.child.expect(pexpect.TIMEOUT, timeout=0.2)  # into the call
    terminal.child.send(CTRL_C)
    shown = terminal.rest()
    assert terminal.exit_code == 130
    assert "the script was interrupted" in shown
    assert not re.search(r"Traceback|llmspell_cli|force", shown)


def test_a_script_cleans_up_after_a_program_that_ctrl_c_ended(
    llmspell: Command, opened: list[Terminal]
) -> None:
    opened.append(
        Terminal(llmspell, f'{READY} pcall(os.execute, "sleep 9") print("cleaned") while true do end')
    )
    terminal = opened[0]
    terminal.until("ready")
    terminal.child.expect(pexpect.TIMEOUT, timeout=0.2)
    terminal.child.send(CTRL_C)
    assert re.findall(r"^(?:\^C)?cleaned", terminal.rest(), re.M) == ["^Ccleaned"]
    assert terminal.exit_code == 130


def test_a_stuck_script_is_told_about(llmspell: Command, opened: list[Terminal]) -> None:
    text = f'{READY} string.find(string.rep("a", 100000), string.rep("a-", 60) .. "b")'
    opened.append(Terminal(llmspell, text))
    terminal = opened[0]
    terminal.until("ready")
    terminal.child.send(CTRL_C)
    terminal.until("Ctrl-C again ends it")
    terminal.child.send(CTRL_C)
    assert "force" in terminal.rest()
    assert terminal.exit_code == 130


def test_a_terminal_that_is_closed_ends_the_script(llmspell: Command, opened: list[Terminal]) -> None:
    text = f'{READY} Debug.info("logged") while true do end'
    opened.append(Terminal(llmspell, text, "--debug-output", "console", "--debug-output", "file:log"))
    terminal = opened[0]
    terminal.until("ready")
    terminal.child.ptyproc.fileobj.close()  # the window is gone; the system sends SIGHUP
    status = terminal.child.ptyproc.wait()
    assert status == 143
    assert "logged" in (llmspell.folder / "log").read_text()


@pytest.mark.parametrize(
    ("engine", "wanted"), [("lua5.4", "nil\texit\t3"), ("lua5.1", "768"), ("luajit", "768")]
)
def test_how_a_program_ended(llmspell: Command, engine: str, wanted: str) -> None:
    text = 'print(os.execute("exit 3")) print(os.execute("true")) print(os.execute()) print(pcall(os.execute, {}))'
    (llmspell.folder / "a.lua").write_text(text)
    lines = llmspell("run", "--engine", engine, "a.lua").stdout.splitlines()
    assert lines[0] == wanted
    assert lines[1] == ("true\texit\t0" if engine == "lua5.4" else "0")
    assert lines[2] in ("true", "1")
    assert "bad argument #1 to 'execute' (string expected, got table)" in lines[3]


def test_a_program_that_a_signal_ended(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text('print(os.execute("kill -15 $$"))')
    assert llmspell("run", "a.lua").stdout == "nil\tsignal\t15\n"


def test_the_adapter_tells_a_person_what_it_waits_for(llmspell: Command) -> None:
    child = pexpect.spawn(
        llmspell.argv[0],
        [*llmspell.argv[1:], "dap"],
        env=llmspell.environment,
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    child.expect_exact("llmspell: waits for an editor on standard input; Ctrl-C ends it")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == signal.SIGINT or child.exitstatus == 130
    assert llmspell("dap").stderr == ""  # an editor is told nothing
