"""Profiles for tests: from a few rows, or any that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from debug.clock import ManualClock
from debug.profile.recorder import FrameKey, Recorder, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from debug.profile.model import Profile

MS = 1_000_000

Row = tuple[int, str]
"""Nanoseconds, and the frames of a stack, outermost first, e.g. `main:3 work:12`: names with the line that ran."""


def profile_of(
    rows: Iterable[Row],
    *,
    script: str = "job.lua",
    defined: dict[str, int] | None = None,
    texts: dict[int, str] | None = None,
    sample_ns: int = MS,
) -> Profile:
    """A profile whose time is cut into samples of `sample_ns`. A function is a builtin where it has no line; `defined`
    says where functions are defined."""
    clock = ManualClock()
    recorder = Recorder(Settings(1e9 / sample_ns), clock=clock.clock)
    recorder.collector = "test"
    for duration_ns, text in rows:
        stack = recorder.stack(map(_frame(script, defined or {}), text.split()))
        full, rest_ns = divmod(duration_ns, sample_ns)
        for weight_ns in (*[sample_ns] * full, *([rest_ns] if rest_ns else [])):
            clock.advance(weight_ns)
            recorder.sample(recorder.now_ns(), weight_ns, stack)
    return recorder.profile(script=script, engine="lua5.4", source_lines={script: texts} if texts else {})


def _frame(script: str, defined: dict[str, int]) -> Callable[[str], FrameKey]:
    def frame(text: str) -> FrameKey:
        name, _, line = text.partition(":")
        if not line:
            return FrameKey(name, "native")
        return FrameKey(name, "script", script, defined.get(name, 1), int(line))

    return frame


AWKWARD = (
    "a;b",
    "two\nlines",
    "</script>",
    "<!--",
    "{{DATA}}",
    "ünï 🔥",
    '"q"\\',
    "",
    " 12",
    "\x1b[31m",
    "\udcff",
    "%s",
)

names = st.one_of(
    st.sampled_from(AWKWARD), st.sampled_from(("main", "fib", "map", "work")), st.text(min_size=1, max_size=8)
)

frames = st.builds(
    FrameKey,
    names,
    st.sampled_from(("script", "native", "gc", "compiler", "outside")),
    st.none() | st.sampled_from(("job.lua", "lib/a.lua", "we;ird\n.js")),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(1, 9),
)


@st.composite
def profiles(draw: st.DrawFn, *, min_samples: int = 0) -> Profile:
    """Any profile a recorder can make of a short run: recursion, threads, empty stacks, samples without weight."""
    clock = ManualClock()
    recorder = Recorder(Settings(draw(st.sampled_from((100.0, 999.0, 1e4)))), clock=clock.clock)
    known: Sequence[FrameKey] = draw(st.lists(frames, min_size=1, max_size=6))
    stacks = draw(st.lists(st.lists(st.sampled_from(known), max_size=6), min_size=1, max_size=6))
    threads = [0, *(recorder.thread(name, "coroutine") for name in draw(st.lists(names, max_size=2)))]
    row = st.tuples(st.integers(0, 3_000_000), st.sampled_from(stacks), st.sampled_from(threads))
    for weight_ns, stack, thread in draw(st.lists(row, min_size=min_samples, max_size=25)):
        clock.advance(weight_ns)
        recorder.sample(recorder.now_ns(), weight_ns, recorder.stack(stack), thread)
    for stack, size in draw(st.lists(st.tuples(st.sampled_from(stacks), st.integers(1, 10**6)), max_size=3)):
        recorder.allocated(recorder.stack(stack), size)
    for used in draw(st.lists(st.integers(0, 10**9), max_size=3)):
        recorder.heap(recorder.now_ns(), used)
    texts = draw(st.dictionaries(st.integers(1, 9), names, max_size=5))
    return recorder.profile(script=draw(names), engine="lua5.4", source_lines={"job.lua": texts})
