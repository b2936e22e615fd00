"""One V8 isolate through mini-racer's C functions: evaluating, calling, cancelling, and the bell.

mini-racer's own way to Python (a promise answered by an event loop) reaches nobody while a script runs. The
callback that V8 makes runs on the isolate's thread with the script blocked, though, and that is the bell: a call
that returns when Python has done what was asked. The names used here are those of mini-racer 0.14 and are no
promise of it, so this is the one place that knows them; where they are other than expected, `IsolateUnavailable`
is raised, and `runtime.js.public_isolate` does the same without a bell.
"""

from __future__ import annotations

import ctypes
from json import loads
from threading import Lock
from typing import TYPE_CHECKING, Any

from runtime.js import heap_figures, stray_errors
from runtime.js.memory_guard import MemoryGuard
from runtime.js.outcome import HeapExhausted, OutOfMemory, ParseFailure, ScriptFailure, Terminated

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.js.whereabouts import Site, Whereabouts

_RESULT, _WITHIN, _LAST, _BELL = 1, 2, 3, 1 << 40
"""Ids of callbacks: the end of a task, of one that is for `within`, of the last one, and the bell."""

_BOOLEAN, _INTEGER, _DOUBLE, _TEXT, _UNDEFINED, _FUNCTION, _SHARED_BUFFER = 2, 3, 4, 5, 11, 100, 101
_PARSE_FAILURE, _OUT_OF_MEMORY, _TIMEOUT, _TERMINATED, _FIRST_FAILURE = 201, 202, 203, 204, 200
"""Types of values (`mini_racer.cc`)."""

_NEEDED = (
    "mr_init_context",
    "mr_free_context",
    "mr_eval",
    "mr_call_function",
    "mr_cancel_task",
    "mr_free_value",
    "mr_alloc_string_val",
    "mr_alloc_int_val",
    "mr_array_push",
    "mr_make_js_callback",
    "mr_get_object_item",
    "mr_set_hard_memory_limit",
    "mr_hard_memory_limit_reached",
    "mr_heap_stats",
)


_given_up: list[Isolate] = []
"""Their threads wait for ever, and what C may still reach is kept."""


_making = Lock()
"""V8 sets up its address space with the first isolate, and two that are made at once both try: it aborts then."""


def _keep_state() -> None:
    """Keep what Python has to know of this thread, which is none of its own: else each callback makes it anew, and a
    bell takes eight times as long.
    """
    ctypes.pythonapi.PyGILState_Ensure()


def _let_state_go() -> None:
    """Undo it, on the same thread."""
    ctypes.pythonapi.PyGILState_Release(_LOCKED)


_LOCKED = 0
"""PyGILState_LOCKED: what the thread was when its state was kept."""


class IsolateUnavailable(Exception):
    """mini-racer is not built as this module expects it."""


class Function:
    """A function of the script's world. Belongs to its isolate and ends with it."""

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw = raw


