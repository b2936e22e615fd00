"""What an adapter needs of somebody who can run scripts: it cannot itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from debug.debugger.target import Listener

Category: TypeAlias = Literal["stdout", "stderr", "console", "important"]
"""`console` is the debugger's own word, `important` one that the person should not miss."""


class LaunchRequest(NamedTuple):
    """A script to be run, as the editor's settings have it."""

    program: str
    """Its file; one that is not absolute is meant from `cwd`."""
    args: tuple[str, ...] = ()
    cwd: str | None = None
    env: Mapping[str, str | None] = {}
    """Over the adapter's own environment; None takes a variable away."""
    engine: str | None = None
    timeout: str | None = None
    """As `--timeout` takes it."""
    options: tuple[str, ...] = ()
    """Words of the command line of `llmspell run`, for what has no setting here."""


class Command(NamedTuple):
    """A command line that runs a script."""

    name: str
    """What people call the script."""
    cwd: str
    args: tuple[str, ...]


class LaunchError(Exception):
    """A script that cannot be run. Its text is for people, and says why."""


class Run(Protocol):
    """Who wants to know of a run. From any thread."""

    def output(self, category: Category, text: str, path: str | None = None, line: int = 0) -> None:
        """What the script has written, or what is said of it, newlines included; and from where, if that is known.
        Waits while the client is slow, for some seconds at most; never raises."""

    def ended(self, exit_code: int) -> None:
        """The run is over: its targets have told that they ended, and all of its output was handed on. Never raises.
        Starts the next run where the person asked to restart."""


class Launched(Protocol):
    """A run."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def process_id(self) -> int | None:
        """Of the process that the script runs in."""

    def start(self) -> None:
        """Begin; does not wait for the script. Raises LaunchError; then `Run.ended` is not called."""

    def terminate(self) -> None:
        """End the script, as Ctrl-C does first and with more force if that does nothing. Does not wait; may be called
        again, before `start` and when the run is over. The session was told to terminate its threads before."""


class Launcher(Protocol):
    """Runs scripts."""

    def launch(self, request: LaunchRequest, listener: Listener | None, run: Run) -> Launched:
        """Get a run ready, with `listener` told of the targets; without one it runs without a debugger. Raises
        LaunchError where it is clear that it cannot be run: no such file, no such engine, a wrong option."""

    def command(self, request: LaunchRequest, port: int | None) -> Command:
        """The command that runs a script in another process, where it waits for a debugger at that port of this
        machine; None: without one. `request.env` is left to who runs it. Raises LaunchError."""
