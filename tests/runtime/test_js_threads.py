"""Lua and JavaScript side by side on threads, under one manager: nothing is lost, and each hears of the others."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from debug.config import DebugConfig, FilterRule
from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import RunResult, Script, StopReason
from runtime.js.engine import JsEngine
from runtime.lua.engine import LuaEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.engine import Engine

ROOT = Path(__file__).parents[2]
LANGUAGES = ("js", "lua5.4", "js", "luajit", "js", "lua5.1", "js", "lua5.4")
ENTRIES = 2_000
PATIENCE_S = 10

LOGS = {
    "js": """
        const [who] = process.argv.slice(2);
        for (let i = 1; i <= ENTRIES; i++) Debug.info(`${who} ${i}`, `m.${i % 5}`);
    """,
    "lua": """
        local who = ...
        for i = 1, ENTRIES do Debug.info(who .. " " .. i, "m." .. i % 5) end
    """,
}
SPINS = {
    "js": 'for (;;) Debug.debug("spins", "spin")',
    "lua": 'while true do Debug.debug("spins", "spin") end',
}
KEEPS_LOGGING = {
    "js": 'for (;;) { Debug.info("on"); Debug.getLevel(); }',
    "lua": 'while true do Debug.info("on"); Debug.getLevel() end',
}


def _engine(manager: DebugManager, language: str) -> Engine:
    return JsEngine(manager) if language == "js" else LuaEngine(manager, variant=language)


def _text(texts: dict[str, str], language: str) -> bytes:
    return texts["js" if language == "js" else "lua"].replace("ENTRIES", str(ENTRIES)).encode()


def _run(manager: DebugManager, language: str, text: str) -> RunResult:
    engine = _engine(manager, language)
    try:
        return engine.run(Script("one", text.encode()))
    finally:
        engine.close()


class Running:
    """Scripts on threads, each by its own engine; its name is that of its script."""

    def __init__(self, manager: DebugManager, languages: tuple[str, ...], texts: dict[str, str]) -> None:
        self.results: dict[str, RunResult] = {}
        self.engines: dict[str, Engine] = {}
        self._threads: dict[str, threading.Thread] = {}
        for number, language in enumerate(languages):
            name = f"{language}-{number}"
            engine = self.engines[name] = _engine(manager, language)
            script = Script(name, _text(texts, language), arguments=(name,))
            self._threads[name] = threading.Thread(target=self._work, args=(name, engine, script))
        for thread in self._threads.values():
            thread.start()

    def _work(self, name: str, engine: Engine, script: Script) -> None:
        try:
            self.results[name] = engine.run(script)
        finally:
            engine.close()

    def stop(self, name: str) -> RunResult:
        """Stop one and wait for its end."""
        while self._threads[name].is_alive():
            self.engines[name].stop(StopReason.INTERRUPT)
            self._threads[name].join(0.05)
        return self.results[name]

    def join(self) -> None:
        """Wait until all have come to their own end."""
        for name, thread in self._threads.items():
            thread.join(PATIENCE_S)
            assert not thread.is_alive(), name


@contextmanager
def running(manager: DebugManager, languages: tuple[str, ...], texts: dict[str, str]) -> Iterator[Running]:
    """Scripts that never end by themselves; whatever happens, they are stopped."""
    scripts = Running(manager, languages, texts)
    try:
        yield scripts
    finally:
        for name in scripts.engines:
            scripts.stop(name)


class Heard:
    """Counts the entries that come out of each script from now on, and lets one wait for them."""

    def __init__(self, manager: DebugManager) -> None:
        self._seen: Counter[str] = Counter()
        self._changed = threading.Condition()
        manager.attach(self._take)

    def _take(self, raw: tuple[Any, ...]) -> None:
        with self._changed:
            self._seen[raw[-1]] += 1
            self._changed.notify_all()

    def wait_for_more(self, names: list[str], more: int = 1) -> None:
        """Until each of these scripts has logged again."""
        with self._changed:
            wanted = {name: self._seen[name] + more for name in names}
            reached = self._changed.wait_for(
                lambda: all(self._seen[name] >= count for name, count in wanted.items()), PATIENCE_S
            )
        assert reached, (wanted, self._seen)


def test_every_entry_of_eight_scripts_in_both_languages_is_there_once_and_in_its_order() -> None:
    manager = DebugManager(DebugConfig(capture_limit=100_000))
    sunk: list[int] = []
    manager.attach(lambda raw: sunk.append(raw[0]))
    scripts = Running(manager, LANGUAGES, LOGS)
    scripts.join()
    assert {result.exit_code for result in scripts.results.values()} == {0}

    entries = manager.entries()
    said: dict[str, list[int]] = {name: [] for name in scripts.engines}
    for entry in entries:
        who, number = entry.message.split()
        assert (who, entry.module) == (entry.source, f"m.{int(number) % 5}")
        said[who].append(int(number))
    assert said == {name: list(range(1, ENTRIES + 1)) for name in scripts.engines}
    assert sorted(sunk) == list(range(len(LANGUAGES) * ENTRIES))
    assert sorted(entry.sequence for entry in entries) == sorted(sunk)
    assert manager.dropped == 0


def test_entries_are_in_the_order_of_their_times() -> None:
    manager = DebugManager()
    lua, js = manager.emitter("a.lua"), manager.emitter("b.js")
    for emit, at_ns in ((lua, 2), (js, 1), (js, 3), (lua, 5), (js, 4)):
        emit(Level.INFO, str(at_ns), None, None, at_ns)
    assert [entry.message for entry in manager.entries()] == ["1", "2", "3", "4", "5"]
    assert [entry.message for entry in manager.entries(2)] == ["4", "5"]


@pytest.mark.parametrize("setter", ["js", "lua5.1"])  # of LuaJIT, one at a time can be interrupted
def test_a_level_set_in_one_language_reaches_scripts_that_spin_in_both(setter: str) -> None:
    manager = DebugManager(DebugConfig(capture_limit=100))
    with running(manager, ("js", "lua5.4", "js", "luajit"), SPINS) as scripts:
        heard = Heard(manager)
        assert _run(manager, setter, 'Debug.setLevel("debug")').exit_code == 0
        heard.wait_for_more([*scripts.engines])


@pytest.mark.parametrize("setter", ["js", "lua5.1"])
def test_a_filter_set_in_one_language_reaches_scripts_that_spin_in_both(setter: str) -> None:
    silent = DebugConfig(capture_limit=100, level=Level.DEBUG, filters=(FilterRule("spin", enabled=False),))
    manager = DebugManager(silent)
    with running(manager, ("js", "lua5.4", "js", "luajit"), SPINS) as scripts:
        heard = Heard(manager)
        assert _run(manager, setter, 'Debug.addModuleFilter("spin", true)').exit_code == 0
        heard.wait_for_more([*scripts.engines])


def test_what_one_language_silences_is_silent_in_the_other() -> None:
    manager = DebugManager()
    assert _run(manager, "js", 'Debug.addModuleFilter("net.*", false); Debug.setLevel("warn")').exit_code == 0
    text = (
        'Debug.warn("no", "net.http") Debug.info("no") Debug.warn("yes", "disk") Debug.clearModuleFilters()'
    )
    assert _run(manager, "lua5.4", text).exit_code == 0
    assert _run(manager, "js", 'Debug.warn("again", "net.http"); Debug.setEnabled(false)').exit_code == 0
    assert _run(manager, "lua5.4", 'Debug.error("no")').exit_code == 0
    assert [entry.message for entry in manager.entries()] == ["yes", "again"]


def test_one_script_is_stopped_while_the_others_go_on() -> None:
    manager = DebugManager(DebugConfig(capture_limit=100))
    heard = Heard(manager)
    with running(manager, ("js", "lua5.4", "js", "luajit"), KEEPS_LOGGING) as scripts:
        left = [*scripts.engines]
        heard.wait_for_more(left)
        while len(left) > 1:
            assert scripts.stop(left.pop(0)).exit_code == 130
            heard.wait_for_more(left, more=5)
        assert set(scripts.engines) - set(scripts.results) == set(left)


def test_a_script_that_fails_takes_no_other_with_it() -> None:
    manager = DebugManager(DebugConfig(capture_limit=100))
    heard = Heard(manager)
    with running(manager, ("js", "lua5.4"), KEEPS_LOGGING) as scripts:
        heard.wait_for_more([*scripts.engines])
        assert _run(manager, "js", 'throw new Error("alone")').exit_code == 1
        assert _run(manager, "luajit", 'error("alone")').exit_code == 1
        heard.wait_for_more([*scripts.engines], more=5)
        assert scripts.results == {}


FIRST = """
import subprocess
import sys
import threading
from debug.manager import DebugManager
from runtime.engine import Script
from runtime.js.engine import JsEngine
manager, start = DebugManager(), threading.Barrier(8)
def work():
    start.wait()
    assert JsEngine(manager).run(Script("first.js", b"Debug.info('x')")).exit_code == 0
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert manager.emitted == 8
"""


def test_the_first_scripts_of_a_process_may_start_at_the_same_moment() -> None:
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
