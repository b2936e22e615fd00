"""Finds the statements of a Lua text: the plan of where it can be stopped, and where something has to be planted.

tree-sitter's grammar is one for all versions. `goto` and `global` are names where a version does not have them as
statements: there they are spelt otherwise for the parser, which is given a text of the same length.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from runtime.probes.plan import MAIN, Function, Kind, Plan, Probe

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

_QUERY = """
(block) @block
(chunk (_) @statement) (block (_) @statement)
[(function_declaration) (function_definition)] @function
(while_statement condition: (_) @condition)
(repeat_statement condition: (_) @condition)
(elseif_statement condition: (_) @condition)
"""

_BLOCK, _STATEMENT, _CONDITION, _FUNCTION = range(4)
"""In this order where they begin at one place: a block holds its first statement, which may be a function."""
_CAPTURES = ("block", "statement", "condition", "function")

_NOT_RUN = frozenset({"comment", "hash_bang_line"})
_NO_PROBE = frozenset(
    [
        "empty_statement",
        "label_statement",
        "do_statement",
        "repeat_statement",
        "while_statement",
        "implicit_variable_declaration",
    ]
)
"""Nothing runs there, or what does has probes of its own."""

_WORDS_AS_NAMES = {
    "lua5.1": re.compile(rb"\b(?:goto|global)\b"),
    "lua5.5": None,
}
_GLOBAL_AS_NAME = re.compile(rb"\bglobal\b")


class Places(msgspec.Struct, frozen=True):
    """What the planting needs beside the plan; by function id and by probe id - 1."""

    plan: Plan
    heads: tuple[int, ...]
    """Where the first statement of each function begins, or its `end`."""
    ends: tuple[int, ...]
    """The end of each probe's place, in bytes."""
    framed: tuple[tuple[int, int], ...]
    """Begin and end of calls that are to be put into parentheses, so that they are no tail calls."""


_FRAMED = frozenset({b"debug.traceback", b"debug.getinfo"})
"""What a handler of errors returns. Functions of C leave the frame they are called from, even in a tail call, and these
show it; those that stand for them are Lua's. LuaJIT never leaves it."""


def parse(text: bytes, variant: str) -> Node:
    """The tree of a text, each byte of it at its place."""
    words = _WORDS_AS_NAMES.get(variant, _GLOBAL_AS_NAME)
    return _parser().parse(words.sub(lambda found: found[0].upper(), text) if words else text).root_node


def find_statements(text: bytes, variant: str) -> Places | None:
    """The places of a text that compiles; None where the grammar does not know it."""
    root = parse(text, variant)
    if root.has_error:
        return None
    from tree_sitter import QueryCursor

    captures = QueryCursor(_query()).captures(root)
    found = [
        (node.start_byte, what, -node.end_byte, node)
        for what, name in enumerate(_CAPTURES)
        for node in captures.get(name, ())
    ]
    found.sort(key=lambda one: one[:3])
    gathering = _Gathering(text, root, keeps_frames=not variant.startswith("luajit"))
    for start, what, minus_end, node in found:
        gathering.take(what, start, -minus_end, node)
    return gathering.places()


class _Open:
    """A function while its statements come."""

    def __init__(self, id: int, name: str, parent: int | None, node: Node, first_probe: int) -> None:
        self.id = id
        self.name = name
        self.parent = parent
        self.node = node
        self.start = node.start_byte
        self.end = node.end_byte
        self.first_probe = first_probe
        self.block_ends: list[int] = []
        self.head: int | None = None
        self.entry: int | None = None


