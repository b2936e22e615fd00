"""Why a script failed, as compilers show it: what, where with the source and a caret, the stack, a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.render import theme
from llmspell_cli.render.code_frame import code_frame
from llmspell_cli.render.text import ellipsis, visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmspell_cli.render.terminal import Terminal
    from runtime.engine import ScriptError

MAX_CAUSES = 10
"""Causes shown, one behind the other."""


def show_error(error: ScriptError, terminal: Terminal, *, show_locals: bool, language: str = "lua") -> str:
    """The error as text for people; ends in a newline. `show_locals`: with the variables of every frame; `language` is
    that of the values (see `debug.dialect`)."""
    parts: list[str] = []
    for index, failure in enumerate(_chain(error)):
        if index > MAX_CAUSES:
            parts.append(f"\n{ellipsis(unicode=terminal.unicode)} more causes\n")
            break
        parts.append(_one(failure, terminal, show_locals, language, is_cause=index > 0))
    return "".join(parts)


def _chain(error: ScriptError) -> Iterator[ScriptError]:
    failure: ScriptError | None = error
    while failure is not None:
        yield failure
        failure = failure.cause


def _one(error: ScriptError, terminal: Terminal, show_locals: bool, language: str, *, is_cause: bool) -> str:
    paint = theme.painter(terminal.color)
    parts = ["\n" if is_cause else ""]
    label = f"caused by: {error.kind.value}" if is_cause else error.kind.value
    message, *more = visible_lines(_message(error), unicode=terminal.unicode)
    parts.append(f"{paint(theme.ERROR, label)}{paint(theme.BOLD, f': {message}' if message else '')}\n")
    parts.extend(f"  {line}\n" for line in more)
    if error.source is not None:
        parts.append(
            code_frame(error.source, error.line, error.column, terminal, source_line=error.source_line)
        )
    if error.value is not None:
        from llmspell_cli.render.dump_view import show_value

        parts.append(f"\n{paint(theme.BOLD, 'error value:')}\n")
        parts.append(_indented(show_value(error.value, terminal, language=language)))
    if error.stack is not None and (error.stack.frames or error.stack.error):
        from llmspell_cli.render.stack_view import show_stack

        parts.append(f"\n{paint(theme.BOLD, 'stack, innermost call first:')}\n")
        parts.append(show_stack(error.stack, terminal, show_locals=show_locals, language=language))
    if error.hint:
        first, *others = visible_lines(error.hint, unicode=terminal.unicode)
        parts.append(f"\n{paint(theme.HINT, 'hint:')} {first}\n")
        parts.extend(f"      {line}\n" for line in others)
    return "".join(parts)


def _message(error: ScriptError) -> str:
    """The message without the position in front of it that the frame shows anyway."""
    if error.source is not None and error.line is not None:
        return error.message.removeprefix(f"{error.source}:{error.line}:").lstrip(" ")
    return error.message


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())
