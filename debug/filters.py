"""Which modules may log: an ordered set of rules, decided once per module name.

The first hit decides: an exact rule; the longest hierarchical one; wildcard and regex rules, the one added
last first; the default.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, NamedTuple

from debug.config import FILTER_TYPES, FilterRule
from debug.hierarchy import Hierarchy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_CACHED_MODULES = 4096
"""Decisions that are kept; past it the cache starts anew."""

MAX_CACHED_NAME_LENGTH = 256
"""A longer module name is decided each time, so that a script can't fill memory with names."""

_WILDCARDS = "*?["


class FilterError(ValueError):
    """A rule that cannot be: an unknown type, or a regex that does not compile."""


class FilterSummary(NamedTuple):
    """The rules in the order in which they are tried, patterns as they were written, types resolved."""

    default_enabled: bool
    total_rules: int
    rules: tuple[FilterRule, ...]


class _Compiled(NamedTuple):
    rule: FilterRule
    base: str
    """What an exact or hierarchical rule is found by."""
    matches: Callable[[str], bool] | None
    """How a wildcard or regex rule matches."""


class _Snapshot:
    """The rules at one moment, arranged for deciding. Never changed, but for its cache of decisions."""

    __slots__ = ("cache", "default", "exact", "hierarchical", "searched")

    def __init__(self, rules: Iterable[_Compiled], default: bool) -> None:
        self.default = default
        self.exact: dict[str, FilterRule] = {}
        hierarchical: list[tuple[str, FilterRule]] = []
        searched: list[tuple[Callable[[str], bool], FilterRule]] = []
        for rule, base, matches in rules:
            if matches is not None:
                searched.append((matches, rule))
            elif rule.pattern_type == "exact":
                self.exact[base] = rule
            else:
                hierarchical.append((base, rule))
        self.hierarchical = Hierarchy(hierarchical)
        self.searched = tuple(reversed(searched))
        self.cache: dict[str, bool | None] = {}

    def verdict(self, module: str) -> bool | None:
        """What a rule says, or None where no rule matches."""
        try:
            return self.cache[module]
        except KeyError:
            pass
        verdict = self._find(module)
        if len(module) <= MAX_CACHED_NAME_LENGTH:
            if len(self.cache) >= MAX_CACHED_MODULES:
                self.cache = {}
            self.cache[module] = verdict
        return verdict

    def _find(self, module: str) -> bool | None:
        rule = self.exact.get(module) or self.hierarchical.find(module)
        if rule is not None:
            return rule.enabled
        for matches, searched_rule in self.searched:
            if matches(module):
                return searched_rule.enabled
        return None


