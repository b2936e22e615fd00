"""`llmspell debug`: what it is asked to do, and scripts of every language debugged from a file of commands."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from llmspell_cli.arguments import split
from llmspell_cli.debug_request import DebugRequest, build_debug_request
from llmspell_cli.errors import UsageProblem
from llmspell_cli.options import DEBUG
from llmspell_cli.prompt.parsing import LinePlace
from scenarios.typist import CTRL_C, ENTER, PROMPT, Typist

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Command, Outcome


def requested(folder: Path, *words: str) -> DebugRequest:
    return build_debug_request(split(words, DEBUG), {}, str(folder))


def test_what_is_asked_for(tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    commands.write_text("\ufeffb 2\nc\n", encoding="utf-8")
    request = requested(
        tmp_path,
        *("--break-at", "a.lua:3", "a.lua", "--break-at=7:2", "first", "--watch", "x + 1", "--watch=y"),
        *("--step", "--no-post-mortem", "--commands", str(commands), "--", "--step"),
    )
    assert (request.run.script, request.run.arguments) == ("a.lua", ("first", "--step"))
    assert request.break_at == (LinePlace(3, "a.lua"), LinePlace(7, column=2))
    assert request.watch == ("x + 1", "y")
    assert request.commands == ("b 2", "c")
    assert (request.step, request.post_mortem, request.port) == (True, False, None)
    plain = requested(tmp_path, "a.lua")
    assert (plain.commands, plain.step, plain.post_mortem) == (None, False, True)


@pytest.mark.parametrize(
    ("words", "stops"), [((), True), (("--break-at", "3"), False), (("--break-at", "3", "--step"), True)]
)
def test_it_stops_at_the_first_statement_unless_told_where(
    tmp_path: Path, words: tuple[str, ...], stops: bool
) -> None:
    assert requested(tmp_path, "a.lua", *words).stops_on_entry is stops


def test_a_script_that_is_debugged_has_the_limit_of_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "llmspell.toml").write_text('[run]\ntimeout = "5s"\n')
    assert requested(tmp_path, "a.lua").run.settings.run.timeout_s == 5
    assert requested(tmp_path, "a.lua", "--timeout", "7s").run.settings.run.timeout_s == 7


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as raised:
        requested(
            tmp_path,
            *(
                "-",
                "--break-at",
                "nowhere",
                "--break-at",
                "+3",
                "--break-at",
                "@2:3",
                "--commands",
                "missing",
            ),
            *("--port", "70000", "--max-memory", "lots"),
        )
    text = raised.value.text()
    for said in (
        "--break-at: 'nowhere' is not valid; expected FILE:LINE",
        "'+3'",
        "'@2:3'",
        "--commands: cannot read missing: no such file",
        "--port: '70000' is not valid",
        "--max-memory",
    ):
        assert said in text


def test_a_script_from_standard_input_needs_commands_from_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="nowhere to type commands"):
        requested(tmp_path, "-")
    commands = tmp_path / "commands"
    commands.write_text("c\n")
    assert requested(tmp_path, "-", "--commands", str(commands)).commands == ("c",)


PROGRAMS = {
    "lua": """\
local prices = { pen = 1.5, ink = 4.25 }
local function price(item)
  local found = prices[item]
  return found -- @found
end
local function total(order)
  local sum = 0
  for i, item in ipairs(order) do -- @loop
    sum = sum + price(item) -- @sum
  end
  return sum -- @done
end
print(total({ "pen", "ink" })) -- @main
print(total({ "ink", "wax" }))
""",
    "js": """\
