"""Takes samples while a script runs, and makes the profile of them."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from debug.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from debug.clock import Clock
    from debug.profile.model import Profile
    from debug.reports import TimerRow


class FrameKey(NamedTuple):
    """A frame as a collector sees it."""

    name: str
    kind: str = "script"
    """A `FunctionKind`."""
    file: str | None = None
    line_defined: int | None = None
    line: int | None = None
    """The line that ran."""


GARBAGE_COLLECTOR = FrameKey("(garbage collector)", "gc")
"""The innermost frame while the VM collects garbage, called by the line at which it does."""

_NO_FRAME = FrameKey("(outside)", "outside")


class Progress(NamedTuple):
    """How far a run is, for a live line."""

    elapsed_ns: int
    samples: int
    hottest: str | None
    """The function with the most self time so far."""
    hottest_share: float
    """Its part of all sampled time, 0 to 1."""


class Settings(NamedTuple):
    """What is to be collected."""

    rate_hz: float = 1000.0
    lines: bool = False
    """Whether a collector that has to pay for lines tells them."""
    memory: bool = False
    """Whether allocations (Lua) and the heap over time are followed."""


class Recorder:
    """One recording. A collector adds samples from one thread at a time; `progress` may be asked on any other.

    Sampling is on from the start. Where the script itself calls `profileStart`, it asks for a part of the run: what
    was sampled before its first call is dropped.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock = SYSTEM_CLOCK,
        on_begin: Callable[[], object] = lambda: None,
    ) -> None:
        """`on_begin` is called when the script is about to run, on the collector's thread."""
        self.settings = settings or Settings()
        self._on_begin = on_begin
        self.active = True
        """Whether samples are wanted now. A collector looks before it takes one."""
        self.collector = "none"
        """How samples are taken, in words; set by the collector."""
        self.fallback: str | None = None
        """Why not as they should be; set by the collector."""
        self.states_ns: dict[str, int] = {}
        """Sampled time by the VM's state; the collector adds to it."""
        self._clock = clock
        self._ended_ns: int | None = None
        self._active_ns = 0
        self._start_clock()
        self._narrowed = False
        self._functions: dict[tuple[str, str, str | None, int | None], int] = {}
        self._places: dict[tuple[int, int | None], int] = {}
        self._stacks: dict[tuple[int, int], int] = {}
        self._function_of_stack: list[int] = []
        self._threads: dict[tuple[str, str], int] = {("main", "main"): 0}
        self._suspended_ns: dict[int, int] = {}
        self._under_way: dict[tuple[int, int], tuple[int, ...]] = {}
        self._at_ns: list[int] = []
        self._weight_ns: list[int] = []
        self._stack: list[int] = []
        self._thread: list[int] = []
        self._marks: list[tuple[int, str]] = []
        self._heap: list[tuple[int, int]] = []
        self._allocations: dict[int, int] = {}
        self._lock = Lock()
        self._seen = 0
        self._self_ns: dict[int, int] = {}

    # What collectors call

    def begin(self) -> None:
        """The script is about to run: the recording starts here."""
        self._on_begin()
        self._start_clock()

    def _start_clock(self) -> None:
        self._started_unix_ns = self._clock.time_ns()
        self._started_ns = self._active_since_ns = self._clock.monotonic_ns()

    def now_ns(self) -> int:
        """The clock that samples are weighed by; its zero means nothing."""
        return self._clock.monotonic_ns()

    def stack(self, frames: Iterable[FrameKey]) -> int:
        """The number of a stack, outermost frame first. Remember it by what it was made from: that is faster.

        Where there is no frame the time is outside of the script's functions.
        """
        number = -1
        for name, kind, file, line_defined, line in frames:
            key = (name, kind, file, line_defined)
            function = self._functions.setdefault(key, len(self._functions))
            place = self._places.setdefault((function, line), len(self._places))
            edge = (number, place)
            found = self._stacks.get(edge)
            if found is None:
                found = self._stacks[edge] = len(self._stacks)
                self._function_of_stack.append(function)
            number = found
        return number if number >= 0 else self.stack((_NO_FRAME,))

    def thread(self, name: str, kind: str) -> int:
        """The number of a thread; 0 is the main one. `kind` is a `ThreadKind`."""
        return self._threads.setdefault((name, kind), len(self._threads))

    def sample(self, at_ns: int, weight_ns: int, stack: int, thread: int = 0) -> int:
        """A sample: `at_ns` by `now_ns`, the time it stands for, its stack. What lies before sampling was switched on
        does not count; where it is off, nothing does. Returns how much of the time does."""
        with self._lock:
            weight_ns = min(weight_ns, at_ns - self._active_since_ns)
            if not self.active or weight_ns < 0:
                return 0
            self._at_ns.append(at_ns)
            self._weight_ns.append(weight_ns)
            self._thread.append(thread)
            self._stack.append(stack)
            return weight_ns

    def suspended(self, thread: int, duration_ns: int) -> None:
        """A thread waited so long to be resumed; adds up."""
        self._suspended_ns[thread] = self._suspended_ns.get(thread, 0) + duration_ns

    def under_way(self, stack: int, thread: int, threads: Iterable[int]) -> None:
        """While this stack of `thread` is sampled, these threads run or wait for one that they resumed. What passes
        between the first and the last such sample of a thread besides, it was suspended. Once for each stack."""
        self._under_way[stack, thread] = tuple(threads)

    def heap(self, at_ns: int, used_bytes: int) -> None:
        """What the script's heap holds."""
        self._heap.append((at_ns, used_bytes))

    def allocated(self, stack: int, allocated_bytes: int) -> None:
        """So much was allocated at a stack; adds up."""
        self._allocations[stack] = self._allocations.get(stack, 0) + allocated_bytes

    # What the script calls

    def profile_start(self) -> None:
        """`Debug.profileStart`."""
        with self._lock:
            now = self.now_ns()
            if not self._narrowed:
                self._narrowed = True
                self._drop_samples()
                self._active_ns, self._active_since_ns = 0, now
            elif not self.active:
                self._active_since_ns = now
            self.active = True
            self._marks.append((now, "profileStart"))

    def profile_stop(self) -> None:
        """`Debug.profileStop`."""
        with self._lock:
            self._pause(self.now_ns())
            self._marks.append((self.now_ns(), "profileStop"))

    # What the host calls

    def progress(self) -> Progress:
        """How far it is. Costs by the samples taken since it was asked last."""
        with self._lock:
            end = len(self._stack)
            for at in range(self._seen, end):
                function = self._function_of_stack[self._stack[at]]
                self._self_ns[function] = self._self_ns.get(function, 0) + self._weight_ns[at]
            self._seen = end
        elapsed_ns = (self._ended_ns or self.now_ns()) - self._started_ns
        if not self._self_ns:
            return Progress(elapsed_ns, end, None, 0.0)
        hottest = max(self._self_ns, key=self._self_ns.__getitem__)
        share = self._self_ns[hottest] / max(1, sum(self._self_ns.values()))
        return Progress(elapsed_ns, end, list(self._functions)[hottest][0], share)

    def lines_seen(self) -> dict[str, set[int]]:
        """The lines that were seen running and those where their functions are defined, by file."""
        seen: dict[str, set[int]] = {}
        functions = list(self._functions)
        for function, line in self._places:
            _, _, file, line_defined = functions[function]
            if file is not None:
                seen.setdefault(file, set()).update(one for one in (line, line_defined) if one)
        return seen

    def end(self) -> None:
        """The run is over; nothing is sampled any more."""
        with self._lock:
            if self._ended_ns is None:
                self._ended_ns = self.now_ns()
                self._pause(self._ended_ns)

    def profile(
        self,
        *,
        script: str,
        engine: str,
        arguments: tuple[str, ...] = (),
        exit_code: int | None = None,
        timers: tuple[TimerRow, ...] = (),
        source_lines: dict[str, dict[int, str]] | None = None,
    ) -> Profile:
        """The profile of what was recorded; ends the recording. Its texts can all be encoded."""
        from datetime import UTC, datetime

        from debug.profile import model
        from debug.text_safety import without_surrogates as text
        from debug.version import __version__

        self.end()
        assert self._ended_ns is not None
        suspended_ns = self._seen_suspended_ns() | self._suspended_ns
        started = self._started_ns
        seconds, nanoseconds = divmod(self._started_unix_ns, 1_000_000_000)
        started_at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1000)
        return model.Profile(
            version=model.VERSION,
            script=text(script),
            arguments=tuple(map(text, arguments)),
            engine=engine,
            collector=self.collector,
            fallback=self.fallback,
            tool_version=__version__,
            started_at=started_at.isoformat().replace("+00:00", "Z"),
            rate_hz=self.settings.rate_hz,
            duration_ns=self._ended_ns - started,
            active_ns=self._active_ns,
            exit_code=exit_code,
            functions=[
                model.Function(text(name), kind, None if file is None else text(file), line)  # type: ignore[arg-type]
                for name, kind, file, line in self._functions
            ],
            places=[model.Place(*key) for key in self._places],
            stacks=[model.Stack(*key) for key in self._stacks],
            samples=model.Samples(
                [at - started for at in self._at_ns], self._weight_ns, self._stack, self._thread
            ),
            threads=[
                model.Thread(text(name), kind, suspended_ns.get(number))  # type: ignore[arg-type]
                for number, (name, kind) in enumerate(self._threads)
            ],
            marks=[model.Mark(at - started, name) for at, name in self._marks],
            states_ns=dict(self.states_ns),
            heap=[model.HeapPoint(at - started, used) for at, used in self._heap],
            allocations=[model.Allocation(*one) for one in self._allocations.items()],
            timers=tuple(map(_encodable, timers)),
            source_lines={
                text(file): {line: text(source) for line, source in lines.items()}
                for file, lines in (source_lines or {}).items()
            },
        )

    def _seen_suspended_ns(self) -> dict[int, int]:
        """How long each thread was suspended, by the clock of the samples, for those that `under_way` told of."""
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        active: dict[int, int] = {}
        passed = 0
        for stack, thread, weight in zip(self._stack, self._thread, self._weight_ns, strict=True):
            passed += weight
            for one in self._under_way.get((stack, thread), ()):
                first.setdefault(one, passed - weight)
                last[one] = passed
                active[one] = active.get(one, 0) + weight
        return {one: last[one] - began - active[one] for one, began in first.items()}

    def _pause(self, now_ns: int) -> None:
        if self.active:
            self._active_ns += now_ns - self._active_since_ns
            self.active = False

    def _drop_samples(self) -> None:
        for column in (self._at_ns, self._weight_ns, self._stack, self._thread):
            column.clear()
        self._allocations.clear()
        self.states_ns.clear()
        self._self_ns.clear()
        self._seen = 0


def _encodable(row: TimerRow) -> TimerRow:
    from dataclasses import replace

    from debug.text_safety import without_surrogates

    return replace(row, name=without_surrogates(row.name), laps=tuple(map(_encodable, row.laps)))
