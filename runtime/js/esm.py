"""ES modules as functions: `import` and `export` rewritten, on the same lines, to what `host/esm.js` links and runs.

A module becomes a generator, `function* (m, d0, d1…)`: its first step tells which names it exports (each a function
that reads the variable, so that bindings are live), its second runs the body. One that awaits at its top level is an
async function instead, for the body of an async generator would begin later than it should. A name that was
imported is read from the namespace it comes from wherever it is used. What is left out becomes blanks; where a line
grows, `Rewritten` knows the columns.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from runtime.js import rewritten
from runtime.js.grammar import captures, parser
from runtime.js.rewritten import NO_PROBES, Edit, Probes, Rewritten, apply_edits
from runtime.js.scopes import Scopes

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(call_expression function: (import) @import)
(meta_property) @meta
(await_expression) @await
(for_in_statement "await" @await)
"""
_NAMES = "[(identifier) (shorthand_property_identifier)] @name"
_FUNCTIONS = frozenset(
    [
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
        "class_static_block",
        "field_definition",
    ]
)
_LISTS = frozenset({"program", "statement_block", "switch_case", "switch_default", "class_static_block"})
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def rewrite_module(text: bytes, *, only_if_esm: bool = False, probes: Probes = NO_PROBES) -> Rewritten | None:
    """The module as an expression; None where `only_if_esm` and the text needs no module to be one."""
    root = parser().parse(text).root_node
    found = captures(_QUERY, root)
    statements = [node for node in root.children if node.type in ("import_statement", "export_statement")]
    has_await = any(_is_top_level(node) for node in found.get("await", ()))
    metas = [node for node in found.get("meta", ()) if node.text == b"import.meta"]
    if only_if_esm and not (statements or has_await or metas):
        return None
    module = _Module(_free_prefix(text))
    for node in statements:
        if node.type == "import_statement":
            module.import_statement(node)
    for node in statements:
        if node.type == "export_statement":
            module.export_statement(node)
    module.replace_names(root)
    for node in metas:
        module.edit(node, f"{module.own}.m".ljust(len("import.meta")))
    for node in found.get("import", ()):
        module.edit(node, f"{module.own}.i".ljust(len("import")))
    head = module.head(probes, is_async=has_await)
    code, columns = apply_edits(text, [*probes.edits, *module.edits], head, f"\n{probes.last}}})")
    return Rewritten(code, columns, {**module.link(), "is_async": has_await})


def rewrite_imports(text: bytes, wrapper: str, probes: Probes = NO_PROBES) -> Rewritten | None:
    """A CommonJS module whose `import(…)` call the function that the wrapper gets as its last argument; None: none."""
    root = parser().parse(text).root_node
    found = captures(_QUERY, root).get("import", [])
    if not found:
        return None
    name = f"{_free_prefix(text)}i"
    edits = [Edit(node.start_byte, node.end_byte, name.ljust(len("import"))) for node in found]
    head = wrapper.replace(") {", f", {name}) {{")
    code, columns = apply_edits(text, [*probes.edits, *edits], head, f"\n{probes.last}}})")
    return Rewritten(code, columns, {})


def first_error(text: bytes) -> tuple[int, int, str] | None:
    """Line and column (from 1) of the first thing that is no JavaScript, and the text of its line."""
    root = parser().parse(text).root_node
    if not root.has_error:
        return None
    node = root
    while True:
        inside = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inside is None or node.is_missing:
            break
        node = inside
    row, column = node.start_point
    line = text.split(b"\n")[row].rstrip(b"\r")
    units = len(line[:column].decode("utf-8", "replace").encode("utf-16-le")) // 2
    return row + 1, units + 1, line.decode("utf-8", "replace")


