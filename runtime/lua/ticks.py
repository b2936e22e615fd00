"""What has a VM take samples, over and over."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Ticks(ABC):
    """Of one VM. All but `tick` is called on the thread that runs it."""

    def begin(self) -> float | None:
        """The VM is about to run. How many times a second `tick` is to be called; None: as often as samples are
        wanted."""
        return None

    @abstractmethod
    def tick(self, thread: int) -> None:
        """Have samples taken soon by the VM that runs on that thread. On another one, while samples are wanted."""

    def pause(self) -> None:  # noqa: B027
        """No samples are wanted now."""

    def go_on(self) -> None:  # noqa: B027
        """They are wanted again."""

    def end(self) -> None:  # noqa: B027
        """The VM has run."""

    def close(self) -> None:  # noqa: B027
        """Before the VM ends."""
