"""A tree of labels, drawn with rich: the shape that dumps and an entry's data share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from llmspell_cli.render.terminal import Terminal
    from llmspell_cli.render.theme import Style


@dataclass(slots=True)
class Branch:
    """A label, in pieces each with its look, and what hangs under it. The text must be `visible` already."""

    label: tuple[tuple[str, Style], ...]
    children: list[Branch] = field(default_factory=list)


def draw_tree(branches: list[Branch], terminal: Terminal, width: int) -> list[str]:
    """The lines of the branches one below the other, each at most `width` columns wide."""
    from rich.text import Text
    from rich.tree import Tree

    from llmspell_cli.render.rich_bridge import draw

    def text(branch: Branch) -> Text:
        return Text.assemble(*((piece, style.rich) for piece, style in branch.label), overflow="fold")

    root = Tree("", guide_style="dim", hide_root=True)
    waiting = [(root, branch) for branch in reversed(branches)]
    while waiting:  # no recursion: a dump may be deeper than Python's stack
        parent, branch = waiting.pop()
        node = parent.add(text(branch))
        waiting.extend((node, child) for child in reversed(branch.children))
    return draw(root, terminal, width).splitlines()
