"""Which function stands where V8 says that one does, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.recorder import FrameKey
from runtime.js import grammar
from runtime.js.profile.function_names import ANONYMOUS, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    from runtime.js.sources import Source

MAIN = "(main)"
EVAL = "(eval)"
"""The text that `eval` got, or one that `Function` made of it."""

_QUERY = """
[(function_declaration) (function_expression) (generator_function) (generator_function_declaration)
 (arrow_function) (method_definition) (class_static_block)] @function
"""


class Functions:
    """Of all texts of one run."""

    def __init__(self, source_of: Callable[[str], Source | None]) -> None:
        """`source_of` finds a text by the name that V8 knows it by."""
        self._source_of = source_of
        self._tables: dict[str, dict[tuple[int, int], tuple[str, int]]] = {}

    def frame(self, url: str, line: int, column: int, name: str) -> FrameKey:
        """The function that begins there, by V8's count of lines and columns; `name` is what V8 calls it."""
        source = self._source_of(url)
        if source is None:
            if not url:
                return FrameKey(name or EVAL)
            return FrameKey(name or ANONYMOUS, "script", url, line)
        table = self._tables.get(source.name)
        if table is None:
            table = self._tables[source.name] = dict(_positions(source.text))
        found = table.get((line, source.column(line, column)))
        if found is not None:
            return FrameKey(found[0], "script", source.name, found[1])
        if not name:  # the function that we put around a text
            return FrameKey(MAIN, "script", source.name)
        return FrameKey(name, "script", source.name, line)


def _positions(text: str) -> Iterator[tuple[tuple[int, int], tuple[str, int]]]:
    """For each line and column at which V8 may say that a function begins, its name and first line."""
    encoded = text.encode("utf-8", "replace")
    lines = encoded.split(b"\n")
    nodes = grammar.captures(_QUERY, grammar.parser().parse(encoded).root_node).get("function", [])
    for node in nodes:
        named = name_of(node), node.start_point.row + 1
        for start in _starts(node):
            row, column = start.start_point
            yield (row + 1, len(lines[row][:column].decode("utf-8", "replace")) + 1), named


def _starts(function: Node) -> Iterator[Node]:
    """V8 lets a function begin with its parameters; of an arrow function they may be a name."""
    if function.type in ("arrow_function", "class_static_block"):
        yield function
    parameters = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    if parameters is not None:
        yield parameters
