"""What is made of the pieces that V8's profiler hands over, and of the places at which it says that functions are."""

from __future__ import annotations

import pytest

from debug.clock import ManualClock
from debug.profile.recorder import FrameKey, Recorder
from runtime.js.profile.functions import Functions
from runtime.js.profile.v8_profiler import Node, Piece, Sample
from runtime.js.profile.v8_samples import V8Samples
from runtime.js.sources import Source, Sources

MS = 1_000_000
TEXT = """\
function first(a) { return () => a }
class Cart { add(x) {} get size() { return 1 } static make = async (q) => q; static { } }
const ä = 1, go = n => n, wide = function* (b) {};
"""
JS, GC, COMPILER, BUILTIN, HOST, IDLE = 0, 1, 4, 5, 6, 8

ROOT = Node("(root)", "", 0, 0, 0, -1)


def taken(*pieces: Piece, start_ms: int = 0) -> list[tuple[float, list[str], int | None]]:
    """Of each sample its milliseconds, its stack (outermost first) and its innermost line."""
    recorder = Recorder(clock=ManualClock(start_ms * MS).clock)
    sources = Sources()
    sources.add(Source("a.js", TEXT))
    left = list(pieces)

    def take() -> list[Piece]:
        now, left[:] = list(left), []
        return now

    samples = V8Samples(recorder, Functions(sources.get), take, lambda _: 0)
    samples.begin()
    samples.drain()
    profile = recorder.profile(script="a.js", engine="js")
    assert sum(profile.states_ns.values()) == sum(profile.samples.weight_ns)
    found = []
    for weight, innermost in zip(profile.samples.weight_ns, profile.samples.stack, strict=True):
        names: list[str] = []
        stack = innermost
        while stack >= 0:
            place = profile.places[profile.stacks[stack].place]
            names.insert(0, profile.functions[place.function].name)
            stack = profile.stacks[stack].parent
        found.append((weight / MS, names, profile.places[profile.stacks[innermost].place].line))
    return found


def test_a_sample_stands_for_the_time_since_the_last_one_and_counts_once() -> None:
    nodes = [ROOT, Node("", "a.js", 7, 1, 1, 0), Node("first", "a.js", 7, 1, 15, 1)]
    first = Piece(nodes, [Sample(2 * MS, 1, None, JS), Sample(3 * MS, 2, 1, JS)])
    second = Piece(nodes, [Sample(3 * MS, 2, 1, JS), Sample(7 * MS, 1, 4, JS)])
    assert taken(first, second, start_ms=1) == [
        (1.0, ["(main)"], None),
        (1.0, ["(main)", "first"], 1),
        (4.0, ["(main)"], 4),
    ]


@pytest.mark.parametrize(
    ("state", "stack"),
    [
        (JS, ["(main)"]),
        (COMPILER, ["(main)", "(compiler)"]),
        (BUILTIN, ["(main)", "(builtins)"]),
        (HOST, ["(main)", "(host)"]),
        (99, ["(main)"]),
    ],
)
def test_what_v8_does_itself_stands_innermost(state: int, stack: list[str]) -> None:
    nodes = [ROOT, Node("", "a.js", 7, 1, 1, 0)]
    assert taken(Piece(nodes, [Sample(MS, 1, None, state)])) == [(1.0, stack, None)]


@pytest.mark.parametrize(
    ("nodes", "state", "stack"),
    [
        ([ROOT, Node("(garbage collector)", "", 0, 0, 0, 0)], GC, ["(garbage collector)"]),
        ([ROOT, Node("(idle)", "", 0, 0, 0, 0)], IDLE, ["(waiting)"]),
        ([ROOT, Node("(program)", "", 0, 0, 0, 0)], BUILTIN, ["(event loop)"]),
        ([ROOT, Node("enter", "<anonymous>", 3, 9, 9, 0)], JS, ["(event loop)"]),
        (
            [
                ROOT,
                Node("enter", "<anonymous>", 3, 9, 9, 0),
                Node("", "a.js", 7, 1, 1, 1),
                Node("log", "llmspell:host/console.js", 4, 9, 9, 2),
            ],
            JS,
            ["(main)", "(host)"],
        ),
        ([ROOT, Node("", "a.js", 7, 1, 1, 0), Node("", "", 9, 1, 1, 1)], JS, ["(main)", "(eval)"]),
        ([ROOT, Node("", "a.js", 7, 1, 1, 0), Node("made", "", 9, 1, 1, 1)], JS, ["(main)", "made"]),
        ([ROOT, Node("", "a.js", 7, 1, 1, 0), Node("forEach", "", 0, 0, 0, 1)], JS, ["(main)", "forEach"]),
        ([ROOT, Node("odd", "elsewhere.js", 9, 5, 1, 0)], JS, ["odd"]),
        ([ROOT], JS, ["(event loop)"]),
    ],
)
def test_what_is_no_function_of_the_script(nodes: list[Node], state: int, stack: list[str]) -> None:
    found = taken(Piece(nodes, [Sample(MS, len(nodes) - 1, None, state)]))
    assert [one[1] for one in found] == [stack]


def test_lines_of_calls_are_those_of_who_made_them() -> None:
    nodes = [
        ROOT,
        Node("", "a.js", 7, 1, 1, 0),
        Node("first", "a.js", 7, 1, 15, 1, 12),
        Node("size", "a.js", 7, 2, TEXT.split("\n")[1].index("() {") + 1, 2, 13),
    ]
    recorder, sources = Recorder(clock=ManualClock(0).clock), Sources()
    sources.add(Source("a.js", TEXT))
    pieces = [Piece(nodes, [Sample(MS, 3, 2, JS)])]
    V8Samples(recorder, Functions(sources.get), lambda: pieces, lambda _: 0).drain()
    profile = recorder.profile(script="a.js", engine="js")
    lines = {profile.functions[one.function].name: one.line for one in profile.places}
    assert lines == {"(main)": 12, "first": 13, "Cart.size": 2}


@pytest.mark.parametrize(
    ("line", "needle", "name"),
    [
        (1, "(a)", "first"),
        (1, "() =>", "(anonymous)"),
        (2, "(x)", "Cart.add"),
        (2, "() {", "Cart.size"),
        (2, "async (q)", "Cart.make"),
        (2, "(q)", "Cart.make"),
        (3, "n =>", "go"),
        (3, "(b)", "wide"),
    ],
)
def test_functions_are_called_by_where_they_stand(line: int, needle: str, name: str) -> None:
    sources = Sources()
    sources.add(Source("a.js", TEXT))
    column = TEXT.split("\n")[line - 1].index(needle) + 1
    assert Functions(sources.get).frame("a.js", line, column, "V8") == FrameKey(name, "script", "a.js", line)
