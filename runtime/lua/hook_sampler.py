"""Samples a VM by the async hook: what runs is looked at from outside, the stack is taken when the hook is called.

The hook comes late where a C function runs: when that has returned. By then each tick has seen which it was, so its
time is told from that of the function that called it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from debug.profile.recorder import FrameKey
from runtime.lua.native_calls import NativeCalls
from runtime.lua.samples import Seen
from runtime.lua.stack_texts import Leaf
from runtime.lua.ticks import Ticks

if TYPE_CHECKING:
    from runtime.lua.async_hook import AsyncHook
    from runtime.lua.native_calls import Call
    from runtime.lua.samples import Samples

_KEY = b"llmspell.sample"
_KEEP = b'debug.getregistry()["llmspell.sample"] = ...'


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
        self._seen: list[tuple[int, Call | None]] = []
        self._native: NativeCalls | None = None
        runtime.execute(_KEEP, sample)
        if hook.chain is not None:
            try:
                self._native = NativeCalls(hook.api, runtime, hook.main, hook.chain, name_builtins)
            except LookupError:  # then the time of C functions is their callers'
                pass
        hook.sampler = self._called

    def tick(self, _thread: int) -> None:
        """Have a sample taken soon. From a thread of its own, and again and again."""
        self._due = True
        self._hook.arm_for_sample(self._look)

    def close(self) -> None:
        """Before the VM ends."""
        self._hook.sampler = None
        if self._native is not None:
            self._native.close()

    def _look(self, state: int) -> None:
        if self._hook.has_other(state):
            self._samples.skip()
        elif self._native is not None:
            self._seen.append((self._samples.now_ns(), self._native.running(state)))

    def _called(self, state: int) -> None:
        """In a hook, on the VM's thread."""
        if not self._due:
            return
        self._due = False
        seen, self._seen = self._seen, []
        # As long as no C function was seen, all of it was what the stack shows. A loop: `any` would make a generator.
        for _, seen_call in seen:
            if seen_call is not None:
                self._samples.seen = tuple(Seen(at_ns, self._leaf(state, call)) for at_ns, call in seen)
                break
        hook = self._hook
        threads: tuple[int, ...] = ()
        if self._is_51 and hook.chain is not None and state != hook.main:
            with hook.lock:  # memory is read through one pipe
                threads = tuple(hook.chain.from_main())
        hook.api.call_registered(state, _KEY, threads)

    def _leaf(self, state: int, call: Call | None) -> Leaf | None:
        native = self._native
        if call is None or native is None:
            return None
        current = native.current(state)
        if call.caller == current:
            name = native.known_name(call)
            if name is None:
                with self._hook.lock:
                    name = native.name(call, state)
            return Leaf(FrameKey(name, "native"))
        if call.record == native.caller(current):
            return Leaf(None, calls_top=True)
        return None
