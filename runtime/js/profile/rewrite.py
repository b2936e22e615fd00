"""Plants in a script what keeps the shadow stack: each function notes that it runs, and no longer does when it ends.

    function f(a) { body }      {const k=s[0];s[k+1]=7;s[0]=k+1;try{ body }finally{s[0]=k}}
    a => value                  a => {…try{return( value )}finally{…}}
    async, function*            {const k=new Activation(7,…);try{k.on(); body }finally{k.off()}}
    await value, yield value    k.on(await k.wait( value )), k.on(yield k.off( value ))
    catch {…}, finally {…}      {k.on();…} in the two above: what failed may have been what was waited for

A function that calls itself is noted after the guards it begins with (`guards.py`). All of it on the same lines. A body
that means something else in a block (a variable and a function of one name) is left as it is, and its time is its
caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from debug.profile.recorder import FrameKey
from runtime.js import grammar
from runtime.js.planted import can_hold, marked
from runtime.js.profile import guards, lines
from runtime.js.profile.function_names import name_of
from runtime.js.profile.layout import ACTIVATION, OWN, STACK
from runtime.js.rewritten import NO_PROBES, Edit, Probes
from runtime.js.scopes import Scopes

if TYPE_CHECKING:
    from tree_sitter import Node

    from runtime.js.profile.places import Places

_QUERY = """
(function_declaration body: (_) @body)
(function_expression body: (_) @body)
(generator_function body: (_) @body)
(generator_function_declaration body: (_) @body)
(arrow_function body: (_) @body)
(method_definition body: (_) @body)
(class_static_block body: (_) @body)
(variable_declaration) @var
(for_in_statement kind: "var") @var
(await_expression) @await
(yield_expression) @yield
(return_statement) @return
(catch_clause body: (_) @again)
(finally_clause body: (_) @again)
(for_in_statement "await") @for_await
"""
_ORDER = {
    name: number
    for number, name in enumerate(
        ["body", "statement", "return", "step", "var", "for_await", "await", "yield", "again"]
    )
}
"""Outermost first, of nodes that begin and end together."""
_DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration"})
_TOP_LEVEL = "(main)"


@dataclass(slots=True)
class _Zone:
    """The body of a function, or the whole text."""

    node: Node
    place: int
    is_async: bool = False
    is_generator: bool = False
    number: int = -1
    """Of an async function."""
    functions: list[str] = field(default_factory=list)
    """Declared at its top."""
    variables: set[str] = field(default_factory=set)
    """Declared by `var`, anywhere in it."""

    @property
    def has_activation(self) -> bool:
        return self.is_async or self.is_generator

    @property
    def can_be_a_block(self) -> bool:
        return len(set(self.functions)) == len(self.functions) and self.variables.isdisjoint(self.functions)

    @property
    def head(self) -> str:
        if self.has_activation:
            return f"const {OWN}=new {ACTIVATION}({self.place},{self.number});try{{{OWN}.on();"
        return f"{_enter(self.place)}try{{"

    @property
    def tail(self) -> str:
        return f"}}finally{{{OWN}.off()}}" if self.has_activation else f"}}finally{{{STACK}[0]={OWN}}}"


def plant(text: bytes, name: str, places: Places, *, is_module: bool, with_lines: bool) -> Probes | None:
    """What is to be planted in a text, of an ES module besides what `esm.py` does; None where it has to run plain."""
    if not can_hold(text):
        return None
    root = grammar.parser().parse(text).root_node
    return None if root.has_error else _Planting(root, name, places, is_module, with_lines).probes()


def plant_waits(text: bytes, name: str, places: Places) -> Probes | None:
    """The same, in async functions only: what tells how long they wait."""
    if b"async" not in text:
        return NO_PROBES
    if not can_hold(text):
        return None
    root = grammar.parser().parse(text).root_node
    return None if root.has_error else _Planting(root, name, places, False, False).probes(only_async=True)


class _Planting:
    """Edits are noted outermost first where they begin and innermost first where they end: `apply_edits` keeps the
    order of those at one place."""

    def __init__(self, root: Node, name: str, places: Places, is_module: bool, with_lines: bool) -> None:
        self._file = name
        self._with_lines = with_lines
        self._places = places
        self._edits: list[Edit] = []
        self._ends: list[tuple[int, str]] = []
        place, _ = places.add(FrameKey(_TOP_LEVEL, "script", name, None, self._line_of(root)))
        self._main = _Zone(root, place, is_async=is_module, functions=_declared(root))
        self._found = [(tag, node) for tag, nodes in grammar.captures(_QUERY, root).items() for node in nodes]
        if with_lines:
            self._found += lines.line_nodes(root)
        self._found.sort(key=lambda one: (one[1].start_byte, -one[1].end_byte, _ORDER[one[0]]))

    def probes(self, *, only_async: bool = False) -> Probes:
        zones = self._zones()
        main = self._main
        first = begin = last = ""
        if only_async:
            pass
        elif main.is_async:
            first = marked(f"const {OWN}=new {ACTIVATION}({main.place},-1);try{{")
            begin, last = marked(f"{OWN}.on();"), marked(main.tail)
        elif main.can_be_a_block:
            self._insert(_after_directives(main.node, 0), f";{main.head}")
            last = marked(main.tail)
        else:  # where it is left by an error the event loop clears the stack
            self._insert(_after_directives(main.node, 0), f";{_enter(main.place)}")
            last = marked(f";{STACK}[0]={OWN}")
        for (tag, node), zone in zip(self._found, zones, strict=True):
            self._end_before(node.start_byte)
            if only_async and not zone.is_async:
                continue
            if tag == "body":
                self._body(node, zone)
            elif zone.can_be_a_block or zone is main:
                if tag in ("statement", "step"):
                    self._line(tag, node, zone)
                elif zone.has_activation:
                    self._suspending(tag, node, zone)
        self._end_before(main.node.end_byte + 1)
        return Probes(tuple(self._edits), first, begin, last)

    def _zones(self) -> list[_Zone]:
        """For each node that was found the one it is in; a body is in itself."""
        inside, zones = [self._main], []
        for tag, node in self._found:
            while len(inside) > 1 and node.start_byte >= inside[-1].node.end_byte:
                inside.pop()
            if tag == "body":
                inside.append(self._zone(node))
            elif tag == "var":
                inside[-1].variables.update(_variables(node))
            zones.append(inside[-1])
        return zones

    def _zone(self, body: Node) -> _Zone:
        function = body.parent
        assert function is not None
        tokens = {child.type for child in function.children if not child.is_named}
        is_async, is_generator = "async" in tokens, "*" in tokens
        frame = FrameKey(
            name_of(function), "script", self._file, function.start_point.row + 1, self._line_of(body)
        )
        place, number = self._places.add(frame, is_async=is_async)
        return _Zone(body, place, is_async, is_generator, number, _declared(body))

    def _body(self, body: Node, zone: _Zone) -> None:
        if not zone.can_be_a_block:
            return
        if body.type == "statement_block":
            self._insert(self._start(body, zone), f";{zone.head}")
            self._at_end(_last_byte(body) - 1, zone.tail)
        else:
            self._insert(body.start_byte, f"{{{zone.head}return(")
            self._at_end(_last_byte(body), f"){zone.tail}}}")

    def _start(self, body: Node, zone: _Zone) -> int:
        if not zone.has_activation and not self._with_lines:
            guard = guards.last_guard(body, self._places.get(zone.place).frame.name)
            if guard is not None:
                return _last_byte(guard)
        return _after_directives(body, body.start_byte + 1)

    def _line(self, tag: str, node: Node, zone: _Zone) -> None:
        place = self._places.add_line(zone.place, node.start_point.row + 1)
        at = f"{OWN}.at({place})" if zone.has_activation else f"{_slot(OWN)}={place}"
        self._insert(node.start_byte, at + (";" if tag == "statement" else ","))

    def _line_of(self, node: Node) -> int | None:
        return node.start_point.row + 1 if self._with_lines else None

    def _suspending(self, tag: str, node: Node, zone: _Zone) -> None:
        if tag == "again":
            self._insert(node.start_byte + 1, f"{OWN}.on();")
        elif tag in ("await", "yield"):
            leaves = "wait" if tag == "await" else "off"
            self._insert(node.start_byte, f"{OWN}.on(")
            value = _value(node)
            self._insert(value.start_byte if value else _last_byte(node), f" {OWN}.{leaves}(")
            self._at_end(_last_byte(node), "))")
        elif tag == "return":
            value = _value(node)
            if value is not None and zone.is_async and zone.is_generator:  # it awaits the value
                self._insert(value.start_byte, f"{OWN}.off(")
                self._at_end(_last_byte(value), ")")
        elif tag == "for_await":
            self._for_await(node)

    def _for_await(self, loop: Node) -> None:
        """It waits whenever its body has run, and before."""
        whole = loop
        while whole.parent is not None and whole.parent.type == "labeled_statement":
            whole = whole.parent
        right, body = loop.child_by_field_name("right"), loop.child_by_field_name("body")
        assert right is not None
        assert body is not None
        self._insert(whole.start_byte, f"{{{OWN}.wait();")
        self._at_end(_last_byte(whole), f"{OWN}.on();}}")
        if b"await" in (right.text or b""):
            self._insert(right.start_byte, f"{OWN}.wait(")
            self._insert(_last_byte(right), ")")
        self._insert(body.start_byte, f"{{{OWN}.on();try{{")
        self._at_end(_last_byte(body), f"}}finally{{{OWN}.wait()}}}}")

    def _insert(self, at: int, text: str) -> None:
        self._edits.append(Edit(at, at, marked(text)))

    def _at_end(self, at: int, text: str) -> None:
        self._ends.append((at, text))

    def _end_before(self, start: int) -> None:
        while self._ends and self._ends[-1][0] <= start:
            self._insert(*self._ends.pop())


def _enter(place: int) -> str:
    return f"const {OWN}={STACK}[0];{_slot(OWN)}={place};{STACK}[0]={OWN}+1;"


def _slot(depth: str) -> str:
    """What lies beyond the stack is ignored, as of every typed array."""
    return f"{STACK}[{depth}+1]"


def _declared(body: Node) -> list[str]:
    """The functions that are declared at its top."""
    if body.type not in ("statement_block", "program"):
        return []
    return [
        name
        for child in body.named_children
        if child.type in _DECLARATIONS
        for name in Scopes.declared_by(child)
    ]


def _variables(declaration: Node) -> list[str]:
    if declaration.type == "variable_declaration":
        return Scopes.declared_by(declaration)
    return Scopes.names_of(declaration.child_by_field_name("left"))


def _after_directives(body: Node, start: int) -> int:
    for child in body.named_children:
        if child.type == "comment":
            continue
        if child.type != "expression_statement" or child.named_children[0].type != "string":
            break
        start = child.end_byte
    return start


def _value(node: Node) -> Node | None:
    return next((child for child in node.named_children if child.type != "comment"), None)


def _last_byte(node: Node) -> int:
    """Where its last token ends: where a semicolon may be left out, it may seem to hold the comment after it."""
    while node.children:
        node = next(child for child in reversed(node.children) if child.type != "comment")
    return node.end_byte
