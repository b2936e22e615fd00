"""The picture of a value as a tree on a terminal, as the text of a dump elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.render.text import ellipsis, plain_marks, visible
from llmspell_cli.render.theme import DIM, KEY, PLAIN, STRING, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

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
    value: Value, terminal: Terminal, *, label: str | None = None, options: DumpOptions | None = None
) -> str:
    """`value` for people, within the limits of `options`; ends in a newline."""
    from debug.dump_options import DEFAULT
    from debug.dump_text import to_text
    from debug.picture import Table

    options = options or DEFAULT
    if not (terminal.is_tty or terminal.color) or not isinstance(value, Table) or options.compact_mode:
        text = to_text(value, options, label)
        lines = (plain_marks(line, terminal.unicode) for line in text.split("\n"))
        return "\n".join(lines) + "\n"
    from llmspell_cli.render.tree import draw_tree

    width = terminal.current_width()
    tree = _Builder(options, terminal.unicode, width).tree(label, value)
    return "\n".join(draw_tree([tree], terminal, width)) + "\n"


class _Builder:
    def __init__(self, options: DumpOptions, unicode: bool, width: int) -> None:
        self._options = options
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
        for index, item in enumerate(table.items[: self._most_items], 1):
            yield (((f"[{index}]", KEY), (" = ", DIM)) if table.pairs else ()), item
        for pair in table.pairs[: self._most_pairs]:
            yield ((self._key(pair.key), KEY), (" = ", DIM)), pair.value

    def _key(self, key: Value) -> str:
        if isinstance(key, str) and key.isidentifier():
            return visible(key, unicode=self._unicode)
        return f"[{self._inline(key)[0]}]"

    def _inline(self, value: Value) -> tuple[str, Style]:
        from debug.dump_options import COMPACT
        from debug.dump_text import to_text
        from debug.picture import Table, Text

        options = COMPACT if isinstance(value, Table) else self._options
        style = STRING if isinstance(value, str | Text) else PLAIN
        return plain_marks(to_text(value, options), self._unicode), style

    def _head(self, table: Table) -> tuple[tuple[str, Style], ...]:
        items, pairs = max(table.item_count, len(table.items)), max(table.pair_count, len(table.pairs))
        sizes = [_amount(items, "item")] if items else []
        sizes += [_amount(pairs, "pair")] if pairs else []
        notes = ", ".join([*sizes, "metatable"] if table.metatable and not table.type_name else sizes)
        name = visible(table.type_name or "table", unicode=self._unicode)
        address = ""
        if self._options.show_addresses and table.address is not None:
            address = f" @{visible(table.address, unicode=self._unicode)}"
        head = f"{name}{address} ({notes or 'empty'})"
        if table.text is None:
            return ((head, TYPE),)
        return ((f"{head} ", TYPE), self._inline(table.text))

    def _rest(self, table: Table) -> str:
        items = max(table.item_count, len(table.items)) - min(len(table.items), self._most_items)
        pairs = max(table.pair_count, len(table.pairs)) - min(len(table.pairs), self._most_pairs)
        hidden = [_amount(items, "more item")] if items > 0 else []
        hidden += [_amount(pairs, "more pair")] if pairs > 0 else []
        return f"{ellipsis(unicode=self._unicode)} {', '.join(hidden)}" if hidden else ""


def _amount(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
