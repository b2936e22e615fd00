from __future__ import annotations

import fnmatch
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug import filters
from debug.config import FilterRule
from debug.filters import FilterError, ModuleFilter, pattern_type_of


def deciding(*rules: tuple[str, bool] | tuple[str, bool, str], default: bool | None = None) -> ModuleFilter:
    module_filter = ModuleFilter()
    for rule in rules:
        module_filter.add(*rule)
    if default is not None:
        module_filter.set_default(default)
    return module_filter


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a.b", "exact"),
        ("", "exact"),
        ("a.b.*", "hierarchical"),
        ("*", "wildcard"),
        (".*", "wildcard"),
        ("a.*.b", "wildcard"),
        ("a.*.*", "wildcard"),
        ("a?", "wildcard"),
        ("[ab].x", "wildcard"),
    ],
)
def test_the_type_is_told_from_the_pattern(pattern: str, expected: str) -> None:
    assert pattern_type_of(pattern) == expected


def test_without_rules_everything_passes() -> None:
    assert ModuleFilter().decide("anything")
    assert ModuleFilter().verdict("anything") is None


def test_an_enabling_first_rule_makes_an_allow_list() -> None:
    module_filter = deciding(("system.*", True))
    assert [module_filter.decide(name) for name in ("system", "system.memory", "systems", "other")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_disabling_first_rule_leaves_the_default() -> None:
    module_filter = deciding(("system.*", False))
    assert not module_filter.decide("system.memory")
    assert module_filter.decide("other")
    module_filter.add("third")  # the filter is not empty any more
    assert module_filter.decide("other")


def test_exact_beats_hierarchical_beats_wildcard_and_the_longest_hierarchy_wins() -> None:
    module_filter = deciding(
        ("a.b.c", False),
        ("a.*", False),
        ("a.b.*", True),
        ("*", False),
        (".", True, "regex"),
        default=False,
    )
    assert not module_filter.decide("a.b.c")
    assert module_filter.decide("a.b.d")
    assert not module_filter.decide("a.x")
    assert module_filter.decide("z")  # the regex was added last
    module_filter.add("*", False)  # added again: now it is the last one
    assert not module_filter.decide("z")


def test_a_wildcard_matches_the_whole_name_and_a_regex_searches() -> None:
    module_filter = deciding(("b?", True, "wildcard"))
    assert module_filter.decide("bx")
    assert not module_filter.decide("abx")
    module_filter = deciding(("b.$", True, "regex"))
    assert module_filter.decide("abx")
    assert not module_filter.decide("bxx")


def test_adding_a_pattern_again_replaces_its_rule() -> None:
    module_filter = deciding(("a", True), ("a", False))
    assert not module_filter.decide("a")
    module_filter.add("a", True, "regex", "now searched")
    assert module_filter.summary().rules == (FilterRule("a", True, "regex", "now searched"),)
    assert module_filter.decide("cat")


def test_removing_takes_the_pattern_as_it_was_written() -> None:
    module_filter = deciding(("workflow.*", False))
    assert not module_filter.remove("workflow")
    assert module_filter.remove("workflow.*")
    assert not module_filter.remove("workflow.*")
    assert module_filter.decide("workflow.step")


def test_of_two_hierarchical_rules_for_one_name_the_later_counts_and_removing_it_brings_back_the_other() -> (
    None
):
    module_filter = deciding(("a.*", False), ("a", True, "hierarchical"))
    assert module_filter.decide("a.b")
    assert [rule.pattern for rule in module_filter.summary().rules] == ["a", "a.*"]
    module_filter.remove("a")
    assert not module_filter.decide("a.b")


def test_clearing_enables_the_default_again() -> None:
    module_filter = deciding(("a", True))
    assert not module_filter.decide("b")
    module_filter.clear()
    assert module_filter.decide("b")
    assert module_filter.summary() == (True, 0, ())


def test_the_summary_is_in_the_order_of_trying() -> None:
    module_filter = deciding(
        ("x*", True), ("a.*", True), ("e1", False), ("r+", False, "regex"), ("a.b.c.*", True), ("e2", True)
    )
    summary = module_filter.summary()
    assert [(rule.pattern, rule.pattern_type) for rule in summary.rules] == [
        ("e1", "exact"),
        ("e2", "exact"),
        ("a.b.c.*", "hierarchical"),
        ("a.*", "hierarchical"),
        ("r+", "regex"),
        ("x*", "wildcard"),
    ]
    assert (summary.default_enabled, summary.total_rules) == (False, 6)


@pytest.mark.parametrize(
    ("pattern", "kind", "part"),
    [
        ("a", "glob", "unknown filter type 'glob'; one of exact, wildcard, regex, hierarchical"),
        ("(a", "regex", "missing )"),
        ("(?=a)b", "regex", "does not compile"),
        (r"(a)\1", "regex", "does not compile"),
        ("a\ud800", "regex", "surrogate"),
        ("(((x{100}){100}){100})", "regex", "does not compile"),
    ],
)
def test_a_rule_that_cannot_be_changes_nothing(
    pattern: str, kind: str, part: str, capfd: pytest.CaptureFixture[str]
) -> None:
    module_filter = deciding(("kept", False))
    with pytest.raises(FilterError, match=re.escape(part)):
        module_filter.add(pattern, True, kind)
    assert [rule.pattern for rule in module_filter.summary().rules] == ["kept"]
    assert capfd.readouterr() == ("", "")


def test_rules_given_at_the_start_are_added_one_by_one() -> None:
    module_filter = ModuleFilter([FilterRule("a.*"), FilterRule("a.b", enabled=False)])
    assert module_filter.decide("a.c")
    assert not module_filter.decide("a.b")
    assert not module_filter.decide("other")
    with pytest.raises(FilterError):
        ModuleFilter([FilterRule("[", pattern_type="regex")])


def test_any_text_is_a_module_name() -> None:
    module_filter = deciding(("x", True, "regex"), ("y*", True), ("z.*", True))
    assert not module_filter.decide("\ud800")
    assert module_filter.decide("\ud800x")
    assert module_filter.decide("y\n")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("pattern", "kind", "module"),
    [
        ("(a*)*b", "regex", "a" * 200_000),
        ("(a|aa)+$", "regex", "a" * 200_000 + "b"),
        ("a*" * 30 + "b", "wildcard", "a" * 20_000),
        ("?*" * 30 + "b", "wildcard", "a" * 20_000),
        ("a." * 200_000 + "*", None, "a." * 300_000),
        ("x.*", None, "a." * 500_000),
    ],
)
def test_a_hostile_pattern_or_name_ends(pattern: str, kind: str | None, module: str) -> None:
    module_filter = ModuleFilter()
    module_filter.add(pattern, True, kind)
    assert isinstance(module_filter.decide(module), bool)


