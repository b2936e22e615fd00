"""What the agent says, from its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from debug.debugger.target import (
    Answer,
    Completions,
    DataInfo,
    Failed,
    Frame,
    FrameList,
    Hit,
    HitReason,
    ScopeList,
    Variable,
    VariableList,
)
from runtime.agent_hits import ChangePictures, LoggedPictures, Refused, changes, logged, text_of
from runtime.lua.debugger.sources import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.lua.rewrite.install import Source as Chunk
    from runtime.probes.plan import Plan

_T = TypeVar("_T")


class FrameRow(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A frame as the VM knows it."""

    id: int
    name: str
    source: int
    line: int
    defined: int
    last: int
    source_name: str
    kind: str


class _FrameRows(msgspec.Struct, frozen=True, tag="frames"):
    frames: tuple[FrameRow, ...]
    total: int


class _AgentHit(msgspec.Struct, frozen=True):
    reason: HitReason
    source: int
    probe: int
    depth: int
    where: tuple[int, int, int, int] | None = None
    """Source, line, first and last line of the function, where it is at no probe."""
    breakpoints: tuple[int, ...] = ()
    failed: dict[int, str] = {}
    logged: tuple[LoggedPictures, ...] = ()
    changes: tuple[ChangePictures, ...] = ()
    error: msgspec.Raw = msgspec.Raw()
    error_type: str | None = None
    uncaught: bool = False


_AgentAnswer: TypeAlias = (
    _FrameRows | ScopeList | VariableList | Variable | Completions | DataInfo | Failed | Refused
)

_ANSWERS: msgspec.json.Decoder[_AgentAnswer] = msgspec.json.Decoder(_AgentAnswer)
_HITS = msgspec.json.Decoder(_AgentHit)


def read_hit(json_text: bytes, chunks: Mapping[int, Chunk]) -> Hit:
    """What an agent tells of a moment."""
    told = _read(_HITS, json_text)
    source, probe = told.source, told.probe
    if told.where is not None:
        source, line, defined, last = told.where
        chunk = chunks.get(source)
        plan = None if chunk is None else chunk.plan
        found = [] if plan is None else _probes_on(plan, function_on(plan, defined, last), line)
        source, probe = (source, found[0]) if found else (0, 0)
    return Hit(
        told.reason,
        source,
        probe,
        told.depth,
        told.breakpoints,
        told.failed,
        logged(told.logged),
        changes(told.changes),
        text_of(told.error) if told.error_type is not None else None,
        told.error_type,
        told.uncaught,
    )


def read_answer(json_text: bytes, chunks: Mapping[int, Chunk], hit: Hit | None) -> Answer | Refused:
    """What an agent answers; `hit` is where it has stopped."""
    answer = _read(_ANSWERS, json_text)
    if not isinstance(answer, _FrameRows):
        return answer
    return FrameList(tuple(_frame(row, chunks, hit) for row in answer.frames), answer.total)


def function_on(plan: Plan, defined: int, last: int) -> int | None:
    """The function of these lines, the first of several; the main chunk is at line 0."""
    if defined == 0:
        return 0
    for function in plan.functions[1:]:
        if (function.line, function.end_line) == (defined, last):
            return function.id
    return None


def _frame(row: FrameRow, chunks: Mapping[int, Chunk], hit: Hit | None) -> Frame:
    chunk = chunks.get(row.source)
    kind: Any = row.kind
    if row.kind != "script":
        return Frame(row.id, row.name, 0, source_name=row.source_name, kind=kind)
    line = max(row.line, 0)
    if chunk is None:
        name = "(main)" if row.defined == 0 else row.name or "(anonymous)"
        return Frame(row.id, name, 0, 0, line, row.source_name)
    name, probe = row.name or "(anonymous)", 0
    plan = chunk.rewritten.plan
    if plan is None:
        name = "(main)" if row.defined == 0 else name
    else:
        function = function_on(plan, row.defined, row.last)
        if function is not None:
            planned = name_of(plan, function)
            name = name if planned == "(anonymous)" else planned
            here = _probes_on(plan, function, line)
            probe = here[0] if len(here) == 1 else 0
    if (
        row.id == 1
        and hit is not None
        and hit.probe
        and hit.source == row.source
        and hit.reason != "exception"
    ):
        probe = hit.probe
    return Frame(row.id, name, row.source, probe if chunk.plan is not None else 0, line)


def _probes_on(plan: Plan, function: int | None, line: int) -> list[int]:
    return [probe.id for probe in plan.at_line(line) if probe.function == function]


def _read(decoder: msgspec.json.Decoder[_T], json_text: bytes) -> _T:
    try:
        return decoder.decode(json_text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Names of the script's may be no UTF-8: those bytes become escapes, in a string of JSON.
        text = json_text.decode("utf-8", "surrogateescape")
        shown = "".join(
            f"\\\\x{ord(one) - 0xDC00:02x}" if "\udc80" <= one <= "\udcff" else one for one in text
        )
        decoded: _T = decoder.decode(shown)
        return decoded
