"""The prompt on its thread: takes what the session tells, shows stops, and does what is typed until the script goes on.

main thread       runs the script (again and again), and turns Ctrl-C into a pause
script's thread   the VM; waits while it is stopped
session's thread  tells events
prompt's thread   this: between a stop and going on it reads commands, else it waits for events
"""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Condition, Thread
from typing import TYPE_CHECKING, NamedTuple

from debug.debugger.events import (
    BreakpointChanged,
    Detached,
    LogOutput,
    SessionError,
    SourceLoaded,
    Stopped,
    ThreadEnded,
)
from llmspell_cli.prompt.commands.values import evaluate
from llmspell_cli.prompt.parsing import CommandProblem
from llmspell_cli.prompt.view import show_where
from llmspell_cli.render import theme
from llmspell_cli.render.code_frame import location
from llmspell_cli.render.debug_tables import show_breakpoint
from llmspell_cli.render.text import visible, visible_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.events import Event
    from llmspell_cli.prompt.command import Line, Table
    from llmspell_cli.prompt.desk import Desk, Wish
    from llmspell_cli.prompt.readers import Reader

_SLOW_PAUSE_S = 1.0
_LAST_EVENTS_S = 2.0
_WORDS_OF_A_COMMAND = 2
"""A text of more words that cannot be evaluated was hardly meant as a command."""


class RunEnded(NamedTuple):
    """The run is over, and its end has been shown."""

    exit_code: int


class Pausing(NamedTuple):
    """The script was asked to pause."""