def test_decisions_are_cached_and_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MAX_CACHED_MODULES", 10)
    module_filter = deciding(("*7", False))
    wanted = [not name.endswith("7") for name in map(str, range(50))]
    for _ in range(2):
        assert [module_filter.decide(str(number)) for number in range(50)] == wanted
        assert module_filter.decide("8" * 1000)
    assert module_filter._snapshot is not None
    assert 0 < len(module_filter._snapshot.cache) <= 10
    module_filter.add("*8", False)
    assert not module_filter.decide("48")  # the old decision is gone with the old rules


names = st.lists(st.sampled_from(["a", "b", "ab", "c", ""]), min_size=1, max_size=4).map(".".join)
typed_rules = st.one_of(
    st.tuples(names, st.booleans(), st.sampled_from(["exact", "hierarchical"])),
    st.tuples(names.map(lambda name: name + ".*"), st.booleans(), st.none()),
    st.tuples(names, st.booleans(), st.none()),
    st.tuples(st.text("ab.*?[]!-", max_size=8), st.booleans(), st.just("wildcard")),
    st.tuples(st.text("ab.", max_size=5), st.booleans(), st.just("regex")),
)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("add"), typed_rules),
        st.tuples(st.just("remove"), names),
        st.tuples(st.just("default"), st.booleans()),
    ),
    max_size=12,
)


class SlowMatcher:
    """The rules of the contract, spelt out: all rules are tried for each name."""

    def __init__(self) -> None:
        self.rules: list[tuple[str, bool, str]] = []
        self.default = True

    def add(self, pattern: str, enabled: bool, kind: str | None) -> None:
        if enabled and not self.rules:
            self.default = False
        self.remove(pattern)
        if kind is None:
            base = pattern[:-2]
            wild = [char for char in "*?[" if char in pattern]
            if pattern.endswith(".*") and base and not any(char in base for char in "*?["):
                kind = "hierarchical"
            else:
                kind = "wildcard" if wild else "exact"
        self.rules.append((pattern, enabled, kind))

    def remove(self, pattern: str) -> bool:
        before = len(self.rules)
        self.rules = [rule for rule in self.rules if rule[0] != pattern]
        return len(self.rules) < before

    def decide(self, module: str) -> bool:
        for pattern, enabled, kind in self.rules:
            if kind == "exact" and pattern == module:
                return enabled
        best: tuple[int, bool] | None = None
        for pattern, enabled, kind in self.rules:
            base = pattern[:-2] if pattern.endswith(".*") else pattern
            above = kind == "hierarchical" and (module == base or module.startswith(base + "."))
            if above and (best is None or len(base) >= best[0]):
                best = (len(base), enabled)
        if best is not None:
            return best[1]
        for pattern, enabled, kind in reversed(self.rules):
            if kind == "wildcard" and fnmatch.fnmatchcase(module, pattern):
                return enabled
            if kind == "regex" and re.search(pattern, module):
                return enabled
        return self.default


@given(operations, st.lists(names, min_size=1, max_size=6))
def test_it_decides_as_a_slow_obvious_matcher(steps: list[tuple[str, object]], modules: list[str]) -> None:
    module_filter, slow = ModuleFilter(), SlowMatcher()
    for kind, argument in steps:
        match kind, argument:
            case "add", (pattern, enabled, pattern_type):
                module_filter.add(pattern, enabled, pattern_type)
                slow.add(pattern, enabled, pattern_type)
            case "remove", str(pattern):
                assert module_filter.remove(pattern) == slow.remove(pattern)
            case _, bool(default):
                module_filter.set_default(default)
                slow.default = default
        for module in modules:
            assert module_filter.decide(module) == slow.decide(module)
    assert module_filter.summary().total_rules == len(slow.rules)


def test_rules_change_while_others_decide() -> None:
    module_filter = deciding(("always.*", True), default=False)
    wrong: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            if not module_filter.decide("always.on") or module_filter.decide("never"):
                wrong.append("decided wrongly")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(300):
        module_filter.add(f"m{number}.*", bool(number % 2))
        module_filter.decide(f"m{number}.x")
        if number % 3 == 0:
            module_filter.remove(f"m{number}.*")
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert module_filter.summary().total_rules == 201
