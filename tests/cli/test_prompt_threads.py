"""The debugger's prompt over several scripts at once, and over a session that goes away."""

from __future__ import annotations

from queue import Queue
from threading import Condition
from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import SessionError, Stopped
from debug.debugger.session import Session
from llmspell_cli.prompt.commands import make_table
from llmspell_cli.prompt.desk import Desk
from llmspell_cli.prompt.front import Front
from llmspell_cli.render.terminal import Terminal
from scenarios.fake_debuggee import FOREVER_S
from scenarios.toy_prompt import ToyTarget
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from debug.debugger.events import Event


class Typed:
    """A reader of what a test types; `is_interactive`, as a person."""

    is_interactive = True
    is_taking_keys = False

    def __init__(self) -> None:
        self.lines: Queue[str | None] = Queue()
        self.when_typed: Callable[[], None] = lambda: None
        """Called between the end of a line and what is done about it."""

    def read(self) -> str | None:
        """The next line."""
        self.is_taking_keys = True
        line = self.lines.get()
        self.is_taking_keys = False
        self.when_typed()
        return line

    def close(self) -> None:
        """Nothing to do."""


class Room:
    """A session with a prompt, and what it has said."""

    def __init__(self) -> None:
        self.session = Session()
        self.reader = Typed()
        self.said = ""
        self.targets: list[ToyTarget] = []
        self._changed = Condition()
        terminal = Terminal(fd=-1, is_tty=False, width=80, color=False, unicode=True)
        self.desk = Desk(self.session, terminal, self._say, "a.toy", lambda name: name)
        self.front = Front(self.desk, make_table(), self.reader, lambda: None)
        self._stopped: list[int] = []
        self.session.connect(self, stop_on_entry=True)
        self.front.start()

    def tell(self, event: Event) -> None:
        """The client: the prompt, whose events are counted."""
        self.front.tell(event)
        if isinstance(event, Stopped):
            with self._changed:
                self._stopped.append(event.thread)
                self._changed.notify_all()

    def until_stopped(self, thread: int) -> None:
        """Wait until the prompt knows of a stop of this thread."""
        with self._changed:
            assert self._changed.wait_for(lambda: thread in self._stopped, FOREVER_S)

    def script(self, name: str, text: str = "a\nb\nc") -> ToyTarget:
        """A script that stops at its entry."""
        target = ToyTarget(self.session, trace_of(plan(text, f"/nowhere/{name}", name=name)), name)
        self.targets.append(target)
        target.start()
        return target

    def type(self, *lines: str) -> None:
        """Type these."""
        for line in lines:
            self.reader.lines.put(line)

    def until(self, text: str) -> str:
        """Wait until this was said; what was said up to it, which is not looked at again."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.said, FOREVER_S), (text, self.said)
            before, found, self.said = self.said.partition(text)
            return before + found

    def _say(self, text: str) -> None:
        with self._changed:
            self.said += text
            self._changed.notify_all()


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.session.close()
    for target in made.targets:
        assert target.has_ended.wait(FOREVER_S)


def two_scripts(room: Room) -> None:
    """Both stopped at their entry, the first one looked at."""
    room.script("one")
    room.until("[Entry] (main) one:1")
    room.script("two")
    room.until_stopped(2)


def test_a_thread_that_steps_is_followed_and_one_that_goes_on_gives_way(room: Room) -> None:
    two_scripts(room)
    room.type("threads", "n")
    assert "thread 2 has stopped: Entry" in room.until(" ▶ 1  one  lua, stopped\n   2  two  lua, stopped\n")
    room.until("[Step] thread 1 (main) one:2")
    room.type("c")
    room.until("[Entry] ")
    room.until("(main) two:1")
    room.type("n", "c")
    room.until("[Step] (main) two:2")


def test_another_thread_is_looked_at_and_goes_on_alone(room: Room) -> None:
    two_scripts(room)
    room.type("thread 2", "thread 9", "n", "thread 1", "c", "c")
    room.until("[Entry] thread 2 (main) two:1")
    room.until("there is no thread 9")
    room.until("[Step] thread 2 (main) two:2")
    room.until("[Entry] thread 1 (main) one:1")
    room.until("[Step] ")
    room.until("(main) two:2")


def test_a_bug_of_the_prompt_lets_the_script_run_on_and_is_raised(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("a bug")

    one = room.script("one")
    room.until("[Entry]")
    monkeypatch.setattr(room.reader, "read", broken)
    room.type("")
    assert one.has_ended.wait(FOREVER_S)
    with pytest.raises(RuntimeError, match="a bug"):
        room.front.decide(0)


def test_ctrl_c_between_the_line_and_what_it_does_is_not_lost(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = room.script("one", "busy\nb")
    room.until("[Entry]")
    resume = room.session.resume

    def interrupted(thread: int) -> None:
        assert room.front.interrupt()
        resume(thread)

    monkeypatch.setattr(room.session, "resume", interrupted)
    room.type("c")
    room.until("[Paused]")
    monkeypatch.undo()
    room.type("c")
    assert one.has_ended.wait(FOREVER_S)


def test_ctrl_c_between_the_last_key_and_the_line_is_not_lost(room: Room) -> None:
    one = room.script("one", "busy\nb")
    room.until("[Entry]")
    pressed: list[bool] = []

    def press() -> None:
        room.reader.when_typed = lambda: None
        pressed.append(room.front.interrupt())

    room.reader.when_typed = press
    room.type("c")
    room.until("[Paused]")
    assert pressed == [True]
    room.type("c")
    assert one.has_ended.wait(FOREVER_S)


def test_a_command_that_takes_its_time_is_said_to_before_the_script_is_ended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.script("one")
    room.until("[Entry]")
    asked: list[bool] = []

    def evaluate(*_: object) -> None:
        asked.extend((room.front.interrupt(), room.front.interrupt()))
        raise SessionError("ended")

    monkeypatch.setattr(room.desk, "evaluate", evaluate)
    room.type("p endless()")
    assert "the script is busy with this; Ctrl-C again ends it" in room.until("ended\n")
    assert asked == [True, False]
    room.type("c")


def test_a_session_that_lets_go(room: Room) -> None:
    room.script("one")
    room.until("[Entry]")
    room.session.close()
    room.type("n")
    room.until("no more debugging: the run has ended; the script runs on")


def test_running_scripts_are_paused_from_another_one(room: Room) -> None:
    one = room.script("one", "busy\nb")
    room.until("[Entry]")
    room.script("two")
    room.until_stopped(2)
    room.type("c")
    room.until("(main) two:1")
    assert one.is_busy.wait(FOREVER_S)
    room.type("thread 1", "pause", "c")
    room.until("thread 1 is running; pause 1 stops it")
    room.until("[Paused] ")
    room.type("c", "c")
