"""A long recording that looks like one of a program: functions of some files that call each other, in threads."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from debug.clock import ManualClock
from debug.profile.recorder import FrameKey, Recorder

if TYPE_CHECKING:
    from debug.profile.model import Profile

FILES = 9
FUNCTIONS = 300
NATIVE_EVERY = 17
LINES_A_FUNCTION = 20
STACKS = 3_000
DEEPEST = 30
THREADS = 4
SHARED = 0.9
"""How many stacks begin as another one does."""


def recording(samples: int) -> Profile:
    """So many samples about a millisecond apart, always the same ones."""
    chance = random.Random(1)
    clock = ManualClock(unix_ns=1_700_000_000_000_000_000)
    recorder = Recorder(clock=clock.clock)
    stacks = [recorder.stack(frames) for frames in _stacks(chance)]
    threads = [0, *(recorder.thread(f"coroutine worker.lua:{at}", "coroutine") for at in range(1, THREADS))]
    for number in range(samples):
        weight_ns = chance.randint(900_000, 1_150_000)
        clock.advance(weight_ns)
        stack = stacks[int(chance.random() ** 3 * STACKS)]  # some are met far more often than others
        recorder.sample(clock.now_ns, weight_ns, stack, threads[number // 5_000 % THREADS])
        if number % 1_000 == 0:
            recorder.heap(clock.now_ns, 1_000_000 + number % 50_000)
    lines = range(1, (FUNCTIONS + 1) * LINES_A_FUNCTION)
    text = {line: f"local found = work({line}) -- <line> & {line}" for line in lines}
    return recorder.profile(
        script="main.lua", engine="lua5.4", source_lines={_file(at): text for at in range(FILES)}
    )


def _stacks(chance: random.Random) -> list[list[FrameKey]]:
    functions = [_function(number) for number in range(FUNCTIONS)]
    made: list[list[FrameKey]] = []
    while len(made) < STACKS:
        if made and chance.random() < SHARED:
            other = chance.choice(made[-200:])
            frames = other[: chance.randint(1, len(other))]
        else:
            frames = [FrameKey("(main)", "script", "main.lua", 1, chance.randint(1, 50))]
        while len(frames) < chance.randint(3, DEEPEST):
            called = functions[int(chance.random() ** 2 * FUNCTIONS)]
            if called.line_defined is not None:
                called = called._replace(line=called.line_defined + chance.randint(1, LINES_A_FUNCTION - 2))
            frames.append(called)
        made.append(frames)
    return made


def _function(number: int) -> FrameKey:
    if number % NATIVE_EVERY == 0:
        return FrameKey(f"native_{number}", "native")
    return FrameKey(f"function_{number}", "script", _file(number % FILES), number * LINES_A_FUNCTION + 1)


def _file(number: int) -> str:
    return f"lib/module_{number}.lua"
