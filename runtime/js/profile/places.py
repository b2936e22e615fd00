"""What the numbers on the shadow stack stand for."""

from __future__ import annotations

from typing import NamedTuple

from debug.profile.recorder import FrameKey

NOT_ASYNC = -1


class Place(NamedTuple):
    """A function, or a line of one."""

    frame: FrameKey
    async_number: int = NOT_ASYNC
    """Of an async function: its number among them."""


class Places:
    """Of one run; they only become more."""

    def __init__(self) -> None:
        self._places = [Place(FrameKey("(unknown)"))]
        self.async_functions: list[FrameKey] = []
        """By number."""
        self._async_numbers: dict[FrameKey, int] = {}

    def add(self, frame: FrameKey, *, is_async: bool = False) -> tuple[int, int]:
        """The numbers of a function's first place and of the async function that it is."""
        number = NOT_ASYNC
        if is_async:
            number = len(self.async_functions)
            self.async_functions.append(frame)
            self._async_numbers[frame._replace(line=None)] = number
        self._places.append(Place(frame, number))
        return len(self._places) - 1, number

    def add_line(self, first: int, line: int) -> int:
        """The number of a line of the function whose first place that is."""
        place = self._places[first]
        self._places.append(place._replace(frame=place.frame._replace(line=line)))
        return len(self._places) - 1

    def async_number(self, function: FrameKey) -> int | None:
        """Of an async function its number among them."""
        return self._async_numbers.get(function._replace(line=None))

    def get(self, number: int) -> Place:
        """What a number stands for."""
        return self._places[number if number < len(self._places) else 0]
