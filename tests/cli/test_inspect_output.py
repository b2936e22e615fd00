"""`run --inspect`: what the script writes goes to the editor that is attached, and where it went before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scenarios.dap_wire import WireEditor

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.conftest import Command

SAID = """\
print("first")
io.stderr:write("an error\\n")
os.execute("echo of a child")
print("second") -- @stop
io.write("last")
"""


def port_of(process: subprocess.Popen[bytes]) -> int:
    assert process.stderr is not None
    found = re.search(rb"127\.0\.0\.1:(\d+)", process.stderr.readline())
    assert found is not None
    return int(found[1])


def line_of(text: str, mark: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith(f"@{mark}"))


def begun(
    llmspell: Command, tmp_path: Path, name: str, text: str
) -> tuple[subprocess.Popen[bytes], WireEditor, Path]:
    script = tmp_path / name
    script.write_text(text)
    process = llmspell.start("run", "--inspect=0", "--inspect-wait", script)
    return process, WireEditor.at(port_of(process)), script


def test_output_goes_both_ways(llmspell: Command, tmp_path: Path) -> None:
    process, editor, script = begun(llmspell, tmp_path, "said.lua", SAID)
    editor.begin("attach", {str(script): [line_of(SAID, "stop")]})
    thread = editor.event("stopped")["threadId"]
    editor.wait_for_output("stdout", "first\n")  # while the script is stopped
    editor.ask("continue", threadId=thread)
    assert editor.event("exited")["exitCode"] == 0
    editor.event("terminated")
    assert editor.output("stdout") == "first\nof a child\nsecond\nlast"
    assert editor.output("stderr") == "an error\n"
    editor.close()
    stdout, stderr = process.communicate(timeout=60)
    assert (stdout, process.returncode) == (b"first\nof a child\nsecond\nlast", 0)
    assert b"an error\n" in stderr


def test_who_leaves_hears_no_more_and_nothing_is_lost(llmspell: Command, tmp_path: Path) -> None:
    process, editor, script = begun(llmspell, tmp_path, "said.lua", SAID)
    editor.begin("attach", {str(script): [line_of(SAID, "stop")]})
    editor.event("stopped")
    editor.ask("disconnect")
    editor.close()
    stdout, stderr = process.communicate(timeout=60)
    assert (stdout, process.returncode) == (b"first\nof a child\nsecond\nlast", 0)
    assert b"an error\n" in stderr
    assert "second" not in editor.output("stdout")


def test_a_reader_that_has_gone_is_noticed(llmspell: Command, tmp_path: Path) -> None:
    script = "local n = 0\nrepeat\n  n = n + 1 -- @in\n  local ok = io.write('line\\n') and io.flush()\nuntil not ok\n"
    process, editor, _ = begun(llmspell, tmp_path, "endless.lua", script)
    assert process.stdout is not None
    process.stdout.close()
    editor.begin("attach")
    editor.event("terminated")
    editor.close()
    assert process.wait(60) is not None
