"""A profile as data: what was sampled, when, on which stack. Everything else is derived from it.

Tables hold each function, place and stack once; a sample names its stack by number. A stack is a place and the
stack that called it, so stacks are a tree (as in Firefox's profiler and Chrome's `.cpuprofile`).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from debug.reports import TimerRow  # noqa: TC001  msgspec reads the types of fields

VERSION = 1

NO_PARENT = -1
"""The parent of an outermost stack."""

FunctionKind: TypeAlias = Literal["script", "native", "gc", "compiler", "outside"]
"""`native`: C functions and builtins. `gc`: the garbage collector. `compiler`: a VM compiling the script.
`outside`: time that no function of the script ran in (an event loop waiting)."""

ThreadKind: TypeAlias = Literal["main", "coroutine", "async"]


class Function(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A function that was seen running."""

    name: str
    """As its language calls it; `(main)` is a script's main chunk, `(anonymous)` one without a name."""
    kind: FunctionKind = "script"
    file: str | None = None
    line: int | None = None
    """Where it is defined, from 1."""


class Place(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A line of a function."""

    function: int
    """Into `Profile.functions`."""
    line: int | None
    """The line that ran, from 1; None where the collector sees functions only."""


class Stack(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A place and how it was reached."""

    parent: int
    """Into `Profile.stacks`, always lower than the stack's own number; `NO_PARENT` for an outermost one."""
    place: int
    """Into `Profile.places`."""


class Samples(msgspec.Struct, frozen=True):
    """One row a sample, in the order in which they were taken; a list for each column."""

    at_ns: list[int]
    """Since the start of the profile: the end of the time that the sample stands for."""
    weight_ns: list[int]
    """The time it stands for, by the clock."""
    stack: list[int]
    """Into `Profile.stacks`: the innermost place."""
    thread: list[int]
    """Into `Profile.threads`."""


class Thread(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something that runs by itself: the script, or its coroutines (async functions) that start in one function."""

    name: str
    kind: ThreadKind = "main"
    suspended_ns: int | None = None
    """How long it had been started and waited for somebody to resume it; None where that was not seen."""


class Mark(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something that happened at a moment: `profileStart`, a level that was changed."""

    at_ns: int
    name: str


class HeapPoint(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """How much the script's heap held at a moment."""

    at_ns: int
    used_bytes: int


class Allocation(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """By how much the heap grew at one stack, from sample to sample: what was allocated there, less what was freed in
    between."""

    stack: int
    """Into `Profile.stacks`."""
    allocated_bytes: int


class Profile(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="format", tag="llmspell-profile"
):
    """One run, profiled."""

    version: int
    """Of the form; `VERSION` here."""
    script: str
    """As the user named it."""
    arguments: tuple[str, ...] = ()
    engine: str
    """E.g. `lua5.4`, `js`."""
    collector: str
    """How samples were taken, in words for the reader: `async hook`, `jit.profile`."""
    fallback: str | None = None
    """Why the collector that costs least was not used; None where it was."""
    tool_version: str
    started_at: str
    """ISO 8601, UTC."""
    rate_hz: float
    """The samples a second that were asked for."""
    duration_ns: int
    """From the start of the run to its end, by the clock."""
    active_ns: int
    """How much of that sampling was switched on."""
    exit_code: int | None = None
    functions: list[Function]
    places: list[Place]
    stacks: list[Stack]
    samples: Samples
    threads: list[Thread]
    marks: list[Mark] = []
    states_ns: dict[str, int] = {}
    """The sampled time by the state that the VM was in, where it tells: `interpreted`, `compiled`, `C`, `gc`,
    `compiler`."""
    heap: list[HeapPoint] = []
    allocations: list[Allocation] = []
    timers: tuple[TimerRow, ...] = ()
    """The timers that the script started itself, with their laps."""
    source_lines: dict[str, dict[int, str]] = {}
    """The text of lines that were seen, by file and number, so that a saved profile needs no sources."""

    @property
    def sampled_ns(self) -> int:
        """The time that all samples stand for."""
        return sum(self.samples.weight_ns)

    @property
    def started_unix_ns(self) -> int:
        """`started_at` in Unix time. Raises ValueError where it is no time."""
        from datetime import UTC, datetime, timedelta

        started = datetime.fromisoformat(self.started_at)
        if started.tzinfo is None:
            raise ValueError(f"{self.started_at} has no time zone")
        return (started - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
