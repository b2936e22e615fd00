"""The text of a value's picture: what `Debug.dump` returns.

    config: table (2 items, 2 pairs) {
      [1] = "a"
      [2] = "b"
      host = "localhost"
      tags = table (60 items) ["x", "y", … 58 more elements]
    }

Arrays stand in brackets, everything with keys in braces; so does Lua write it, and each language in its own words
(`debug.dialect`). One pass over the picture with a stack of its own, so that neither its size nor its depth matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from debug.dialect import LUA
from debug.dump_options import DEFAULT
from debug.picture import Function, Number, Opaque, Reference, Table, Text
from debug.text_safety import printable, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from debug.dialect import Dialect
    from debug.dump_options import DumpOptions
    from debug.picture import Value

_LINE_LENGTH = 80
"""An array of scalars that fits into a line of this length is written on one."""

_LONGEST_CLASS = 100
"""Characters of the class of a function, or of a value that says something of itself."""

_Piece: TypeAlias = str | Table
"""What a container is written as: text, and containers within it that are still to be written."""


def to_text(
    value: Value, options: DumpOptions = DEFAULT, label: str | None = None, dialect: Dialect = LUA
) -> str:
    """`value` as text in its language's words within the limits of `options`, headed by `label`."""
    writer = Writer(options, dialect)
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


