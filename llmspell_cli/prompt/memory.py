"""What variables were when they were last seen, so that what has changed can be marked."""

from __future__ import annotations

from typing import NamedTuple

from llmspell_cli.render.debug_values import Row


class FrameKey(NamedTuple):
    """The same call, from one stop to the next, as far as can be told."""

    thread: int
    height: int
    """Frames outside it."""
    source: int
    function: str


class Memory:
    """The values of frames and of expressions, as text."""

    def __init__(self) -> None:
        self._frames: dict[FrameKey, dict[str, str]] = {}
        self._expressions: dict[str, str] = {}

    def compare(self, key: FrameKey, values: dict[str, str]) -> tuple[Row, ...]:
        """The variables of a frame, marked where they are not what they were. Calls that were deeper are over."""
        for old in [old for old in self._frames if old.thread == key.thread and old.height > key.height]:
            del self._frames[old]
        before = self._frames.get(key)
        self._frames[key] = values
        return tuple(_row(name, text, before) for name, text in values.items())

    def compare_expressions(self, values: dict[str, str]) -> tuple[Row, ...]:
        """Expressions, marked where their values are not what they were."""
        before, self._expressions = self._expressions, values
        return tuple(_row(name, text, before if name in before else None) for name, text in values.items())

    def clear(self) -> None:
        """The script begins anew."""
        self._frames.clear()
        self._expressions.clear()


def _row(name: str, text: str, before: dict[str, str] | None) -> Row:
    if before is None:
        return Row(name, text)
    was = before.get(name)
    return Row(name, text, changed=was != text, was=was if was != text else None)
