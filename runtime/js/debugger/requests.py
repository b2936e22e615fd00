"""What people ask, as the agent gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from debug.debugger.target import (
    AboutData,
    Complete,
    Completions,
    DataInfo,
    Evaluate,
    Failed,
    SetExpression,
    SetVariable,
)
from runtime.js.debugger import texts
from runtime.js.debugger.texts import TextError

if TYPE_CHECKING:
    import msgspec

    from debug.debugger.target import Answer, BreakpointOrder, Request

Asked: TypeAlias = dict[str, Any]
"""What crosses as JSON."""

_IMPURE = "it may change something"


def plain(struct: msgspec.Struct) -> Asked:
    """A request for the agent, with all of its fields."""
    fields: Asked = {name: getattr(struct, name) for name in struct.__struct_fields__}
    return {"type": struct.__struct_config__.tag, **fields}


def asked_of(request: Request) -> Asked | Answer:
    """A request with its texts looked through; or at once its answer."""
    asked = plain(request)
    try:
        match request:
            case Evaluate(text, _, effects):
                tree = None if effects else texts.tree_of(text)
                read = texts.read(text, statements=effects)
                if not effects and tree is None:
                    return Failed(_IMPURE)
                asked |= {"name": text, "text": read.text, "is_expression": read.is_expression, "tree": tree}
            case SetVariable(_, _, text):
                asked["text"] = texts.read(text, statements=False).text
            case SetExpression(target, text):
                texts.read(target, statements=False)
                asked["text"] = texts.read(text, statements=False).text
            case AboutData(name, ref):
                asked["tree"] = tree = None if ref else texts.tree_of(name)
                if not ref and tree is None:
                    return DataInfo(None, "only a variable or a field can be watched")
            case Complete(text):
                beginning = texts.beginning(text)
                if beginning is None:
                    return Completions((), 0)
                prefix = beginning.prefix
                asked |= {"tree": beginning.tree, "prefix": prefix, "replaces": len(prefix)}
    except TextError as problem:
        return Failed(str(problem))
    return asked


def breakpoint_of(order: BreakpointOrder) -> Asked:
    """What a probe is armed for, with its texts looked through."""
    return {
        "breakpoint": order.breakpoint,
        "condition": condition_of(order.condition),
        "log": [condition_of(text) for text in order.log],
    }


def condition_of(text: str | None) -> Asked | None:
    """A text as the agent evaluates it, or what is wrong with it."""
    if text is None:
        return None
    try:
        return {"text": texts.read(text, statements=False).text, "problem": None}
    except TextError as problem:
        return {"text": "", "problem": str(problem)}
