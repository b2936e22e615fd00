"""Makes samples of what `profile.lua` says of a stack: text that repeats is looked up, what is new is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from debug.entry import readable
from debug.profile.recorder import FrameKey

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder
    from runtime.lua.function_names import FunctionNames

LEFT_OUT = FrameKey("(frames left out)")
"""Stands for the middle of a stack that is too deep to be kept."""

MAX_KNOWN = 100_000
"""Texts whose stacks are remembered."""

HEAP_PERIOD_NS = 10_000_000
"""Between two points of the heap over time."""

OWN_HOOK = "the script set a hook of its own with debug.sethook: while that is set, nothing is sampled"

_STATES = {b"I": "interpreted", b"N": "compiled", b"C": "C", b"G": "gc", b"J": "compiler"}
"""What LuaJIT's profiler calls the states of its VM."""


_OURS = ("own", "bottom")

GC = FrameKey("(garbage collection)", "gc")
COMPILER = FrameKey("(compiler)", "compiler")

_OF_STATE = {b"G": GC, b"J": COMPILER}


class Leaf(NamedTuple):
    """What ran innermost until a moment."""

    until_ns: int
    frame: FrameKey | None
    """None: what the stack shows."""
    calls_top: bool = False
    """Whether the function on top of the stack was called meanwhile, by a C function that stands below it."""


class _Function(NamedTuple):
    """What a number in the text stands for."""

    what: str
    """As `getinfo` has it, or `own` and `bottom` for functions of ours."""
    frame: FrameKey


class Samples:
    """Fills a recorder. Called on the VM's thread only."""

    def __init__(self, recorder: Recorder, names: FunctionNames) -> None:
        self._recorder = recorder
        self._names = names
        self._functions = {0: _Function("left out", LEFT_OUT)}
        self._stacks: dict[tuple[bytes, FrameKey | None, bool], tuple[int, int] | None] = {}
        self._last_ns = 0
        self._period_ns = round(1e9 / recorder.settings.rate_hz)
        self._used_bytes: int | None = None
        self._heap_due_ns = 0
        self.leaves: list[Leaf] = []
        """What was seen from outside since the last sample; `take` uses it up."""

    def begin(self) -> None:
        """The time from now on is sampled."""
        self._last_ns = self._recorder.now_ns()
        self._used_bytes = None

    def now_ns(self) -> int:
        """The recorder's clock."""
        return self._recorder.now_ns()

    def skip(self) -> None:
        """The time since the last sample is not sampled: the script has a hook of its own."""
        self.begin()
        self._recorder.fallback = OWN_HOOK

    def due(self) -> bool:
        """Whether it is time for a sample, for collectors that come by all the time."""
        recorder = self._recorder
        return recorder.active and recorder.now_ns() - self._last_ns >= self._period_ns

    def describe(
        self, number: int, what: bytes, name: bytes | None, source: bytes | None, line: int, chunk: bytes
    ) -> None:
        """What `number` will stand for. `source` is the chunk's name as it is shown."""
        kind = readable(what)
        if kind == "C":
            frame = FrameKey(readable(name) if name else "(C function)", "native")
        elif source is None:
            frame = FrameKey("")
        elif kind == "main":
            frame = FrameKey("(main)", "script", readable(source))
        else:
            called = self._names.name(chunk, line) or (readable(name) if name else "(anonymous)")
            frame = FrameKey(called, "script", readable(source), line)
        self._functions[number] = _Function(kind, frame)

    def take(self, text: bytes, state: bytes | None = None, used_bytes: float | None = None) -> None:
        """A sample: the stack, LuaJIT's state, what the heap holds."""
        recorder = self._recorder
        now = recorder.now_ns()
        began, self._last_ns = self._last_ns, now
        leaves, self.leaves = self.leaves, []
        if not recorder.active:
            return
        named = _STATES.get(state or b"")
        leaves[-1:] = [
            leaves[-1]._replace(until_ns=now) if leaves else Leaf(now, _OF_STATE.get(state or b""))
        ]
        found = None
        for leaf in leaves:
            found = self._stack(text, leaf)
            until = min(now, max(began, leaf.until_ns))
            if found is not None:
                recorder.sample(until, until - began, *found)
                if named is not None:
                    recorder.states_ns[named] = recorder.states_ns.get(named, 0) + until - began
            began = until
        if used_bytes is not None:
            self._look_at_heap(now, int(used_bytes), None if found is None else found[0])

    def left(self, used_bytes: float) -> None:
        """What the heap holds after a sample was taken: what that itself took is nobody's."""
        self._used_bytes = int(used_bytes)

    def _look_at_heap(self, now: int, used_bytes: int, stack: int | None) -> None:
        recorder = self._recorder
        before, self._used_bytes = self._used_bytes, used_bytes
        if before is not None and stack is not None and used_bytes > before:
            recorder.allocated(stack, used_bytes - before)
        if now >= self._heap_due_ns:
            self._heap_due_ns = now + HEAP_PERIOD_NS
            recorder.heap(now, used_bytes)

    def _stack(self, text: bytes, leaf: Leaf) -> tuple[int, int] | None:
        """`(stack, thread)` of a text; None where nothing of the script is on it."""
        key = (text, leaf.frame, leaf.calls_top)
        try:
            return self._stacks[key]
        except KeyError:
            pass
        if len(self._stacks) >= MAX_KNOWN:
            self._stacks.clear()
        found = self._stacks[key] = self._parse(*key)
        return found

    def _parse(self, text: bytes, leaf: FrameKey | None, calls_top: bool) -> tuple[int, int] | None:
        recorder = self._recorder
        threads = [part.split() for part in text.split(b"|")]
        if calls_top:
            del threads[0][:1]
        frames: list[FrameKey] = []
        number = 0
        for at, thread in enumerate(threads):
            frames += self._frames(thread)
            if at == 0 and len(threads) > 1 and frames:
                body = next((frame for frame in reversed(frames) if frame.kind == "script"), frames[-1])
                number = recorder.thread(f"{body.name} {body.file}:{body.line_defined}", "coroutine")
        if not frames:
            return None
        top = self._functions[int(threads[0][0].partition(b":")[0])] if threads[0] else None
        if leaf is not None and not (leaf.kind == "native" and top is not None and top.what in _OURS):
            frames.insert(0, leaf)
        return recorder.stack(reversed(frames)), number

    def _frames(self, thread: list[bytes]) -> list[FrameKey]:
        """The script's own, innermost first: without ours and the C functions that ours call."""
        found = []
        called = [
            (self._functions[int(number)], int(line))
            for number, _, line in (one.partition(b":") for one in thread)
        ]
        for at, (function, line) in enumerate(called):
            if function.what == "bottom":
                break
            if function.what in _OURS:
                continue
            if function.what == "C" and at + 1 < len(called) and called[at + 1][0].what in _OURS:
                continue
            found.append(function.frame._replace(line=line) if line > 0 else function.frame)
        return found
