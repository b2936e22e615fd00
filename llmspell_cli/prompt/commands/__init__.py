"""The commands of the prompt, a module a group."""

from __future__ import annotations

from llmspell_cli.prompt.command import Table
from llmspell_cli.prompt.commands import breakpoints, general, running, stack, values


def make_table() -> Table:
    """All of them, in the order in which help shows them."""
    return Table((running.GROUP, breakpoints.GROUP, stack.GROUP, values.GROUP, general.GROUP))
