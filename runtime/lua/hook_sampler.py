"""Samples a VM by the async hook: what runs is looked at from outside, the stack is taken when the hook is called.

The hook comes late where a C function runs, or the garbage collector: when that has returned. By then each tick has
seen which it was, so its time is told from that of the function that called it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from debug.profile.recorder import GARBAGE_COLLECTOR, FrameKey
from runtime.lua.collector_watch import CollectorWatch
from runtime.lua.native_calls import NativeCalls
from runtime.lua.samples import Seen
from runtime.lua.stack_texts import Leaf
from runtime.lua.ticks import Ticks

if TYPE_CHECKING:
    from runtime.lua.async_hook import AsyncHook
    from runtime.lua.collector_watch import Look
    from runtime.lua.native_calls import Call
    from runtime.lua.samples import Samples

_COLLECT = "collectgarbage"

_KEY = b"llmspell.sample"
_KEEP = b'debug.getregistry()["llmspell.sample"] = ...'


class _Tick(NamedTuple):
    """What a tick has seen from outside."""

    at_ns: int
    call: Call | None
    collector: Look | None


class HookSampler(Ticks):
    """Samples one VM."""

    def __init__(
        self,
        hook: AsyncHook,
        runtime: Any,
        sample: Any,
        samples: Samples,
        name_builtins: Any,
        variant: str,
    ) -> None:
        """`sample` is the Lua function that takes a stack and fills `samples`, `name_builtins` another that names the
        functions of libraries. For a VM that does not run."""
        self._hook = hook
        self._samples = samples
        self._due = False
        # Lua 5.1 does not show the coroutine of a function made by `coroutine.wrap`: it is told which ones wait.
        self._is_51 = variant == "lua5.1"
        self._seen: list[_Tick] = []
        self._native: NativeCalls | None = None
        self._collector: CollectorWatch | None = None
        runtime.execute(_KEEP, sample)
        if hook.chain is not None:
            try:
                self._native = NativeCalls(hook.api, runtime, hook.main, hook.chain, name_builtins)
            except LookupError:  # then the time of C functions is their callers'
                pass
            try:
                self._collector = CollectorWatch(hook.api, runtime, hook.chain)
            except LookupError:  # then the collector's time is that of the lines where it ran
                pass
        hook.sampler = self._called

    def tick(self, _thread: int) -> None:
        """Have a sample taken soon. From a thread of its own, and again and again."""
        self._due = True
        self._hook.arm_for_sample(self._look)

    @property
    def unseen(self) -> tuple[str, ...]:
        """What runs innermost and is not told apart in this build of Lua: it counts as the line that called it."""
        kinds = (("C functions", self._native), ("the garbage collector", self._collector))
        return tuple(what for what, seen_by in kinds if seen_by is None)

    def close(self) -> None:
        """Before the VM ends."""
        self._hook.sampler = None
        if self._native is not None:
            self._native.close()

    def _look(self, state: int) -> None:
        if self._hook.has_other(state):
            self._samples.skip()
        elif self._hook.chain is not None:
            native, collector = self._native, self._collector
            now_ns = self._samples.now_ns()
            call = None if native is None else native.running(state)
            # Last: what is seen of the collector holds until the hook is set.
            self._seen.append(_Tick(now_ns, call, None if collector is None else collector.look()))

    def _called(self, state: int) -> None:
        """In a hook, on the VM's thread."""
        if not self._due:
            return
        self._due = False
        now = None if self._collector is None else self._collector.look()
        seen, self._seen = self._seen, []
        leaves = [self._leaf(state, tick, now) for tick in seen]
        if leaves.count(None) < len(leaves):  # else all of it was what the stack shows
            self._samples.seen = tuple(
                Seen(tick.at_ns, leaf) for tick, leaf in zip(seen, leaves, strict=True)
            )
        hook = self._hook
        threads: tuple[int, ...] = ()
        if self._is_51 and hook.chain is not None and state != hook.main:
            with hook.lock:  # memory is read through one pipe
                threads = tuple(hook.chain.from_main())
        hook.api.call_registered(state, _KEY, threads)

    def _leaf(self, state: int, tick: _Tick, now: Look | None) -> Leaf | None:
        """What ran innermost at a tick, where that is not what the stack shows now."""
        name, calls_top = self._ran(state, tick.call)
        watch, then = self._collector, tick.collector
        frames: tuple[FrameKey, ...] = () if name is None else (FrameKey(name, "native"),)
        if watch and then and now and watch.was_at_work(then, now, asked=name == _COLLECT):
            frames += (GARBAGE_COLLECTOR,)
        return Leaf(frames, calls_top) if frames or calls_top else None

    def _ran(self, state: int, call: Call | None) -> tuple[str | None, bool]:
        """The name of the C function that ran then and has returned, else whether it has called what runs now."""
        native = self._native
        if call is None or native is None:
            return None, False
        current = native.current(state)
        if call.caller == current:
            name = native.known_name(call)
            if name is None:
                with self._hook.lock:
                    name = native.name(call, state)
            return name, False
        return None, call.record == native.caller(current)