class ModuleFilter:
    """Rules on module names. Thread-safe: changes take a lock, decisions only read a snapshot."""

    def __init__(self, rules: Iterable[FilterRule] = ()) -> None:
        """Adds the rules one by one; raises `FilterError` for the first that cannot be."""
        self._lock = RLock()
        self._rules: dict[str, _Compiled] = {}  # by the pattern as written, in the order of adding
        self._default = True
        # Arranged when somebody asks, so that adding many rules in a row stays linear.
        self._snapshot: _Snapshot | None = None
        for rule in rules:
            self.add(rule.pattern, rule.enabled, rule.pattern_type, rule.description)

    def decide(self, module: str) -> bool:
        """Whether entries of that module may pass."""
        snapshot = self._snapshot or self._arrange()
        verdict = snapshot.verdict(module)
        return snapshot.default if verdict is None else verdict

    def verdict(self, module: str) -> bool | None:
        """What a rule says about that module; None where none matches and the default would decide."""
        return (self._snapshot or self._arrange()).verdict(module)

    def add(
        self,
        pattern: str,
        enabled: bool = True,
        pattern_type: str | None = None,
        description: str | None = None,
    ) -> None:
        """Add a rule, or replace the one with the same pattern (which then counts as added last).

        `pattern_type` is one of `FILTER_TYPES`; None tells it from the pattern. An enabling rule that is the
        first one turns the default off. Raises `FilterError`; then nothing has changed.
        """
        compiled = _compile(FilterRule(pattern, enabled, pattern_type, description))
        with self._lock:
            if enabled and not self._rules:
                self._default = False
            self._rules.pop(pattern, None)
            self._rules[pattern] = compiled
            self._snapshot = None

    def remove(self, pattern: str) -> bool:
        """Remove the rule with that pattern, as it was written. False where there was none."""
        with self._lock:
            if self._rules.pop(pattern, None) is None:
                return False
            self._snapshot = None
            return True

    def clear(self) -> None:
        """Remove every rule and enable the default."""
        with self._lock:
            self._rules = {}
            self._default = True
            self._snapshot = None

    def set_default(self, enabled: bool) -> None:
        """What holds for a module that no rule matches."""
        with self._lock:
            self._default = enabled
            self._snapshot = None

    def summary(self) -> FilterSummary:
        """The rules in the order in which they are tried."""
        with self._lock:
            compiled = list(self._rules.values())
            default = self._default
        exact = [one.rule for one in compiled if one.rule.pattern_type == "exact"]
        hierarchical = [one for one in reversed(compiled) if one.rule.pattern_type == "hierarchical"]
        hierarchical.sort(key=lambda one: len(one.base), reverse=True)
        searched = [one.rule for one in reversed(compiled) if one.matches is not None]
        rules = (*exact, *(one.rule for one in hierarchical), *searched)
        return FilterSummary(default, len(rules), rules)

    def _arrange(self) -> _Snapshot:
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None:
                snapshot = self._snapshot = _Snapshot(self._rules.values(), self._default)
            return snapshot


def pattern_type_of(pattern: str) -> str:
    """The type of a pattern that names none: `a.b.*` is hierarchical, `*`, `?` and `[` make a wildcard."""
    base = _hierarchical_base(pattern)
    if base != pattern and base and not _holds_wildcard(base):
        return "hierarchical"
    return "wildcard" if _holds_wildcard(pattern) else "exact"


def _compile(rule: FilterRule) -> _Compiled:
    pattern = rule.pattern
    kind = pattern_type_of(pattern) if rule.pattern_type is None else rule.pattern_type
    resolved = FilterRule(pattern, rule.enabled, kind, rule.description)
    match kind:
        case "exact":
            return _Compiled(resolved, pattern, None)
        case "hierarchical":
            return _Compiled(resolved, _hierarchical_base(pattern), None)
        case "wildcard":
            return _Compiled(resolved, pattern, _wildcard_matcher(pattern))
        case "regex":
            return _Compiled(resolved, pattern, _regex_matcher(pattern))
    raise FilterError(f"unknown filter type {kind!r}; one of {', '.join(FILTER_TYPES)}")


def _hierarchical_base(pattern: str) -> str:
    return pattern.removesuffix(".*")


def _holds_wildcard(text: str) -> bool:
    return any(character in text for character in _WILDCARDS)


def _wildcard_matcher(pattern: str) -> Callable[[str], bool]:
    import re
    from fnmatch import translate

    # `translate` joins runs of `*` and makes each group atomic: no backtracking from one star into another.
    match = re.compile(translate(pattern)).match
    return lambda module: match(module) is not None


def _regex_matcher(pattern: str) -> Callable[[str], bool]:
    import re2  # linear in the input, whatever the pattern

    options = re2.Options()
    options.log_errors = False  # it would write to stderr
    try:
        search = re2.compile(pattern, options).search
    except UnicodeEncodeError as problem:
        raise FilterError("the regex holds a lone surrogate, which no module name can") from problem
    except re2.error as problem:
        reason = problem.args[0] if problem.args else "no reason given"
        text = reason.decode("utf-8", "backslashreplace") if isinstance(reason, bytes) else str(reason)
        raise FilterError(f"the regex does not compile: {text[:200]}") from problem

    def matches(module: str) -> bool:
        try:
            return search(module) is not None
        except UnicodeEncodeError:
            return search(module.encode("utf-8", "backslashreplace").decode()) is not None

    return matches
