"""Makes stacks of the text that `profile.lua` writes of them: what repeats is looked up, what is new is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from debug.entry import readable
from debug.profile.recorder import FrameKey

if TYPE_CHECKING:
    from debug.profile.recorder import Recorder
    from runtime.lua.function_names import FunctionNames

LEFT_OUT = FrameKey("(frames left out)")
"""Stands for the middle of a stack that is too deep to be kept."""

MAX_KNOWN = 100_000
"""Texts whose stacks are remembered."""

_OURS = ("own", "bottom")


class Leaf(NamedTuple):
    """What ran innermost, where that is not what the stack shows."""

    frames: tuple[FrameKey, ...]
    """From outside to inside."""
    calls_top: bool = False
    """Whether the function on top of the stack was called after that, by a C function that stands below it."""


class _Function(NamedTuple):
    """What a number in the text stands for."""

    what: str
    """As `getinfo` has it, or `own` and `bottom` for functions of ours."""
    frame: FrameKey


class StackTexts:
    """The stacks of one VM, numbered by a recorder."""

    def __init__(self, recorder: Recorder, names: FunctionNames) -> None:
        self._recorder = recorder
        self._names = names
        self._described: dict[int, tuple[bytes, bytes | None, bytes | None, int, bytes]] = {}
        self._functions = {0: _Function("left out", LEFT_OUT)}
        self._stacks: dict[tuple[bytes, Leaf | None], tuple[int, int] | None] = {}

    def describe(
        self, number: int, what: bytes, name: bytes | None, source: bytes | None, line: int, chunk: bytes
    ) -> None:
        """What `number` will stand for, on the VM's thread. `source` is the chunk's name as it is shown."""
        self._described[number] = (what, name, source, line, chunk)

    def stack(self, text: bytes, leaf: Leaf | None) -> tuple[int, int] | None:
        """The numbers of the stack and its thread; None where nothing of the script is on it."""
        key = (text, leaf)
        try:
            return self._stacks[key]
        except KeyError:
            pass
        if len(self._stacks) >= MAX_KNOWN:
            self._stacks.clear()
        found = self._stacks[key] = self._parse(text, leaf)
        return found

    def _parse(self, text: bytes, leaf: Leaf | None) -> tuple[int, int] | None:
        recorder = self._recorder
        threads = [self._called(part) for part in text.split(b"|")]
        innermost = threads[0]
        if leaf is not None and leaf.calls_top:
            del innermost[:1]
        frames: list[FrameKey] = []
        # What our own functions call is ours, too.
        if leaf is not None and not (innermost and innermost[0][0].what in _OURS):
            frames += reversed(leaf.frames)
        for thread in threads:
            frames += _of_script(thread)
        if not any(frame.kind == "script" for frame in frames):
            return None
        numbers = [self._coroutine(thread) for thread in threads[:-1]]
        number = (numbers[0] if numbers else None) or 0
        stack = recorder.stack(reversed(frames))
        recorder.under_way(stack, number, [one for one in numbers if one is not None])
        return stack, number

    def _coroutine(self, thread: list[tuple[_Function, int]]) -> int | None:
        """The number of the coroutines with that body; None where it is not the script's."""
        bodies = [frame for frame in _of_script(thread) if frame.kind == "script"]
        if not bodies:
            return None
        body = bodies[-1]
        return self._recorder.thread(f"{body.name} {body.file}:{body.line_defined}", "coroutine")

    def _called(self, text: bytes) -> list[tuple[_Function, int]]:
        """The functions of one thread and the line that each is at, innermost first."""
        parts = [one.partition(b":") for one in text.split()]
        return [(self._function(int(number)), int(line)) for number, _, line in parts]

    def _function(self, number: int) -> _Function:
        found = self._functions.get(number)
        if found is None:
            what, name, source, line, chunk = self._described.pop(number)
            found = self._functions[number] = _Function(
                readable(what), self._frame(what, name, source, line, chunk)
            )
        return found

    def _frame(
        self, what: bytes, name: bytes | None, source: bytes | None, line: int, chunk: bytes
    ) -> FrameKey:
        called = readable(name) if name else None
        if what == b"C":
            return FrameKey(called or "(C function)", "native")
        if source is None:
            return FrameKey("")
        if what == b"main":
            return FrameKey("(main)", "script", readable(source))
        return FrameKey(
            self._names.name(chunk, line) or called or "(anonymous)", "script", readable(source), line
        )


def _of_script(called: list[tuple[_Function, int]]) -> list[FrameKey]:
    """The script's own frames, innermost first: without ours and the C functions that ours call."""
    found = []
    for at, (function, line) in enumerate(called):
        if function.what == "bottom":
            break
        if function.what in _OURS:
            continue
        if function.what == "C" and at + 1 < len(called) and called[at + 1][0].what in _OURS:
            continue
        found.append(function.frame._replace(line=line) if line > 0 else function.frame)
    return found