class Writer:
    """Writes the parts of one dump."""

    def __init__(self, options: DumpOptions, dialect: Dialect) -> None:
        self._options = options
        self._dialect = dialect
        self._max_length = options.max_string_length
        self._number = dialect.number

    def scalar(self, value: Value) -> str:
        """A value that is no container."""
        kind = type(value)
        if kind is str:
            return self._string(value, None)  # type: ignore[arg-type]
        if kind is float:
            return self._number(value)  # type: ignore[arg-type]
        if value is None:
            return self._dialect.nothing
        if kind is bool:
            return self._dialect.truth[value]  # type: ignore[index]
        if kind is int:
            return _integer(value)  # type: ignore[arg-type]
        return self._special(value)

    def container(self, table: Table, depth: int) -> Iterator[_Piece]:
        """The pieces of a container that stands in `depth` others."""
        options, dialect = self._options, self._dialect
        is_array = dialect.is_array(table)
        opening, closing = ("[", "]") if is_array else ("{", "}")
        if table.cut or depth >= options.max_depth:
            hidden = self._hidden(table)
            # What is of a kind and has nothing inside is whole at any depth: a date, an empty map.
            if hidden or table.kind is None:
                padding = "" if is_array or not hidden else dialect.padding
                inside = f"{padding}… {hidden}{padding}" if hidden else ""
                yield f"{self.head(table, sized=False)}{opening}{inside}{closing}"
                return
        rest = self.left(table, options.max_array_elements, options.max_table_pairs)
        if rest:
            rest = f"… {rest}"
        if not table.items and not table.pairs and not rest:
            head = self.head(table, sized=dialect.has_sizes_in_names)
            yield head.rstrip() if table.text is not None else f"{head}{opening}{closing}"
            return
        yield f"{self.head(table, sized=True)}{opening}"
        padding = "" if is_array else dialect.padding
        if options.compact_mode:
            yield from self._content(table, is_array, padding, ", ", rest)
            yield f"{padding}{closing}"
            return
        if is_array or table.kind == "set":
            row = self._row(table, rest, depth)
            if row is not None:
                yield f"{padding}{row}{padding}{closing}"
                return
        line = "\n" + " " * (options.indent_size * (depth + 1))
        yield from self._content(table, is_array, line, dialect.comma + line, rest)
        yield f"\n{' ' * (options.indent_size * depth)}{closing}"

    def _content(self, table: Table, is_array: bool, first: str, between: str, rest: str) -> Iterator[_Piece]:
        before = first
        scalar, key_of = self.scalar, self.keys(table)
        are_keyed = not is_array and table.kind is None
        for index, item in enumerate(table.items[: self._options.max_array_elements], 1):
            key = f"[{index}]{self._dialect.joint}" if are_keyed else ""
            if isinstance(item, Table):
                yield f"{before}{key}"
                yield item
            else:
                yield f"{before}{key}{scalar(item)}"
            before = between
        joint = self.joint(table)
        for pair in table.pairs[: self._options.max_table_pairs]:
            value = pair.value
            if isinstance(value, Table):
                yield f"{before}{key_of(pair.key)}{joint}"
                yield value
            else:
                yield f"{before}{key_of(pair.key)}{joint}{scalar(value)}"
            before = between
        if rest:
            yield f"{before}{rest}"

    def _row(self, table: Table, rest: str, depth: int) -> str | None:
        """An array's content on one line, where it holds scalars only and is short enough."""
        room = _LINE_LENGTH - self._options.indent_size * depth
        shown = table.items[: self._options.max_array_elements]
        if len(shown) * 3 > room or any(isinstance(item, Table) for item in shown) or table.pairs:
            return None
        texts = [self.scalar(item) for item in shown]
        row = ", ".join([*texts, rest] if rest else texts)
        return row if len(row) <= room else None

    def left(self, table: Table, max_items: int, max_pairs: int, nouns: tuple[str, str] | None = None) -> str:
        """What is left out of a container of which so much is shown: `40 more elements, 2 more pairs`, or nothing.

        `nouns` are for elements, where not the usual ones.
        """
        items, pairs = len(table.items), len(table.pairs)
        if (
            items <= max_items
            and pairs <= max_pairs
            and table.item_count <= items
            and table.pair_count <= pairs
        ):
            return ""
        item_count, pair_count = _counts(table)
        return _amounts(
            item_count - min(items, max_items),
            nouns or self._dialect.left_items,
            pair_count - min(pairs, max_pairs),
            self._pairs(table),
            "more ",
        )

    def head(self, table: Table, *, sized: bool) -> str:
        """What stands before the bracket, with a space: type, size, address, what it says of itself."""
        options, dialect = self._options, self._dialect
        show_types, named = options.show_types, table.type_name is not None
        if not (show_types or named or options.show_addresses) and table.text is None:
            return ""
        says = dialect.says if table.text is not None else None
        head = ""
        if says is not None:
            head = f"{self._says(table, says)} "
        elif show_types or named:
            name = self._type(table)
            if sized and name and dialect.has_sizes_in_names:
                name += self._length(table)
            head = f"{name} " if name or named else ""
        if options.show_addresses and table.address is not None:
            head += f"@{printable(table.address)} "
        if show_types:
            notes = self._notes(table, sized=sized)
            if notes:
                head += f"({notes}) "
        if table.text is not None and says is None:
            head += f"{self._string(table.text, None)} "
        return head

    def title(self, table: Table) -> tuple[str, str | None]:
        """What a container is where no bracket follows, and the text that stands after it, where there is one."""
        dialect = self._dialect
        if dialect.has_sizes_in_names:
            name = self._type(table) or "Object"
            says = dialect.says is not None and table.text is not None
            head = self.head(table, sized=True).rstrip() if says else f"{name}{self._length(table)}"
            return head, None
        notes = self._notes(table, sized=True) or "empty"
        return f"{self._type(table)}{self._address(table)} ({notes})", table.text

    def keys(self, table: Table) -> Callable[[Value], str]:
        """Writes the keys of a container."""
        dialect = self._dialect
        return self._entry if table.kind == "map" and dialect.entry_joint != dialect.joint else self._key

    def _entry(self, key: Value) -> str:
        return self.summary(key) if isinstance(key, Table) else self.scalar(key)

    def _key(self, key: Value) -> str:
        """Bare where it is a name, else as the language marks it. A container as a key is only named."""
        dialect = self._dialect
        if isinstance(key, str):
            if dialect.is_name(key) and len(key) <= self._max_length:
                return key
            return dialect.literal_key.format(self._string(key, None))
        form = dialect.literal_key if isinstance(key, int | float | Text) else dialect.other_key
        return form.format(self._entry(key))

    def joint(self, table: Table) -> str:
        """What stands between a key and its value."""
        return self._dialect.entry_joint if table.kind == "map" else self._dialect.joint

    def summary(self, table: Table) -> str:
        """A container in a few words, e.g. `table (2 items)`."""
        dialect = self._dialect
        address = self._address(table)
        if dialect.says is not None and table.text is not None:
            return self._says(table, dialect.says) + address
        name = self._type(table)
        if dialect.has_sizes_in_names:
            return f"[{name or 'Object'}{self._length(table)}]{address}"
        words = f"{name} ({self._sizes(table) or 'empty'}){address}"
        return words if table.text is None else f"{words} {self._string(table.text, None)}"

    def _sizes(self, table: Table) -> str:
        """How much is in a container: `2 items, 1 pair`; nothing where there is nothing."""
        items, pairs = _counts(table)
        return _amounts(items, self._dialect.items, pairs, self._pairs(table))

    def _type(self, table: Table) -> str:
        """The class; what the language calls what has none."""
        if table.type_name is not None:
            return self._name(table.type_name)
        is_array = self._dialect.is_array(table) and (table.items or table.item_count > 0)
        return self._dialect.plain[bool(is_array)]

    def _says(self, table: Table, says: Callable[[str | None, str, str], str]) -> str:
        name = (table.type_name or "")[:_LONGEST_CLASS]
        return says(table.kind, printable(name), self._name(table.text or ""))

    def _length(self, table: Table) -> str:
        """`(2)` of what has a length; nothing of others."""
        items, pairs = _counts(table)
        if table.kind == "map":
            return f"({pairs})"
        return f"({items})" if items or table.kind in ("array", "set") else ""

    def _notes(self, table: Table, *, sized: bool) -> str:
        """What stands in parentheses: the sizes, and of a metatable; a class name tells of that already."""
        sizes = self._sizes(table) if sized and not self._dialect.has_sizes_in_names else ""
        if not table.metatable or table.type_name is not None:
            return sizes
        return f"{sizes}, metatable" if sizes else "metatable"

    def _hidden(self, table: Table) -> str:
        """What is in a container of which nothing is shown."""
        items, pairs = _counts(table)
        return _amounts(items, self._dialect.left_items, pairs, self._pairs(table))

    def _pairs(self, table: Table) -> tuple[str, str]:
        return self._dialect.entries if table.kind == "map" else self._dialect.pairs

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
            return self._name(self._dialect.numbers.get(value.text, value.text))
        if isinstance(value, Reference):
            return f"<circular reference to {printable(value.path)}>"
        if isinstance(value, Function):
            return self._function(value)
        if isinstance(value, Opaque):
            known = value.type in self._dialect.known_types
            type_ = value.type if known else self._name(value.type)
            text = None if value.text is None else self._name(value.text)
            return self._dialect.opaque(type_, text, self._address(value))
        assert isinstance(value, Table), "the picture's type is closed"
        return self.summary(value)

    def _function(self, function: Function) -> str:
        place = None
        if function.source is not None:
            line = "" if function.line is None else f":{function.line}"
            place = f"{printable(function.source)}{line}"
        name = self._name(function.name) if function.name else None
        kind = None if function.kind is None else printable(function.kind[:_LONGEST_CLASS])
        return self._dialect.function(kind, name, place, self._address(function))

    def _address(self, value: Table | Function | Opaque) -> str:
        shown = self._options.show_addresses and value.address is not None
        return f" @{printable(value.address or '')}" if shown else ""


def _counts(table: Table) -> tuple[int, int]:
    """How many elements and pairs there are; a picture that states fewer than it holds is not believed."""
    return max(table.item_count, len(table.items)), max(table.pair_count, len(table.pairs))


def _amounts(
    item_count: int,
    items: tuple[str, str],
    pair_count: int,
    pairs: tuple[str, str],
    more: str = "",
) -> str:
    """`2 elements, 1 pair`, by the nouns for one and for more; nothing where there is nothing."""
    said = f"{item_count} {more}{items[item_count != 1]}" if item_count > 0 else ""
    if pair_count <= 0:
        return said
    return f"{said}{', ' if said else ''}{pair_count} {more}{pairs[pair_count != 1]}"


def _integer(value: int) -> str:
    # Python refuses to write an integer of more than some thousand digits in decimal.
    return str(value) if value.bit_length() < 10_000 else f"{value:#x}"
