"""Commands that a person types: with history, completion, and the keys of a shell."""

from __future__ import annotations

import os
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.history import FileHistory, History, InMemoryHistory, ThreadedHistory
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.shortcuts import CompleteStyle

from llmspell_cli.prompt.readers import PROMPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from llmspell_cli.prompt.completing import Found

_END_OF_PASTE_MODE = b"\x1b[?2004l\x1b[?25h\r\n"


class TerminalReader:
    """One line after the other, typed at the terminal of standard input, shown on standard error."""

    is_interactive = True

    def __init__(self, complete: Callable[[str], Found], environ: Mapping[str, str]) -> None:
        self._before: list[Any] | None = None
        with suppress(termios.error):
            self._before = termios.tcgetattr(0)
        # Without asking where the cursor is: the answer could come to the script as input.
        output = Vt100_Output(
            sys.stderr,
            _window,
            term=environ.get("TERM"),
            default_color_depth=ColorDepth.DEPTH_1_BIT,
            enable_cpr=False,
        )
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
            output=output,
            history=_history(environ),
            completer=_Completer(complete),
            complete_while_typing=False,
            complete_style=CompleteStyle.READLINE_LIKE,
            enable_history_search=True,
        )
        self._is_reading = False
        self.is_taking_keys = False
        buffer = self._session.default_buffer
        accept = buffer.accept_handler
        assert accept is not None, "a session has one"

        def accepted(typed: Buffer) -> bool:
            self.is_taking_keys = (
                False  # while keys still come one by one: from here on Ctrl-C may be a signal
            )
            return accept(typed)

        buffer.accept_handler = accepted

    def read(self) -> str | None:
        """The next line; None for Ctrl-D. Raises KeyboardInterrupt for Ctrl-C."""
        self._is_reading = self.is_taking_keys = True
        try:
            return self._session.prompt(handle_sigint=False)
        except EOFError:
            return None
        finally:
            self._is_reading = self.is_taking_keys = False

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._before is not None and self._is_reading:
            with suppress(termios.error, OSError):
                termios.tcsetattr(0, termios.TCSADRAIN, self._before)
                os.write(2, _END_OF_PASTE_MODE)


def _window() -> Size:
    try:
        columns, rows = os.get_terminal_size(2)
    except OSError:
        columns, rows = 0, 0
    return Size(rows or 24, columns or 80)  # one that nobody gave a size says 0


class _Completer(Completer):
    def __init__(self, complete: Callable[[str], Found]) -> None:
        self._complete = complete

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        found = self._complete(document.text_before_cursor)
        for name in found.names:
            yield Completion(name, start_position=-found.replaces)


class _KeptHistory(FileHistory):
    """A file that cannot be written costs the history, not the session."""

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string)


def _history(environ: Mapping[str, str]) -> History:
    path = history_path(environ)
    if path is None:
        return InMemoryHistory()
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError:
        return InMemoryHistory()
    return ThreadedHistory(_KeptHistory(path))


def history_path(environ: Mapping[str, str]) -> str | None:
    """The file of the history, in the user's folder for state, as the XDG specification has it."""
    base = environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):
        home = environ.get("HOME", "")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".local", "state")
    return os.path.join(base, "llmspell", "debug_history")
