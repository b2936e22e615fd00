"""A script that has no room for probes runs under the debugger, which says why it does not stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Command


def test_it_is_said_why_a_script_is_not_stopped_in(llmspell: Command) -> None:
    names = "\n".join(f"local v{n} = {n}" for n in range(200))
    (llmspell.folder / "full.lua").write_text(f"{names}\nprint(v7)\n")
    (llmspell.folder / "commands").write_text("q\n")
    outcome = llmspell("debug", "--break-at", "201", "--commands", "commands", "full.lua")
    assert (outcome.exit_code, outcome.stdout) == (0, "7\n")
    reason = "cannot be stopped in: with probes it passes a limit of Lua: "
    assert f"full.lua {reason}" in outcome.stderr
    assert f"breakpoint 1 at full.lua:201 ({reason}" in outcome.stderr
    assert "never reached: breakpoint 1" in outcome.stderr
    assert "200" in outcome.stderr.partition(reason)[2].partition("\n")[0]
