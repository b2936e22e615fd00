"""What a client finds when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from debug.dap.launcher import Launcher
    from debug.debugger.session import Session


class Offer(NamedTuple):
    """Scripts to launch, or a run to attach to."""

    session: Session
    """The debugger that the client gets."""
    launcher: Launcher | None = None
    """None: the session's scripts run already, or will without the client's help."""
    token: str | None = None
    """What the client has to know."""
    configured: Event | None = None
    """Set once a client has attached and made its breakpoints."""
    on_attach: Callable[[], None] = lambda: None
    """Called when a client has attached."""
    on_leave: Callable[[], None] = lambda: None
    """Called when one that had attached has gone."""
    end: Callable[[], None] = lambda: None
    """Ends a run to attach to of which nothing has begun."""
