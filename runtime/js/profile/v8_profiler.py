"""V8's own sampling profiler, for one isolate.

A thread of V8's sends the script's thread a signal for each sample, and notes the stack that it finds: the script runs
as it was written, at the cost that node's `--cpu-prof` has. What was sampled is read in pieces: an interrupt of the
script begins a piece and ends the one before it, so that nothing but the last piece is open whatever happens.

The functions are those of `v8-profiler.h`, which mini-racer's library exports on Linux and macOS.

The signal is SIGPROF, whose handler is the process's: where somebody else has it (LuaJIT) there is no profiler to be
had.
"""

from __future__ import annotations

import ctypes
import sys
from threading import Lock
from typing import Any, NamedTuple

from runtime import profiling_signal

_POINTER, _INT, _UINT, _BOOL, _TEXT = (
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_uint,
    ctypes.c_bool,
    ctypes.c_char_p,
)
_SYMBOLS: dict[str, tuple[Any, ...]] = {
    "current": ("_ZN2v87Isolate13TryGetCurrentEv", _POINTER),
    "soon": ("_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_", None, _POINTER, _POINTER, _POINTER),
    "string": (
        "_ZN2v86String11NewFromUtf8EPNS_7IsolateEPKcNS_13NewStringTypeEi",
        _POINTER,
        _POINTER,
        _TEXT,
        _INT,
        _INT,
    ),
    "new": (
        "_ZN2v811CpuProfiler3NewEPNS_7IsolateENS_22CpuProfilingNamingModeENS_23CpuProfilingLoggingModeE",
        _POINTER,
        _POINTER,
        _INT,
        _INT,
    ),
    "dispose": ("_ZN2v811CpuProfiler7DisposeEv", None, _POINTER),
    "set_interval": ("_ZN2v811CpuProfiler19SetSamplingIntervalEi", None, _POINTER, _INT),
    "start": (
        "_ZN2v811CpuProfiler5StartENS_5LocalINS_6StringEEENS_16CpuProfilingModeEbj",
        ctypes.c_uint64,
        _POINTER,
        _POINTER,
        _INT,
        _BOOL,
        _UINT,
    ),
    "stop": ("_ZN2v811CpuProfiler4StopEj", _POINTER, _POINTER, _UINT),
    "delete": ("_ZN2v810CpuProfile6DeleteEv", None, _POINTER),
    "sample_count": ("_ZNK2v810CpuProfile15GetSamplesCountEv", _INT, _POINTER),
    "sample": ("_ZNK2v810CpuProfile9GetSampleEi", _POINTER, _POINTER, _INT),
    "sample_us": ("_ZNK2v810CpuProfile18GetSampleTimestampEi", ctypes.c_int64, _POINTER, _INT),
    "sample_state": ("_ZNK2v810CpuProfile14GetSampleStateEi", _INT, _POINTER, _INT),
    "name": ("_ZNK2v814CpuProfileNode18GetFunctionNameStrEv", _TEXT, _POINTER),
    "url": ("_ZNK2v814CpuProfileNode24GetScriptResourceNameStrEv", _TEXT, _POINTER),
    "script": ("_ZNK2v814CpuProfileNode11GetScriptIdEv", _INT, _POINTER),
    "line": ("_ZNK2v814CpuProfileNode13GetLineNumberEv", _INT, _POINTER),
    "column": ("_ZNK2v814CpuProfileNode15GetColumnNumberEv", _INT, _POINTER),
    "parent": ("_ZNK2v814CpuProfileNode9GetParentEv", _POINTER, _POINTER),
    "hit_count": ("_ZNK2v814CpuProfileNode11GetHitCountEv", _UINT, _POINTER),
    "line_count": ("_ZNK2v814CpuProfileNode15GetHitLineCountEv", _UINT, _POINTER),
    "lines": ("_ZNK2v814CpuProfileNode12GetLineTicksEPNS0_8LineTickEj", _BOOL, _POINTER, _POINTER, _UINT),
}
_FUNCTION_LINES, _CALLER_LINES = 0, 1
"""`CpuProfilingMode`: nodes are functions, with the line they are defined in; or calls of them, with the line of the
call."""
_DEBUG_NAMES, _LAZY = 1, 0
_NO_LIMIT = 0xFFFFFFFF
_STARTED = 0
_MANY = 1 << 20
"""Samples of one line in a piece: more are no figure of V8's."""
_OnInterrupt = ctypes.CFUNCTYPE(None, _POINTER, _POINTER)


