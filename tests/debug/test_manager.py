from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from debug import manager as manager_module
from debug.clock import ManualClock
from debug.config import DebugConfig, FilterRule
from debug.filters import FilterError
from debug.level import Level
from debug.manager import OWN_MODULE, DebugManager

if TYPE_CHECKING:
    from debug.entry import Unshaped


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(unix_ns=1_000_000_000)


@pytest.fixture
def manager(clock: ManualClock) -> DebugManager:
    return DebugManager(clock=clock.clock)


def with_levels(**levels: Level) -> DebugManager:
    config = DebugConfig(levels={name.replace("_", "."): level for name, level in levels.items()})
    return DebugManager(config)


def messages(manager: DebugManager) -> list[str]:
    return [entry.message for entry in manager.entries()]


def test_it_starts_as_configured() -> None:
    manager = DebugManager()
    assert (manager.level, manager.enabled, manager.floor) == (Level.INFO, True, 3)
    manager = DebugManager(
        DebugConfig(enabled=False, level=Level.WARN, capture_limit=1, filters=(FilterRule("a.*"),))
    )
    assert (manager.enabled, manager.floor, manager.threshold("a")) == (False, 0, 0)
    manager.set_enabled(True)
    assert (manager.floor, manager.threshold("a.b"), manager.threshold("b")) == (2, 2, 0)
    with pytest.raises(FilterError):
        DebugManager(DebugConfig(filters=(FilterRule("(", pattern_type="regex"),)))
    with pytest.raises(ValueError, match="negative"):
        DebugManager(DebugConfig(capture_limit=-1))


def test_an_emitted_entry_is_captured_as_it_came_and_shaped_when_read(
    manager: DebugManager, clock: ManualClock
) -> None:
    emit = manager.emitter("a.lua")
    emit(3, b"caf\xc3\xa9 \xff", b"cache.user", {"k": 1})
    clock.advance(1500)
    emit(1, "plain")
    first, second = manager.entries()
    assert first.to_dict() == {
        "timestamp": "1970-01-01T00:00:01.000000Z",
        "level": "INFO",
        "message": "café \\xff",
        "module": "cache.user",
        "metadata": {"k": 1},
    }
    assert (first.source, first.sequence, second.sequence) == ("a.lua", 0, 1)
    assert second.to_dict() == {
        "timestamp": "1970-01-01T00:00:01.000001Z",
        "level": "ERROR",
        "message": "plain",
    }


def test_an_emitter_checks_nothing(manager: DebugManager) -> None:
    emit = manager.emitter("a.lua")
    manager.set_enabled(False)
    emit(5, "trace")
    assert messages(manager) == ["trace"]


def test_the_ring_drops_the_oldest_and_counts_them() -> None:
    manager = DebugManager(DebugConfig(capture_limit=2))
    for number in range(5):
        manager.log(Level.INFO, str(number))
    assert messages(manager) == ["3", "4"]
    assert [entry.message for entry in manager.entries(1)] == ["4"]
    assert (manager.dropped, manager.emitted) == (3, 5)
    manager.clear_entries()
    assert (messages(manager), manager.dropped) == ([], 3)


def test_log_asks_level_filter_and_switch(manager: DebugManager) -> None:
    manager.add_filter("quiet.*", enabled=False)
    assert manager.log(Level.INFO, "kept", "loud", {"a": 1}, "x.lua")
    assert not manager.log(Level.DEBUG, "too verbose")
    assert not manager.log(Level.OFF, "off is no level to log at")
    assert not manager.log(Level.ERROR, "filtered", "quiet.x")
    assert not manager.log(Level.ERROR, "filtered", b"quiet.x")
    manager.set_enabled(False)
    assert not manager.log(Level.ERROR, "disabled")
    assert messages(manager) == ["kept"]
    assert manager.entries()[0].metadata == {"a": 1}


@pytest.mark.parametrize("level", list(Level))
def test_the_threshold_without_rules_is_the_level(manager: DebugManager, level: Level) -> None:
    manager.set_level(level)
    for module in (None, "", b"", "a", b"a.b", "x" * 10_000):
        assert manager.threshold(module) == level.value
        assert type(manager.threshold(module)) is int
    assert (manager.floor, type(manager.floor)) == (level.value, int)


def test_no_module_passes_every_filter(manager: DebugManager) -> None:
    manager.add_filter("only.this")
    assert [manager.threshold(module) for module in (None, "", b"", "only.this", "other")] == [3, 3, 3, 3, 0]