const prices = { pen: 1.5, ink: 4.25 };
function price(item) {
  const found = prices[item];
  return found.valueOf(); // @found
}
function total(order) {
  let sum = 0;
  for (const item of order) { // @loop
    sum = sum + price(item); // @sum
  }
  return sum; // @done
}
console.log(total(["pen", "ink"])); // @main
console.log(total(["ink", "wax"]));
""",
}
ENGINES = {
    **dict.fromkeys(("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit2.1"), "lua"),
    "javascript": "js",
}


class Debugged:
    """A scripted session over the program of one engine; `{mark}` in commands is the line of that mark."""

    def __init__(self, llmspell: Command, engine: str) -> None:
        self._llmspell = llmspell
        self._engine = engine
        self.suffix = ENGINES[engine]
        self.text = PROGRAMS[self.suffix]
        self.marks = {
            found[1]: number
            for number, line in enumerate(self.text.split("\n"), 1)
            if (found := re.search(r"@(\w+)$", line))
        }

    def __call__(self, *commands: str, flags: tuple[str, ...] = ()) -> Outcome:
        """How it ended."""
        folder = self._llmspell.folder
        (folder / f"a.{self.suffix}").write_text(self.text)
        (folder / "commands").write_text("\n".join(commands).format_map(self.marks))
        return self._llmspell(
            *("debug", f"a.{self.suffix}", "--engine", self._engine, "--commands", "commands", *flags)
        )

    def run(self) -> Outcome:
        """How the plain script ends."""
        return self._llmspell("run", f"a.{self.suffix}", "--engine", self._engine)

    def in_a_terminal(self) -> Typist:
        """A session that a person types."""
        folder = self._llmspell.folder
        (folder / f"a.{self.suffix}").write_text(self.text)
        argv = [*self._llmspell.argv, "debug", f"a.{self.suffix}", "--engine", self._engine]
        return Typist(argv, folder, self._llmspell.environment)

    def stops(self, outcome: Outcome) -> list[str]:
        """Why and where it has stopped, with marks for lines."""
        names = {number: name for name, number in self.marks.items()}
        found = re.findall(rf"^\[(.*)\] (\S+) a\.{self.suffix}:(\d+)$", outcome.stderr, flags=re.MULTILINE)
        return [f"{why} in {function} at {names.get(int(line), line)}" for why, function, line in found]


@pytest.fixture(params=ENGINES)
def debugged(request: pytest.FixtureRequest, llmspell: Command) -> Debugged:
    return Debugged(llmspell, request.param)


def test_stepping_and_values(debugged: Debugged) -> None:
    outcome = debugged(
        *("tb {sum}", "c", "p item", "s", "n", "bt", "p found * 2", "up", "p sum", "set sum = 10", "finish"),
        *("locals", "delete", "b {done}", "c", "p sum", "set sum = sum + 100", "c"),
    )
    assert debugged.stops(outcome)[1:5] == [
        "Breakpoint 1 in total at sum",
        "Step in price at 3",
        "Step in price at found",
        "Step in (main) at 14",  # out of the frame that is looked at
    ]
    assert '(debug) p item\n"pen"\n' in outcome.stderr
    assert "(debug) p found * 2\n3.0\n" in outcome.stderr.replace("2\n3\n", "2\n3.0\n")
    assert "(debug) p sum\n0\n" in outcome.stderr
    assert re.search(r"0  price +a\..*\n   1  total", outcome.stderr)


def test_lines_that_are_logged_and_conditions(debugged: Debugged) -> None:
    outcome = debugged(
        'log {found} "found {{found}} for {{item}}"',
        'b {sum} if item == "ink"',
        "c",
        "info breakpoints",
        "c",
    )
    assert f"a.{debugged.suffix}:{debugged.marks['found']} found 1.5 for pen\n" in outcome.stderr
    assert debugged.stops(outcome)[1:] == ["Breakpoint 2 in total at sum"] * 2
    assert "1 hit" in outcome.stderr


def test_flags(debugged: Debugged) -> None:
    flags = ("--break-at", f"a.{debugged.suffix}:{debugged.marks['done']}", "--watch", "sum + 1")
    outcome = debugged("c", flags=flags)
    assert debugged.stops(outcome)[0] == "Breakpoint 1 in total at done"
    assert "sum + 1 = 6.75" in outcome.stderr
    outcome = debugged(flags=(*flags, "--step"))
    assert outcome.exit_code == 0
    assert debugged.stops(outcome) == ["Entry in (main) at 1"]
    assert outcome.stdout == ""


def test_an_uncaught_error_stops_where_it_is_thrown(debugged: Debugged) -> None:
    outcome = debugged("c", "up", "p sum", "p order")
    assert outcome.exit_code == 1
    assert outcome.stdout == "5.75\n"
    where = "total at sum" if debugged.suffix == "lua" else "price at found"
    assert debugged.stops(outcome)[1:] == [f"Error in {where}"]
    without = debugged("c", flags=("--no-post-mortem",))
    assert without.exit_code == 1
    assert debugged.stops(without) == ["Entry in (main) at 1"]
    run = debugged.run()
    assert run.stderr in without.stderr
    assert run.stderr in outcome.stderr


def test_run_again(debugged: Debugged) -> None:
    outcome = debugged("b {done}", "restart", "c", "catch off", "delete", "c", "restart", "quit")
    assert outcome.exit_code == 0
    assert debugged.stops(outcome) == [
        "Entry in (main) at 1",
        "Entry in (main) at 1",
        "Breakpoint 1 in total at done",
        "Entry in (main) at 1",
    ]


ENDLESS = {
    "lua": "local n = 0\nwhile true do\n  n = n + 1\nend\n",
    "js": "let n = 0;\nwhile (true) {\n  n = n + 1;\n}\n",
}


@pytest.mark.slow
def test_ctrl_c_and_sigterm_in_a_terminal(debugged: Debugged) -> None:
    debugged.text = ENDLESS[debugged.suffix]
    typist = debugged.in_a_terminal()
    try:
        typist.until(PROMPT)
        typist.type(f"c{ENTER}")
        typist.until("(debug) c")
        while typist.has_the_terminal:  # what a prompt that has its line still does
            pass
        typist.child.send(CTRL_C)
        assert " Paused  (main) a." in "\n".join(typist.until(PROMPT))
        typist.type(f"p n > 0{ENTER}")
        typist.until("(debug) p n > 0", "true", PROMPT)
        typist.child.kill(signal.SIGTERM)
        assert typist.end() == 143
        assert not typist.has_the_terminal
        assert "terminated" in "\n".join(typist.lines)
    finally:
        typist.child.close(force=True)
