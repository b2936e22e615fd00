"""Random calls on `Debug` with random arguments, in JavaScript: none raises, none changes what is computed."""

from __future__ import annotations

from json import dumps

from hypothesis import given, settings
from hypothesis import strategies as st

from debug.manager import DebugManager
from runtime.engine import Limits, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions
from tests.scenarios.law_rules import CONTRACT_FUNCTIONS, TIMER_METHODS

PRELUDE = """
const refuse = () => { throw new Error("refused") };
const cyclic = {a: [1]}; cyclic.a.push(cyclic);
const hostile = {toString: refuse, toJSON: refuse, valueOf: refuse, get x() { return refuse() }};
const trapped = new Proxy([1], new Proxy({}, {get: () => refuse}));
const revoked = (() => { const {proxy, revoke} = Proxy.revocable(class {}, {}); revoke(); return proxy })();
const timers = [Debug.timer("a"), Debug.timer("b")];
const problems = [];
function call(name, f, self, ...values) {
  try { Reflect.apply(f, self, values) } catch (error) { problems.push(name + ": " + error.message) }
}
let computed = 1;
"""

_ODD = """
null undefined true NaN Infinity -0 1e308 2**53 10n Symbol() cyclic hostile trapped revoked globalThis
Debug timers[0] timers[1].id refuse /x/g new(Map) new(Set) new(Date)(NaN) new(Error)('e') [,1]
Object.create(null) Promise.resolve(1) new(Uint8Array)(3) Promise Proxy class{}
"""

_scalars = st.one_of(
    st.sampled_from(_ODD.split()),
    st.sampled_from(["info", "TRACE", "off", "regex", "exact", "a.*", "*", "[", "("]).map(dumps),
    st.integers(-(2**31), 2**31).map(lambda number: f"({number})"),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: f"({number!r})"),
    st.text(st.characters(codec=None), max_size=40).map(dumps),
)
_options = st.dictionaries(
    st.sampled_from(
        ["max_depth", "indent_size", "max_string_length", "show_addresses", "capture_locals", "odd"]
    ),
    _scalars,
    max_size=4,
).map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}")
_arguments = st.lists(
    st.recursive(
        st.one_of(_scalars, _options),
        lambda inner: st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
        max_leaves=4,
    ),
    max_size=4,
)
_calls = st.one_of(
    st.tuples(
        st.sampled_from([name for name in CONTRACT_FUNCTIONS if name != "time"]).map(
            lambda name: f'"{name}", Debug.{name}, Debug'
        ),
        _arguments,
    ),
    st.tuples(
        st.sampled_from(TIMER_METHODS).map(lambda name: f'"timer.{name}", timers[0].{name}, timers[0]'),
        _arguments,
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_calls, min_size=1, max_size=15))
def test_no_call_raises_or_changes_anything(calls: list[tuple[str, list[str]]]) -> None:
    lines = [
        f"call({', '.join([head, *values])}); computed = computed * 31 % 65521;" for head, values in calls
    ]
    text = PRELUDE + "\n".join(lines) + "\nreturn problems.length ? problems.join() : computed"
    expected = 1
    for _ in calls:
        expected = expected * 31 % 65521
    engine = JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=30)))
    result = engine.run(Script("a.js", text.encode()))
    assert (result.error, result.values) == (None, (expected,))
