"""The text of one function as the script has it, for `string.dump`: its compiled form holds no probes.

The function stands on its own lines behind a declaration of its upvalues, in the order in which it uses them.
Constants that the compiler puts in where their names stand are declared with their values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runtime.lua.rewrite.statements import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runtime.probes.plan import Function, Plan

_CONSTANT = re.compile(rb"local\s+([A-Za-z_]\w*)\s*<\s*const\s*>\s*=\s*(.*)", re.DOTALL)
_LITERALS = frozenset({"nil", "true", "false", "string"})
_NUMBERS = re.compile(rb"(?:0[xX][\w.]+|\d[\w.]*|\.\d+|[-+*/%^&|~<>()\s])+")
"""An expression of nothing but numbers is folded into one."""


def plain_text(plan: Plan, variant: str, line: int, last_line: int, upvalues: Sequence[bytes]) -> bytes:
    """A chunk that returns the function of these lines; line 0 is the main chunk, and its text is the whole.

    Of several functions on the same lines it is the first: Lua does not tell them apart. Raises LookupError where
    there is none.
    """
    if line == 0:
        return plan.text
    for function in plan.functions[1:]:
        if (function.line, function.end_line) == (line, last_line):
            return _alone(plan, variant, function, upvalues)
    raise LookupError(f"no function from line {line} to {last_line}")


def _alone(plan: Plan, variant: str, function: Function, upvalues: Sequence[bytes]) -> bytes:
    text = plan.text
    begin = text.index(b"(", function.start)
    body = text[begin : function.end]
    if b":" in text[function.start : begin]:
        has_parameters = re.match(rb"\(\s*\)", body) is None
        body = (b"(self," if has_parameters else b"(self") + body[1:]
    declared = [one for name, one in _constants(text, variant, function) if name not in upvalues]
    if upvalues:
        declared.append(b"local %s " % b",".join(upvalues))
    return b"\n" * (function.line - 1) + b"".join(declared) + b"return function" + body


def _constants(text: bytes, variant: str, function: Function) -> Iterator[tuple[bytes, bytes]]:
    """The constants that the function can see, outermost first, each with a declaration on one line."""
    if b"const" not in text:
        return
    around = parse(text, variant).descendant_for_byte_range(function.start, function.end - 1)
    found = []
    while around is not None:
        before = around.prev_named_sibling
        while before is not None:
            declaration = _CONSTANT.fullmatch(text, before.start_byte, before.end_byte)
            if declaration and before.type == "variable_declaration":
                value = before.named_children[0].named_children[-1].named_children[-1]
                is_constant = value.type in _LITERALS or _NUMBERS.fullmatch(declaration[2])
                if is_constant and b"\n" not in declaration[2]:
                    found.append((declaration[1], b"local %s<const> =%s " % declaration.groups()))
            before = before.prev_named_sibling
        around = around.parent
    yield from reversed(found)
