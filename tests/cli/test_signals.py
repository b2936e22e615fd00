"""Signals and limits at every moment of a run, and what is still there afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Command

pytestmark = pytest.mark.slow

READY = 'io.write("ready\\n") io.stdout:flush() '
STUCK = 'string.find(string.rep("a", 100000), string.rep("a-", 60) .. "b") '
"""A call of C that nothing interrupts."""
ENDLESS_FINALIZER = """
local finalizer = {__gc = function() io.write("gc\\n") io.stdout:flush() while true do end end}
kept = setmetatable({}, finalizer)
"""
PATIENCE_S = 30.0
"""How long a test waits for what must happen; far above what it takes."""


def _started(llmspell: Command, text: str, *flags: str, until: bytes = b"ready\n") -> subprocess.Popen[bytes]:
    (llmspell.folder / "a.lua").write_text(text)
    process = llmspell.start("run", *flags, "a.lua")
    assert process.stdout is not None
    for line in process.stdout:
        if line == until:
            return process
    raise AssertionError(f"the script never wrote {until!r}")


def _rest(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out.decode(), err.decode()


def _as_shell(code: int) -> int:
    """The exit code as `$?` has it, where a signal ended the process, too."""
    return 128 - code if code < 0 else code


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


# --- finalizers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_endless_finalizer_at_the_end_is_ended(llmspell: Command, sent: signal.Signals) -> None:
    text = f'Debug.info("logged") {ENDLESS_FINALIZER}'
    flags = ("--debug-output", "console", "--debug-output", "file:log")
    process = _started(llmspell, text, *flags, until=b"gc\n")
    process.send_signal(sent)
    code, _, err = _rest(process)
    assert _as_shell(code) == 128 + sent
    assert "logged" in err
    assert "logged" in (llmspell.folder / "log").read_text()


@pytest.mark.parametrize("body", ["", "while true do end"])
def test_a_timeout_holds_for_finalizers(llmspell: Command, body: str) -> None:
    (llmspell.folder / "a.lua").write_text(ENDLESS_FINALIZER + body)
    outcome = llmspell("run", "--timeout", "400ms", "a.lua")
    assert (outcome.exit_code, outcome.stdout) == (124, "gc\n")


def test_finalizers_that_take_their_time_are_let_finish(llmspell: Command) -> None:
    text = """
    kept = setmetatable({}, {__gc = function()
      local start = os.clock() while os.clock() < start + 0.1 do end
      Debug.info("finalized") print("finalized")
    end})
    """
    (llmspell.folder / "a.lua").write_text(text)
    outcome = llmspell("run", "--timeout", "1m", "a.lua")
    assert (outcome.exit_code, outcome.stdout) == (0, "finalized\n")
    assert "finalized" in outcome.stderr


# --- what cannot be interrupted ----------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["text", "json"])
@pytest.mark.parametrize(
    ("sent", "code", "kind"),
    [
        ((signal.SIGINT, signal.SIGINT), 130, "interrupted"),
        ((signal.SIGTERM,), 143, "terminated"),
        ((), 124, "timeout"),
    ],
)
def test_a_script_ended_by_force_says_so(
    llmspell: Command, sent: tuple[signal.Signals, ...], code: int, kind: str, shown: str
) -> None:
    import json

    flags = ["--debug-output", "file:log", *(["--json"] if shown == "json" else [])]
    if not sent:
        flags += ["--timeout", "300ms"]
    process = _started(llmspell, f'{READY} io.write("held") Debug.info("logged") {STUCK}', *flags)
    time.sleep(0.2)
    for number in sent:
        process.send_signal(number)
        time.sleep(0.1)
    exit_code, out, err = _rest(process)
    assert (exit_code, out) == (code, "held")
    assert "logged" in (llmspell.folder / "log").read_text()
    if shown == "json":
        document = json.loads(err)
        assert (document["exit_code"], document["error"]["kind"]) == (code, kind)
        assert "force" in document["error"]["message"]
    else:
        assert err.startswith(kind)
        assert "force" in err


# --- moments -----------------------------------------------------------------------------------------


def test_ctrl_c_at_the_start_is_never_lost(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text("while true do end")
    for step in range(8):
        process = llmspell.start("run", "a.lua")
        time.sleep(0.03 + 0.01 * step)  # somewhere between the first import and the loop
        process.send_signal(signal.SIGINT)
        code, _, err = _rest(process)
        if "Fatal Python error" not in err:  # it came while Python itself started
            assert _as_shell(code) == 130
        assert "llmspell: internal" not in err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            'local ok, e = pcall(function() {READY} while true do end end) print("cleaned", e)',
            r"cleaned\t.*interrupted!",
        ),
        (
            'xpcall(function() {READY} while true do end end, function(e) print("handled", e) end)',
            r"handled\t.*interrupted!",
        ),
        (
            'local x <close> = setmetatable({}, {__close = function() print("closed") end}) {READY} while true do end',
            "closed",
        ),
    ],
)
def test_a_script_cleans_up_once(llmspell: Command, text: str, shown: str) -> None:
    process = _started(llmspell, text.replace("{READY}", READY))
    process.send_signal(signal.SIGINT)
    code, out, err = _rest(process)
    assert code == 130
    assert len(re.findall(shown, out)) == 1
    assert err.startswith("interrupted")


def test_ignored_ctrl_c_stays_ignored(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text(f"{READY} io.read() print('read')")
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *llmspell.argv, "run", "a.lua"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=llmspell.folder,
        env=llmspell.environment,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(b"x\n", timeout=PATIENCE_S)
    assert (process.returncode, out) == (0, b"read\n")


def test_a_stopped_process_goes_on(llmspell: Command) -> None:
    process = _started(llmspell, f"{READY} print(io.read()) for i = 1, 100 do Debug.info('e' .. i) end")
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(b"line\n", timeout=PATIENCE_S)
    assert (process.returncode, out) == (0, b"line\n")
    assert err.count(b"INFO") == 100


def test_sigusr2_while_it_logs_loses_nothing(llmspell: Command) -> None:
    text = f"{READY} for i = 1, 20000 do Debug.info('entry ' .. i) end print('done')"
    process = _started(llmspell, text, "--debug-output", "file:log")
    for _ in range(20):
        process.send_signal(signal.SIGUSR2)
        time.sleep(0.002)
    assert _rest(process)[:2] == (0, "done\n")
    entries = re.findall(r"\bentry (\d+)", (llmspell.folder / "log").read_text())
    assert entries == [str(i) for i in range(1, 20001)]


# --- nothing lost ------------------------------------------------------------------------------------

COUNT = 60_000
MANY = f"for i = 1, {COUNT} do Debug.info('entry ' .. i) io.write(i, '\\n') end "


@pytest.mark.parametrize(
    ("end", "code"), [("", 0), ("os.exit(5)", 5), ("error('broken')", 1), ("while true do end", 124)]
)
def test_every_entry_and_every_line_is_there(llmspell: Command, end: str, code: int) -> None:
    (llmspell.folder / "a.lua").write_text(MANY + end)
    flags = [
        "--debug-output",
        "console",
        "--debug-output",
        "json:log",
        "--timeout",
        "15s" if code != 124 else "4s",
    ]
    outcome = llmspell("run", *flags, "a.lua")
    assert outcome.exit_code == code
    assert outcome.stdout == "".join(f"{i}\n" for i in range(1, COUNT + 1))
    wanted = [str(i) for i in range(1, COUNT + 1)]
    assert re.findall(r"\bentry (\d+)", outcome.stderr) == wanted
    assert re.findall(r"\bentry (\d+)", (llmspell.folder / "log").read_text()) == wanted


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_in_a_flood_loses_nothing(llmspell: Command, presses: int) -> None:
    text = f"""
    local logged = io.open("logged", "w")
    logged:setvbuf("no")
    {READY}
    local i = 0
    while true do i = i + 1 Debug.info("entry " .. i) logged:seek("set") logged:write(i) end
    """
    process = _started(llmspell, text, "--debug-output", "console", "--debug-output", "file:log")
    time.sleep(0.2)
    for _ in range(presses):
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    code, _, err = _rest(process)
    assert _as_shell(code) == 130
    last = int((llmspell.folder / "logged").read_text())
    for text in (err, (llmspell.folder / "log").read_text()):
        entries = re.findall(r"\bentry (\d+)", text)
        if presses == 1:
            assert len(entries) in (last, last + 1)
        assert entries == [str(i) for i in range(1, len(entries) + 1)]


@pytest.mark.parametrize("kind", ["file", "json"])
def test_what_was_logged_a_moment_before_a_kill_is_there(llmspell: Command, kind: str) -> None:
    text = f'{READY} for i = 1, 1000 do Debug.info("entry " .. i) end io.write("logged\\n") io.stdout:flush() io.read()'
    process = _started(llmspell, text, "--debug-output", f"{kind}:log", until=b"logged\n")
    time.sleep(0.5)  # five times what an entry may wait for its flush
    process.kill()
    process.wait(PATIENCE_S)
    assert len((llmspell.folder / "log").read_text().splitlines()) == 1000


# --- streams that are closed, full or slow -----------------------------------------------------------


def _in_shell(llmspell: Command, line: str) -> tuple[int, str, str]:
    done = subprocess.run(
        ["bash", "-c", line.replace("LLMSPELL", " ".join(llmspell.argv))],
        capture_output=True,
        text=True,
        cwd=llmspell.folder,
        env=llmspell.environment,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_files_of_ours(llmspell: Command, closed: str) -> None:
    (llmspell.folder / "a.lua").write_text(
        'print("printed") io.stderr:write("written\\n") Debug.info("logged") io.read() os.exit(3)'
    )
    code, out, _ = _in_shell(llmspell, f"LLMSPELL run --debug-output file:log a.lua </dev/null {closed}")
    assert code == 3
    assert out == ("" if re.search(r"(?<!2)>&-", closed) else "printed\n")
    assert re.fullmatch(r"\S+ INFO +logged\n", (llmspell.folder / "log").read_text())


@pytest.mark.parametrize(
    "text",
    ['io.write("x")', 'print("x")', 'io.write(("x"):rep(100000)) io.stdout:flush() print("y")'],
)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_output_that_finds_no_room_is_a_failure(llmspell: Command, text: str) -> None:
    (llmspell.folder / "a.lua").write_text(text)
    code, _, err = _in_shell(llmspell, "LLMSPELL run a.lua > /dev/full")
    assert code == 1
    assert err.count("cannot write to standard output") == 1
    assert err.count("\n") == 1


@pytest.mark.parametrize("write", ['print("y")', 'io.write("y\\n")'])
def test_head_ends_a_script_that_prints_forever(llmspell: Command, write: str) -> None:
    (llmspell.folder / "a.lua").write_text(f"while true do {write} end")
    code, out, err = _in_shell(llmspell, 'LLMSPELL run a.lua | head -1; echo "${PIPESTATUS[0]}"')
    assert (code, out, err) == (0, "y\n141\n", "")


def test_output_that_nobody_took_at_the_end_is_as_a_closed_pipe(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text('io.read() io.write("x")')
    line = '{ LLMSPELL run a.lua; echo "$?" >&2; } | true'
    code, out, err = _in_shell(llmspell, f"{{ sleep 0.5; echo; }} | {line}")
    assert (code, out, err) == (0, "", "141\n")


def test_a_closed_standard_error_does_not_end_the_script(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text(
        'for i = 1, 20000 do Debug.info("x" .. i) end io.stderr:write("e") print("done") os.exit(3)'
    )
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*llmspell.argv, "run", "a.lua"],
        stdout=subprocess.PIPE,
        stderr=write_end,
        cwd=llmspell.folder,
        env=llmspell.environment,
        timeout=PATIENCE_S,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stdout) == (3, b"done\n")


def test_a_slow_reader_gets_everything(llmspell: Command) -> None:
    (llmspell.folder / "a.lua").write_text("for i = 1, 30000 do print(i) Debug.info('entry ' .. i) end")
    _, out, err = _in_shell(llmspell, "LLMSPELL run a.lua 2>&1 | { sleep 1; cat; }")
    assert re.findall(r"\bentry (\d+)", out) == re.findall(r"^(\d+)$", out, re.M)
    assert len(re.findall(r"\bentry", out)) == 30000
    assert err == ""
