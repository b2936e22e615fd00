"""The picture of a value as a tree on a terminal, as the text of a dump elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.render.text import ellipsis, plain_marks
from llmspell_cli.render.theme import DIM, KEY, PLAIN, STRING, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from debug.dialect import Dialect
    from debug.dump_options import DumpOptions
    from debug.picture import Table, Value
    from llmspell_cli.render.terminal import Terminal
    from llmspell_cli.render.theme import Style
    from llmspell_cli.render.tree import Branch

MAX_ROWS = 1000
"""Rows of one container, and of all those opened within it: others are shown on their line."""

_INDENT = 4
_MIN_LABEL_WIDTH = 24


def show_value(
    value: Value,
    terminal: Terminal,
    *,
    label: str | None = None,
    options: DumpOptions | None = None,
    language: str = "lua",
) -> str:
    """`value` for people in the words of its language, within the limits of `options`; ends in a newline."""
    from debug.dialects import dialect_of
    from debug.dump_options import DEFAULT
    from debug.dump_text import to_text
    from debug.picture import Table

    options, dialect = options or DEFAULT, dialect_of(language)
    if not (terminal.is_tty or terminal.color) or not isinstance(value, Table) or options.compact_mode:
        text = to_text(value, options, label, dialect)
        lines = (plain_marks(line, terminal.unicode) for line in text.split("\n"))
        return "\n".join(lines) + "\n"
    from llmspell_cli.render.tree import draw_tree

    width = terminal.current_width()
    tree = _Builder(options, dialect, terminal.unicode, width).tree(label, value)
    return "\n".join(draw_tree([tree], terminal, width)) + "\n"


class _Builder:
    def __init__(self, options: DumpOptions, dialect: Dialect, unicode: bool, width: int) -> None:
        from debug.dump_text import Writer

        self._options = options
        self._dialect = dialect
        self._writer = Writer(options, dialect)
        self._unicode = unicode
        # Where guides would leave no room for labels, the rest goes on the line.
        self._max_depth = min(options.max_depth, max((width - _MIN_LABEL_WIDTH) // _INDENT, 1))
        self._most_items = min(options.max_array_elements, MAX_ROWS)
        self._most_pairs = min(options.max_table_pairs, MAX_ROWS)
        self._rows_left = MAX_ROWS

    def tree(self, label: str | None, table: Table) -> Branch:
        from llmspell_cli.render.tree import Branch

        name = ((plain_marks(label, self._unicode), KEY), (": ", DIM)) if label else ()
        root = Branch((*name, *self._head(table)))
        waiting = [(root, table, 1)]
        for branch, opened, depth in waiting:  # breadth first: the row limit hides what is deepest
            for key, value in self._content(opened):
                child = Branch(())
                if self._opens(value, depth):
                    self._rows_left -= self._rows(value)
                    child.label = (*key, *self._head(value))
                    waiting.append((child, value, depth + 1))
                else:
                    child.label = (*key, self._inline(value))
                branch.children.append(child)
            rest = self._rest(opened)
            if rest:
                branch.children.append(Branch(((rest, DIM),)))
        return root

    def _opens(self, value: Value, depth: int) -> TypeGuard[Table]:
        from debug.picture import Table

        return (
            isinstance(value, Table)
            and bool(value.items or value.pairs)
            and not value.cut
            and depth < self._max_depth
            and self._rows(value) <= self._rows_left
        )

    def _rows(self, table: Table) -> int:
        return min(len(table.items), self._most_items) + min(len(table.pairs), self._most_pairs)

    def _content(self, table: Table) -> Iterator[tuple[tuple[tuple[str, Style], ...], Value]]:
        """What is in a container, each with the pieces of its key; an array's items have none."""
        dialect = self._dialect
        are_keyed = bool(table.pairs) and not dialect.is_array(table)
        for index, item in enumerate(table.items[: self._most_items], dialect.first_index):
            yield (((f"[{index}]", KEY), (dialect.joint, DIM)) if are_keyed else ()), item
        joint, key_of = self._writer.joint(table), self._writer.keys(table)
        for pair in table.pairs[: self._most_pairs]:
            key = plain_marks(key_of(pair.key), self._unicode)
            yield ((key, KEY), (joint, DIM)), pair.value

    def _inline(self, value: Value) -> tuple[str, Style]:
        from debug.dump_options import COMPACT
        from debug.dump_text import to_text
        from debug.picture import Table, Text

        options = COMPACT if isinstance(value, Table) else self._options
        style = STRING if isinstance(value, str | Text) else PLAIN
        return plain_marks(to_text(value, options, dialect=self._dialect), self._unicode), style

    def _head(self, table: Table) -> tuple[tuple[str, Style], ...]:
        head, text = self._writer.title(table)
        shown = plain_marks(head, self._unicode)
        return ((shown, TYPE),) if text is None else ((f"{shown} ", TYPE), self._inline(text))

    def _rest(self, table: Table) -> str:
        hidden = self._writer.left(table, self._most_items, self._most_pairs, self._dialect.items)
        return f"{ellipsis(unicode=self._unicode)} {hidden}" if hidden else ""