def test_levels_of_modules_override_the_general_one_the_longest_decides() -> None:
    manager = with_levels(a=Level.TRACE, a_b=Level.OFF, a_b_c=Level.DEBUG)
    modules = ("a", "a.x", "a.b", "a.b.x", "a.b.c", "a.b.c.d", "ab", None)
    assert [manager.threshold(module) for module in modules] == [5, 5, 0, 0, 4, 4, 3, 3]
    manager.set_level(Level.ERROR)
    assert [manager.threshold(module) for module in modules] == [5, 5, 0, 0, 4, 4, 1, 1]
    assert manager.floor == 5
    manager.add_filter("a.x", enabled=False)
    assert manager.threshold("a.x") == 0
    manager.set_enabled(False)
    assert (manager.threshold("a"), manager.floor) == (0, 0)


def test_a_level_for_a_star_pattern_is_the_same_as_without() -> None:
    manager = DebugManager(DebugConfig(levels={"a.b.*": Level.TRACE}))
    assert [manager.threshold(module) for module in ("a.b", "a.b.c", "a")] == [5, 5, 3]


def test_each_change_shows_in_the_generation_and_no_change_does_not(manager: DebugManager) -> None:
    changes = [
        lambda: manager.set_level(Level.TRACE),
        lambda: manager.set_enabled(False),
        manager.toggle_debug,
        lambda: manager.add_filter("a"),
        lambda: manager.remove_filter("a"),
        lambda: manager.set_default_filter(True),
        manager.clear_filters,
    ]
    seen = {manager.generation}
    for change in changes:
        change()
        assert manager.generation not in seen
        seen.add(manager.generation)
    before = manager.generation
    manager.set_level(manager.level)
    manager.set_enabled(manager.enabled)
    assert manager.remove_filter("a") is False
    with pytest.raises(FilterError):
        manager.add_filter("(", pattern_type="regex")
    assert manager.generation == before


def test_a_threshold_is_computed_anew_after_a_change(manager: DebugManager) -> None:
    for _ in range(3):
        assert manager.threshold("a.b") == 3
    manager.add_filter("a.*", enabled=False)
    assert manager.threshold("a.b") == 0
    manager.remove_filter("a.*")
    manager.set_level(Level.TRACE)
    assert manager.threshold("a.b") == 5
    manager.set_default_filter(False)
    assert manager.threshold("a.b") == 0
    manager.clear_filters()
    assert manager.threshold("a.b") == 5


def test_thresholds_kept_are_bounded(manager: DebugManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager_module, "MAX_CACHED_MODULES", 10)
    for number in range(100):
        assert manager.threshold(f"m{number}") == 3
        assert manager.threshold("m" * 1000 + str(number)) == 3
    assert 0 < len(manager._thresholds) <= 10


def test_the_filter_summary_is_that_of_the_filter(manager: DebugManager) -> None:
    manager.add_filter("a.*", False, None, "noisy")
    manager.add_filter("b", True, "regex")
    assert manager.filter_summary() == (
        True,
        2,
        (FilterRule("a.*", False, "hierarchical", "noisy"), FilterRule("b", True, "regex")),
    )


@pytest.mark.parametrize(
    ("start", "enabled", "there", "back"),
    [
        (Level.INFO, True, (Level.DEBUG, True), (Level.INFO, True)),
        (Level.OFF, True, (Level.DEBUG, True), (Level.OFF, True)),
        (Level.TRACE, True, (Level.DEBUG, True), (Level.TRACE, True)),
        (Level.WARN, False, (Level.DEBUG, True), (Level.WARN, False)),
        (Level.DEBUG, False, (Level.DEBUG, True), (Level.DEBUG, False)),
        (Level.DEBUG, True, (Level.INFO, True), (Level.DEBUG, True)),
    ],
)
def test_toggling_goes_to_debug_and_back(
    start: Level, enabled: bool, there: tuple[Level, bool], back: tuple[Level, bool]
) -> None:
    manager = DebugManager(DebugConfig(level=start, enabled=enabled))
    manager.toggle_debug()
    assert (manager.level, manager.enabled) == there
    manager.toggle_debug()
    assert (manager.level, manager.enabled) == back