class _Module:
    """What is gathered of one module."""

    def __init__(self, prefix: str) -> None:
        self.own = f"{prefix}m"
        self._prefix = prefix
        self._default = f"{prefix}d"
        self.edits: list[Edit] = []
        self._requests: list[dict[str, Any]] = []
        self._index: dict[tuple[str, str | None], int] = {}
        self._bindings: dict[str, tuple[int, str]] = {}
        self._namespaces: dict[str, int] = {}
        self._getters: dict[str, str] = {}
        self._indirect: list[dict[str, Any]] = []
        self._stars: list[int] = []
        self._wanted: list[tuple[int, str, int]] = []

    def edit(self, node: Node, replacement: str) -> None:
        """Put something in the place of a node."""
        self.edits.append(Edit(node.start_byte, node.end_byte, replacement))

    def import_statement(self, node: Node) -> None:
        """`import …`"""
        index = self._request(node)
        clause = _child(node, "import_clause")
        for part in clause.named_children if clause is not None else ():
            if part.type == "identifier":
                self._bind(_text(part), index, "default", part)
            elif part.type == "namespace_import":
                self._namespaces[_text(part.named_children[-1])] = index
            elif part.type == "named_imports":
                for specifier in part.named_children:
                    if specifier.type == "import_specifier":
                        imported, local = _specifier(specifier)
                        self._bind(local, index, imported, specifier)
        self._blank(node)

    def export_statement(self, node: Node) -> None:
        """`export …`; all imports are known."""
        declaration = node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        is_default = any(child.type == "default" for child in node.children)
        if declaration is not None:
            if is_default:
                self._getters["default"] = _text(_named(declaration, "name"))
            else:
                self._getters.update((name, name) for name in Scopes.declared_by(declaration))
            self._blank_between(node.start_byte, declaration.start_byte, node)
        elif value is not None:
            self._default_value(node, value)
        elif node.child_by_field_name("source") is not None:
            self._reexport(node)
            self._blank(node)
        else:
            for specifier in _specifiers(node):
                local, exported = _specifier(specifier)
                if local in self._bindings:
                    index, imported = self._bindings[local]
                    self._indirect.append({"name": exported, "index": index, "imported": imported})
                else:
                    self._getters[exported] = local
            self._blank(node)

    def replace_names(self, root: Node) -> None:
        """Read imported names from where they come from."""
        if not self._bindings:
            return
        scopes = Scopes()
        for node in captures(_NAMES, root).get("name", ()):
            name = _text(node)
            if name not in self._bindings or _is_in_module_statement(node) or scopes.shadows(node, name):
                continue
            read = self._read(name)
            if node.type == "shorthand_property_identifier":
                read = f"{name}:{read}"
            elif _is_called(node):  # not as a method of the namespace
                read = f"(0,{read})"
                if _begins_statement(node):
                    read = f";{read}"
            self.edit(node, read)

    def _read(self, name: str) -> str:
        index, imported = self._bindings[name]
        member = f".{imported}" if _IDENTIFIER.match(imported) else f"[{json.dumps(imported)}]"
        return f"{self._prefix}{index}{member}"

    def head(self, probes: Probes, *, is_async: bool) -> str:
        """What stands before the first line."""
        parameters = ",".join([self.own, *(f"{self._prefix}{index}" for index in range(len(self._requests)))])
        getters = ",".join(f"[{json.dumps(name)}]:()=>{local}" for name, local in self._getters.items())
        spaces = "".join(f"const {local}={self._prefix}{index};" for local, index in self._namespaces.items())
        start, then = ("(async function", "") if is_async else ("(function*", "yield;")
        exports = f"{self.own}({{__proto__:null,{getters}}});"
        first = probes.first
        for name in self._bindings if first else ():
            first = first.replace(rewritten.imported(name), self._read(name))
        return f'{start}({parameters}){{"use strict";{first}{exports}{spaces}{then}{probes.begin}'

    def link(self) -> dict[str, Any]:
        """What `host/esm.js` needs to link it."""
        return {
            "requests": self._requests,
            "names": list(self._getters),
            "indirect": self._indirect,
            "stars": self._stars,
            "wanted": [{"index": index, "name": name, "at": at} for index, name, at in self._wanted],
            "default_name": self._default,
        }

    def _bind(self, local: str, index: int, imported: str, node: Node) -> None:
        self._bindings[local] = (index, imported)
        self._wanted.append((index, imported, node.start_byte))

    def _request(self, node: Node) -> int:
        source = node.child_by_field_name("source")
        request = _string(source) if source is not None else ""
        attribute = _child(node, "import_attribute")
        kind = None
        if attribute is not None:
            found = re.search(r"""type['"]?\s*:\s*['"](\w+)""", _text(attribute))
            kind = found[1] if found else None
        known = self._index.get((request, kind))
        if known is None:
            known = self._index[request, kind] = len(self._requests)
            at = node.start_byte if source is None else source.start_byte
            self._requests.append({"request": request, "type": kind, "at": at})
        return known

    def _reexport(self, node: Node) -> None:
        index = self._request(node)
        namespace = _child(node, "namespace_export")
        if namespace is not None:
            name = _name(namespace.named_children[-1])
            self._indirect.append({"name": name, "index": index, "imported": None})
        elif any(child.type == "*" for child in node.children):
            self._stars.append(index)
        for specifier in _specifiers(node):
            imported, exported = _specifier(specifier)
            self._indirect.append({"name": exported, "index": index, "imported": imported})

    def _default_value(self, node: Node, value: Node) -> None:
        self._getters["default"] = self._default
        if (
            value.type in ("function_expression", "generator_function", "class")
            and _named_or_none(value) is None
        ):
            token = next(child for child in value.children if child.type in ("function", "class"))
            star = next((child for child in value.children if child.type == "*"), None)
            end = (star or token).end_byte
            self.edits.append(Edit(end, end, f" {self._default}"))
            self._blank_between(node.start_byte, value.start_byte, node)
            return
        if value.type in ("function_expression", "generator_function", "class"):
            self._getters["default"] = _text(_named(value, "name"))
            self._blank_between(node.start_byte, value.start_byte, node)
            return
        text = _slice(node, node.start_byte, value.start_byte)
        lines = text.count("\n")
        blank = f"const {self._default}=" + "\n" * lines
        self.edits.append(Edit(node.start_byte, value.start_byte, blank if lines else blank.ljust(len(text))))

    def _blank(self, node: Node) -> None:
        self._blank_between(node.start_byte, node.end_byte, node)

    def _blank_between(self, start: int, end: int, node: Node) -> None:
        kept = re.sub(r"[^\r\n\t]", " ", _slice(node, start, end))
        if start == node.start_byte and kept:
            kept = ";" + kept[1:]  # what stands before it without a semicolon ends here
        self.edits.append(Edit(start, end, kept))