class _Gathering:
    """Takes what was found in the order of the text: what begins first comes first, what holds others before them."""

    def __init__(self, text: bytes, root: Node, *, keeps_frames: bool) -> None:
        self._text = text
        self._keeps_frames = keeps_frames
        self._framed: list[tuple[int, int]] = []
        self._main = _Open(MAIN, "", None, root, 1)
        self._main.end = len(text)
        self._open = [self._main]
        self._closed: dict[int, Function] = {}
        self._heads: dict[int, int] = {}
        self._probes: list[Probe] = []
        self._ends: list[int] = []

    def take(self, what: int, start: int, end: int, node: Node) -> None:
        while self._open[-1].end <= start and len(self._open) > 1:
            self._close()
        function = self._open[-1]
        ends = function.block_ends
        while ends and ends[-1] <= start:
            ends.pop()
        if what == _STATEMENT:
            self._statement(function, start, end, node)
        elif what == _BLOCK:
            ends.append(end)
        elif what == _CONDITION:
            self._add(Kind.CONDITION, function, start, end, node)
        else:
            self._open_function(function, node)

    def places(self) -> Places:
        while self._open:
            self._close()
        functions = tuple(self._closed[id] for id in range(len(self._closed)))
        plan = Plan(self._text, tuple(self._probes), functions)
        heads = tuple(self._heads[id] for id in range(len(functions)))
        return Places(plan, heads, tuple(self._ends), tuple(self._framed))

    def _statement(self, function: _Open, start: int, end: int, node: Node) -> None:
        kind_name = node.type
        if kind_name in _NOT_RUN:
            return
        is_planted = kind_name not in _NO_PROBE and not self._declares_globals(kind_name, start, node)
        if function.head is None:
            function.head = start
            function.entry = len(self._probes) + 1
            if not is_planted:
                self._add(Kind.ENTRY, function, start, start, node)
        if is_planted:
            kind = self._kind_of_return(node) if kind_name == "return_statement" else Kind.STATEMENT
            self._add(kind, function, start, end, node)

    def _kind_of_return(self, node: Node) -> Kind:
        """`return f()` and nothing else: a tail call."""
        call = _only_call(node)
        if call is None:
            return Kind.RETURN
        name = call.child_by_field_name("name")
        if self._keeps_frames and name is not None and name.text in _FRAMED:
            self._framed.append((call.start_byte, call.end_byte))
            return Kind.RETURN
        return Kind.TAIL_CALL

    def _name_of(self, function: Node) -> str:
        name = function.child_by_field_name("name") or _assigned_to(function)
        return "" if name is None else self._text[name.start_byte : name.end_byte].decode("utf-8", "replace")

    def _declares_globals(self, kind_name: str, start: int, node: Node) -> bool:
        """`global x`, without a value: nothing runs."""
        return (
            kind_name == "variable_declaration"
            and self._text.startswith(b"global", start)
            and not any(child.type == "assignment_statement" for child in node.named_children)
        )

    def _open_function(self, parent: _Open, node: Node) -> None:
        id = len(self._closed) + len(self._open)
        function = _Open(id, self._name_of(node), parent.id, node, len(self._probes) + 1)
        self._open.append(function)
        body = node.child_by_field_name("body")
        if body is None or all(child.type in _NOT_RUN for child in body.named_children):
            function.head = function.end - len(b"end")
            function.entry = function.first_probe
            self._add(Kind.ENTRY, function, function.head, function.head, node.children[-1])

    def _add(self, kind: Kind, function: _Open, start: int, end: int, node: Node) -> None:
        row, column = node.start_point
        end_row, end_column = (row, column) if start == end else node.end_point
        id = len(self._probes) + 1
        self._probes.append(
            Probe(
                id,
                kind,
                row + 1,
                column + 1,
                end_row + 1,
                end_column + 1,
                function.id,
                max(1, len(function.block_ends) + (function is self._main)),
                start,
            )
        )
        self._ends.append(end)

    def _close(self) -> None:
        one = self._open.pop()
        self._heads[one.id] = one.end if one.head is None else one.head
        row, column = one.node.start_point if one.parent is not None else (0, 0)
        self._closed[one.id] = Function(
            id=one.id,
            name=one.name,
            parent=one.parent,
            line=row + 1,
            column=column + 1,
            end_line=one.node.end_point[0] + 1,
            start=one.start if one.parent is not None else 0,
            end=one.end,
            first_probe=one.first_probe,
            last_probe=len(self._probes),
            entry=one.entry,
        )


def _only_call(statement: Node) -> Node | None:
    """The call that a return statement returns, where it returns nothing else."""
    values = statement.named_children
    if len(values) == 1 and values[0].type == "expression_list":
        values = values[0].named_children
        if len(values) == 1 and values[0].type == "function_call":
            return values[0]
    return None


def _assigned_to(function: Node) -> Node | None:
    """What a function expression is the value of: a field of a table, or the variable that stands where it stands."""
    parent = function.parent
    if parent is None:
        return None
    if parent.type == "field":
        name = parent.child_by_field_name("name")
        return name if name is not None and name.type == "identifier" else None
    assignment = parent.parent
    if parent.type != "expression_list" or assignment is None or assignment.type != "assignment_statement":
        return None
    values = [one for one in parent.named_children if one.type != "comment"]
    at = next(index for index, one in enumerate(values) if one.id == function.id)
    variables = assignment.named_children[0].named_children
    names = [one for one in variables if one.type not in ("attribute", "comment")]
    return names[at] if at < len(names) else None


@cache
def _parser() -> Parser:
    import tree_sitter_lua
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_lua.language()))


@cache
def _query() -> Query:
    from tree_sitter import Query

    language = _parser().language
    assert language is not None
    return Query(language, _QUERY)
