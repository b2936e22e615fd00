"""Entries as a script's VM writes them: what is written in one pass is what the long way would have written."""

from __future__ import annotations

from json import dumps, loads
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from debug.config import DebugConfig, FilterRule
from debug.entry import read_line
from debug.level import Level
from debug.manager import DebugManager
from runtime.engine import Limits, Script
from runtime.js import boot
from runtime.js.channel import ANSWER_BYTES, HEADER_BYTES, Channel, Stretch
from runtime.js.engine import JsEngine
from runtime.js.isolate import Isolate
from runtime.options import EngineOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

RING_BYTES = 16_384
LONGEST = 100
"""Characters that strings of data may have."""

SETUP = """
const primordials = (%(primordials)s)(globalThis);
const channel = (%(channel)s)(primordials, %(layout)s);
const proxyTarget = (%(proxies)s)(primordials);
const pictures = (%(picture)s)(primordials, proxyTarget, () => null);
const entries = (%(entries)s)(primordials, channel, pictures, proxyTarget);
const limits = [20, %(longest)d, 1000, 1000, false];
// Both ways, and whether the short one was taken.
function both(message, module, data) {
  const taken = data === undefined ? entries.text(3, message, module)
    : entries.flat(3, message, module, data, limits[1]);
  entries.shown(3, pictures.quote(message), module, data === undefined ? null : pictures.picture(data, limits));
  return taken;
}
"""


