"""Many scripts at once, while levels and filters change: every entry is accounted for."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from debug.config import DebugConfig
from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import RunResult, Script
from runtime.lua.engine import LuaEngine

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit")
SCRIPTS = 32
ROUNDS = 400
TEXT = """
local who = ...
local count = 0
for i = 1, {rounds} do
  Debug.error(who .. " sure " .. i) -- error without a module passes whatever the others set
  Debug.debug(who .. " maybe " .. i, "m." .. i % 5)
  if i % 40 == 0 then
    local t = Debug.timer("round")
    t:lap("half")
    t:stop()
    Debug.setLevel(({{"error", "info", "debug", "trace"}})[i / 40 % 4 + 1])
    if i % 80 == 0 then Debug.addModuleFilter("m." .. i % 3, i % 160 == 0) else Debug.clearModuleFilters() end
  end
end
return who
"""


def _run_all(manager: DebugManager, text: str, count: int = SCRIPTS) -> list[RunResult | None]:
    results: list[RunResult | None] = [None] * count

    def work(number: int) -> None:
        engine = LuaEngine(manager, variant=VARIANTS[number % len(VARIANTS)])
        try:
            results[number] = engine.run(Script(f"s{number}.lua", text.encode(), arguments=(f"s{number}",)))
        finally:
            engine.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return results


def test_every_entry_of_32_scripts_is_there_once() -> None:
    manager = DebugManager(DebugConfig(capture_limit=1_000_000))
    sunk: list[tuple[object, ...]] = []
    manager.attach(sunk.append)
    results = _run_all(manager, TEXT.format(rounds=ROUNDS))
    assert [result.values if result else None for result in results] == [(f"s{n}",) for n in range(SCRIPTS)]

    entries = manager.entries()
    messages = Counter(entry.message for entry in entries)
    assert max(messages.values()) == 1
    for number in range(SCRIPTS):
        for i in range(1, ROUNDS + 1):
            assert messages[f"s{number} sure {i}"] == 1
    assert len({entry.sequence for entry in entries}) == len(entries)
    assert Counter(raw[0] for raw in sunk) == Counter(entry.sequence for entry in entries)
    assert manager.dropped == 0


def test_each_script_keeps_its_own_order() -> None:
    manager = DebugManager(DebugConfig(capture_limit=1_000_000, level=Level.TRACE))
    _run_all(manager, TEXT.format(rounds=100), count=8)
    last: dict[str, int] = {}
    for entry in manager.entries():
        who, kind, number = entry.message.split()
        if kind == "sure":
            assert int(number) == last.get(who, 0) + 1
            last[who] = int(number)
    assert set(last.values()) == {100}


def test_a_small_ring_counts_what_leaves() -> None:
    manager = DebugManager(DebugConfig(capture_limit=500))
    _run_all(manager, 'for i = 1, 300 do Debug.info("x") end', count=16)
    assert len(manager.entries()) == 500
    assert manager.dropped == 16 * 300 - 500


def test_every_timer_of_every_script_is_counted() -> None:
    manager = DebugManager()
    _run_all(manager, 'for i = 1, 100 do Debug.timer("job"):stop() end', count=16)
    engine = LuaEngine(manager, variant="lua5.4")
    result = engine.run(Script("r.lua", b"return Debug.jsonReport():match('\"count\": *(%d+)')"))
    engine.close()
    assert result.values == ("1600",)


def test_a_level_set_by_one_reaches_the_other_while_it_spins() -> None:
    manager = DebugManager()
    done: list[RunResult] = []
    started = threading.Event()
    manager.attach(lambda _raw: started.set())

    def spin() -> None:
        engine = LuaEngine(manager, variant="luajit")
        done.append(
            engine.run(Script("spin.lua", b'Debug.info("up") while Debug.getLevel() ~= "TRACE" do end'))
        )
        engine.close()

    thread = threading.Thread(target=spin)
    thread.start()
    assert started.wait(30)
    engine = LuaEngine(manager, variant="lua5.1")
    engine.run(Script("set.lua", b'Debug.setLevel("trace")'))
    engine.close()
    thread.join(30)
    assert [result.exit_code for result in done] == [0]


LUAJIT_COMES_AND_GOES = """
import threading
from debug.manager import DebugManager
from runtime.engine import Script
from runtime.lua.engine import LuaEngine
def run(variant, seconds):
    engine = LuaEngine(DebugManager(), variant=variant)
    text = f"local start = os.clock() while os.clock() - start < {seconds} do end"
    assert engine.run(Script("busy.lua", text.encode())).exit_code == 0
    engine.close()
others = [threading.Thread(target=run, args=("lua5.4", 4)) for _ in range(3)]
for other in others: other.start()
while any(other.is_alive() for other in others): run("luajit", 0.011)
for other in others: other.join()
"""


@pytest.mark.slow
def test_a_luajit_that_ends_while_others_run_takes_nobody_with_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LUAJIT_COMES_AND_GOES],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