def _free_prefix(text: bytes) -> str:
    """The beginning of names that the text has none of."""
    prefix = "__"
    while re.search(re.escape(prefix.encode()) + rb"(?:[mdi]\b|\d)", text):
        prefix += "_"
    return prefix


def _is_top_level(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in _FUNCTIONS:
            return False
        above = above.parent
    return True


def _is_in_module_statement(node: Node) -> bool:
    """In a statement that is left out; what `export` declares is not."""
    above = node.parent
    while above is not None and above.type in (
        "import_specifier", "export_specifier", "named_imports", "export_clause", "import_clause", "namespace_import",
        "namespace_export",
    ):  # fmt: skip
        return True
    return False


def _is_called(node: Node) -> bool:
    above = node.parent
    return (
        above is not None
        and above.type == "call_expression"
        and above.child_by_field_name("function") == node
    )


def _begins_statement(node: Node) -> bool:
    above = node.parent
    while above is not None and above.start_byte == node.start_byte:
        if above.type == "expression_statement":
            return above.parent is not None and above.parent.type in _LISTS
        above = above.parent
    return False


def _child(node: Node, kind: str) -> Node | None:
    return next((child for child in node.children if child.type == kind), None)


def _named(node: Node, field: str) -> Node:
    found = node.child_by_field_name(field)
    assert found is not None
    return found


def _named_or_none(node: Node) -> Node | None:
    return node.child_by_field_name("name")


def _specifiers(node: Node) -> list[Node]:
    clause = _child(node, "export_clause")
    return [] if clause is None else [one for one in clause.named_children if one.type == "export_specifier"]


def _specifier(node: Node) -> tuple[str, str]:
    """`a as b` as ("a", "b"), `a` as ("a", "a")."""
    parts = [child for child in node.children if child.type not in ("as", "comment")]
    return _name(parts[0]), _name(parts[-1])


def _name(node: Node) -> str:
    return _string(node) if node.type == "string" else _text(node)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _slice(node: Node, start: int, end: int) -> str:
    text = node.text or b""
    return text[start - node.start_byte : end - node.start_byte].decode("utf-8", "replace")


def _string(node: Node) -> str:
    """What a string literal says."""
    literal = _text(node)[1:-1]
    if "\\" not in literal:
        return literal
    literal = _SURROGATES.sub(
        lambda found: chr(0x10000 + ((int(found[1], 16) - 0xD800) << 10) + int(found[2], 16) - 0xDC00),
        literal,
    )
    simple = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}

    def unescape(found: re.Match[str]) -> str:
        digits = found[1] or found[2] or found[3]
        return chr(int(digits, 16)) if digits else simple.get(found[4], found[4])

    return re.sub(
        r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))",
        unescape,
        literal,
        flags=re.DOTALL,
    )
