"""What the terminal behind a stream can show."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

ColorChoice: TypeAlias = Literal["auto", "always", "never"]

DEFAULT_WIDTH = 80
"""Columns where nothing says how many there are."""

_MIN_WIDTH = 20
_MAX_WIDTH = 10_000


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where text for people goes, and what may be in it."""

    fd: int
    is_tty: bool
    width: int
    """Columns when it was detected; `current_width` follows the window."""
    color: bool
    unicode: bool
    """False: only ASCII is written to it."""
    fixed_width: bool = False
    """True where `COLUMNS` says the width, and the window is not asked."""

    def current_width(self) -> int:
        """Columns now: people resize windows while a script runs."""
        if self.fixed_width or not self.is_tty:
            return self.width
        return _window_width(self.fd) or self.width


def detect(
    fd: int, color: ColorChoice, environ: Mapping[str, str], *, encoding: str | None = None
) -> Terminal:
    """What the stream of descriptor `fd` can show.

    `color` is what the user asked for. Under `auto` a non-empty `NO_COLOR` forbids it, else `FORCE_COLOR`
    decides (`0` and `false` mean no), else it takes a terminal that is not `TERM=dumb`. `encoding` is the
    stream's, where known.
    """
    is_tty = _isatty(fd)
    columns = _positive(environ.get("COLUMNS", ""))
    width = columns or (_window_width(fd) if is_tty else 0) or DEFAULT_WIDTH
    return Terminal(
        fd=fd,
        is_tty=is_tty,
        width=_clamp(width),
        color=_wants_color(color, environ, is_tty),
        unicode=_is_unicode(environ, encoding),
        fixed_width=columns > 0,
    )


def _wants_color(choice: ColorChoice, environ: Mapping[str, str], is_tty: bool) -> bool:
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR")
    if forced:
        return forced.lower() not in ("0", "false")
    return is_tty and environ.get("TERM") != "dumb"


def _is_unicode(environ: Mapping[str, str], encoding: str | None) -> bool:
    if encoding is not None and not encoding.lower().replace("_", "-").startswith("utf"):
        return False
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        locale = environ.get(name)
        if locale:  # the first that is set decides, as in setlocale
            return "utf-8" in locale.lower() or "utf8" in locale.lower()
    # Nothing set at all is a container or a service far more often than a terminal that knows only ASCII.
    return True


def _isatty(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except (OSError, ValueError, OverflowError):
        return False


def _window_width(fd: int) -> int:
    try:
        columns = os.get_terminal_size(fd).columns
    except (OSError, ValueError, OverflowError):
        return 0
    return _clamp(columns) if columns else 0  # a pty nobody gave a size says 0


def _positive(text: str) -> int:
    return _clamp(int(text)) if text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text) else 0


def _clamp(width: int) -> int:
    return max(_MIN_WIDTH, min(width, _MAX_WIDTH))