def test_a_level_set_in_between_is_where_the_next_toggle_returns_to(manager: DebugManager) -> None:
    manager.toggle_debug()
    manager.set_level(Level.WARN)
    manager.toggle_debug()
    assert manager.level == Level.DEBUG
    manager.toggle_debug()
    assert manager.level == Level.WARN


def test_subscribers_hear_of_every_change_after_it_was_made(manager: DebugManager) -> None:
    heard: list[tuple[Level, int]] = []
    unsubscribe = manager.subscribe(lambda: heard.append((manager.level, manager.floor)))
    manager.set_level(Level.TRACE)
    manager.set_level(Level.TRACE)  # no change
    manager.set_enabled(False)
    unsubscribe()
    unsubscribe()
    manager.set_enabled(True)
    assert heard == [(Level.TRACE, 5), (Level.TRACE, 0)]


def test_a_callback_subscribed_twice_is_called_twice(manager: DebugManager) -> None:
    heard: list[int] = []

    def callback() -> None:
        heard.append(1)

    first = manager.subscribe(callback)
    manager.subscribe(callback)
    manager.clear_filters()
    first()
    manager.clear_filters()
    assert len(heard) == 3


def test_a_failing_subscriber_harms_nobody_and_is_reported_once(manager: DebugManager) -> None:
    heard: list[int] = []
    manager.subscribe(lambda: heard.append(1 // 0))
    manager.subscribe(lambda: heard.append(1))
    manager.set_level(Level.TRACE)
    manager.set_level(Level.INFO)
    assert heard == [1, 1]
    assert [(entry.level, entry.module) for entry in manager.entries()] == [(Level.WARN, OWN_MODULE)]
    assert "ZeroDivisionError" in messages(manager)[0]


def test_a_sink_sees_what_is_emitted_while_it_is_attached(manager: DebugManager) -> None:
    emit = manager.emitter("a.lua")
    seen: list[Any] = []
    emit(3, "before")
    manager.attach(seen.append)
    emit(3, "during")
    manager.log(Level.INFO, "logged")
    manager.detach()
    emit(3, "after")
    assert [raw[3] for raw in seen] == ["during", "logged"]
    assert messages(manager) == ["before", "during", "logged", "after"]


def test_a_failing_sink_costs_no_entry_and_is_reported_once(manager: DebugManager) -> None:
    def broken(_: Unshaped) -> None:
        raise OSError("disk on fire")

    manager.attach(broken)
    emit = manager.emitter("a.lua")
    for number in range(3):
        emit(3, str(number))
    assert messages(manager) == [
        "0",
        "an entry could not be handed to the outputs: OSError: disk on fire",
        "1",
        "2",
    ]


def test_a_cause_is_warned_of_once(manager: DebugManager) -> None:
    assert manager.warn_once("timer", "timer: the name should be a string", "a.lua")
    assert not manager.warn_once("timer", "again")
    assert manager.warn_once("dump", "another")
    first = manager.entries()[0]
    assert (first.level, first.module, first.source) == (Level.WARN, "llmspell.debug", "a.lua")
    assert messages(manager) == ["timer: the name should be a string", "another"]


def test_a_warning_that_was_held_back_is_said_later(manager: DebugManager) -> None:
    manager.set_enabled(False)
    assert not manager.warn_once("cause", "message")
    manager.set_enabled(True)
    manager.set_level(Level.ERROR)
    assert not manager.warn_once("cause", "message")
    manager.set_level(Level.WARN)
    manager.add_filter("llmspell.*", enabled=False)
    assert not manager.warn_once("cause", "message")
    manager.remove_filter("llmspell.*")
    assert manager.warn_once("cause", "message")
    assert messages(manager) == ["message"]


def test_picking_other_modules_hides_no_warning(manager: DebugManager) -> None:
    manager.add_filter("workflow.*")
    assert manager.threshold(OWN_MODULE) == 0
    assert manager.warn_once("cause", "message")


def test_distinct_causes_are_bounded(manager: DebugManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager_module, "MAX_CAUSES", 3)
    said = [manager.warn_once(f"cause {number}", f"message {number}") for number in range(10)]
    assert said == [True] * 4 + [False] * 6
    assert messages(manager)[3].startswith("more than 3 distinct causes")


def test_timers_use_the_same_clock(manager: DebugManager, clock: ManualClock) -> None:
    registry = manager.timers
    assert manager.timers is registry
    timer = registry.start(registry.new_scope(), "a")
    clock.advance(2_000_000)
    assert registry.stop(timer.handle) == 2.0
