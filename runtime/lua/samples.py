"""The samples of one VM on their way to a recorder: noted on the VM's thread, which is not held up, and worked out on
another."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from debug.profile.recorder import GARBAGE_COLLECTOR, FrameKey
from runtime.lua.stack_texts import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.recorder import Recorder
    from runtime.lua.sample_buffer import SampleBuffer
    from runtime.lua.stack_texts import StackTexts

HEAP_PERIOD_NS = 10_000_000
"""Between two points of the heap over time."""

_MANY = 20

OWN_HOOK = "the script set a hook of its own with debug.sethook: while that is set, nothing is sampled"

_STATES = {b"I": "interpreted", b"N": "compiled", b"C": "C", b"G": "gc", b"J": "compiler"}
"""What LuaJIT's profiler calls the states of its VM."""

_OF_STATE = {
    b"G": Leaf((GARBAGE_COLLECTOR,)),
    b"J": Leaf((FrameKey("(compiler)", "compiler"),)),
}


class Seen(NamedTuple):
    """What ran innermost until a moment, as it was seen from outside."""

    until_ns: int
    leaf: Leaf | None
    """None: what the stack shows."""


class _Noted(NamedTuple):
    at_ns: int
    text: bytes | None
    """None: sampling begins again here, what was before is not sampled."""
    state: bytes | None = None
    used_bytes: float | None = None
    grown_bytes: float = 0.0
    seen: tuple[Seen, ...] = ()


_Row: TypeAlias = (
    "tuple[int, None] | tuple[int, bytes, bytes] |"
    " tuple[int, bytes, bytes | None, float | None, float, tuple[Seen, ...]]"
)
"""A `_Noted`, or the first of its fields, as the VM's thread makes it: nothing is made faster than a plain tuple."""


class Samples:
    """Fills a recorder."""

    def __init__(self, recorder: Recorder, texts: StackTexts, is_ending: Callable[[], bool]) -> None:
        """`is_ending` tells whether the script is being stopped, or exits."""
        self._is_ending = is_ending
        self._recorder = recorder
        self._texts = texts
        self._noted: deque[_Row] = deque()
        self._buffer: SampleBuffer | None = None
        self._draining = Lock()
        self._last_ns = 0
        self._period_ns = round(1e9 / recorder.settings.rate_hz)
        self._has_begun = False
        self._heap_due_ns = 0
        self.now_ns = recorder.now_ns
        self.seen: tuple[Seen, ...] = ()
        """What was seen since the last sample; the next one takes it. On the VM's thread."""

    def writer(self, load: Callable[..., Any]) -> Any:
        """A function of LuaJIT's that notes a text and a state without calling Python; None where there is none.
        `load` runs a file of ours in the VM."""
        from runtime.lua.sample_buffer import SampleBuffer

        try:
            buffer = SampleBuffer()
        except OSError:
            return None
        write = buffer.writer(load, self.drain, self.note)
        if write is not None:
            self._buffer = buffer
        return write

    def begin(self) -> None:
        """The time from now on is sampled."""
        with self._draining:
            self._gather()
            self._noted.append((self.now_ns(), None))

    def skip(self) -> None:
        """The time since the last sample is not sampled: a hook is set, the script's own or the one that ends it."""
        self.begin()
        if not self._is_ending():
            self._recorder.fallback = OWN_HOOK

    def note(
        self,
        text: bytes,
        state: bytes | None = None,
        used_bytes: float | None = None,
        grown_bytes: float = 0.0,
    ) -> None:
        """A sample, on the VM's thread: the stack, LuaJIT's state, what the heap holds and by how much more than at
        the last one."""
        seen, self.seen = self.seen, ()
        if self._recorder.active:
            self._noted.append((self.now_ns(), text, state, used_bytes, grown_bytes, seen))

    def latest_ns(self) -> int:
        """When the last sample was taken, or sampling began."""
        newest_ns = 0 if self._buffer is None else self._buffer.newest_ns()
        if newest_ns:
            return newest_ns
        try:
            return self._noted[-1][0]
        except IndexError:
            return self._last_ns

    def is_due(self) -> bool:
        """Whether it is time for a sample, for collectors that come by all the time."""
        self.drain()
        return self._recorder.active and self.now_ns() - self._last_ns >= self._period_ns

    def drain_many(self) -> None:
        """Hand what was noted to the recorder, where enough has come together: many at once are cheaper. From any
        thread."""
        with self._draining:
            if self._buffer is not None:
                self._noted.extend(self._buffer.take_settled())
            if len(self._noted) >= _MANY:
                self._record_all()

    def drain(self) -> None:
        """Hand all that was noted to the recorder. On the VM's thread."""
        with self._draining:
            self._gather()
            self._record_all()

    def _gather(self) -> None:
        if self._buffer is not None:
            self._noted.extend(self._buffer.take_all())

    def _record_all(self) -> None:
        while self._noted:
            self._record(_Noted(*self._noted.popleft()))

    def _record(self, noted: _Noted) -> None:
        if noted.text is None:
            self._last_ns = noted.at_ns
            self._has_begun = False
            return
        began = self._last_ns
        found = None
        seen = noted.seen or (Seen(noted.at_ns, _OF_STATE.get(noted.state or b"")),)
        # What passed from the last tick to the hook is the next one's: the first has what passed before it was seen.
        for until_ns, leaf in seen:
            until = min(noted.at_ns, max(began, until_ns))
            found = self._texts.stack(noted.text, leaf)
            if found is not None:
                counted_ns = self._recorder.sample(until, until - began, *found)
                if noted.state is not None:
                    self._add_state(noted.state, counted_ns)
            began = until
        self._last_ns = began
        if noted.used_bytes is not None:
            self._look_at_heap(noted, noted.used_bytes, None if found is None else found[0])

    def _add_state(self, state: bytes, duration_ns: int) -> None:
        name = _STATES.get(state)
        if name is not None:
            states = self._recorder.states_ns
            states[name] = states.get(name, 0) + duration_ns

    def _look_at_heap(self, noted: _Noted, used_bytes: float, stack: int | None) -> None:
        if self._has_begun and stack is not None and noted.grown_bytes > 0:
            self._recorder.allocated(stack, int(noted.grown_bytes))
        self._has_begun = True
        if noted.at_ns >= self._heap_due_ns:
            self._heap_due_ns = noted.at_ns + HEAP_PERIOD_NS
            self._recorder.heap(noted.at_ns, int(used_bytes))
