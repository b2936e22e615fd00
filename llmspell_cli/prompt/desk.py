"""What commands act on: the session, the thread and frame that are looked at, and what is kept between stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from debug.debugger.events import SessionError
from debug.debugger.places import AtLine, OnData
from llmspell_cli.prompt.memory import Memory
from llmspell_cli.prompt.parsing import CommandProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.events import BreakpointInfo, Location, Stopped
    from debug.debugger.session import Session
    from debug.debugger.stepping import StepKind
    from debug.debugger.target import ExceptionOrder
    from debug.debugger.views import FrameInfo, FramePage, VariableInfo
    from llmspell_cli.render.terminal import Terminal

Wish: TypeAlias = Literal["quit", "restart"]


class Display(NamedTuple):
    """An expression that is shown at each stop."""

    number: int
    text: str


class Steps(NamedTuple):
    """Steps that are still to be done."""

    thread: int
    kind: StepKind
    left: int


class Desk:
    """Belongs to the prompt's thread."""

    def __init__(
        self,
        session: Session,
        terminal: Terminal,
        say: Callable[[str], None],
        script: str,
        help_on: Callable[[str], str],
    ) -> None:
        self.session = session
        self.terminal = terminal
        self.say = say
        self.help = help_on
        """Help on a command by its name, or on all. Raises CommandProblem."""
        self.script = script
        """As the user named it."""
        self.stop: Stopped | None = None
        """Why the thread that is looked at is stopped; None: none is."""
        self.following: int | None = None
        """The thread whose next stop is waited for, whatever others do."""
        self.number = 0
        """The frame that is looked at, 0 the innermost."""
        self.displays: list[Display] = []
        self.catching: dict[str, ExceptionOrder] = {}
        """Which errors stop, by their kind."""
        self.memory = Memory()
        self.steps: Steps | None = None
        self.bound: set[int] = set()
        """Breakpoints that have had a place in a script."""
        self.noted: set[int] = set()
        """Sources that were said to have changed on disk."""
        self.wish: Wish | None = None
        self.exit_code: int | None = None
        """Of the script that has ended; None while there is one."""
        self.listed: tuple[int, int] | None = None
        """The source and the last line that `list` has shown."""
        self._page: FramePage | None = None
        self._arrival = 0
        """The frame that was looked at first."""
        self._made = 0

    # The stop

    def arrive(self, stop: Stopped) -> None:
        """Look at a stop."""
        self.stop = stop
        self.listed = self._page = None
        self.number = next(
            (
                at
                for at, frame in enumerate(self.page().frames)
                if frame.location is not None and frame.kind == "script"
            ),
            0,
        )
        self._arrival = self.number

    def leave(self) -> None:
        """Nothing is stopped any more, for all that is known."""
        self.stop = self.listed = self._page = None

    def need_stop(self) -> Stopped:
        """The stop. Raises CommandProblem where there is none."""
        if self.stop is None:
            if self.exit_code is not None:
                raise CommandProblem("the script has ended; restart runs it again")
            raise CommandProblem("the script is running")
        return self.stop

    def page(self) -> FramePage:
        """All frames of the thread."""
        stop = self.need_stop()
        if self._page is None:
            self._page = self.session.inspector.frames(stop.thread)
        return self._page

    def frame(self) -> FrameInfo:
        """The frame that is looked at."""
        frames = self.page().frames
        if not frames:
            raise CommandProblem("there are no frames here")
        return frames[min(self.number, len(frames) - 1)]

    def location(self) -> Location:
        """Where the frame is. Raises CommandProblem where it has no source."""
        location = self.frame().location
        if location is None:
            raise CommandProblem(f"{self.frame().name} has no source")
        return location

    def select(self, number: int) -> None:
        """Look at a frame. Raises CommandProblem where there is none."""
        total = len(self.page().frames)
        if not 0 <= number < total:
            raise CommandProblem(f"there is no frame {number}: they go from 0 to {total - 1}")
        self.number = number
        self.listed = None

    def evaluate(self, text: str) -> VariableInfo:
        """What somebody typed, in the frame that is looked at."""
        self.need_stop()
        return self.session.inspector.evaluate(text, self.frame().id)

    def end(self, exit_code: int) -> None:
        """The script has ended."""
        self.leave()
        self.following = self.steps = None
        self.exit_code = exit_code
        self.memory.clear()
        self.noted.clear()

    def begin(self) -> None:
        """The script is run again. Watched variables were the old one's."""
        self.exit_code = self.wish = None
        for info in self.session.breakpoints.all():
            if isinstance(info.where, OnData):
                self.session.breakpoints.remove(info.id)

    # Going on

    def go(self, start: Callable[[int], None], *, follow: bool = True) -> None:
        """Let the thread go on by what is started with its number. Where it is followed, other threads that are
        stopped wait until it has stopped again."""
        thread = self.need_stop().thread
        start(thread)
        self.following = thread if follow else None
        self.leave()

    def go_steps(self, kind: StepKind, count: int) -> None:
        """Step so often, or to where it stops before: over calls of the frame that is looked at, or out of it."""
        is_elsewhere = self.number != self._arrival
        frame = self.frame().id if kind == "out" or (kind == "over" and is_elsewhere) else None
        thread = self.need_stop().thread
        self.go(lambda thread: self.session.step(thread, kind, frame=frame))
        self.steps = Steps(thread, kind, count - 1) if count > 1 else None

    def go_until(self, line: int) -> None:
        """Go on until the frame that is looked at comes to a line or one after it, or is left."""
        frame = self.frame().id
        self.go(lambda thread: self.session.step(thread, "over", frame=frame, before=line))

    def goes_on(self) -> bool:
        """Whether a stop is none to be shown, since there are more steps to be done; then the script goes on. Otherwise
        what was asked for is over."""
        steps, stop = self.steps, self.need_stop()
        if steps is None or stop.thread != steps.thread:
            return False
        self.steps = None
        if stop.reason != "step":
            return False
        self.go_steps(steps.kind, steps.left)
        return True

    def wants(self, wish: Wish) -> None:
        """End the script, and then do this."""
        self.wish = wish
        stop = self.stop
        self.leave()
        if self.exit_code is not None:
            return
        if wish == "quit" and stop is not None and stop.reason == "exception" and stop.uncaught:
            self.session.disconnect()  # it fails of itself, with its own exit code
        else:
            self.session.terminate()

    # What is kept

    def breakpoints(self) -> tuple[BreakpointInfo, ...]:
        """Those that somebody asked for."""
        return self.session.breakpoints.all()

    def has_moved(self, info: BreakpointInfo) -> bool:
        """Whether a breakpoint lies elsewhere than it was asked for, or nowhere, so that somebody should know."""
        where = info.where
        if not isinstance(where, AtLine):
            return False
        return not info.verified or info.locations[0].line != where.line

    def remember_bound(self) -> None:
        """A script that ends takes the places of breakpoints with it; which had some is to be known then."""
        self.bound.update(info.id for info in self.breakpoints() if info.verified)

    def add_display(self, text: str) -> Display:
        """Show an expression at each stop."""
        self._made += 1
        self.displays.append(Display(self._made, text))
        return self.displays[-1]

    def order_exceptions(self) -> None:
        """Stop at the errors of `catching`, and at no others."""
        self.session.breakpoints.set_exceptions(tuple(self.catching.values()))

    def try_evaluate(self, text: str) -> str:
        """An expression's value for the view, or why there is none."""
        try:
            return self.session.inspector.evaluate(text, self.frame().id, context="watch").text
        except SessionError as error:
            return f"({error})"