class Isolate:
    """A V8 isolate with one context. One task at a time; `cancel` from any thread."""

    has_bell = True
    _bell_is_tested = False

    def __init__(self, on_bell: Callable[[], None]) -> None:
        """`on_bell` runs on the isolate's thread, the script blocked, and must not raise nor use the isolate.

        Raises `IsolateUnavailable`.
        """
        try:
            from py_mini_racer._dll import init_mini_racer, mr_callback_func

            self._dll: Any = init_mini_racer(ignore_duplicate_init=True)
            for name in _NEEDED:
                getattr(self._dll, name)
        except (ImportError, AttributeError) as problem:
            raise IsolateUnavailable(str(problem)) from problem
        self._on_bell = on_bell
        self._ended = Lock()  # held while a task runs
        self._ended.acquire()
        self._raw_result: Any = None
        self._task: int | None = None
        self._cancelled = False
        self._guard = Lock()
        self._action: Callable[[], None] = lambda: None
        self._arrays: dict[tuple[Any, ...], Any] = {}
        # The C side calls it for as long as the context lives.
        callback: Any = self._from_v8
        self._callback: Any = mr_callback_func(callback)
        with _making:
            self._context: int | None = self._dll.mr_init_context(self._callback)
        self._heap_limit_bytes = int(loads(self._heap_json())["heap_size_limit"])
        self._memory = MemoryGuard(self._dll, self._heap_limit_bytes, self._give_up)
        self._whereabouts: Whereabouts | None = None
        self._stray_errors: Any = None
        self._is_watched = False
        self._is_given_up = False
        if not Isolate._bell_is_tested:
            self._test_bell()

    def _test_bell(self) -> None:
        """Once a process: whether the bell rings while a script waits, and the script goes on after it."""
        rung: list[bool] = []
        on_bell, self._on_bell = self._on_bell, lambda: rung.append(True)
        rings = self.evaluate("(bell) => { bell(); return 42 }")
        answer = self.call(rings, self.bell()) if isinstance(rings, Function) else None
        self._on_bell = on_bell
        if (rung, answer) != ([True], 42):
            self.close()
            raise IsolateUnavailable("the bell does not ring")
        Isolate._bell_is_tested = True

    def evaluate(self, text: str) -> Any:
        """The value of a script: None, a number, text, a `Function`, a memoryview; other kinds are None.

        Raises what `runtime.js.outcome` describes.
        """
        dll, context = self._dll, self._context
        code = self._text(text)
        try:
            return self._run(lambda: dll.mr_eval(context, code, _RESULT))
        finally:
            self._free(code)

    def call(self, function: Function, *arguments: Function | int | None) -> Any:
        """What a function returns, as `evaluate`. Raises the same."""
        dll, context = self._dll, self._context
        values = self._arrays.get(arguments)
        if values is None:
            values = self._array_of(arguments)
        nothing = dll.mr_alloc_int_val(context, 0, _UNDEFINED)
        try:
            return self._run(lambda: dll.mr_call_function(context, function.raw, nothing, values, _RESULT))
        finally:
            self._free(nothing)

    def prepare(self, *arguments: Function | int | None) -> None:
        """Make what a later `call` with these arguments takes: before a script can take arrays apart."""
        self._arrays[arguments] = self._array_of(arguments)

    def bell(self) -> Function:
        """A function of JavaScript that calls `on_bell` and returns when it has returned."""
        return Function(self._dll.mr_make_js_callback(self._context, _BELL))

    def within(self, action: Callable[[], None]) -> None:
        """Run `action` on the isolate's thread while no task runs there; also after `cancel`. It must not raise."""
        if self._is_given_up:  # its thread waits for ever, and disturbs nobody
            action()
            return
        code = self._text("0")
        self._action = action
        try:
            self._dll.mr_eval(self._context, code, _WITHIN)
            self._ended.acquire()
        finally:
            self._free(code)

    def cancel(self) -> None:
        """End the task that runs now and begin no other: their callers get `Terminated`. From any thread."""
        with self._guard:
            self._cancelled = True
            if self._task is not None and self._context is not None:
                self._dll.mr_cancel_task(self._context, self._task)

    def where(self) -> tuple[Site, ...]:
        """Where the task is that runs now, innermost first; none where it does not tell. From any thread."""
        from runtime.js.whereabouts import Whereabouts

        with self._guard:
            if self._task is None or self._context is None:
                return ()
            asked = self._whereabouts = self._whereabouts or Whereabouts(self._dll)
            is_asked = asked.request(self._memory.isolate)
        return asked.answer() if is_asked else ()

    def set_memory_limit(self, limit_bytes: int) -> None:
        """What the script may hold; the task that goes past it gets `OutOfMemory`."""
        self._memory.limit_bytes = limit_bytes
        self._dll.mr_set_hard_memory_limit(self._context, limit_bytes)

    @property
    def library(self) -> Any:
        """mini-racer's, which V8 is in."""
        return self._dll

    @property
    def keeps_any_limit(self) -> bool:
        """Whether a limit of memory may be as high as V8's own, or higher."""
        return self._memory.holds

    @property
    def heap_limit_bytes(self) -> int:
        """The heap that V8 itself allows."""
        return self._heap_limit_bytes

    def _heap_json(self) -> str:
        raw = self._dll.mr_heap_stats(self._context)
        try:
            return str(_text_of(raw))
        finally:
            self._dll.mr_free_value(self._context, raw)

    def heap_bytes_in_bell(self) -> tuple[int, int] | None:
        """What the heap uses and what V8 holds for it. Only within `on_bell`; None where V8 does not tell there."""
        figures = heap_figures.of_current_isolate(self._dll, self._heap_limit_bytes)
        return None if figures is None else (figures.used_bytes, figures.held_bytes)

    def close(self) -> None:
        """Give everything back, save after `HeapExhausted`: V8 can no more end that isolate than go on with it.

        Not while a task runs; memory of the isolate is invalid from then on.
        """
        with self._guard:
            context, self._context = self._context, None
        if self._is_given_up:
            _given_up.append(self)
        elif context is not None:
            if self._is_watched:
                self._finish(context)
            self._dll.mr_free_context(context)

    def _finish(self, context: Any) -> None:
        """Let go of what its thread holds."""
        code = self._dll.mr_alloc_string_val(context, b"0", 1, _TEXT)
        self._dll.mr_eval(context, code, _LAST)
        self._ended.acquire()
        self._dll.mr_free_value(context, code)

    def _from_v8(self, callback_id: int, raw: Any) -> None:
        """On the isolate's thread. Nothing may be raised here: it would be printed and lost."""
        if callback_id == _BELL:
            self._dll.mr_free_value(self._context, raw)
            self._on_bell()
        elif callback_id == _WITHIN:
            self._dll.mr_free_value(self._context, raw)
            self._action()
            self._ended.release()
        elif callback_id == _LAST:  # what it said ends with its context
            _let_state_go()
            self._ended.release()
        else:
            if not self._is_watched:
                self._is_watched = True
                _keep_state()
                isolate = self._memory.install()
                if isolate is not None:
                    self._stray_errors = stray_errors.listen(self._dll, isolate)
            self._raw_result = raw
            self._ended.release()

    def _give_up(self) -> None:
        """On the isolate's thread, which never goes on."""
        self._is_given_up = True
        self._ended.release()

    def _run(self, start: Callable[[], int], *, raw: bool = False) -> Any:
        with self._guard:
            if self._cancelled:
                raise Terminated("cancelled")
            self._task = start()
        try:
            self._wait()
        finally:
            with self._guard:
                self._task = None
        if self._is_given_up:
            raise HeapExhausted("V8 cannot go on")
        result, self._raw_result = self._raw_result, None
        if raw and result.contents.type < _FIRST_FAILURE:
            return result
        return self._value(result)

    def _wait(self) -> None:
        try:
            self._ended.acquire()
        except BaseException:  # Ctrl-C on the main thread: the script must not run on by itself
            while True:
                self.cancel()
                if self._ended.acquire(timeout=0.01):
                    break
            raise

    def _array_of(self, arguments: tuple[Function | int | None, ...]) -> Any:
        dll, context = self._dll, self._context
        code = self._text("[]")
        try:
            values = self._run(lambda: dll.mr_eval(context, code, _RESULT), raw=True)
        finally:
            self._free(code)
        for one in arguments:
            if isinstance(one, Function):
                dll.mr_free_value(context, dll.mr_array_push(context, values, one.raw))
                continue
            kind = _UNDEFINED if one is None else _INTEGER
            item = dll.mr_alloc_int_val(context, one or 0, kind)
            dll.mr_free_value(context, dll.mr_array_push(context, values, item))
            dll.mr_free_value(context, item)
        return values

    def _free(self, value: Any) -> None:
        if not self._is_given_up:
            self._dll.mr_free_value(self._context, value)

    def _text(self, text: str) -> Any:
        encoded = text.encode("utf-8", "replace")
        return self._dll.mr_alloc_string_val(self._context, encoded, len(encoded), _TEXT)

    def _value(self, raw: Any) -> Any:
        contents = raw.contents
        kind, value, length = contents.type, contents.value, contents.len
        if kind == _FUNCTION:
            return Function(raw)
        if kind == _SHARED_BUFFER:
            # The handle is kept until the context ends: the memory lives as long as it.
            return memoryview((ctypes.c_ubyte * length).from_address(value.value_ptr)).cast("B")
        try:
            if kind >= _FIRST_FAILURE:
                # A call that ran out of memory ends as a script that was terminated, an evaluation as what it is.
                if self._memory.reached or self._dll.mr_hard_memory_limit_reached(self._context):
                    kind = _OUT_OF_MEMORY
                raise _failure(kind, _text_of(raw))
            if kind == _TEXT:
                return _text_of(raw)
            if kind == _INTEGER:
                return int(value.int_val)
            if kind == _DOUBLE:
                return float(value.double_val)
            if kind == _BOOLEAN:
                return value.int_val == 1
            return None
        finally:
            self._dll.mr_free_value(self._context, raw)


def _text_of(raw: Any) -> str:
    contents = raw.contents
    return ctypes.string_at(contents.value.bytes_val, contents.len).decode("utf-8", "replace")


def _failure(kind: int, text: str) -> Exception:
    if kind == _PARSE_FAILURE:
        return ParseFailure(text)
    if kind == _OUT_OF_MEMORY:
        return OutOfMemory(text)
    if kind in (_TERMINATED, _TIMEOUT):
        return Terminated(text)
    return ScriptFailure(text)
