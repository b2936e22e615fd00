"""The scripts of a session, each a thread of it, and what a stopped one has handed out."""

from __future__ import annotations

from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple

from debug.debugger.events import SessionError, ThreadInfo
from debug.debugger.loaded import LoadedSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.debugger.events import Location, Stopped
    from debug.debugger.source import Probe, Source
    from debug.debugger.target import Call, DataOrder, Hit, Target


class FrameHandle(NamedTuple):
    """What the id of a frame stands for."""

    stop: Stop
    frame: int
    """As the agent calls it."""
    loaded: LoadedSource | None
    """None: it has no source."""
    line: int


class VariablesHandle(NamedTuple):
    """What a reference to variables stands for."""

    stop: Stop
    ref: int
    """As the agent calls it."""
    frame: int
    """The frame that it was found from."""


class StepTarget(NamedTuple):
    """A call that a step can go into."""

    call: Call
    source: LoadedSource
    entry: Probe
    """The first statement of what it calls."""
    passed: int
    """How many calls of the same function come first."""
    depths: tuple[int, ...]
    """How deep the script's stack is when it has been called."""


class Stop:
    """One stop of one script; the frames and references told of it go with it."""

    def __init__(self, script: Script, hit: Hit, told: Stopped) -> None:
        self.script = script
        self.hit = hit
        self.told = told
        self.handles: dict[int, FrameHandle | VariablesHandle | StepTarget] = {}
        self.frame_ids: dict[int, int] = {}
        self.innermost = 0
        """The agent's name of the innermost frame, once it was asked for."""


class Script:
    """A thread of the session. Its fields are guarded by `Scripts.lock`."""

    def __init__(self, id_: int, target: Target) -> None:
        self.id = id_
        self.target = target
        self.name = target.name
        self.sources: dict[int, LoadedSource] = {}
        self.watching: frozenset[DataOrder] = frozenset()
        """What its target was told last."""
        self.stop: Stop | None = None
        """None while it runs."""
        self.is_stepping = False
        """Whether a step is on its way."""
        self.terminating = False
        """Whether it was told to end; it is not stopped any more."""
        self.entering = False
        """Whether its first pause is the stop at its entry."""

    def info(self) -> ThreadInfo:
        """As clients see it."""
        return ThreadInfo(self.id, self.name, self.target.language, self.stop is not None)

    def probe_of(self, hit: Hit) -> tuple[LoadedSource, Probe] | None:
        """The probe at which a hit is."""
        loaded = self.sources.get(hit.source)
        probe = None if loaded is None else loaded.probe(hit.probe)
        return None if loaded is None or probe is None else (loaded, probe)

    def location_of(self, hit: Hit) -> Location | None:
        """Where a hit is."""
        found = self.probe_of(hit)
        return None if found is None else found[0].location(found[1])


class Scripts:
    """The scripts that there are now, and the one lock of a session.

    While it is held nothing is waited for: no script, no client.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self._by_target: dict[int, Script] = {}
        self._by_id: dict[int, Script] = {}
        self._thread_ids = count(1)
        self._source_ids = count(1)
        self._handle_ids = count(1)

    def add(self, target: Target) -> Script:
        """A script has started."""
        script = Script(next(self._thread_ids), target)
        self._by_target[id(target)] = script
        self._by_id[script.id] = script
        return script

    def remove(self, script: Script) -> None:
        """A script has ended."""
        del self._by_target[id(script.target)]
        del self._by_id[script.id]

    def of(self, target: Target) -> Script | None:
        """The script of a target, unless it has ended."""
        return self._by_target.get(id(target))

    def all(self) -> tuple[Script, ...]:
        """In the order in which they started."""
        return tuple(self._by_id.values())

    def get(self, thread: int) -> Script:
        """The script of a thread's id. Raises SessionError."""
        script = self._by_id.get(thread)
        if script is None:
            raise SessionError(f"there is no thread {thread}: it has ended, or never was")
        return script

    def stopped(self, thread: int) -> Stop:
        """The stop at which a thread is. Raises SessionError while it runs."""
        script = self.get(thread)
        if script.stop is None:
            raise SessionError(f"{script.name} is running: pause it first")
        return script.stop

    def load(self, script: Script, source: Source) -> LoadedSource:
        """A script has loaded a source."""
        loaded = LoadedSource(next(self._source_ids), script.id, script.target, source)
        script.sources[source.number] = loaded
        return loaded

    def sources(self) -> Iterator[LoadedSource]:
        """All sources, in the order in which they were loaded."""
        every = [loaded for script in self._by_id.values() for loaded in script.sources.values()]
        every.sort(key=lambda loaded: loaded.info.id)
        return iter(every)

    def frame_id(self, stop: Stop, frame: int, loaded: LoadedSource | None, line: int) -> int:
        """The id by which clients know a frame; the same one each time."""
        known = stop.frame_ids.get(frame)
        if known is None:
            known = stop.frame_ids[frame] = next(self._handle_ids)
            stop.handles[known] = FrameHandle(stop, frame, loaded, line)
        return known

    def reference(self, stop: Stop, ref: int, frame: int) -> int:
        """The reference by which clients know variables; 0 for none."""
        if ref <= 0:
            return 0
        id_ = next(self._handle_ids)
        stop.handles[id_] = VariablesHandle(stop, ref, frame)
        return id_

    def target_id(self, stop: Stop, target: StepTarget) -> int:
        """The id by which clients know a call to step into."""
        id_ = next(self._handle_ids)
        stop.handles[id_] = target
        return id_

    def step_target(self, stop: Stop, id_: int) -> StepTarget:
        """What the id of a call stands for. Raises SessionError for one that is of no call of this stop."""
        handle = stop.handles.get(id_)
        if handle is None or isinstance(handle, FrameHandle | VariablesHandle):
            raise SessionError(f"there is no call {id_} to step into any more: the script has gone on")
        return handle

    def frame(self, id_: int) -> FrameHandle:
        """What a frame's id stands for. Raises SessionError for one of a stop that is over."""
        handle = self._handle(id_)
        if not isinstance(handle, FrameHandle):
            raise SessionError(f"there is no frame {id_} any more: the script has gone on")
        return handle

    def variables(self, reference: int) -> VariablesHandle:
        """What a reference stands for. Raises SessionError for one of a stop that is over."""
        handle = self._handle(reference)
        if not isinstance(handle, VariablesHandle):
            raise SessionError(f"there are no variables {reference} any more: the script has gone on")
        return handle

    def _handle(self, id_: int) -> FrameHandle | VariablesHandle | StepTarget | None:
        for script in self._by_id.values():
            if script.stop is not None and (found := script.stop.handles.get(id_)) is not None:
                return found
        return None
