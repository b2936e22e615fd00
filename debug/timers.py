"""Timers: which are running, and what the finished ones of each name took, in bounded memory.

Timers of one scope (one script) form a stack: the one started last is the innermost. At any moment the time
of a scope belongs to its innermost running timer, so self times add up to the time that was measured.
"""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

from debug.clock import SYSTEM_CLOCK
from debug.statistics import Distribution
from debug.timer_snapshot import HeapChange, NameSnapshot, StackTime, Timer, TimerEvent, TimerSnapshot

if TYPE_CHECKING:
    from debug.clock import Clock

MAX_NAMES = 10_000
"""Distinct timer names that have statistics, and as many distinct lap labels; the rest is only counted."""

MAX_NODES = 10_000
"""Distinct places in the tree of nested names; the time of further ones is summed up under `MORE`."""

MAX_DEPTH = 100
"""A timer that is nested deeper counts as its ancestor at that depth."""

MAX_NAME_LENGTH = 200
"""Names and labels are told apart by so many characters."""

MAX_EVENTS_PER_NAME = 64
"""The newest events that are kept for a name."""

MAX_FINISHED = 10_000
"""Finished timers whose figure can still be asked for by handle."""

MORE = "(more)"

_ROOT = 0
_MORE_NODE = 1


class _Running:
    __slots__ = ("handle", "heap_bytes", "id", "lap_ns", "left", "name", "node", "scope", "start_ns")

    def __init__(self, timer: Timer, node: int, heap_bytes: int | None) -> None:
        self.handle = timer.handle
        self.id = timer.id
        self.name = timer.name
        self.scope = timer.scope
        self.node = node
        self.heap_bytes = heap_bytes
        self.start_ns = self.lap_ns = 0
        self.left = False  # out of the active set


class _Scope:
    __slots__ = ("credited_ns", "running")

    def __init__(self) -> None:
        self.running: dict[int, _Running] = {}  # by handle, the innermost last
        self.credited_ns = 0

    def innermost(self) -> _Running | None:
        # popitem drops the holes that deleted timers left at the end; a look through reversed() would not.
        while self.running:
            handle, timer = self.running.popitem()
            if not timer.left:  # a finalizer may have taken it out between these two lines
                self.running[handle] = timer
                return timer
        return None


class _Node:
    """A place in the tree of nested names."""

    __slots__ = ("depth", "name", "parent", "self_ns")

    def __init__(self, parent: int, name: str, depth: int) -> None:
        self.parent = parent
        self.name = name
        self.depth = depth
        self.self_ns = 0


class _Name:
    __slots__ = ("event_count", "events", "heap", "laps", "times", "unfinished")

    def __init__(self) -> None:
        self.times = Distribution()
        self.unfinished = 0
        self.heap: HeapChange | None = None
        self.laps: dict[str, Distribution] = {}
        self.events: deque[TimerEvent] = deque(maxlen=MAX_EVENTS_PER_NAME)
        self.event_count = 0


