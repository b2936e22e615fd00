"""What samples are made of the shared memory of a profiled script, and what a profiled run tells of itself."""

from __future__ import annotations

import ctypes
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from debug.clock import ManualClock
from debug.manager import DebugManager
from debug.profile.recorder import FrameKey, Recorder, Settings
from runtime.engine import Limits, RunResult, Script
from runtime.js.engine import JsEngine
from runtime.js.profile import heap_watch
from runtime.js.profile.layout import RESUMED, SIZE_BYTES, STACK_BYTE, STACK_WORDS, WAITED_BYTE, WAITING_BYTE
from runtime.js.profile.places import Places
from runtime.js.profile.samples import Samples
from runtime.options import EngineOptions
from tests.scenarios.js_collectors import JS_FALLBACKS, SHADOW_STACK, V8
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from debug.profile.model import Profile

MS = 1_000_000


class Memory:
    """A shared memory, written by hand."""

    def __init__(self) -> None:
        self.bytes = memoryview(bytearray(SIZE_BYTES))
        self.words = self.bytes[STACK_BYTE:WAITED_BYTE].cast("i")
        self.waited = self.bytes[WAITED_BYTE:WAITING_BYTE].cast("d")
        self.waiting = self.bytes[WAITING_BYTE:].cast("i")

    def stack(self, *places: int) -> None:
        for at, place in enumerate(places):
            self.words[at + 1] = place
        self.words[0] = len(places)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(5 * MS)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def names(profile: Profile) -> list[tuple[int, list[str], str]]:
    """Of each sample its milliseconds, its stack (outermost first) and its thread."""
    found: list[tuple[int, list[str], str]] = []
    for weight, innermost, thread in zip(
        profile.samples.weight_ns, profile.samples.stack, profile.samples.thread, strict=True
    ):
        frames: list[str] = []
        stack = innermost
        while stack >= 0:
            frames.insert(0, profile.functions[profile.places[profile.stacks[stack].place].function].name)
            stack = profile.stacks[stack].parent
        found.append((weight // MS, frames, profile.threads[thread].kind))
    return found


def test_a_sample_stands_for_the_time_since_the_last_one(clock: ManualClock, memory: Memory) -> None:
    recorder, places = Recorder(clock=clock.clock), Places()
    outer, _ = places.add(FrameKey("outer", "script", "a.js", 1))
    inner, _ = places.add(FrameKey("inner", "script", "a.js", 2))
    samples = Samples(recorder, places, memory.bytes)
    for duration_ms, stack in ((1, (outer,)), (7, (outer, inner, inner)), (2, ())):
        memory.stack(*stack)
        clock.advance(duration_ms * MS)
        samples.take()
    samples.wait(True)
    clock.advance(30 * MS)
    samples.take()
    samples.end()
    assert names(recorder.profile(script="a.js", engine="js")) == [
        (1, ["outer"], "main"),
        (7, ["outer", "inner", "inner"], "main"),
        (2, ["(event loop)"], "main"),
        (30, ["(waiting)"], "main"),
    ]


def test_an_async_function_that_goes_on_is_a_thread_and_has_waited(
    clock: ManualClock, memory: Memory
) -> None:
    recorder, places = Recorder(clock=clock.clock), Places()
    place, number = places.add(FrameKey("load", "script", "a.js", 3), is_async=True)
    samples = Samples(recorder, places, memory.bytes)
    memory.stack(place)
    clock.advance(2 * MS)
    samples.take()
    memory.stack()
    memory.waited[number] -= 2.0  # at the clock that JavaScript reads
    memory.waiting[number] += 1
    clock.advance(10 * MS)
    samples.take()
    memory.waited[number] += 12.0
    memory.waiting[number] -= 1
    memory.stack(place | RESUMED)
    clock.advance(1 * MS)
    samples.take()
    memory.waiting[number] += 1  # and is never resumed
    memory.waited[number] -= 13.0
    clock.advance(4 * MS)
    samples.take()
    samples.end()
    profile = recorder.profile(script="a.js", engine="js")
    assert [one[2] for one in names(profile)] == ["main", "main", "async", "async"]
    assert [(one.kind, one.suspended_ns) for one in profile.threads] == [("main", None), ("async", 14 * MS)]


def test_a_stack_that_is_too_deep_or_torn_breaks_nothing(clock: ManualClock, memory: Memory) -> None:
    recorder, places = Recorder(clock=clock.clock), Places()
    place, _ = places.add(FrameKey("deep", "script", "a.js", 1))
    samples = Samples(recorder, places, memory.bytes)
    memory.stack(*[place] * (STACK_WORDS - 1))
    memory.words[0] = STACK_WORDS + 1000
    clock.advance(MS)
    samples.take()
    memory.stack(999)
    clock.advance(MS)
    samples.take()
    memory.words[0] = -1
    clock.advance(MS)
    samples.take()
    samples.end()
    deep, unknown, below = names(recorder.profile(script="a.js", engine="js"))
    assert deep[1] == ["deep"] * (STACK_WORDS - 1)
    assert unknown[1] == ["(unknown)"]
    assert below[1] == ["(event loop)"]


def test_nothing_is_taken_while_sampling_is_off(clock: ManualClock, memory: Memory) -> None:
    recorder = Recorder(clock=clock.clock)
    samples = Samples(recorder, Places(), memory.bytes)
    recorder.profile_stop()
    clock.advance(50 * MS)
    samples.take()
    recorder.profile_start()
    samples.begin()
    clock.advance(3 * MS)
    samples.take()
    samples.end()
    assert [one[0] for one in names(recorder.profile(script="a.js", engine="js"))] == [3]


BUSY = "function busy() { const end = Date.now() + 40; let x = 0; while (Date.now() < end) x++; return x }\n"


def run(text: str, **settings: bool) -> tuple[RunResult, Profile]:
    recorder = Recorder(Settings(**settings))
    options = EngineOptions(limits=Limits(timeout_s=30), recorder=recorder)
    result = JsEngine(DebugManager(), options).run(Script("a.js", text.encode()))
    return result, recorder.profile(script="a.js", engine="js")


def test_what_a_profile_calls_functions(js_collector: str) -> None:
    text = (
        BUSY
        + """
class Cart { constructor() { busy() } add() { busy() } get size() { return busy() } static { busy() } }
const shop = { open() { busy() }, close: () => busy() };
const cart = new Cart(); cart.add(); cart.size; shop.open(); shop.close(); [1].forEach(() => busy());
exports.done = function () { busy() }; exports.done();
"""
    )
    result, profile = run(text)
    assert result.error is None
    found = {(one.name, one.file) for one in profile.functions if one.kind == "script"}
    expected = ["(main)", "busy", "new Cart", "Cart.add", "Cart.size", "Cart.(static block)", "open", "close"]
    assert found == {(name, "a.js") for name in [*expected, "(anonymous)", "exports.done"]}
    assert profile.collector == js_collector
    assert profile.fallback == JS_FALLBACKS[js_collector]


def test_what_eval_makes_is_told_apart_or_its_callers(js_collector: str) -> None:
    text = (
        BUSY
        + "const made = new Function('f', 'return f()'); function caller() { return made(busy) } caller()"
    )
    _, profile = run(text)
    made = ["(eval)"] if js_collector == V8 else []
    assert ["(main)", "caller", *made, "busy"] in [one[1] for one in names(profile)]


def test_lines_of_calls_are_told_where_they_are_asked_for(js_collector: str) -> None:
    text = BUSY + "function two() {\n  busy(); // @first\n  busy(); // @second\n}\ntwo();"
    marks = {number for number, line in enumerate(text.split("\n"), 1) if "@" in line}
    for lines in (True, False):
        _, profile = run(text, lines=lines)
        seen = {one.line for one in profile.places if profile.functions[one.function].name == "two"}
        if lines:
            assert seen >= marks
        else:
            assert not seen & marks or js_collector == V8  # which knows the innermost line
            assert None in seen


@pytest.mark.usefixtures("js_collector")
def test_profile_start_and_stop_narrow_what_is_sampled() -> None:
    text = (
        BUSY
        + """
function before() { busy() } function within() { busy() } function after() { busy() }
before(); const answers = [Debug.profileStart()]; within(); answers.push(Debug.profileStop()); after();
return answers;
"""
    )
    result, profile = run(text)
    assert plain(result.values[0]) == [True, True]
    functions = {name for one in names(profile) for name in one[1]}
    assert "within" in functions
    assert not functions & {"before", "after"}
    assert [mark.name for mark in profile.marks] == ["profileStart", "profileStop"]


@pytest.mark.usefixtures("js_collector")
def test_the_heap_is_followed_where_it_is_asked_for() -> None:
    text = BUSY + "const kept = []; for (let i = 0; i < 2e6; i++) kept.push({i}); busy(); return kept.length"
    _, profile = run(text, memory=True)
    used = [point.used_bytes for point in profile.heap]
    assert max(used) > 2_000_000 * 16
    assert [point.at_ns for point in profile.heap] == sorted(point.at_ns for point in profile.heap)
    assert run(text)[1].heap == []


def test_a_heap_that_cannot_be_seen_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap_watch, "_REQUEST", "it_has_another_name")
    result, profile = run(BUSY + "busy()", memory=True)
    assert result.error is None
    assert profile.heap == []
    assert profile.fallback == "this build of V8 does not tell from outside what its heap holds"
    assert profile.samples.weight_ns


@pytest.mark.parametrize(
    "text",
    [
        "busy(); null.x",
        "busy(); process.exit(3)",
        "for (;;) busy()",
        "busy(); const kept = []; for (;;) kept.push(new Array(1e5).fill(1))",
        "busy(); new Array(1e9).fill(1)",
    ],
)
@pytest.mark.usefixtures("js_collector")
def test_a_script_that_ends_badly_leaves_its_profile(text: str) -> None:
    recorder = Recorder()
    engine = JsEngine(DebugManager(), EngineOptions(limits=Limits(timeout_s=1), recorder=recorder))
    result = engine.run(Script("a.js", (BUSY + text).encode()))
    assert result.exit_code in (1, 3, 124)
    profile = recorder.profile(script="a.js", engine="js")
    assert any("busy" in one[1] for one in names(profile))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("busy();", {"V8's profiler": None, "shadow stack": "its time is that of its callers"}),
        (
            "(async () => busy())();",
            {
                "V8's profiler": "how long its async functions wait is not known",
                "shadow stack": "its time is that of its callers",
            },
        ),
    ],
)
def test_a_script_that_cannot_be_rewritten_runs_as_it_is(
    text: str, missing: dict[str, str | None], js_collector: str
) -> None:
    result, profile = run(f"{BUSY} const __llmspell_k = 1; {text} return __llmspell_k")
    assert result.values == (1,)
    why = missing[js_collector] and f"a.js cannot be rewritten: {missing[js_collector]}"
    assert profile.fallback == ("; ".join(filter(None, (JS_FALLBACKS[js_collector], why))) or None)
    if js_collector == V8:
        assert "busy" in {one.name for one in profile.functions}
    else:
        assert {one.name for one in profile.functions} <= {"(event loop)", "(waiting)"}


def test_beside_a_profiler_that_has_the_signal_functions_note_themselves() -> None:
    """As LuaJIT's is, as long as it runs a script."""
    library = ctypes.CDLL(None)
    library.signal.restype, library.signal.argtypes = ctypes.c_ssize_t, (ctypes.c_int, ctypes.c_ssize_t)
    handler = ctypes.cast(library.getpid, ctypes.c_void_p).value
    before = library.signal(signal.SIGPROF, handler)
    try:
        result, profile = run(f"{BUSY} busy(); return 1")
        assert library.signal(signal.SIGPROF, handler) == handler
    finally:
        library.signal(signal.SIGPROF, before)
    assert result.values == (1,)
    assert (profile.collector, profile.fallback) == (SHADOW_STACK, JS_FALLBACKS[SHADOW_STACK])


def test_two_scripts_are_profiled_at_once() -> None:
    with ThreadPoolExecutor(2) as pool:
        for result, profile in pool.map(
            run, [f"{BUSY} function {name}() {{ busy() }} {name}(); {name}()" for name in ("one", "two")]
        ):
            assert result.error is None
            assert profile.collector == V8
            assert len({"one", "two"} & {each.name for each in profile.functions}) == 1
