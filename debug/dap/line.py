"""The way to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import msgspec


class Line(Protocol):
    """From any thread. That a client has gone is no error: what is sent then is dropped."""

    def event(self, name: str, body: msgspec.Struct | None = None) -> None:
        """Send an event."""

    def cancel(self, seq: int) -> bool:
        """Answer a request as cancelled; False where it was answered, or never was."""

    def hang_up(self) -> None:
        """The conversation is over: nothing more is read, and of what is said only the response on its way is sent."""