class TimerRegistry:
    """All timers of the process. Thread-safe; nothing here raises for a handle or an id it does not know."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._now = clock.monotonic_ns
        # Reentrant: Python's garbage collector may end a VM inside one of our sections, and the VM's
        # finalizers discard timers.
        self._lock = RLock()
        self._handles = count(1)
        self._scope_numbers = count(1)
        self._scopes: dict[int, _Scope] = {}
        self._active: dict[int, _Running] = {}
        self._by_id: dict[str, _Running] = {}
        self._finished: OrderedDict[int, tuple[float, int, int]] = OrderedDict()  # ms, scope, node
        self._names: dict[str, _Name] = {}
        self._label_count = 0
        self._nodes = [_Node(_ROOT, "", 0), _Node(_ROOT, MORE, 1)]
        self._node_numbers: dict[tuple[int, str], int] = {}
        self._overflowed = 0

    def new_scope(self) -> int:
        """A number for a script's timers."""
        return next(self._scope_numbers)

    @property
    def active(self) -> int:
        """How many timers are running."""
        return len(self._active)

    def start(self, scope: int, name: str, parent: int | None = None, heap_bytes: int | None = None) -> Timer:
        """Start a timer, nested under `parent`, else under the innermost running one of the scope.

        A parent that is not known any more counts as none. `heap_bytes` is the script heap in use now.
        """
        timer_id = _new_id()
        with self._lock:
            state = self._scopes.get(scope)
            if state is None:
                state = self._scopes[scope] = _Scope()
            parent_handle, parent_node = self._place(state, parent)
            timer = Timer(next(self._handles), timer_id, name, scope, parent_handle)
            running = _Running(timer, self._node(parent_node, _bounded(name)), heap_bytes)
            now_ns = self._now()  # last, so that the work above is not measured
            self._credit(state, now_ns)
            running.start_ns = running.lap_ns = now_ns
            state.running[timer.handle] = running
            self._active[timer.handle] = running
            self._by_id[timer_id] = running
        return timer

    def child(self, handle: int, name: str, heap_bytes: int | None = None) -> Timer | None:
        """Start a timer nested under that one, which may have been stopped; None for an unknown handle."""
        with self._lock:
            running = self._active.get(handle)
            if running is not None:
                scope = running.scope
            else:
                finished = self._finished.get(handle)
                if finished is None:
                    return None
                scope = finished[1]
            return self.start(scope, name, handle, heap_bytes)

    def stop(self, handle: int, heap_bytes: int | None = None) -> float | None:
        """Stop it: the milliseconds since its start, the same again each time; None for an unknown handle.

        The newest `MAX_FINISHED` figures are remembered; a caller who needs one for longer keeps it.
        """
        now_ns = self._now()  # first, so that waiting for the lock is not measured
        with self._lock:
            running = self._leave(handle, now_ns)
            if running is None:
                finished = self._finished.get(handle)
                return None if finished is None else finished[0]
            duration_ns = max(0, now_ns - running.start_ns)
            duration_ms = duration_ns / 1_000_000
            self._finished[handle] = (duration_ms, running.scope, running.node)
            if len(self._finished) > MAX_FINISHED:
                self._finished.popitem(last=False)
            entry = self._name(running.name)
            if entry is not None:
                entry.times.add(duration_ns)
                if heap_bytes is not None and running.heap_bytes is not None:
                    before = 0 if entry.heap is None else entry.heap.total_delta_bytes
                    delta = heap_bytes - running.heap_bytes
                    entry.heap = HeapChange(running.heap_bytes, heap_bytes, before + delta)
            return duration_ms

    def lap(self, handle: int, label: str) -> float | None:
        """Milliseconds since the last lap or the start; None where it is not running."""
        now_ns = self._now()
        with self._lock:
            running = self._active.get(handle)
            if running is None:
                return None
            lap_ns = max(0, now_ns - running.lap_ns)
            running.lap_ns = max(now_ns, running.lap_ns)
            entry = self._name(running.name)
            if entry is not None:
                laps = self._label(entry, _bounded(label))
                if laps is not None:
                    laps.add(lap_ns)
            return lap_ns / 1_000_000

    def elapsed(self, handle: int) -> float | None:
        """Milliseconds so far, or the final figure; None for an unknown handle."""
        now_ns = self._now()
        with self._lock:
            running = self._active.get(handle)
            if running is not None:
                return max(0, now_ns - running.start_ns) / 1_000_000
            finished = self._finished.get(handle)
            return None if finished is None else finished[0]

    def event(self, timer_id: str, name: str, metadata: Any = None) -> bool:
        """Record that something happened while that timer ran; False where it is not running."""
        now_ns = self._now()
        with self._lock:
            running = self._by_id.get(timer_id)
            if running is None:
                return False
            entry = self._name(running.name)
            if entry is not None:
                offset_ns = max(0, now_ns - running.start_ns)
                entry.events.append(TimerEvent(_bounded(name), offset_ns, metadata))
                entry.event_count += 1
            return True

    def discard(self, handle: int) -> bool:
        """Count a timer that nobody can stop any more as unfinished; False where it is not running."""
        now_ns = self._now()
        with self._lock:
            running = self._leave(handle, now_ns)
            if running is None:
                return False
            entry = self._name(running.name)
            if entry is not None:
                entry.unfinished += 1
            return True

    def end_scope(self, scope: int) -> int:
        """The script has ended: discard what still runs of it, and tell how many that were."""
        with self._lock:
            state = self._scopes.get(scope)
            if state is None:
                return 0
            left = sum(self.discard(handle) for handle in reversed(list(state.running)))
            self._scopes.pop(scope, None)
            return left

    def snapshot(self) -> TimerSnapshot:
        """Everything known now, independent of what comes later."""
        with self._lock:
            now_ns = self._now()
            # Copies: a finalizer that runs in between may add and remove.
            for state in self._scopes.copy().values():
                self._credit(state, now_ns)
            times = [(node.parent, node.name, node.self_ns) for node in self._nodes]
            names = tuple(_copy_name(name, entry) for name, entry in self._names.copy().items())
            active, overflowed = len(self._active), self._overflowed
        return TimerSnapshot(names, _stacks(times), active, overflowed)

    def _place(self, state: _Scope, parent: int | None) -> tuple[int | None, int]:
        """The handle and the node of what a new timer is nested under."""
        if parent is not None:
            running = self._active.get(parent)
            if running is not None:
                return parent, running.node
            finished = self._finished.get(parent)
            if finished is not None:
                return parent, finished[2]
        innermost = state.innermost()
        return (None, _ROOT) if innermost is None else (innermost.handle, innermost.node)

    def _node(self, parent: int, name: str) -> int:
        if parent == _MORE_NODE or self._nodes[parent].depth >= MAX_DEPTH:
            return parent
        number = self._node_numbers.get((parent, name))
        if number is None:
            if len(self._nodes) >= MAX_NODES:
                return _MORE_NODE
            number = len(self._nodes)
            self._nodes.append(_Node(parent, name, self._nodes[parent].depth + 1))
            self._node_numbers[parent, name] = number
        return number

    def _credit(self, state: _Scope, now_ns: int) -> None:
        """Give the time since the last change to the timer that was innermost."""
        passed_ns = now_ns - state.credited_ns
        if passed_ns > 0:  # a thread that read its clock before another may come after it
            innermost = state.innermost()
            if innermost is not None:
                self._nodes[innermost.node].self_ns += passed_ns
            state.credited_ns = now_ns

    def _leave(self, handle: int, now_ns: int) -> _Running | None:
        """Take a running timer out of the active set."""
        running = self._active.pop(handle, None)
        if running is None:
            return None
        state = self._scopes[running.scope]
        self._credit(state, now_ns)
        running.left = True
        self._by_id.pop(running.id, None)
        state.running.pop(handle, None)
        return running

    def _name(self, name: str) -> _Name | None:
        name = _bounded(name)
        entry = self._names.get(name)
        if entry is None:
            if len(self._names) >= MAX_NAMES:
                self._overflowed += 1
                return None
            entry = self._names[name] = _Name()
        return entry

    def _label(self, entry: _Name, label: str) -> Distribution | None:
        times = entry.laps.get(label)
        if times is None:
            if self._label_count >= MAX_NAMES:
                self._overflowed += 1
                return None
            self._label_count += 1
            times = entry.laps[label] = Distribution()
        return times


def _new_id() -> str:
    """`timer_<uuid4>`, without the import that the uuid module costs."""
    bits = int.from_bytes(os.urandom(16), "big")
    bits = bits & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62  # version 4, variant of RFC 9562
    digits = f"{bits:032x}"
    return f"timer_{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _bounded(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1] + "…"


def _copy_name(name: str, entry: _Name) -> NameSnapshot:
    return NameSnapshot(
        name,
        entry.times.copy(),
        entry.unfinished,
        entry.heap,
        tuple(NameSnapshot(label, times.copy()) for label, times in entry.laps.copy().items()),
        tuple(entry.events),
        entry.event_count,
    )


def _stacks(nodes: list[tuple[int, str, int]]) -> tuple[StackTime, ...]:
    """Paths from the root; a node comes after its parent, so one pass is enough."""
    paths: list[tuple[str, ...]] = [(), (MORE,)]
    paths.extend((*paths[parent], name) for parent, name, _ in nodes[2:])
    used = (number for number in range(1, len(nodes)) if number != _MORE_NODE or nodes[number][2])
    return tuple(StackTime(paths[number], nodes[number][2]) for number in used)
