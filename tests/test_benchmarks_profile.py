"""What the profiler's figures rest on: twins that do the same work, peers whose samples are counted right."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from debug.profile import store
from scripts.benchmarks.measure import Effort, Row
from scripts.benchmarks.profile import cost, exports, tools
from scripts.benchmarks.profile.parts import PARTS
from scripts.benchmarks.profile.recording import recording

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.benchmarks.profile.tools import Tool
    from tests.conftest import RequireReal

COMMANDS = {
    "mixed.lua": tools.llmspell("luajit").plain,
    "mixed.js": tools.llmspell("javascript").plain,
    "mixed.py": tools.CPROFILE.plain,
    "calls.lua": tools.llmspell("luajit").plain,
    "calls.js": tools.llmspell("javascript").plain,
    "calls.py": tools.CPROFILE.plain,
    "natives.lua": tools.llmspell("lua5.4").plain,
    "natives.py": tools.CPROFILE.plain,
}
OURS = {"lua5.4": "mixed.lua", "luajit": "mixed.lua", "javascript": "mixed.js"}
PEERS = [
    (tools.NODE, "mixed.js", 300),
    (tools.LUAJIT, "mixed.lua", 300),
    (tools.PYINSTRUMENT, "mixed.py", 30),
    (tools.PY_SPY, "mixed.py", 30),
]
TINY = Effort(rounds=1, scale=0.01, largest=1_000)


def _output(command: tuple[str, ...], program: str, rounds: int) -> str:
    done = subprocess.run(
        [*command, cost.PROGRAMS / program, str(rounds)], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("work", sorted({name.partition(".")[0] for name in COMMANDS}))
def test_the_twins_do_the_same_work(work: str) -> None:
    twins = [name for name in COMMANDS if name.partition(".")[0] == work]
    assert {path.name for path in cost.PROGRAMS.glob(f"{work}.*")} == set(twins)

    once = {_output(COMMANDS[name], name, 1) for name in twins}
    often = {_output(COMMANDS[name], name, 7) for name in twins}

    assert len(once) == len(often) == 1
    assert once != often


def _profiled(tool: Tool, folder: Path, program: str, rounds: int) -> int:
    out = folder / "profile"
    _output(tool.profiled_to(out), program, rounds)
    assert tool.samples is not None
    return tool.samples(out)


@pytest.mark.parametrize("engine", OURS)
def test_our_samples_are_counted(engine: str, tmp_path: Path) -> None:
    assert _profiled(tools.llmspell(engine), tmp_path, OURS[engine], 60) > 0


@pytest.mark.parametrize(("tool", "program", "rounds"), PEERS, ids=[tool.name for tool, _, _ in PEERS])
def test_the_samples_of_a_peer_are_counted(
    tool: Tool, program: str, rounds: int, tmp_path: Path, require_real: RequireReal
) -> None:
    require_real(tool.name, tool.is_installed)
    assert _profiled(tool, tmp_path, program, rounds) > 0


def test_a_peer_that_is_not_installed_has_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tools.Tool("`nothing`", ("no-such-command",), ("no-such-command", "--profile"))
    monkeypatch.setattr(tools, "PYTHON", (missing,))

    found = list(PARTS["python"](TINY))

    assert len(found) == 3
    for row in found:
        assert isinstance(row, Row)
        assert (row.measured, row.ok, row.note) == (None, None, "not installed")


def test_the_recording_is_the_same_every_time_and_holds_what_was_asked_for() -> None:
    made, again = recording(12_000), recording(12_000)

    assert len(made.samples.at_ns) == 12_000
    assert made.samples.stack == again.samples.stack
    assert all(before < after for before, after in pairwise(made.samples.at_ns))
    assert set(made.samples.thread) == {0, 1, 2}  # the last one's turn comes later
    assert store.decode(store.encode(made)) == made


@pytest.mark.slow
def test_exports_find_their_figures() -> None:
    found = list(exports.rows(TINY))

    assert {row.unit for row in found} == {"s", "MB"}
    assert all(row.measured is not None and row.measured > 0 for row in found)
    assert all(row.what.startswith("1,000 samples as ") for row in found)


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("part", ["lua5.4", "luajit", "javascript"])
def test_a_part_finds_its_figures(part: str, require_real: RequireReal) -> None:
    for peer in (tools.NODE, tools.LUAJIT):
        require_real(peer.name, peer.is_installed)
    found = [row for row in PARTS[part](TINY) if isinstance(row, Row)]
    assert all(row.measured is not None and row.measured > 0 for row in found)
    assert {row.ok for row in found if "llmspell" in row.what} <= {True, False}
