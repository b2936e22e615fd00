"""What the agent says, from its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

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
from runtime.js import LANGUAGE

if TYPE_CHECKING:
    from runtime.js.debugger.sources import PlantedSources


class _Frames(msgspec.Struct, frozen=True, tag="frames"):
    frames: tuple[tuple[int, int, str], ...]
    """Their numbers, the bytes of their probes, and what stands there in the place of a function."""
    total: int


class _AgentHit(msgspec.Struct, frozen=True):
    reason: HitReason
    byte: int
    depth: int
    breakpoints: tuple[int, ...] = ()
    failed: dict[int, str] = {}
    logged: tuple[LoggedPictures, ...] = ()
    changes: tuple[ChangePictures, ...] = ()
    error: msgspec.Raw = msgspec.Raw()
    """Empty where it is none."""
    error_type: str | None = None
    uncaught: bool = False


_AgentAnswer: TypeAlias = (
    _Frames | ScopeList | VariableList | Variable | Completions | DataInfo | Failed | Refused
)

_ANSWERS = msgspec.json.Decoder(_AgentAnswer)
_HITS = msgspec.json.Decoder(_AgentHit)


def read_hit(json_text: str, sources: PlantedSources) -> Hit:
    """What an agent tells of a moment."""
    told = _HITS.decode(json_text)
    planned, probe = sources.probe_at(told.byte)
    return Hit(
        told.reason,
        0 if planned is None else planned.source.number,
        probe,
        told.depth,
        told.breakpoints,
        told.failed,
        logged(told.logged, LANGUAGE),
        changes(told.changes, LANGUAGE),
        text_of(told.error, LANGUAGE) if bytes(told.error) else None,
        told.error_type,
        told.uncaught,
    )


def read_answer(json_text: str, sources: PlantedSources) -> Answer | Refused:
    """What an agent answers."""
    answer: _AgentAnswer = _ANSWERS.decode(json_text)
    if isinstance(answer, _Frames):
        return FrameList(tuple(_frame(*one, sources) for one in answer.frames), answer.total)
    return answer


def _frame(number: int, byte: int, label: str, sources: PlantedSources) -> Frame:
    if label:
        return Frame(number, label, 0, kind="boundary")
    planned, probe = sources.probe_at(byte)
    if planned is None:
        return Frame(number, "(unknown)", 0)
    source = planned.source
    return Frame(number, source.functions[source.probes[probe - 1].function].name, source.number, probe)