class Writer:
    """An isolate with what writes entries, and the lines that it has written."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.isolate = Isolate(lambda: None)
        layout = {"header_bytes": HEADER_BYTES, "ring_bytes": RING_BYTES, "answer_bytes": ANSWER_BYTES}
        parts = ("primordials", "channel", "proxies", "picture", "entries")
        sources: dict[str, Any] = {name: boot._source(name) for name in parts}
        self.isolate.evaluate(SETUP % (sources | {"layout": dumps(layout), "longest": LONGEST}))
        memory = self.isolate.evaluate("channel.buffer")
        self.channel = Channel(memory, self._handle, lambda _name, _argument: "", ring_bytes=RING_BYTES)
        self.channel.start()

    def both(self, message: str, module: str | None, data: str = "undefined") -> tuple[bool, list[Any]]:
        """Whether the short way was taken, and what was written in all, without the times."""
        self.lines.clear()
        taken = self.isolate.evaluate(f"both({dumps(message)}, {dumps(module)}, {data})")
        self.channel.drain()
        raws = [read_line((0, line, "javascript", "")) for line in self.lines]
        return taken, [(raw[0], *raw[2:5], _data(raw[5]), raw[6]) for raw in raws]

    def close(self) -> None:
        self.channel.close()
        self.isolate.close()

    def _handle(self, stretches: list[Stretch]) -> None:
        for stretch in stretches:
            self.lines.extend(stretch.entries)


def _data(picture: bytes | None) -> Any:
    """What it says: JSON may be written in more than one way."""
    return None if picture is None else loads(picture)


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.close()


_texts = st.text(st.characters(codec=None), max_size=60)
_keys = st.one_of(
    _texts, st.sampled_from(["0", "1", "10", "01", "a", "b", "toJSON", "constructor", "t", "__proto__"])
)
_numbers = st.one_of(st.integers(-(2**60), 2**60), st.floats()).map(
    lambda number: repr(number).replace("nan", "NaN").replace("inf", "Infinity")
)
_values = st.one_of(
    _numbers,
    _texts.map(dumps),
    st.text(min_size=LONGEST - 1, max_size=LONGEST + 2).map(dumps),
    st.sampled_from(
        ["true", "false", "null", "undefined", "1n", "Symbol('s')", "[]", "{}", "() => 1", "new Date(0)"]
    ),
)
_members = st.one_of(
    st.tuples(_keys, _values).map(lambda pair: f"[{dumps(pair[0])}]: {pair[1]}"),
    st.tuples(_keys, _values).map(lambda pair: f"[{dumps(pair[0])}]: {pair[1]}"),
    _keys.map(lambda key: f"get [{dumps(key)}]() {{ throw new Error('the getter ran') }}"),
    st.just("[Symbol('s')]: 1"),
)
_objects = st.lists(_members, max_size=24).map(lambda members: "{" + ", ".join(members) + "}")

RANDOM = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RANDOM
@given(_texts | st.text(min_size=600, max_size=700), st.none() | _texts)
def test_text_is_the_same_either_way(writer: Writer, message: str, module: str | None) -> None:
    taken, written = writer.both(message, module)
    expected = (0, 3, message, module, None, "")
    assert written == [expected] * (2 if taken else 1)


@RANDOM
@given(_texts, st.none() | _texts, _objects)
def test_data_is_the_same_either_way(writer: Writer, message: str, module: str | None, data: str) -> None:
    taken, written = writer.both(message, module, data)
    assert len(written) == (2 if taken else 1)
    assert written[0] == written[-1]
    assert written[0][2:4] == (message, module)


PLAIN = "{user: 'alice', count: 42, ratio: 0.75, ok: true, none: null, 'é\\n': '\\ud800', 7: -0, big: 1e300, no: NaN}"


def test_the_short_way_is_taken_by_what_is_plain(writer: Writer) -> None:
    assert writer.both("a message", "a.module")[0] is True
    assert writer.both("a message", None)[0] is True
    for module in ("a.module", None):
        taken, written = writer.both("a message", module, PLAIN)
        assert taken is True
        assert written[0] == written[1]


@pytest.mark.parametrize(
    "data",
    [
        "new Proxy({a: 1}, {ownKeys() { throw 1 }, getPrototypeOf() { throw 1 }})",
        "Object.defineProperty({b: 1}, 'a', {get() { throw 1 }, enumerable: true})",
        "Object.defineProperty({b: 1}, 'a', {value: 1, enumerable: false})",
        "Object.create({a: 1})",
        "Object.assign(Object.create(null), {a: 1})",
        "Object.setPrototypeOf([1, 2], Object.prototype)",
        "new (class A { constructor() { this.a = 1 } })",
        "{a: {b: 1}}",
        "{[Symbol()]: 1, a: 1}",
        "{}",
        "[1, 2]",
        "'text'",
        "1",
        "true",
        "() => 1",
        "Object.fromEntries(Array.from({length: 21}, (_, i) => ['k' + i, i]))",
        "{a: 'x'.repeat(101)}",
        "{['k'.repeat(101)]: 1}",
        "Object.fromEntries(Array.from({length: 9}, (_, i) => ['k' + i, 'x'.repeat(90)]))",
    ],
)
def test_the_long_way_is_taken_by_what_is_more(writer: Writer, data: str) -> None:
    assert writer.both("message", "module", data)[0] is False
    assert len(writer.lines) == 1


def test_keys_that_were_met_before_are_known_by_all_of_their_names(writer: Writer) -> None:
    for data in ("{b: 1, a: 2}", "{a: 1, b: 2}", "{b: 1, c: 2}", "{b: 1, 2: 2}", "{b: 1, a: 2}"):
        taken, written = writer.both("m", None, data)
        assert taken is True
        assert written[0] == written[1], data


def test_a_getter_among_known_names_is_not_run(writer: Writer) -> None:
    writer.both("m", None, "{a: 1, b: 2}")
    taken, written = writer.both("m", None, "{get a() { throw new Error('the getter ran') }, b: 2}")
    assert taken is False
    assert '"getter"' in dumps(written[0][4])


def run(text: str, manager: DebugManager) -> None:
    result = JsEngine(manager, EngineOptions(limits=Limits(timeout_s=30))).run(Script("a.js", text.encode()))
    assert result.error is None


def test_a_script_that_replaces_what_strings_can_do_still_logs() -> None:
    manager = DebugManager()
    run(
        "String.prototype.charCodeAt = () => 7;"
        "const trap = {__proto__: null, get() { throw 1 }, set() { throw 1 }, configurable: true};"
        "for (const name of ['0', '1', '2', 'keys', 'texts', 'names', 'value', 'get', 'enumerable']) {"
        "  Object.defineProperty(Array.prototype, name, trap); Object.defineProperty(Object.prototype, name, trap);"
        "}"
        "Debug.info('héllo', 'a.b'); Debug.logWithData('info', 'data', {b: 1, a: 'é'}, 'a.b')",
        manager,
    )
    assert [(entry.message, entry.module, entry.metadata) for entry in manager.entries()] == [
        ("héllo", "a.b", None),
        ("data", "a.b", {"a": "é", "b": 1}),
    ]


def test_a_module_held_back_is_let_through_as_soon_as_the_rules_do() -> None:
    config = DebugConfig(level=Level.TRACE, filters=(FilterRule("noise", enabled=False),))
    manager = DebugManager(config)
    run(
        "const say = (text) => { for (let i = 0; i < 3; i++) { Debug.debug(text, 'noise'); Debug.error(text, 'noise');"
        "  Debug.debug(text); Debug.debug(text, 'other') } };"
        "say('off');"
        "Debug.removeModuleFilter('noise'); say('on');"
        "Debug.setLevel('info'); say('info');"
        "Debug.addModuleFilter('noise', false); Debug.setLevel('trace'); say('off again')",
        manager,
    )
    said = [(entry.message, entry.level.name, entry.module) for entry in manager.entries()]
    always: list[tuple[str, str | None]] = [("DEBUG", None), ("DEBUG", "other")]
    everything = [("DEBUG", "noise"), ("ERROR", "noise"), *always]
    expected: list[tuple[str, list[tuple[str, str | None]]]] = [
        ("off", always),
        ("on", everything),
        ("info", [("ERROR", "noise")]),
        ("off again", always),
    ]
    assert said == [(text, *one) for text, each in expected for one in each * 3]
