"""Plants probes in a script.

    statement;            if(b[7]|b[0])h(f,7,__1);i[f+1]=7;statement;
    while (a)             while ((b[7]|b[0])&&h(f,7,__1),i[f+1]=7,a)
    function f(a){ body } {const f=i[0];i[f+1]=0;i[0]=f+1;try{const __1=(v,w)=>{switch(v){case 4:return a;case 5:a=w;
                          return;…}};k[f<<4]=__1; body }catch(e){throw u(f,e,k[f<<4],{})}finally{i[0]=f}}
    async, function*      {const f=new Activation();try{f.on(); body }…} and around what suspends them
    let a = 1; …          let a = 1;try{…}catch(e){throw q(f,e,{4:a})}         (in a leaf: `regions.py`)
    catch (e) {…}         catch(e){i[0]=f+1;if(b[1])w(f,e,__1,{4:a});…}

`b` are the bytes, `i` the places and `k` what is kept (`layout.py`); each name begins with its prefix. A function's
place is 0 until its first probe has been passed: so a step knows that it was entered. `__1` is the reader of a scope
that is held, which is kept; a probe in a leaf (`structure.py`) hands its variables over and takes them back,
`({0:a}=h(f,7,__1,[a,b]))`, and where the statement calls it keeps them: `k[f<<4]=__1;k[(f<<4)+1]=a;k[(f<<4)+2]=b`.
All of it on the same lines.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from debug.debugger.source import FunctionSpan, Probe, Source
from runtime.js import grammar
from runtime.js.debugger import layout
from runtime.js.debugger.compiling import compiling, is_handed_on
from runtime.js.debugger.edits import Edits
from runtime.js.debugger.handing import agent_call, handed_at
from runtime.js.debugger.keeping import Keeper, keeping, kept_reader, own
from runtime.js.debugger.layout import (
    ACTIVATION,
    BYTES,
    CAUGHT_AT,
    DEBUGGER,
    ERROR,
    FAILED,
    HIT,
    LEFT,
    LOADED,
    OWN,
    PLACES,
    QUIET,
)
from runtime.js.debugger.nodes import (
    Places,
    after_directives,
    does_something,
    field,
    is_directive,
    is_head,
    last_byte,
    part_that_runs,
    value_of,
)
from runtime.js.debugger.planned import Planned, ProbeInfo
from runtime.js.debugger.readers import Readers
from runtime.js.debugger.regions import Regions, told
from runtime.js.debugger.structure import structure_of
from runtime.js.debugger.suspending import awaits_each, healed, suspends
from runtime.js.planted import can_hold, marked
from runtime.js.rewritten import Probes

if TYPE_CHECKING:
    from tree_sitter import Node

    from runtime.js.debugger.compiling import Sites
    from runtime.js.debugger.structure import Found, Numbers
    from runtime.js.debugger.zones import Scope, Zone

COMMONJS = ("exports", "require", "module", "__filename", "__dirname")
"""What a script gets from the function that it becomes."""

_LISTS = frozenset({"program", "statement_block", "switch_case", "switch_default"})
_WITH_CONDITION = frozenset({"for_statement", "while_statement", "do_statement"})


class Unplantable(Exception):
    """A text has to run as it is; says why."""


TextKind: TypeAlias = Literal["script", "module", "eval", "function"]
"""A CommonJS module, an ES module, a text for `eval`, or a text that is one function."""


class TextPlan(NamedTuple):
    """What is planted in a text, and what that can tell."""

    probes: Probes
    planned: Planned


def plant(
    text: bytes,
    name: str,
    path: str | None,
    number: int,
    first: int,
    numbers: Numbers,
    sites: Sites,
    kind: TextKind,
    outer: Scope | None = None,
) -> TextPlan:
    """`number` is the source's, `first` its first byte in the memory, `outer` where it is compiled.

    Raises Unplantable.
    """
    if not can_hold(text):
        raise Unplantable("it uses names of the debugger")
    root = grammar.parser().parse(text).root_node
    if root.has_error:
        raise Unplantable("its syntax is not understood")
    planting = _Planting(root, text, first, numbers, sites, kind, outer)
    shown = text.decode("utf-8", "replace")
    functions = tuple(FunctionSpan(named, planting.place_of(node)) for named, node in planting.functions)
    source = Source(number, name, path, shown, tuple(planting.found_probes), functions)
    return TextPlan(planting.probes(), Planned(source, first, tuple(planting.infos)))


class _Planting:
    def __init__(
        self,
        root: Node,
        text: bytes,
        first: int,
        numbers: Numbers,
        sites: Sites,
        kind: TextKind,
        outer: Scope | None,
    ) -> None:
        self.place_of = Places(text).place_of
        self._first = first
        self._kind = kind
        self._sites = sites
        given = COMMONJS if kind == "script" else ()
        structure = structure_of(root, numbers, is_module=kind == "module", given=given, outer=outer)
        if kind == "function":
            structure.main.variables.clear()  # around it is nothing where a reader could stand
        self.functions = structure.functions
        self._main = structure.main
        self._regions = Regions(text)
        self._edits = Edits()
        self._readers = Readers()
        self.found_probes: list[Probe] = []
        self.infos: list[ProbeInfo] = []
        self._loops: dict[int, Scope] = {}
        self._conditions: list[tuple[int, int, Found, Node]] = []
        self._in_braces: dict[int, str] = {}
        """What stands first where a statement gets braces."""
        self._keeper = Keeper(structure.calls, structure.changes)
        self._tries: list[tuple[int, int, Zone]] = []
        self._quiet = 0
        self._plain_until = 0
        """Within a function that runs as it is."""
        self._head_of_main()
        for found in structure.found:
            start = found.node.start_byte
            self._advance(start)
            if start >= self._plain_until:
                self._meet(found)
        self._advance(root.end_byte + 1)

    def probes(self) -> Probes:
        tail = marked(self._tail(self._main))
        if self._kind != "module":
            return Probes(tuple(self._edits.made), last=tail)
        first = f"const {OWN}=new {ACTIVATION}();try{{{LOADED}({self._first});{self._reader(self._main)}"
        return Probes(tuple(self._edits.made), marked(first), marked(f"{OWN}.on();"), tail)

    # Functions

    def _head_of_main(self) -> None:
        zone = self._main.zone
        if self._kind in ("script", "eval"):
            loaded = f"{LOADED}({self._first});" if self._kind == "script" else ""
            head = f";{loaded}{self._head(zone)}{self._reader(self._main)}"
            self._edits.insert(after_directives(zone.node, 0), head)

    def _head(self, zone: Zone) -> str:
        if zone.has_activation:
            return f"const {OWN}=new {ACTIVATION}();try{{{OWN}.on();"
        entered = self._do(zone, f"{PLACES}[{OWN}+1]=0", f"{PLACES}[0]={OWN}+1")
        return f"const {OWN}={PLACES}[0];{entered}{'try{' if self._can_be_a_block(zone) else ''}"

    def _can_be_a_block(self, zone: Zone) -> bool:
        return zone.can_be_a_block and not self._is_quiet(zone)

    def _is_quiet(self, zone: Zone) -> bool:
        """Whether the value of its last statement counts: of a text for `eval`."""
        return zone is self._main.zone and self._kind == "eval"

    def _do(self, zone: Zone, *expressions: str) -> str:
        """Statements; where the value of the last statement counts, declarations, which have none."""
        if not expressions or not self._is_quiet(zone):
            return "".join(f"{one};" for one in expressions)
        self._quiet += 1
        return f"const {QUIET}{self._quiet}=({','.join(expressions)});"

    def _tail(self, scope: Scope) -> str:
        zone = scope.zone
        seen = "" if scope.held else told(one for one in scope.variables.values() if not one.known_from)
        failed = f"throw {FAILED}({own(zone)},{ERROR},{self._reader_kept(scope)},{{{seen}}})"
        if zone.has_activation:
            return f"}}catch({ERROR}){{{OWN}.on();{failed}}}finally{{{OWN}.end()}}"
        if not self._can_be_a_block(zone):
            # Only of a text: where it is left otherwise who called it clears the stack, or the event loop.
            return ";" + self._do(zone, f"{PLACES}[0]={OWN}")
        return f"}}catch({ERROR}){{{failed}}}finally{{{PLACES}[0]={OWN}}}"

    def _body(self, found: Found) -> None:
        body, zone = found.node, found.zone
        if not zone.can_be_a_block:
            self._plain_until = body.end_byte
            return
        start = f"{self._head(zone)}{self._reader(found.scope)}"
        if body.type == "statement_block":
            self._edits.insert(after_directives(body, body.start_byte + 1), f";{start}")
            self._edits.at_end(last_byte(body) - 1, self._tail(found.scope))
        else:
            probe = self._probe(body, found.scope, "expression")
            self._edits.insert(body.start_byte, f"{{{start}{probe}return(")
            self._edits.at_end(last_byte(body), f"){self._tail(found.scope)}}}")

    # Readers

    def _reader(self, scope: Scope) -> str:
        """Stands where the statements of a scope begin."""
        zone = scope.zone
        if not scope.has_reader:
            if scope.kind != "function" or not scope.held:
                return ""
            return self._do(zone, f"{kept_reader(zone)}={self._readers.current(scope)}")
        kept = self._do(zone, f"{kept_reader(zone)}={self._readers.current(scope)}")
        return f"{self._readers.made(scope)}{kept}"

    def _reader_kept(self, scope: Scope) -> str:
        """What reads the variables of a function that has failed, where none of its blocks is open any more."""
        while scope.kind != "function" and scope.parent is not None:
            scope = scope.parent
        return kept_reader(scope.zone) if scope.held else self._readers.current(scope.parent)

    # Nodes

    def _meet(self, found: Found) -> None:
        tag, node, zone = found.tag, found.node, found.zone
        if tag == "body":
            self._body(found)
        elif tag == "statement":
            self._statement(found)
        elif tag == "loop":
            self._loop(found)
        elif tag == "block":
            if found.scope.node == node and found.scope.kind == "block" and found.scope.has_reader:
                self._edits.insert(node.start_byte + 1, self._reader(found.scope))
        elif tag == "lexical":
            self._region(found, node.end_byte, last_byte(node))
        elif tag == "catch":
            self._catch(found)
        elif tag == "finally":
            self._edits.insert(node.start_byte + 1, self._do(zone, healed(zone)))
        elif tag in ("await", "yield"):
            suspends(self._edits, node)
        elif tag == "call":
            for at, text in compiling(node, lambda: self._sites.add(found.scope)):
                self._edits.ends_before(at, text)
        elif tag == "eval":
            self._sites.has_other_names |= is_handed_on(node)
        elif tag == "return" and zone.is_async and zone.is_generator:
            value = value_of(node)
            if value is not None:  # it awaits the value
                self._edits.insert(value.start_byte, f"{OWN}.off(")
                self._edits.at_end(last_byte(value), ")")
        elif tag == "for_await":
            awaits_each(self._edits, node)

    def _loop(self, found: Found) -> None:
        self._loops[found.node.id] = found.scope
        body = field(found.node, "body")
        if not found.scope.has_reader:
            self._region(found, found.scope.opens_at, None)
            return
        text = self._reader(found.scope)
        if body.type == "statement_block":
            self._edits.insert(body.start_byte + 1, text)
        else:
            self._in_braces[body.id] = text

    def _catch(self, found: Found) -> None:
        node, zone = found.node, found.zone
        body = field(node, "body")
        parameter = node.child_by_field_name("parameter")
        error = "void 0"
        if parameter is None:
            self._edits.insert(body.start_byte, f"({ERROR})")
            error = ERROR
        elif parameter.type == "identifier":
            error = (parameter.text or b"").decode()
        scope = found.scope
        seen = told(handed_at(body.start_byte, scope.parent)) if scope.parent is not None else ""
        report = f"{CAUGHT_AT}({own(zone)},{error},{self._reader_kept(scope)},{{{seen}}})"
        start = self._do(zone, healed(zone), f"{BYTES}[{layout.ERRORS}]&&{report}")
        self._edits.insert(body.start_byte + 1, f"{start}{self._reader(scope)}")
        self._region(found, scope.opens_at, None)

    def _region(self, found: Found, start: int, at: int | None) -> None:
        """From a declaration to the end of its block, or (None) all of the block."""
        scope, zone = found.scope, found.zone
        variables = self._regions.variables_from(start, scope)
        if not variables or self._is_quiet(zone):
            return
        end = f"}}catch({ERROR}){{throw {LEFT}({own(zone)},{ERROR},{{{told(variables)}}})}}"
        self._edits.at_end(self._regions.end_of(scope), end)
        if at is None:
            self._edits.insert(start, "try{")
        else:
            self._edits.at_end(at, ";try{")

    def _statement(self, found: Found) -> None:
        node, scope = found.node, found.scope
        above = node.parent
        if above is None or is_directive(node):
            return
        if node.type == "try_statement" and node.child_by_field_name("handler") is not None:
            body = field(node, "body")
            self._tries.append((body.start_byte, body.end_byte, found.zone))
        if node.type in _WITH_CONDITION:
            self._await_condition(found)
        if above.type in ("labeled_statement", "export_statement") or is_head(node, above):
            return
        if node.type == "export_statement" and not does_something(node):
            return
        if self._kind == "function" and above == self._main.node:
            return
        text = ""
        if node.type not in ("while_statement", "do_statement"):
            text = self._probe(node, scope, "return" if node.type == "return_statement" else "statement")
        if node.type == "debugger_statement":
            start = f"{DEBUGGER}({own(found.zone)},{self._readers.current(scope)}"
            text += self._do(found.zone, agent_call(start, handed_at(node.start_byte, scope)))
        if above.type in _LISTS:
            self._edits.insert(node.start_byte, text)
        else:
            self._edits.insert(node.start_byte, f"{{{self._in_braces.pop(node.id, '')}{text}")
            self._edits.at_end(last_byte(node), "}")

    def _await_condition(self, found: Found) -> None:
        """A loop's condition is passed each time; it may stand behind the body."""
        condition = found.node.child_by_field_name("condition")
        if condition is None or condition.type == "empty_statement":
            return
        if condition.type == "parenthesized_expression":
            condition = next(child for child in condition.named_children if child.type != "comment")
        heappush(self._conditions, (condition.start_byte, len(self._conditions), found, condition))

    def _condition(self, found: Found, condition: Node) -> None:
        scope = self._loops.get(found.node.id, found.scope)
        self._edits.insert(condition.start_byte, self._probe(condition, scope, "condition"))

    # Probes

    def _probe(self, node: Node, scope: Scope, kind: str) -> str:
        number = len(self.found_probes) + 1
        byte = self._first + number - 1
        is_condition = kind == "condition"
        handed = handed_at(node.start_byte, scope, is_condition=is_condition)
        zone = scope.zone
        # A condition's loop has its reader within the body.
        reader = self._readers.current(scope.parent if is_condition and scope.kind == "loop" else scope)
        part = node if is_condition else part_that_runs(node)
        kept = None if part is None else self._keeper.kept(part, handed)
        self.found_probes.append(Probe(number, self.place_of(node), zone.function, kind))
        names = tuple(variable.name for variable in handed)
        is_caught = self._is_caught(node.start_byte, zone)
        self.infos.append(ProbeInfo(scope, tuple(handed), kept, is_condition, is_caught))
        call = agent_call(f"{HIT}({own(zone)},{byte},{reader}", handed)
        after = [f"{PLACES}[{own(zone)}+1]={byte}", *keeping(zone, reader, names, kept)]
        is_armed = f"{BYTES}[{byte}]|{BYTES}[{layout.ANY_PROBE}]"
        if is_condition:
            return f"({is_armed})&&{call},{','.join(after)},"
        if self._is_quiet(zone):
            return self._do(zone, f"({is_armed})&&{call}", *after)
        return f"if({is_armed}){call};{';'.join(after)};"

    def _is_caught(self, at: int, zone: Zone) -> bool:
        while self._tries and self._tries[-1][1] <= at:
            self._tries.pop()
        return any(one is zone and start <= at < end for start, end, one in self._tries)

    # Order

    def _advance(self, start: int) -> None:
        """What stands before the next node."""
        while True:
            end = self._edits.next_end()
            condition = self._conditions[0][0] if self._conditions else start + 1
            if end is not None and end <= min(start, condition):
                self._edits.end()
            elif condition <= start:
                _, _, found, node = heappop(self._conditions)
                self._condition(found, node)
            else:
                return
