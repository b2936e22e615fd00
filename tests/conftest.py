"""What many tests share: the installed command in a clean environment, and calls for real components."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import lupa.luajit20
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

settings.register_profile("fast", max_examples=20)

_LOW_MEMORY = lupa.luajit20.LuaRuntime(encoding=None)
"""LuaJIT 2.0 lives in the lowest 2 GB. V8 takes all of them where it finds nobody there, and this is somebody: the
tests of both run in one process."""

COMMAND_TIMEOUT_S = 60.0
"""How long a command of a test may take before the test fails; far above what any of them needs."""

KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")
"""What the command inherits from the tests' environment: what it takes to start, nothing that steers it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended. Output that is not valid UTF-8 is kept as backslash escapes."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Command:
    """The installed `llmspell`, to be called from `folder` with nothing of the tester's own settings."""

    argv: tuple[str, ...]
    folder: Path
    environment: dict[str, str]
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __call__(
        self,
        *arguments: str | Path,
        stdin: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        timeout: float = COMMAND_TIMEOUT_S,
        cwd: Path | None = None,
    ) -> Outcome:
        """Run it to its end. `env` comes on top of the clean environment; `timeout` is in seconds."""
        done = subprocess.run(
            [*self.argv, *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=cwd or self.folder,
            env={**self.environment, **(env or {})},
            timeout=timeout,
            check=False,
        )
        return Outcome(
            done.returncode,
            done.stdout.decode("utf-8", "backslashreplace"),
            done.stderr.decode("utf-8", "backslashreplace"),
        )

    def start(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start it with pipes on all three streams, for a test that talks to it; ended with the test."""
        process = subprocess.Popen(
            [*self.argv, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd or self.folder,
            env={**self.environment, **(env or {})},
        )
        self._started.append(process)
        return process

    def end_started(self) -> None:
        """End whatever `start` started and is still running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    try:
                        stream.close()
                    except BrokenPipeError:  # what a test wrote and the process never read
                        pass


class RequireReal(Protocol):
    """Calls for a real component, e.g. `require_real("lua-cjson", Path("/usr/lib/…/cjson.so").exists())`."""

    def __call__(self, component: str, present: bool) -> None: ...


@pytest.fixture
def llmspell(tmp_path: Path) -> Iterator[Command]:
    """The installed command, run from an empty folder with a home of its own and no LLMSPELL_ variable."""
    folder = tmp_path / "work"
    home = tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    environment |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    script = Path(sys.executable).with_name("llmspell")
    argv = (str(script),) if script.exists() else (sys.executable, "-P", "-m", "llmspell_cli")
    command = Command(argv, folder, environment)
    yield command
    command.end_started()


@pytest.fixture(scope="session")
def require_real() -> RequireReal:
    """Skips a test whose real component is missing; where LLMSPELL_REQUIRE_REAL is set (in CI), fails it."""

    def require(component: str, present: bool) -> None:
        if present:
            return
        if os.environ.get("LLMSPELL_REQUIRE_REAL"):
            pytest.fail(f"{component} is not installed, and LLMSPELL_REQUIRE_REAL says that it must be")
        pytest.skip(f"{component} is not installed")

    return require


SLOW_VARIANTS = ("lua5.2", "lua5.3", "lua5.5", "luajit2.0")
"""The Luas that the fast suite leaves out: their neighbours 5.1, 5.4 and LuaJIT 2.1 are in it."""


SLOW_TESTS = frozenset(
    [
        "test_a_closed_engine_gives_its_vm_back",
        "test_a_condition_that_never_ends_is_ended",
        "test_a_condition_without_an_end_is_ended",
        "test_a_file_of_fifty_megabytes_runs_and_has_its_places",
        "test_a_full_disk_costs_the_log_and_not_the_script",
        "test_a_loop_that_never_ends_keeps_its_time_limit",
        "test_a_million_rounds_are_passed_without_asking",
        "test_a_random_text_has_the_same_value",
        "test_a_script_of_50_megabytes",
        "test_a_script_that_ends_badly_leaves_its_profile",
        "test_a_signal_ends_the_script",
        "test_a_stop_without_a_run_does_nothing_and_the_engine_runs_again",
        "test_a_text_means_the_same",
        "test_a_timeout",
        "test_a_timeout_ends_every_loop",
        "test_a_timeout_ends_everything",
        "test_an_example_in_javascript_runs",
        "test_an_example_runs",
        "test_an_interrupt_ends_a_wait",
        "test_anything_may_be_thrown_anywhere",
        "test_arming_from_four_threads_changes_nothing",
        "test_blocks_that_tell_of_errors_change_nothing",
        "test_debugging_changes_nothing_but_the_log",
        "test_examples",
        "test_failures_lose_nothing_and_repeat_nothing",
        "test_huge_strings_are_printed_and_logged",
        "test_hundreds_of_engines_leave_nothing_behind",
        "test_many_timers",
        "test_memory_runs_out",
        "test_no_attack_gets_through[lua5.4-what the functions within reach throw]",
        "test_no_call_raises_or_changes_anything",
        "test_no_random_call_raises",
        "test_no_run_leaves_a_thread_behind",
        "test_nothing_is_lost_where_v8_gives_up",
        "test_preparing_a_module_takes_time_in_proportion",
        "test_program_does_the_same",
        "test_rule[Debug works where no stack is left]",
        "test_rule[lua5.1-no call raises, whatever it is given]",
        "test_rule[luajit-no call raises, whatever it is given]",
        "test_rule[no call raises, whatever it is given]",
        "test_the_command_ends_each_script_in_time",
        "test_the_first_scripts_of_a_process_may_start_at_the_same_moment",
        "test_the_stack_may_end_within_any_call",
        "test_the_twins_do_the_same_work",
        "test_what_arrives_is_whole_however_little_stack_was_left",
        "test_what_v8_cannot_give_at_once_ends_only_that_script",
    ]
)
"""Tests that take seconds each, by name, of all their parameters or of one set of them."""

SLOW_FILES = (
    "test_dap_fuzz.py",
    "test_debug_command.py",
    "test_js_debug_meaning.py",
    "test_js_profile_meaning.py",
    "test_js_profile_truth.py",
    "test_lua_profile.py",
    "test_lua_profile_truth.py",
    "test_lua_rewrite_meaning.py",
    "test_profile_command.py",
    "test_prompt_session.py",
)
"""Whole programs twice over, whole sessions, and measuring that wants a quiet machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on every Lua runs on all of them only in the whole suite; so does what takes long."""
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {}).values()
        of_slow_variant = any(isinstance(value, str) and value in SLOW_VARIANTS for value in given)
        named = {item.name, item.name.partition("[")[0]} & SLOW_TESTS
        if of_slow_variant or named or item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)
