"""rich, turned into a string for a given terminal. Imported only where something is drawn with rich."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.console import RenderableType

    from llmspell_cli.render.terminal import Terminal


class _Buffer(StringIO):
    """A text buffer that claims an encoding: rich draws in ASCII where that cannot hold its lines."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def draw(renderable: RenderableType, terminal: Terminal, width: int | None = None) -> str:
    """`renderable` as text of at most `width` columns (default: the terminal's); each line ends in a newline.

    The environment has had its say in `terminal.detect` and is not asked again.
    """
    buffer = _Buffer("utf-8" if terminal.unicode else "ascii")
    console = Console(
        file=buffer,
        width=width or terminal.current_width(),
        force_terminal=True,
        force_jupyter=False,
        force_interactive=False,
        color_system="standard" if terminal.color else None,
        no_color=not terminal.color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )
    console.print(renderable, crop=False)
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return "".join(f"{line}\n" for line in lines)