_handler = Lock()
_users = 0
"""Profilers that V8's handler of the signal is there for."""


class Unavailable(Exception):
    """This build of V8 cannot be asked to profile."""


class _LineTick(ctypes.Structure):
    _fields_ = (("line", _UINT), ("column", _UINT), ("hit_count", _UINT))


class Node(NamedTuple):
    """A function as it was called by another, and that by a third."""

    name: str
    url: str
    """Of the text it stands in, as V8 knows it; of builtins nothing."""
    script: int
    """V8's number of that text; 0 of builtins and what is no function."""
    line: int
    column: int
    """Where it is defined, both from 1."""
    parent: int
    """Among the piece's nodes; -1 of the root."""
    called_at: int | None = None
    """The line of the call, in the function that made it."""


class Sample(NamedTuple):
    """What ran at a moment."""

    at_ns: int
    """Of the monotonic clock."""
    node: int
    line: int | None
    """Of its function."""
    state: int
    """What V8 did: `StateTag` in `v8-unwinder.h`."""


class Piece(NamedTuple):
    """What was sampled in a while."""

    nodes: list[Node]
    samples: list[Sample]
    """By time."""


class V8Profiler:
    """Of one isolate; has to live as long as it."""

    def __init__(self, library: Any, rate_hz: float, *, with_lines: bool = False) -> None:
        """On the isolate's thread. `with_lines` is for lines of calls: without, only the innermost line is known.

        Raises `Unavailable`.
        """
        if sys.platform == "win32":
            raise Unavailable("there is no SIGPROF")
        try:
            self._v8 = {
                name: ctypes.CFUNCTYPE(*types)((symbol, library))
                for name, (symbol, *types) in _SYMBOLS.items()
            }
        except AttributeError as problem:
            raise Unavailable(str(problem)) from problem
        self._isolate = self._v8["current"]()
        if not self._isolate:
            raise Unavailable("no isolate is current")
        _take_signal()
        self._interval_us = max(1, round(1e6 / rate_hz))
        self._callback = _OnInterrupt(self._on_interrupt)
        self._profiler: int | None = None
        self._modes = (_FUNCTION_LINES, _CALLER_LINES) if with_lines else (_FUNCTION_LINES,)
        self._open: tuple[int, ...] = ()
        self._stopped: list[int] = []
        self._pieces = 0
        self._finished: list[tuple[int, ...]] = []
        self._done: list[int] = []
        self._reading = Lock()
        self._is_asked = False

    def begin(self) -> None:
        """Sample from now on. On the isolate's thread, within a call of the script's world."""
        if self._profiler is None:
            v8 = self._v8
            self._profiler = v8["new"](self._isolate, _DEBUG_NAMES, _LAZY)
            v8["set_interval"](self._profiler, self._interval_us)
            self._open = self._start()

    def request_piece(self) -> None:
        """Have the piece that is open finished when the script runs next. From any thread, before `end`."""
        if self._profiler is not None and not self._is_asked:
            self._is_asked = True
            address = ctypes.cast(self._callback, _POINTER).value
            self._v8["soon"](self._isolate, address, None)

    def end(self) -> None:
        """Sample no more. On the isolate's thread, or while that does nothing; pieces can still be taken."""
        profiler, self._profiler = self._profiler, None
        if profiler is not None:
            self._finish(profiler, self._open)
            self._stopped.append(profiler)

    def give_back(self) -> None:
        """Give back what was held for pieces. As `end`, after it and after the last of them was taken."""
        self._give_back()
        while self._stopped:
            self._v8["dispose"](self._stopped.pop())

    def close(self) -> None:
        """It is not begun again."""
        _give_signal_back()

    def take(self) -> list[Piece]:
        """The pieces that are finished, each once. From any thread while the isolate lives, one at a time."""
        with self._reading:
            taken = []
            while self._finished:
                profiles = self._finished.pop(0)
                taken.append(self._read(*profiles))
                self._done += profiles
            return taken

    def _on_interrupt(self, *_: Any) -> None:
        self._is_asked = False
        profiler, before = self._profiler, self._open
        if profiler is not None:
            self._open = self._start()
            self._finish(profiler, before)
            self._give_back()

    def _start(self) -> tuple[int, ...]:
        """The same samples are noted in each mode."""
        started = []
        for mode in self._modes:
            self._pieces += 1
            # The title has to be another one each time; it is a handle of the call that is under way.
            title = self._v8["string"](self._isolate, b"%d" % self._pieces, 0, -1)
            number = self._v8["start"](self._profiler, title, mode, True, _NO_LIMIT)
            if number >> 32 != _STARTED:
                break
            started.append(number & 0xFFFFFFFF)
        return tuple(started)

    def _finish(self, profiler: int, numbers: tuple[int, ...]) -> None:
        profiles = [self._v8["stop"](profiler, number) for number in numbers]
        if profiles and all(profiles):
            self._finished.append(tuple(profiles))

    def _give_back(self) -> None:
        while self._done:
            self._v8["delete"](self._done.pop())

    def _read(self, profile: int, calls: int | None = None) -> Piece:
        """`calls` is the profile of the same time whose nodes are calls."""
        v8 = self._v8
        sample, sample_us, sample_state = v8["sample"], v8["sample_us"], v8["sample_state"]
        call_of: dict[int, int] = {}
        if calls is not None:
            call_of = {sample_us(calls, at): sample(calls, at) for at in range(v8["sample_count"](calls))}
        tree = _Tree(v8)
        samples, lines = [], dict[int, list[int]]()
        for index in range(v8["sample_count"](profile)):
            at_us, node = sample_us(profile, index), sample(profile, index)
            # V8 tells how often each line of a node was seen, not in which sample.
            left = lines.get(node)
            if left is None:
                left = lines[node] = self._lines(node)
            line = left.pop() if left else None
            number = tree.number(node, call_of.get(at_us))
            samples.append(Sample(at_us * 1000, number, line, sample_state(profile, index)))
        return Piece(tree.nodes, samples)

    def _lines(self, node: int) -> list[int]:
        """The lines of a node that were seen, each as often as it was."""
        v8 = self._v8
        count = v8["line_count"](node)
        ticks = (_LineTick * (2 * count))()  # room for what a later V8 may add
        if not count or not v8["lines"](node, ctypes.addressof(ticks), count):
            return []
        seen = [one.line for one in ticks[:count] for _ in range(min(one.hit_count, _MANY))]
        return seen if len(seen) <= v8["hit_count"](node) else []


