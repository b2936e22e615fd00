"""The debugger's prompt in a terminal: keys, history, completion, Ctrl-C, who has the terminal when."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from scenarios.typist import CTRL_C, CTRL_D, ENTER, PROMPT, TAB, UP, Typist

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parent.parent
BUSY = "function f\n  x = 1\nend\nhold unended\nf()\nbusy\nsay later\nbusy\nsay last\n"


class Types(Protocol):
    """Begins a session, and waits for its first prompt."""

    def __call__(self, text: str = BUSY, *flags: str, env: Mapping[str, str] = {}) -> Typist: ...


@pytest.fixture
def types(tmp_path: Path) -> Iterator[Types]:
    started: list[Typist] = []

    def start(text: str = BUSY, *flags: str, env: Mapping[str, str] = {}) -> Typist:
        (tmp_path / "a.toy").write_text(text)
        typist = Typist(
            [sys.executable, "-m", "scenarios.toy_prompt", *flags, "a.toy"],
            tmp_path,
            {"PYTHONPATH": str(TESTS), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
        )
        started.append(typist)
        typist.until(PROMPT)
        return typist

    yield start
    for typist in started:
        typist.child.close(force=True)


def test_a_step_again_by_an_empty_line(types: Types) -> None:
    typist = types()
    typist.type(f"n{ENTER}")
    shown = typist.until(PROMPT)
    # What the script printed without an end of line stays, and the view begins a line of its own.
    assert shown[:3] == ["(debug) n", "unended", " Step  (main) a.toy:5"]
    typist.type(ENTER)
    assert " Step  (main) a.toy:6" in typist.until(PROMPT)
    typist.type(f"p n{ENTER}")
    assert typist.until(PROMPT)[1] == "3"
    typist.type(ENTER)
    assert typist.until(PROMPT, PROMPT) == [PROMPT, PROMPT]  # to evaluate again could have effects again


def test_ctrl_c_clears_the_line(types: Types) -> None:
    typist = types()
    typist.type(f"p 1 + nonsense{CTRL_C}")
    typist.until("(debug) p 1 + nonsense", PROMPT)
    typist.type(f"p 7{ENTER}")
    typist.until("(debug) p 7", "7", PROMPT)


def test_ctrl_c_pauses_a_script_that_runs(types: Types) -> None:
    typist = types()
    for line in (7, 9):
        typist.type(f"c{ENTER}")
        typist.child.expect("busy\r\n")
        typist.child.send(CTRL_C)
        assert f" Paused  (main) a.toy:{line}" in "\n".join(typist.until(PROMPT))
    typist.type(f"c{ENTER}")
    typist.until("last", "the script has ended with exit code 0; restart runs it again", PROMPT)
    typist.type(CTRL_D)
    assert typist.end() == 0


def test_ctrl_d_ends_a_script_that_is_stopped(types: Types) -> None:
    typist = types()
    typist.type(CTRL_D)
    assert typist.end() == 0
    assert "busy" not in typist.lines


def test_completion(types: Types) -> None:
    typist = types()
    typist.type(f"tot{TAB}")
    typist.until("(debug) total")
    typist.type(f" + n{TAB}{ENTER}")
    typist.until("(debug) total + n", "0", PROMPT)
    typist.type(f"undis{TAB}{ENTER}")
    typist.until("(debug) undisplay", PROMPT)
    typist.type(f"tbr{TAB}a.t{TAB}2{ENTER}")
    typist.until("(debug) tbreak a.toy:2", "temporary breakpoint 1 at a.toy:2", PROMPT)
    typist.type(f"delete {TAB}{ENTER}")
    typist.until("(debug) delete 1", "deleted 1", PROMPT)
    typist.type(f"help con{TAB}")
    typist.until("cond      condition cont      continue", "(debug) help con")


def test_history_outlives_the_session(types: Types, tmp_path: Path) -> None:
    typist = types()
    typist.type(f"p 41 + 1{ENTER}")
    typist.until("42", PROMPT)
    typist.type(f"q{ENTER}")
    assert typist.end() == 0
    assert (tmp_path / "state" / "llmspell" / "debug_history").exists()
    again = types()
    again.type(f"p{UP}")
    again.until("(debug) p 41 + 1")
    again.type(ENTER)
    again.until("(debug) p 41 + 1", "42", PROMPT)


def test_a_history_that_cannot_be_kept_costs_nothing_else(types: Types, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    typist = types()
    typist.type(f"p 1{ENTER}")
    typist.until("(debug) p 1", "1", PROMPT)
    typist.type(UP)
    typist.until("(debug) p 1")


def test_run_again(types: Types) -> None:
    typist = types("x\nsay hello\n")
    typist.type(f"b 2{ENTER}")
    typist.until("breakpoint 1 at a.toy:2", PROMPT)
    typist.type(f"c{ENTER}")
    assert " Breakpoint 1  (main) a.toy:2" in typist.until(PROMPT)
    typist.type(f"c{ENTER}")
    typist.until("hello", "the script has ended with exit code 0; restart runs it again", PROMPT)
    typist.type(f"run{ENTER}")
    assert " Entry  (main) a.toy:1" in typist.until(PROMPT)
    typist.type(f"restart{ENTER}")
    assert " Entry  (main) a.toy:1" in typist.until(PROMPT)
    typist.type(f"q{ENTER}")
    assert typist.end() == 0


def test_an_error_and_its_exit_code(types: Types) -> None:
    typist = types("x\nfail\n")
    typist.type(f"c{ENTER}")
    assert typist.until(PROMPT)[1:3] == [" Error  (main) a.toy:2", "  no such thing"]
    typist.type(CTRL_D)
    assert typist.end() == 1
    assert typist.lines[-1] == "error: no such thing"


def test_a_terminal_that_can_do_nothing(types: Types) -> None:
    typist = types(env={"TERM": "dumb"})
    typist.type(f"n{ENTER}")
    assert "[Step] (main) a.toy:5" in typist.until(PROMPT)
    typist.type(f"c{ENTER}")
    typist.child.expect("busy\r\n")
    typist.child.send(CTRL_C)
    assert "[Paused] (main) a.toy:7" in "\n".join(typist.until(PROMPT))
    typist.type(f"q{ENTER}")
    assert typist.end() == 0


def test_the_terminal_is_as_it_was(types: Types) -> None:
    typist = types()
    assert typist.has_the_terminal
    typist.type(f"q{ENTER}")
    typist.end()
    assert not typist.has_the_terminal
    assert "CPR" not in "\n".join(typist.lines)
