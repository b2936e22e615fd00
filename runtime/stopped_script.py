"""What the debugger's clients ask a stopped script: on its way to the agent in its VM, and the answers on theirs back.

The script's thread is in `meet` while its listener decides about a hit, and in `next` while it stands still; clients
are on threads of their own. A question, or a resume, that comes while a hit is decided is kept until then.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Event
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from debug.debugger.target import NotStopped, Resume

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.debugger.target import Hit, Listener, Target

Q = TypeVar("Q")
"""A question, as the agent takes it."""
A = TypeVar("A")
"""An answer, as the agent gives it."""


class _Asked(Generic[Q, A]):
    """A question on its way."""

    def __init__(self, question: Q) -> None:
        self.question = question
        self.answered = Event()
        self.answer: A | None = None

    def give(self, answer: A | None) -> None:
        """The agent's answer; None where the script is not stopped any more."""
        self.answer = answer
        self.answered.set()


class StoppedScript(Generic[Q, A]):
    """Whether a script runs, and what it is asked while it does not."""

    def __init__(
        self,
        name: str,
        *,
        is_ending: Callable[[], bool],
        stands_still: Callable[[bool], None],
        comes_first: Callable[[], Q | None] = lambda: None,
    ) -> None:
        """`is_ending` tells whether the script was told to end, `stands_still` is told whether it stands still, and
        `comes_first` gives what the agent has to do before it answers more, which has no answer."""
        self._name = name
        self._is_ending = is_ending
        self._stands_still = stands_still
        self._comes_first = comes_first
        self._waiting: deque[_Asked[Q, A] | Resume] = deque()
        self._current: _Asked[Q, A] | None = None
        self.state: Literal["new", "running", "asking", "stopped", "ended"] = "new"
        """`asking`: its listener decides about a hit."""
        self.changed = Condition()
        """Held while any of this changes; notified so that a script that stands still looks what there is to do."""

    # The script's thread

    def begin(self) -> None:
        """It runs."""
        with self.changed:
            self.state = "running"

    def end(self) -> bool:
        """It has ended; whether it had begun."""
        with self.changed:
            began, self.state = self.state != "new", "ended"
            self._refuse_all()
            self.changed.notify_all()
        return began

    def meet(self, listener: Listener, target: Target, hit: Hit) -> bool:
        """Whether it is to stay at a hit."""
        with self.changed:
            self.state = "asking"
        stays = listener.hit(target, hit)
        with self.changed:
            stays = stays and not self._is_ending()
            self.state = "stopped" if stays else "running"
            if not stays:
                self._refuse_all()
        if stays:
            self._stands_still(True)
        return stays

    def next(self, answer: A | None) -> Q | Resume:
        """Take the answer to the last question, and wait for what is next. After a `Resume` it goes on."""
        with self.changed:
            if self._current is not None and answer is not None:
                self._current.give(answer)
                self._current = None
            while not self._is_ending():
                if (first := self._comes_first()) is not None:
                    return first
                if self._waiting:
                    asked = self._waiting.popleft()
                    if isinstance(asked, Resume):
                        return self._go_on(asked)
                    self._current = asked
                    return asked.question
                self.changed.wait()
            return self._go_on(Resume())

    def give_up(self) -> None:
        """It cannot stay where it is, or is not stopped there after all."""
        with self.changed:
            if self.is_asked:
                self._go_on(Resume())

    # Any thread

    @property
    def is_asked(self) -> bool:
        """Whether it can be asked."""
        return self.state in ("asking", "stopped")

    @property
    def is_answering(self) -> bool:
        """Whether the agent is at a question."""
        return self._current is not None

    def check(self) -> None:
        """Raises NotStopped where it cannot be asked."""
        if not self.is_asked:
            raise NotStopped(self._name)

    def ask(self, question: Q, timeout_s: float | None) -> A:
        """The answer to a question. Raises NotStopped, and TimeoutError where there was none in time."""
        asked: _Asked[Q, A] = _Asked(question)
        self._put(asked)
        if not asked.answered.wait(timeout_s):
            raise TimeoutError(f"{self._name} is still busy with it")
        if asked.answer is None:
            raise NotStopped(self._name)
        return asked.answer

    def tell(self, question: Q) -> None:
        """A question whose answer nobody waits for. Raises NotStopped."""
        self._put(_Asked(question))

    def resume(self, resume: Resume) -> None:
        """Let it go on when what was asked before is answered. Raises NotStopped."""
        self._put(resume)

    def wake(self) -> None:
        """Have it look what there is to do, or whether it is to end."""
        with self.changed:
            self.changed.notify_all()

    # Within

    def _put(self, asked: _Asked[Q, A] | Resume) -> None:
        with self.changed:
            self.check()
            self._waiting.append(asked)
            self.changed.notify_all()

    def _go_on(self, resume: Resume) -> Resume:
        self.state = "running"
        self._refuse_all()
        self._stands_still(False)
        return resume

    def _refuse_all(self) -> None:
        """Who asks a script that is not stopped any more hears so."""
        if self._current is not None:
            self._current.give(None)
            self._current = None
        while self._waiting:
            asked = self._waiting.popleft()
            if isinstance(asked, _Asked):
                asked.give(None)
