"""What handlers of requests share while one client and the adapter talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.changed_sources import ChangedSources
from debug.dap.run_control import Phase, RunControl
from debug.dap.view import View

if TYPE_CHECKING:
    from debug.dap.line import Line
    from debug.dap.offer import Offer
    from debug.debugger.events import Client


class Conversation:
    """From the first message to the last."""

    def __init__(self, offer: Offer, line: Line, client: Client) -> None:
        self.session = offer.session
        self.offer = offer
        self.line = line
        self.view = View(offer.session)
        self.run = RunControl(offer, line, client, self.view)
        self.changed_sources = ChangedSources(offer.session, line, self.view)
        self.initialized = False
        """Whether the client has said who it is."""
        self.expected_resumes: dict[int, int] = {}
        """Threads that go on because the client asked, and how often: it knows, and is not told again."""

    @property
    def has_run(self) -> bool:
        """Whether the client has launched something, or has attached to it."""
        return self.run.phase is not Phase.NONE

    def going_on(self, thread: int) -> None:
        """The client has made a thread go on. Called while no event is told."""
        self.expected_resumes[thread] = self.expected_resumes.get(thread, 0) + 1

    def was_expected(self, thread: int) -> bool:
        """Whether the client knows already that a thread goes on."""
        left = self.expected_resumes.pop(thread, 0)
        if left > 1:
            self.expected_resumes[thread] = left - 1
        return left > 0
