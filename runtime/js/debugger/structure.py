"""The functions and scopes of a text, and which variables can be seen where."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.js import grammar
from runtime.js.debugger.zones import Scope, Variable, Zone
from runtime.js.profile.function_names import name_of
from runtime.js.rewritten import imported
from runtime.js.scopes import Scopes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_QUERY = """
(function_declaration body: (_) @body)
(function_expression body: (_) @body)
(generator_function body: (_) @body)
(generator_function_declaration body: (_) @body)
(arrow_function body: (_) @body)
(method_definition body: (_) @body)
(class_static_block body: (_) @body)
(for_statement initializer: (lexical_declaration)) @loop
(for_in_statement ["let" "const"]) @loop
(for_in_statement "await") @for_await
(for_in_statement kind: "var") @var
(catch_clause) @catch
(finally_clause body: (_) @finally)
(switch_body) @switch
(statement_block) @block
(lexical_declaration) @lexical
(variable_declaration) @var
(function_declaration) @function
(generator_function_declaration) @function
(class_declaration) @class
(class_body) @marker
(call_expression) @call
(new_expression) @call
(import_clause (identifier) @import)
(namespace_import (identifier) @namespace)
(import_specifier) @import
(_ (assignment_expression) @change)
(_ (augmented_assignment_expression) @change)
(_ (update_expression) @change)
(await_expression) @await
(yield_expression) @yield
(return_statement) @return
(this) @this
((identifier) @arguments (#eq? @arguments "arguments"))
((identifier) @eval (#eq? @eval "eval"))
((property_identifier) @eval (#eq? @eval "eval"))
((shorthand_property_identifier) @arguments (#eq? @arguments "arguments"))
[
  (expression_statement) (lexical_declaration) (variable_declaration) (class_declaration) (if_statement)
  (for_statement) (for_in_statement) (while_statement) (do_statement) (switch_statement) (try_statement)
  (return_statement) (throw_statement) (break_statement) (continue_statement) (debugger_statement)
  (labeled_statement) (with_statement) (export_statement)
] @statement
"""
_ORDER = {
    name: number
    for number, name in enumerate(
        [
            "body", "statement", "return", "loop", "catch", "switch", "block", "finally", "lexical", "var", "class",
            "function", "import", "namespace", "for_await", "await", "yield", "marker", "call", "change", "this",
            "arguments", "eval",
        ]
    )
}  # fmt: skip
"""Outermost first, of nodes that begin and end together."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A node of the text, with what it is in."""

    tag: str
    node: Node
    zone: Zone
    scope: Scope


@dataclass(frozen=True, slots=True)
class Structure:
    """What a text is made of."""

    main: Scope
    found: list[Found]
    """In the order of the text, outermost first."""
    functions: list[tuple[str, Node]]
    """Names and nodes, the text itself first."""
    calls: list[Node]
    """What may run other functions of the script, in the order of the text."""
    changes: list[Node]
    """Assignments within expressions, in the order of the text."""


class Numbers:
    """Gives each variable of a run a number."""

    def __init__(self) -> None:
        self._next = 0

    def take(self) -> int:
        """One that nobody has."""
        self._next += 2
        return self._next


def structure_of(
    root: Node, numbers: Numbers, *, is_module: bool, given: tuple[str, ...], outer: Scope | None = None
) -> Structure:
    """`given` are names that the text gets from around it, `outer` is the scope in which it is compiled."""
    return _Reading(root, numbers, is_module, given, outer).structure


class _Reading:
    def __init__(
        self, root: Node, numbers: Numbers, is_module: bool, given: tuple[str, ...], outer: Scope | None
    ) -> None:
        self._numbers = numbers
        nodes = [(tag, node) for tag, found in grammar.captures(_QUERY, root).items() for node in found]
        nodes.sort(key=lambda one: (one[1].start_byte, -one[1].end_byte, _ORDER[one[0]]))
        self._functions = [
            node.start_byte
            for tag, node in nodes
            if tag in ("body", "marker") or (tag == "call" and is_direct_eval(node))
        ]
        self._zones = [
            Zone(
                root,
                0,
                is_async=is_module,
                has_own_this=not is_module,
                declared=_declared(root),
                is_held=True,
            )
        ]
        main = Scope(self._zones[0], root, 0, "function", outer, held=True)
        for name in given:
            self._declare(main, name, is_hidden=True)
        if not is_module:
            self._declare(main, "this", writable=False)
        self._scopes = [main]
        self._names: list[tuple[str, Node]] = [("(main)", root)]
        found = [Found(tag, node, *self._enter(tag, node)) for tag, node in nodes]
        calls = [
            node
            for tag, node in nodes
            if tag in ("await", "yield") or (tag == "call" and _may_run_script(node))
        ]
        changes = [node for tag, node in nodes if tag == "change"]
        self.structure = Structure(main, found, self._names, calls, changes)

    def _enter(self, tag: str, node: Node) -> tuple[Zone, Scope]:
        """The zone and scope of a node; one that makes a scope is in it itself."""
        while len(self._zones) > 1 and node.start_byte >= self._zones[-1].node.end_byte:
            self._zones.pop()
        while len(self._scopes) > 1 and node.start_byte >= self._scopes[-1].end:
            self._scopes.pop()
        scope = self._scopes[-1]
        if tag == "body":
            self._open_function(node)
        elif tag in ("loop", "catch", "switch"):
            self._open(tag, node)
        elif tag == "block":
            self._open_block(node)
        elif tag == "lexical":
            writable = not any(child.type == "const" for child in node.children[:1])
            above = node.parent
            until = above.end_byte if above is not None and scope.kind == "switch" else scope.end
            for name in Scopes.declared_by(node):
                self._declare(scope, name, writable=writable, known_from=node.end_byte, known_until=until)
        elif tag == "class":
            for name in Scopes.declared_by(node):
                self._declare(scope, name, known_from=node.end_byte)
        elif tag == "function":
            # Where nothing can write it V8 takes a function for what it is: a call costs half.
            for name in Scopes.declared_by(node):
                self._declare(scope, name, writable=False)
        elif tag in ("import", "namespace"):
            self._import(tag, node)
        elif tag == "var":
            self._variables(node)
        elif tag in ("this", "arguments"):
            self._implicit(tag)
        return self._zones[-1], self._around(node) if tag == "call" else self._scopes[-1]

    def _around(self, node: Node) -> Scope:
        """What sees the variables around a node: in the head of a loop or a `catch` nothing sees those of its own."""
        scope = self._scopes[-1]
        while (
            scope.parent is not None and node.start_byte < scope.opens_at and scope.kind in ("loop", "catch")
        ):
            scope = scope.parent
        return scope

    def _open_function(self, body: Node) -> None:
        function = body.parent
        assert function is not None
        tokens = {child.type for child in function.children if not child.is_named}
        self._names.append((name_of(function), function))
        zone = Zone(
            body,
            len(self._names) - 1,
            "async" in tokens,
            "*" in tokens,
            function.type != "arrow_function",
            _declared(body),
            self._names[-1][0],
        )
        self._zones.append(zone)
        opens_at = body.start_byte + 1 if body.type == "statement_block" else body.start_byte
        scope = self._push(Scope(zone, body, opens_at, "function", self._around(body)))
        for name in _parameters(function):
            self._declare(scope, name, is_parameter=True)
        if zone.has_own_this and (scope.held or function.type == "method_definition"):
            self._implicit("this")

    def _open(self, kind: str, node: Node) -> None:
        body = node if kind == "switch" else node.child_by_field_name("body")
        assert body is not None
        opens_at = body.start_byte + (body.type in ("statement_block", "switch_body"))
        scope = self._push(Scope(self._zones[-1], node, opens_at, kind, self._scopes[-1]))
        if kind == "loop" and node.type == "for_in_statement":
            token = node.child_by_field_name("kind")
            writable = token is None or token.text != b"const"
            for name in Scopes.names_of(node.child_by_field_name("left")):
                self._declare(scope, name, writable=writable, known_from=opens_at)
        elif kind == "catch":
            for name in Scopes.names_of(node.child_by_field_name("parameter")):
                self._declare(scope, name)

    def _open_block(self, block: Node) -> None:
        above, scope = block.parent, self._scopes[-1]
        if scope.opens_at == block.start_byte + 1:
            return  # the body of a function, of a loop with variables, of a catch clause
        if above is not None and above.type == "class_static_block":
            return
        self._push(Scope(self._zones[-1], block, block.start_byte + 1, "block", scope))

    def _push(self, scope: Scope) -> Scope:
        # A function's parameters are outside of what is its scope here.
        at = bisect_left(self._functions, scope.node.start_byte)
        at += scope.kind == "function"  # itself
        scope.held = at < len(self._functions) and self._functions[at] < scope.end
        if scope.kind == "function":
            scope.zone.is_held = scope.held
        self._scopes.append(scope)
        return scope

    def _import(self, tag: str, node: Node) -> None:
        local = node.child_by_field_name("alias") or node.child_by_field_name("name") or node
        name = (local.text or b"").decode("utf-8", "replace")
        self._declare(
            self._scopes[0], name, writable=False, read="" if tag == "namespace" else imported(name)
        )

    def _variables(self, node: Node) -> None:
        if node.type == "variable_declaration":
            names = Scopes.declared_by(node)
        else:
            names = Scopes.names_of(node.child_by_field_name("left"))
        zone = self._zones[-1]
        zone.variables.update(names)
        scope = next(one for one in reversed(self._scopes) if one.kind == "function")
        for name in names:
            self._declare(scope, name)

    def _implicit(self, name: str) -> None:
        """`this` and `arguments` can be seen where the script itself looks at them."""
        for scope in reversed(self._scopes):
            if scope.kind == "function" and scope.zone.has_own_this:
                # Before `super` is called there is none, so it cannot be handed over.
                is_late = name == "this" and not scope.held and _is_constructor(scope.node)
                if (scope.zone.function != 0 or name == "this") and not is_late:
                    self._declare(scope, name, writable=False, is_hidden=name == "arguments")
                return

    def _declare(
        self,
        scope: Scope,
        name: str,
        *,
        writable: bool = True,
        known_from: int = 0,
        known_until: int = 1 << 62,
        is_parameter: bool = False,
        is_hidden: bool = False,
        read: str = "",
    ) -> None:
        known = scope.variables.get(name)
        if known is not None and not known.is_hidden and known.known_from == known_from == 0:
            return
        number = self._numbers.take()
        scope.variables[name] = Variable(
            name, number, writable, known_from, known_until, is_parameter, is_hidden, read
        )


def _may_run_script(call: Node) -> bool:
    """Whether what is called is not one of the functions that only compute. Where a script puts its own in their place,
    what they are called from has variables that are not held."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "member_expression":
        return True
    owner = function.child_by_field_name("object")
    return owner is None or owner.type != "identifier" or owner.text not in (b"Math", b"Number")


def is_direct_eval(call: Node) -> bool:
    """Whether what it compiles sees the variables around it, if that `eval` is the one of the language."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "identifier" or function.text != b"eval":
        return False
    return not any(child.type == "optional_chain" for child in call.children)


def _is_constructor(body: Node) -> bool:
    method = body.parent
    name = None if method is None else method.child_by_field_name("name")
    return name is not None and name.text == b"constructor"


def _declared(body: Node) -> list[str]:
    """The functions that are declared at its top."""
    if body.type not in ("statement_block", "program"):
        return []
    return [
        name
        for child in body.named_children
        if child.type in ("function_declaration", "generator_function_declaration")
        for name in Scopes.declared_by(child)
    ]


def _parameters(function: Node) -> Iterator[str]:
    several = function.child_by_field_name("parameters")
    if several is not None:
        for parameter in several.named_children:
            yield from Scopes.names_of(parameter)
    else:
        yield from Scopes.names_of(function.child_by_field_name("parameter"))