class Front:
    """The client of a session, and the commands that are typed."""

    def __init__(self, desk: Desk, table: Table, reader: Reader, settle: Callable[[], None]) -> None:
        """`settle` brings out what the script has printed and logged so far, before something is shown."""
        self._desk = desk
        self._table = table
        self._reader = reader
        self._settle = settle
        self._events: SimpleQueue[Event | RunEnded | Pausing] = SimpleQueue()
        self._stops: dict[int, Stopped] = {}
        """The last one of each thread that was told of, in their order; the thread may have gone on since."""
        self._wishes: SimpleQueue[Wish] = SimpleQueue()
        self._again: Line | None = None
        """What an empty line does."""
        self._started = 0
        """Scripts of this run whose end was not told yet."""
        self._bug: BaseException | None = None
        self._changed = Condition()
        self._is_pausing = False
        self._is_pause_due = False
        """Whether the script is to be paused as soon as it goes on."""
        self._is_doing = False
        """Whether a command is under way."""
        self._is_told = False
        """Whether it was said that it takes its time."""
        self._is_detached = False
        self._thread = Thread(target=self._work, name="llmspell-prompt", daemon=True)

    # Other threads

    def start(self) -> None:
        """Begin to take events."""
        self._thread.start()

    def started(self) -> None:
        """A script has started, of which the session will tell."""
        with self._changed:
            self._started += 1

    def tell(self, event: Event) -> None:
        """Take an event of the session's."""
        self._events.put(event)
        with self._changed:
            if isinstance(event, ThreadEnded):
                self._started -= 1
            elif isinstance(event, Detached):
                self._is_detached = True
            self._changed.notify_all()

    def interrupt(self) -> bool:
        """Ctrl-C while no keys of the terminal are read: pauses the script. False where it is to be ended instead:
        nobody is at the prompt, or it was to be paused before and has not stopped. For signal handlers, too."""
        desk = self._desk
        if not self._reader.is_interactive or desk.wish is not None or self._is_detached:
            return False
        # What was typed may be to go on. Before the look at the stop: whoever leaves that looks here afterwards.
        self._is_pause_due = not self._reader.is_taking_keys
        if desk.stop is not None:
            return not self._is_doing or self._interrupt_command()
        self._is_pause_due = False
        threads = desk.session.threads()
        running = [thread.id for thread in threads if not thread.stopped]
        if not threads or (running and self._is_pausing):
            return False
        self._is_pausing = bool(running)
        for thread in running:
            with suppress(SessionError):  # it has stopped, or ended, just now
                desk.session.pause(thread)
        self._events.put(Pausing())
        return True

    def _interrupt_command(self) -> bool:
        """A command, such as an expression that is evaluated, takes its time: that is said once, then the script is
        ended under it."""
        if self._is_told:
            return False
        self._is_told = True
        self._say_dim("the script is busy with this; Ctrl-C again ends it")
        return True

    def decide(self, exit_code: int) -> Wish:
        """What to do now that a run is over: asks, where nobody has said so yet. Raises what was a bug of ours."""
        with self._changed:  # what was told last must be shown first
            self._changed.wait_for(lambda: not self._started or self._is_detached, _LAST_EVENTS_S)
            self._started = 0
        self._events.put(RunEnded(exit_code))
        wish = self._wishes.get()
        if self._bug is not None:
            raise self._bug
        return wish

    def close(self) -> None:
        """Give the terminal back."""
        self._reader.close()

    # The prompt's thread

    def _work(self) -> None:
        try:
            self._take_all()
        except BaseException as bug:  # handed to the main thread, which raises it
            self._bug = bug
            self._is_detached = True
            self._desk.session.disconnect()
            self._wishes.put("quit")

    def _take_all(self) -> None:
        while True:
            stop = self._latest_stop() if self._desk.following is None else None
            if stop is not None:
                self._stop(stop)
                continue
            event = self._next()
            if not isinstance(event, RunEnded):
                self._note(event)
            elif not self._end(event.exit_code):
                return

    def _latest_stop(self) -> Stopped | None:
        """Of the threads that are stopped, where the one is that has stopped last."""
        return next((stop for stop in reversed(self._stops.values()) if self._is_at(stop)), None)

    def _next(self) -> Event | RunEnded | Pausing:
        event = self._events.get()
        if isinstance(event, Pausing):
            try:
                return self._events.get(timeout=_SLOW_PAUSE_S)
            except Empty:
                self._say_dim("the script is in a call that cannot be paused; Ctrl-C again ends it")
        return event

    def _stop(self, stop: Stopped) -> None:
        desk = self._desk
        self._is_pausing = False
        try:
            desk.arrive(stop)
            if desk.goes_on():
                return
            self._settle()
            desk.say(show_where(desk, with_reason=True))
        except (SessionError, CommandProblem) as problem:
            self._say_problem(problem)
            if not self._is_at(stop):
                desk.leave()
                return
        self._interact()

    def _is_at(self, stop: Stopped) -> bool:
        try:
            return self._desk.session.stop_of(stop.thread) is stop
        except SessionError:
            return False

    def _end(self, exit_code: int) -> bool:
        """The run is over; whether there is to be another."""
        desk = self._desk
        desk.end(exit_code)
        self._is_pausing = False
        if desk.wish is None and not self._is_detached:
            self._settle()
            for info in desk.breakpoints():
                if info.id not in desk.bound and info.rules.enabled:
                    desk.say(f"never reached: {show_breakpoint(info, desk.terminal)}")
            self._say_dim(f"the script has ended with exit code {exit_code}; restart runs it again")
            self._interact()
        wish = desk.wish or "quit"
        if wish == "restart":
            desk.begin()
        self._wishes.put(wish)
        return wish == "restart"

    def _interact(self) -> None:
        """Read commands and do them, until the script goes on."""
        desk = self._desk
        while desk.wish is None and (desk.stop is not None or desk.exit_code is not None):
            self._is_pause_due = False
            try:
                line = self._reader.read()
            except KeyboardInterrupt:
                continue
            self._hear()
            if line is None:
                desk.wants("quit")
            elif desk.stop is not None or desk.exit_code is not None:
                self._do(line)
                desk.remember_bound()
        if self._is_pause_due and desk.wish is None:
            self._is_pause_due = False
            self.interrupt()

    def _hear(self) -> None:
        """Take what was told while somebody was typing."""
        desk = self._desk
        while True:
            try:
                event = self._events.get_nowait()
            except Empty:
                return
            if isinstance(event, RunEnded):
                desk.leave()
                self._events.put(event)
                return
            self._note(event)
            if isinstance(event, Stopped):
                self._say_dim(f"thread {event.thread} has stopped: {event.description}")

    def _do(self, line: str) -> None:
        """Do what was typed."""
        if line.strip():
            read = self._table.read(line)
            self._again = read if read.command is not None and read.command.repeats else None
        elif self._again is None:
            return
        else:
            # A count, or a place to begin at, was for the first time.
            read = self._again._replace(text="") if self._again.command is not None else self._again
        self._is_doing, self._is_told = True, False
        try:
            if read.command is None:
                evaluate(self._desk, read.text)
            else:
                read.command.do(self._desk, read.text)
        except (SessionError, CommandProblem) as problem:
            self._say_problem(problem, read)
        finally:
            self._is_doing = False

    # What is said

    def _note(self, event: Event | Pausing) -> None:
        """Keep in mind what an event means, and say what is to be said."""
        desk = self._desk
        if isinstance(event, Stopped):
            self._stops.pop(event.thread, None)
            self._stops[event.thread] = event
            if desk.following == event.thread:
                desk.following = None
        elif isinstance(event, ThreadEnded):
            self._stops.pop(event.thread.id, None)
            if desk.following == event.thread.id:
                desk.following = None
            if desk.stop is not None and desk.stop.thread == event.thread.id:
                desk.leave()
        elif isinstance(event, LogOutput):
            at = event.location
            place = "" if at is None else location(at.name, at.line, None, desk.terminal)
            paint = theme.painter(desk.terminal.color)
            for text in visible_lines(event.text, unicode=desk.terminal.unicode):
                desk.say(f"{paint(theme.DIM, place)} {text}\n".lstrip())
        elif isinstance(event, BreakpointChanged):
            info = event.breakpoint
            desk.remember_bound()
            if not event.removed and desk.has_moved(info):
                desk.say(show_breakpoint(info, desk.terminal))
        elif isinstance(event, SourceLoaded):
            source = event.source
            if source.unstoppable is not None and source.name in (desk.script, "<eval>"):
                self._say_dim(f"{source.name} cannot be stopped in: {source.unstoppable}")
        elif isinstance(event, Detached):
            self._say_dim(f"no more debugging: {event.reason}; the script runs on")
            desk.leave()

    def _say_dim(self, text: str) -> None:
        paint = theme.painter(self._desk.terminal.color)
        self._desk.say(f"{paint(theme.DIM, visible(text, unicode=self._desk.terminal.unicode))}\n")

    def _say_problem(self, problem: Exception, read: Line | None = None) -> None:
        desk = self._desk
        paint = theme.painter(desk.terminal.color)
        text = str(problem)
        if read is not None and read.command is not None and isinstance(problem, CommandProblem):
            text = f"{read.command.name}: {text}"
        elif read is not None and read.command is None:
            words = read.text.split()
            if 0 < len(words) <= _WORDS_OF_A_COMMAND:
                from debug.nearest import did_you_mean

                text += did_you_mean(words[0], self._table.names)
        for line in visible_lines(text, unicode=desk.terminal.unicode):
            desk.say(f"{paint(theme.ERROR, line)}\n")
