from __future__ import annotations

import signal
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from debug.config import DebugConfig
from debug.level import Level
from debug.manager import DebugManager

if TYPE_CHECKING:
    from collections.abc import Callable


THREADS = 32
ENTRIES = 300


def run_all(*work: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_every_entry_is_accounted_for_while_levels_and_filters_change() -> None:
    manager = DebugManager(DebugConfig(capture_limit=1000))
    seen: list[Any] = []
    manager.attach(seen.append)
    emitted: Counter[str] = Counter()
    stop = threading.Event()

    def script(number: int) -> None:
        emit, own, module = manager.emitter(f"{number}.lua"), 0, f"m{number % 5}.x"
        for count in range(ENTRIES):
            level = 1 + count % 5
            if level <= manager.floor and level <= manager.threshold(module):
                emit(level, f"{number}/{count}", module)
                own += 1
        emitted[f"{number}.lua"] = own

    def change() -> None:
        step = 0
        while not stop.is_set():
            manager.set_level(Level(1 + step % 5))
            manager.add_filter(f"m{step % 5}.*", bool(step % 2))
            if step % 7 == 0:
                manager.clear_filters()
            if step % 11 == 0:
                manager.toggle_debug()
            manager.entries(10)
            step += 1

    def scripts() -> None:
        try:
            run_all(*(lambda number=number: script(number) for number in range(THREADS)))
        finally:
            stop.set()

    run_all(scripts, change)
    total = sum(emitted.values())
    assert total > 0
    assert manager.emitted == total == len(manager.entries()) + manager.dropped
    assert sorted(raw[0] for raw in seen) == list(range(total))
    assert Counter(raw[6] for raw in seen) == +emitted
    held = [(entry.sequence, entry.source, entry.message) for entry in manager.entries()]
    by_sequence = {raw[0]: (raw[0], raw[6], raw[3]) for raw in seen}
    assert held == [by_sequence[sequence] for sequence, _, _ in held]
    for number in range(THREADS):
        order = [int(str(raw[3]).partition("/")[2]) for raw in seen if raw[6] == f"{number}.lua"]
        assert order == sorted(order)


def test_a_threshold_kept_for_a_generation_is_never_stale() -> None:
    """What a VM does: read the generation, ask for the threshold, keep it until the generation changes."""
    manager = DebugManager()
    stop = threading.Event()
    kept: list[tuple[int, int]] = []

    def vm() -> None:
        generation, threshold = -1, -1
        while not stop.is_set():
            if manager.generation != generation:
                generation = manager.generation
                threshold = manager.threshold("a.b")
        if manager.generation != generation:
            generation, threshold = manager.generation, manager.threshold("a.b")
        kept.append((generation, threshold))

    def change() -> None:
        try:
            for step in range(1500):
                manager.set_level(Level(step % 6))
                manager.add_filter("a.*", bool(step % 2))
        finally:
            stop.set()

    run_all(change, *(vm for _ in range(4)))
    expected = DebugManager(DebugConfig(level=manager.level)).threshold("a.b")
    assert kept == [(manager.generation, expected)] * 4
    assert manager.floor == manager.level.value


def test_warnings_subscribers_and_timers_from_many_threads() -> None:
    manager = DebugManager()
    heard: list[int] = []
    registries: list[object] = []

    def work() -> None:
        unsubscribe = manager.subscribe(lambda: heard.append(1))
        for number in range(50):
            manager.warn_once(f"cause {number}", f"message {number}")
        registries.append(manager.timers)
        unsubscribe()

    run_all(*(work for _ in range(THREADS)))
    assert sorted(entry.message for entry in manager.entries()) == sorted(f"message {n}" for n in range(50))
    assert len({id(registry) for registry in registries}) == 1
    manager.clear_filters()
    assert not heard


def test_a_signal_handler_may_toggle_in_the_middle_of_a_change() -> None:
    manager = DebugManager()
    previous = signal.signal(signal.SIGUSR2, lambda *_: manager.toggle_debug())
    try:
        with manager._lock:
            signal.raise_signal(signal.SIGUSR2)
        for step in range(200):
            signal.raise_signal(signal.SIGUSR2)
            manager.set_level(Level(1 + step % 5))
    finally:
        signal.signal(signal.SIGUSR2, previous)
    assert manager.floor == manager.level.value == 5
    assert manager.threshold("a") == 5
