"""How a task of an isolate may end other than by returning."""

from __future__ import annotations


class TaskFailure(Exception):
    """Base of the others; the text is V8's."""


class ParseFailure(TaskFailure):
    """The text is no JavaScript. Says file, line and, by a caret under the line, the column."""


class ScriptFailure(TaskFailure):
    """An error that nobody caught."""


class OutOfMemory(TaskFailure):
    """The script went past its limit of memory."""


class HeapExhausted(OutOfMemory):
    """V8 could not give what was asked for at once, and cannot go on: the isolate is lost."""


class Terminated(TaskFailure):
    """The task was cancelled."""
