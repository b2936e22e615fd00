"""One Lua VM with the Debug global in it: lupa's runtime, the preludes, the limits that hold inside Lua."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from runtime.lua.async_hook import AsyncHook, HookUnavailable
from runtime.lua.convert import to_lua

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.bridge import DebugBridge
    from runtime.lua.debugger.target import LuaTarget
    from runtime.lua.popen import Pipes
    from runtime.lua.profiler import Profiler
    from runtime.lua.steady_hook import SteadyHook
    from runtime.lua.variants import Variant

OWN = b"=[llmspell]"
"""The chunk name of the preludes; frames of that source are ours."""

MESSAGE_LIMITS = (3, 50, 10, 10, False)
"""Depth, string length, array elements, pairs, addresses: what a compact dump shows."""
DATA_LIMITS = (20, 10_000, 1_000, 1_000, False)
"""The same for data of entries, results and thrown values."""


class LimitUnavailable(Exception):
    """The VM does not start with a limit of memory."""


class LuaVM:
    """A VM that is ready to run a script. Not thread-safe, save for `interrupt`."""

    def __init__(
        self,
        variant: Variant,
        bridge: DebugBridge,
        *,
        poll: Callable[[], tuple[bool, bytes | None, int]],
        failed: Callable[..., None],
        exit: Callable[[int, bool], None],
        stopping: Callable[[], bool] | None = None,
        wait: Callable[[], None] | None = None,
        interrupted: Callable[[], None] | None = None,
        max_memory_bytes: int | None = None,
        sandbox_folder: str | None = None,
        sandbox: bool = False,
        max_depth: int = 50,
        with_locals: bool = False,
        profiler: Profiler | None = None,
        debugger: LuaTarget | None = None,
    ) -> None:
        """`poll` tells what was asked from outside, `failed` takes an error where it is thrown, `exit` a call of
        `os.exit`, `stopping` tells whether the script was asked to end, `wait` returns when all entries have been
        shown (None: printing does not wait for them); `interrupted` is told of a program that died of Ctrl-C;
        `profiler` takes samples of the run; `debugger` stops it.

        Raises `LimitUnavailable`, and MemoryError where the limit is too low to start with."""
        self.variant = variant
        self.module = import_module(variant.module)
        options: dict[str, Any] = {"encoding": None, "unpack_returned_tuples": True}
        if sandbox:
            options |= {
                "register_eval": False,
                "register_builtins": False,
                "attribute_filter": _refuse_attributes,
            }
        if max_memory_bytes is not None:
            options["max_memory"] = max_memory_bytes
        self._limited = max_memory_bytes is not None
        self._stopping = stopping
        self._pipes: Pipes | None = None
        try:
            self._runtime: Any = self.module.LuaRuntime(**options)
        except self.module.LuaError as error:
            raise LimitUnavailable(str(error)) from error
        runtime = self._runtime
        self._load = runtime.eval(
            b"(function(load) return function(text)"
            b' return assert(load(text, "=[llmspell]")) end end)(loadstring or load)'
        )
        self._debugger = debugger
        if debugger is not None:
            debugger.install(runtime, variant)
        host = runtime.table_from(self._host(bridge, poll, failed, exit))
        self._profiler = profiler
        for name, function in () if profiler is None else profiler.host(bridge).items():
            host[name] = function
        if wait is not None:
            host[b"wait"] = wait
        if not sandbox:
            host[b"interrupted"] = interrupted or (lambda: None)
            if os.name == "posix" and not variant.name.startswith("luajit"):
                host[b"open_pipe"], host[b"close_pipe"] = self._open_pipe, self._close_pipe
        debugger_host = None if debugger is None else runtime.table_from(debugger.host())
        if max_memory_bytes is not None:
            self._lift_limit_for(host, max_memory_bytes)
            if debugger_host is not None:
                self._lift_limit_for(debugger_host, max_memory_bytes)
        if wait is not None:
            self._run(b"ordered.lua", host)
        if not sandbox:
            self._run(b"children.lua", host)
            self._run(b"popen.lua", host)
        limits = runtime.table_from(
            {b"message": runtime.table_from(MESSAGE_LIMITS), b"data": runtime.table_from(DATA_LIMITS)}
        )
        bottom = runtime.table()
        control = runtime.table_from(
            {b"max_depth": max_depth, b"locals": with_locals, b"limited": self._limited}
        )
        pictures = self._run(b"picture.lua")
        take_stack = self._run(b"stack.lua", pictures, OWN, bottom)
        debug, tools = self._run(b"prelude.lua", host, pictures, take_stack, control, limits)
        self._run(b"timers.lua", host, pictures, control, limits, debug, tools)
        debug = self._run(b"api.lua", debug)
        self._run(b"runner.lua", host, pictures, take_stack, control, bottom, limits, OWN)
        self._control: Any = control
        self._main: Any = None
        lua_globals = runtime.globals()
        lua_globals[b"Debug"] = debug
        self._hook: AsyncHook | SteadyHook | None = None
        try:
            self._hook = AsyncHook(self.module, runtime, variant.name, control.service)
        except HookUnavailable:
            self._hook = self._steady_hook(control.service)
        if profiler is not None:
            functions = self._run(b"profile.lua", host, pictures, bottom, OWN, profiler.with_memory)
            profiler.attach(self._hook, runtime, functions, pictures.name_builtins, variant.name, self._run)
        if debugger is not None:
            debugger.reach(self._hook)
            debugger.connect(debugger_host, pictures, control, bottom, debug)
        lua_globals.os[b"exit"] = control.exit
        if sandbox:
            self._run(b"sandbox.lua", control.exit, _module_reader(sandbox_folder), control.compile)

    def set_paths(self, lua: tuple[list[str], list[str]], c: tuple[list[str], list[str]]) -> None:
        """Extend `package.path` and `package.cpath`: what goes before and what goes after, no place twice."""
        package = self._runtime.globals().package
        for key, (before, after) in ((b"path", lua), (b"cpath", c)):
            places = [*map(os.fsencode, before), *package[key].split(b";"), *map(os.fsencode, after)]
            package[key] = b";".join(dict.fromkeys(places))

    def set_arguments(self, name: bytes, arguments: list[bytes]) -> None:
        """The global `arg`: the script at 0, its arguments from 1."""
        runtime = self._runtime
        runtime.globals()[b"arg"] = runtime.table_from(dict(enumerate([name, *arguments])))

    def open_to_c_modules(self) -> None:
        """Let C modules find Lua's functions in lupa's shared object. For one kind of VM in a process."""
        import ctypes

        path = self.module.__file__
        assert path is not None
        ctypes.CDLL(path, os.RTLD_NOW | os.RTLD_GLOBAL | getattr(os, "RTLD_NOLOAD", 0))

    def compile(self, text: bytes, name: bytes) -> bytes | None:
        """Make a script ready to run; Lua's message where it does not compile."""
        result = self._control.compile(text, name)
        if not isinstance(result, tuple):
            self._main = result
            return None
        problem: bytes = result[1]
        return problem

    # Exceptions of Python that go through the script are kept by lupa, with the frames below them: a frame that held
    # the runtime or anything of it would be a circle. Python's collector cannot undo it safely: finalizers of Lua
    # would run on a runtime that is half cleared. So no local variable of `run` or of its callers does.

    def run(self, arguments: list[bytes]) -> tuple[bool, bytes | None]:
        """Call what was compiled. True and the pictures of its results, or False and the error where that is a string.

        Raises what lupa raises where the VM was stopped hard or had no memory left.
        """
        from threading import get_ident

        if self._hook is not None:
            self._hook.thread = get_ident()
        if self._profiler is not None:
            self._profiler.start(get_ident())
        ok, result = self._control.run(self._main, self._runtime.table_from(arguments), len(arguments))
        return ok, result

    def interrupt(self) -> None:
        """The VM calls `poll` soon. From any thread; repeat it until it has."""
        if self._hook is not None:
            self._hook.arm()

    def settle(self) -> None:
        """After a run: no hook is left, and the limit of memory holds no more."""
        if self._profiler is not None:
            self._profiler.stop()
        if self._hook is not None:
            self._hook.disarm()
        if self._limited:
            self._limited = False
            self._runtime.set_max_memory(0)

    def collect(self) -> None:
        """Run a full collection."""
        self._runtime.gccollect()

    def close(self) -> None:
        """End the VM; finalizers run."""
        if self._profiler is not None:
            self._profiler.close()
        if self._hook is not None:
            self._hook.close()
            self._hook = None
        if self._debugger is not None:
            self._debugger.close()
        self._main = None
        self._control = None
        self._load = None
        self._runtime = None
        if self._pipes is not None:
            self._pipes.wait()

    def _open_pipe(self, *handle_and_command: Any) -> Any:
        if self._pipes is None:
            from runtime.lua.popen import Pipes

            self._pipes = Pipes(self.variant.library_version, self._stopping)
        return self._pipes.open(*handle_and_command)

    def _close_pipe(self, number: int) -> Any:
        assert self._pipes is not None
        return self._pipes.close(number)

    def _lift_limit_for(self, host: Any, max_memory_bytes: int) -> None:
        def lift() -> None:
            if self._limited:
                self._runtime.set_max_memory(0)

        def lower() -> None:
            if self._limited:
                self._runtime.set_max_memory(max_memory_bytes)

        self._run(b"lifted.lua", host, lift, lower)

    def _steady_hook(self, service: Any) -> SteadyHook:
        from runtime.lua.steady_hook import SteadyHook

        def start(*arguments: Any) -> Any:
            return self._run(b"steady.lua", *arguments)

        return SteadyHook(self._runtime, start, service, is_luajit=self.variant.name.startswith("luajit"))

    def _run(self, prelude: bytes, *arguments: Any) -> Any:
        return self._load(_source(prelude.decode()))(*arguments)

    def _host(self, bridge: DebugBridge, poll: Any, failed: Any, exit: Any) -> dict[bytes, Any]:
        vm = self

        def as_table(call: Callable[..., Any]) -> Callable[..., Any]:
            def answer(*arguments: Any) -> Any:
                return to_lua(vm._runtime, call(*arguments))

            return answer

        def as_bytes(call: Callable[..., str]) -> Callable[..., bytes]:
            def answer(*arguments: Any) -> bytes:
                return call(*arguments).encode("utf-8", "surrogatepass")

            return answer

        def timer_start(name: bytes, parent: int | None, heap_bytes: int) -> tuple[int, bytes, bytes]:
            handle, identity, _ = bridge.timer_start(name, parent, heap_bytes)
            return handle, identity.encode(), name

        def memory_stats(used_bytes: int | None, collections: int) -> Any:
            return to_lua(vm._runtime, bridge.memory_stats(used_bytes, used_bytes, collections))

        return {
            b"emit": bridge.emit,
            b"emit_value": bridge.emit_value,
            b"warn": bridge.warn,
            b"threshold": bridge.threshold,
            b"levels": bridge.levels,
            b"level_of": bridge.level_of,
            b"set_level": bridge.set_level,
            b"get_level": as_bytes(bridge.get_level),
            b"set_enabled": bridge.set_enabled,
            b"is_enabled": bridge.is_enabled,
            b"add_filter": bridge.add_filter,
            b"add_advanced_filter": bridge.add_advanced_filter,
            b"remove_filter": bridge.remove_filter,
            b"clear_filters": bridge.clear_filters,
            b"set_default_filter": bridge.set_default_filter,
            b"filter_summary": as_table(bridge.filter_summary),
            b"timer_start": timer_start,
            b"timer_stop": bridge.timer_stop,
            b"timer_lap": bridge.timer_lap,
            b"timer_elapsed": bridge.timer_elapsed,
            b"timer_discard": bridge.timer_discard,
            b"timer_event": bridge.timer_event,
            b"performance_report": as_bytes(bridge.performance_report),
            b"json_report": as_bytes(bridge.json_report),
            b"flame_graph": as_bytes(bridge.flame_graph),
            b"memory_stats": memory_stats,
            b"memory_snapshot": as_table(bridge.memory_snapshot),
            b"profile_start": bridge.profile_start,
            b"profile_stop": bridge.profile_stop,
            b"entries": as_table(bridge.entries),
            b"clear_entries": bridge.clear_entries,
            b"dump_limits": lambda options: to_lua(vm._runtime, bridge.dump_limits(options)),
            b"dump": as_bytes(bridge.dump),
            b"stack_options": bridge.stack_options,
            b"stack_text": as_bytes(bridge.stack_text),
            b"stack_json": as_table(bridge.stack_json),
            b"poll": poll,
            b"failed": failed,
            b"exit": exit,
        }


def _source(name: str) -> bytes:
    """The text of a prelude, from wherever this package was imported."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return text


def _refuse_attributes(_target: object, _name: object, _setting: bool) -> Any:
    raise AttributeError("the sandbox gives no access to Python")


def _module_reader(folder: str | None) -> Callable[[bytes], tuple[bytes | None, bytes]]:
    """Reads a module's text from below `folder`, and only from there, links followed."""

    def read(name: bytes) -> tuple[bytes | None, bytes]:
        if folder is None:
            return None, b"a script from standard input has no folder"
        relative = name.replace(b".", b"/")
        root = os.path.realpath(os.fsencode(folder))
        for candidate in (relative + b".lua", relative + b"/init.lua"):
            if b"\0" in candidate:
                break
            path = os.path.realpath(os.path.join(root, candidate))
            if os.path.commonpath([root, path]) == root and path.endswith(b".lua") and os.path.isfile(path):
                with open(path, "rb") as file:
                    return file.read(), os.path.relpath(path)
        return None, b"no file " + relative + b".lua or " + relative + b"/init.lua"

    return read
