"""The text of a value's picture: what `Debug.dump` returns.

    config: table (2 items, 2 pairs) {
      [1] = "a"
      [2] = "b"
      host = "localhost"
      tags = table (60 items) ["x", "y", … 58 more elements]
    }

Arrays stand in brackets, everything with keys in braces. One pass over the picture with a stack of its own,
so that neither its size nor its depth matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from debug.dump_options import DEFAULT
from debug.picture import Function, Number, Opaque, Reference, Table, Text
from debug.text_safety import printable, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.dump_options import DumpOptions
    from debug.picture import Pair, Value

_LINE_LENGTH = 80
"""An array of scalars that fits into a line of this length is written on one."""

_Piece: TypeAlias = str | Table
"""What a container is written as: text, and containers within it that are still to be written."""


def to_text(value: Value, options: DumpOptions = DEFAULT, label: str | None = None) -> str:
    """`value` as text within the limits of `options`, headed by `label`."""
    writer = _Writer(options)
    pieces = [] if label is None or label == "" else [printable(label), ": "]
    if not isinstance(value, Table):
        pieces.append(writer.scalar(value))
        return "".join(pieces)
    open_containers = [writer.container(value, 0)]
    while open_containers:
        for piece in open_containers[-1]:
            if isinstance(piece, Table):
                open_containers.append(writer.container(piece, len(open_containers)))
                break
            pieces.append(piece)
        else:
            open_containers.pop()
    return "".join(pieces)


class _Writer:
    """Writes the parts of one dump."""

    def __init__(self, options: DumpOptions) -> None:
        self._options = options
        self._max_length = options.max_string_length

    def scalar(self, value: Value) -> str:
        """A value that is no container."""
        kind = type(value)
        if kind is str:
            return self._string(value, None)  # type: ignore[arg-type]
        if kind is float:
            return repr(value)
        if value is None:
            return "nil"
        if kind is bool:
            return "true" if value else "false"
        if kind is int:
            return _integer(value)  # type: ignore[arg-type]
        return self._special(value)

    def container(self, table: Table, depth: int) -> Iterator[_Piece]:
        """The pieces of a container that stands in `depth` others."""
        opening, closing = ("[", "]") if table.items and not table.pairs else ("{", "}")
        if not (table.items or table.pairs) and table.item_count > 0 and not table.pair_count:
            opening, closing = "[", "]"
        options = self._options
        if table.cut or depth >= options.max_depth:
            hidden = _amounts(_count(table.item_count, table.items), _count(table.pair_count, table.pairs))
            yield f"{self._head(table, sized=False)}{opening}{f'… {hidden}' if hidden else ''}{closing}"
            return
        rest = self._rest(table)
        if not table.items and not table.pairs and not rest:
            head = self._head(table, sized=False)
            yield head.rstrip() if table.text is not None else f"{head}{opening}{closing}"
            return
        yield f"{self._head(table, sized=True)}{opening}"
        if options.compact_mode:
            yield from self._content(table, opening == "[", "", ", ", rest)
            yield closing
            return
        if opening == "[":
            row = self._row(table, rest, depth)
            if row is not None:
                yield f"{row}]"
                return
        line = "\n" + " " * (options.indent_size * (depth + 1))
        yield from self._content(table, opening == "[", line, line, rest)
        yield f"\n{' ' * (options.indent_size * depth)}{closing}"

    def _content(self, table: Table, is_array: bool, first: str, between: str, rest: str) -> Iterator[_Piece]:
        before = first
        scalar = self.scalar
        for index, item in enumerate(table.items[: self._options.max_array_elements], 1):
            key = "" if is_array else f"[{index}] = "
            if isinstance(item, Table):
                yield f"{before}{key}"
                yield item
            else:
                yield f"{before}{key}{scalar(item)}"
            before = between
        for pair in table.pairs[: self._options.max_table_pairs]:
            value = pair.value
            if isinstance(value, Table):
                yield f"{before}{self._key(pair)} = "
                yield value
            else:
                yield f"{before}{self._key(pair)} = {scalar(value)}"
            before = between
        if rest:
            yield f"{before}{rest}"

    def _row(self, table: Table, rest: str, depth: int) -> str | None:
        """An array's content on one line, where it holds scalars only and is short enough."""
        room = _LINE_LENGTH - self._options.indent_size * depth
        shown = table.items[: self._options.max_array_elements]
        if len(shown) * 3 > room or any(isinstance(item, Table) for item in shown):
            return None
        texts = [self.scalar(item) for item in shown]
        row = ", ".join([*texts, rest] if rest else texts)
        return row if len(row) <= room else None

    def _rest(self, table: Table) -> str:
        """What is left out of a container: `… 40 more elements, 2 more pairs`, or nothing."""
        items = _count(table.item_count, table.items) - min(
            len(table.items), self._options.max_array_elements
        )
        pairs = _count(table.pair_count, table.pairs) - min(len(table.pairs), self._options.max_table_pairs)
        amounts = _amounts(items, pairs, "more ")
        return f"… {amounts}" if amounts else ""

    def _head(self, table: Table, *, sized: bool) -> str:
        """What stands before the bracket, with a space: type, size, address, what it says of itself."""
        options = self._options
        words: list[str] = []
        if table.type_name is not None:
            words.append(self._name(table.type_name))
        elif options.show_types:
            words.append("table")
        if options.show_addresses and table.address is not None:
            words.append(f"@{printable(table.address)}")
        if options.show_types:
            size = (
                _amounts(
                    _count(table.item_count, table.items), _count(table.pair_count, table.pairs), items="item"
                )
                if sized
                else ""
            )
            # A class name tells of the metatable already.
            notes = [size] if size else []
            if table.metatable and table.type_name is None:
                notes.append("metatable")
            if notes:
                words.append(f"({', '.join(notes)})")
        if table.text is not None:
            words.append(self._string(table.text, None))
        return " ".join(words) + " " if words else ""

    def _key(self, pair: Pair) -> str:
        """A key: bare where it is an identifier, else in brackets. A container as a key is only named."""
        key = pair.key
        if isinstance(key, str):
            if key.isidentifier() and len(key) <= self._max_length:
                return key
            return f"[{self._string(key, None)}]"
        if isinstance(key, Table):
            return f"[{self.summary(key)}]"
        return f"[{self.scalar(key)}]"

    def summary(self, table: Table) -> str:
        """A container in a few words, e.g. `table (2 items)`."""
        words = ["table" if table.type_name is None else self._name(table.type_name)]
        size = _amounts(
            _count(table.item_count, table.items), _count(table.pair_count, table.pairs), items="item"
        )
        words.append(f"({size})" if size else "(empty)")
        if self._options.show_addresses and table.address is not None:
            words.append(f"@{printable(table.address)}")
        if table.text is not None:
            words.append(self._string(table.text, None))
        return " ".join(words)

    def _string(self, text: str, whole_length: int | None) -> str:
        """A string as a literal; `whole_length` where the walker cut it already."""
        if len(text) > self._max_length:
            whole_length = len(text) if whole_length is None else whole_length
            text = text[: self._max_length]
        if whole_length is None:
            return quote(text)
        return f"{quote(text)}… ({whole_length} in all)"

    def _name(self, name: str) -> str:
        """A name from the script: never long, never more than one line."""
        return printable(name if len(name) <= self._max_length else f"{name[: self._max_length]}…")

    def _special(self, value: Value) -> str:
        if isinstance(value, Text):
            return self._string(value.value, value.length)
        if isinstance(value, Number):
            return self._name(value.text)
        if isinstance(value, Reference):
            return f"<circular reference to {printable(value.path)}>"
        if isinstance(value, Function):
            return self._function(value)
        if isinstance(value, Opaque):
            return self._opaque(value)
        assert isinstance(value, Table), "the picture's type is closed"
        return self.summary(value)

    def _function(self, function: Function) -> str:
        words = ["function"]
        if function.name:
            words.append(self._name(function.name))
        if function.source is None:
            words.append("(builtin)")
        elif function.line is None:
            words.append(f"({printable(function.source)})")
        else:
            words.append(f"({printable(function.source)}:{function.line})")
        if self._options.show_addresses and function.address is not None:
            words.append(f"@{printable(function.address)}")
        return " ".join(words)

    def _opaque(self, value: Opaque) -> str:
        address = f" @{printable(value.address)}" if self._options.show_addresses and value.address else ""
        text = f": {self._name(value.text)}" if value.text is not None else ""
        return f"<{self._name(value.type)}{address}{text}>"


def _count(stated: int, held: tuple[object, ...]) -> int:
    """How many there are; a picture that states fewer than it holds is not believed."""
    return max(stated, len(held))


def _amounts(item_count: int, pair_count: int, more: str = "", *, items: str = "element") -> str:
    """`2 elements, 1 pair`; nothing where there is nothing."""
    words = []
    if item_count > 0:
        words.append(f"{item_count} {more}{items}{'' if item_count == 1 else 's'}")
    if pair_count > 0:
        words.append(f"{pair_count} {more}pair{'' if pair_count == 1 else 's'}")
    return ", ".join(words)


def _integer(value: int) -> str:
    # Python refuses to write an integer of more than some thousand digits in decimal.
    return str(value) if value.bit_length() < 10_000 else f"{value:#x}"
