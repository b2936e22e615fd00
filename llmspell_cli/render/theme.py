"""The colours, from the sixteen that every terminal lets its user choose.

They must be readable on dark and on light backgrounds: so no white, black, blue or plain yellow text. What
has to stand out is reversed or has its own background; what may stay behind is dim. The meaning is always
in the words as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from debug.level import Level

if TYPE_CHECKING:
    from collections.abc import Callable

RESET = "\x1b[0m"


class Style(NamedTuple):
    """A look: as the parameters of an ANSI sequence, and as rich calls it."""

    sgr: str
    rich: str


PLAIN = Style("", "")
DIM = Style("2", "dim")
BOLD = Style("1", "bold")
ERROR = Style("1;31", "bold red")
ERROR_BADGE = Style("1;7;31", "bold reverse red")
WARN_BADGE = Style("30;43", "black on yellow")
INFO = Style("32", "green")
DEBUG = Style("36", "cyan")
HINT = Style("1;36", "bold cyan")
MODULE = Style("36", "cyan")
KEY = Style("36", "cyan")
STRING = Style("32", "green")
TYPE = Style("2;3", "dim italic")

LEVEL_STYLES = {
    Level.ERROR: ERROR_BADGE,
    Level.WARN: WARN_BADGE,
    Level.INFO: INFO,
    Level.DEBUG: DEBUG,
    Level.TRACE: DIM,
    Level.OFF: DIM,
}


def painter(color: bool) -> Callable[[Style, str], str]:
    """`paint(style, text)`: the text in that look, or as it is where there is no colour."""
    if not color:
        return lambda _style, text: text
    return lambda style, text: f"\x1b[{style.sgr}m{text}{RESET}" if style.sgr and text else text