class _Tree:
    """The nodes of a piece, as they are asked for."""

    def __init__(self, v8: dict[str, Any]) -> None:
        self.nodes: list[Node] = []
        self._v8 = v8
        self._numbers: dict[tuple[int, int | None], int] = {}

    def number(self, address: int, call: int | None) -> int:
        """Of a node, and of the one that stands for it where nodes are calls."""
        above = self._v8["parent"]
        path = []
        at: int | None = address
        while at and (at, call) not in self._numbers:
            path.append((at, call))
            at, call = above(at), call and above(call)
        number = self._numbers[at, call] if at else -1
        for one in reversed(path):
            self.nodes.append(self._node(*one, parent=number))
            number = self._numbers[one] = len(self.nodes) - 1
        return number

    def _node(self, address: int, call: int | None, parent: int) -> Node:
        v8 = self._v8
        return Node(
            _text(v8["name"](address)),
            _text(v8["url"](address)),
            v8["script"](address),
            v8["line"](address),
            v8["column"](address),
            parent,
            v8["line"](call) if call else None,
        )


def _take_signal() -> None:
    global _users
    with _handler:
        if not _users and profiling_signal.ignore_by_default():
            raise Unavailable("another profiler has SIGPROF")
        _users += 1


def _give_signal_back() -> None:
    global _users
    with _handler:
        _users -= 1


def _text(text: bytes | None) -> str:
    return "" if text is None else text.decode("utf-8", "replace")
