"""The text of one function as the script has it, for `string.dump`: its compiled form holds no probes.

The function stands on its own lines behind a declaration of its upvalues, in the order in which it uses them.
Constants that the compiler puts in where their names stand are declared with their values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.probes.plan import Function, Plan

_CONSTANT = re.compile(
    rb"local\s+([A-Za-z_]\w*)\s*<\s*const\s*>\s*=\s*(nil|true|false|-?[\d.][\w.]*|\"[^\"\\\n]*\"|'[^'\\\n]*')"
)


def plain_text(plan: Plan, line: int, last_line: int, upvalues: Sequence[bytes]) -> bytes:
    """A chunk that returns the function of these lines; line 0 is the main chunk, and its text is the whole.

    Of several functions on the same lines it is the first: Lua does not tell them apart. Raises LookupError where
    there is none.
    """
    if line == 0:
        return plan.text
    for function in plan.functions[1:]:
        if (function.line, function.end_line) == (line, last_line):
            return _alone(plan, function, upvalues)
    raise LookupError(f"no function from line {line} to {last_line}")


def _alone(plan: Plan, function: Function, upvalues: Sequence[bytes]) -> bytes:
    text = plan.text
    begin = text.index(b"(", function.start)
    body = text[begin : function.end]
    if b":" in text[function.start : begin]:
        has_parameters = re.match(rb"\(\s*\)", body) is None
        body = (b"(self," if has_parameters else b"(self") + body[1:]
    constants = {found[1]: found[2] for found in _CONSTANT.finditer(text, 0, function.start)}
    declared = [
        b"local %s<const> =%s " % (name, value) for name, value in constants.items() if name not in upvalues
    ]
    if upvalues:
        declared.append(b"local %s " % b",".join(upvalues))
    return b"\n" * (function.line - 1) + b"".join(declared) + b"return function" + body
