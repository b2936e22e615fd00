"""What the agent says, from its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from debug.debugger.target import (
    Answer,
    Completions,
    DataChange,
    DataInfo,
    Failed,
    Frame,
    FrameList,
    Hit,
    HitReason,
    Logged,
    ScopeList,
    Variable,
    VariableList,
)
from debug.values import COMPACT, decode, to_text

if TYPE_CHECKING:
    from runtime.js.debugger.sources import PlantedSources


class _Frames(msgspec.Struct, frozen=True, tag="frames"):
    frames: tuple[tuple[int, int], ...]
    """Their numbers, and the bytes of their probes."""
    total: int


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why data cannot be watched, by breakpoint."""

    refused: dict[int, str]


class _LoggedPictures(msgspec.Struct, frozen=True):
    breakpoint: int
    values: tuple[msgspec.Raw, ...]


class _ChangePictures(msgspec.Struct, frozen=True):
    breakpoint: int
    name: str
    old: msgspec.Raw
    new: msgspec.Raw


class _AgentHit(msgspec.Struct, frozen=True):
    reason: HitReason
    byte: int
    depth: int
    resumers: int
    coroutine: int
    breakpoints: tuple[int, ...] = ()
    failed: dict[int, str] = {}
    logged: tuple[_LoggedPictures, ...] = ()
    changes: tuple[_ChangePictures, ...] = ()
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
        told.resumers,
        told.coroutine,
        told.breakpoints,
        told.failed,
        tuple(Logged(one.breakpoint, tuple(map(_text, one.values))) for one in told.logged),
        tuple(DataChange(one.breakpoint, one.name, _line(one.old), _line(one.new)) for one in told.changes),
        _text(told.error) if bytes(told.error) else None,
        told.error_type,
        told.uncaught,
    )


def read_answer(json_text: str, sources: PlantedSources) -> Answer | Refused:
    """What an agent answers."""
    answer: _AgentAnswer = _ANSWERS.decode(json_text)
    if isinstance(answer, _Frames):
        return FrameList(tuple(_frame(number, byte, sources) for number, byte in answer.frames), answer.total)
    return answer


def _frame(number: int, byte: int, sources: PlantedSources) -> Frame:
    planned, probe = sources.probe_at(byte)
    if planned is None:
        return Frame(number, "(unknown)", 0)
    source = planned.source
    return Frame(number, source.functions[source.probes[probe - 1].function].name, source.number, probe)


def _text(picture: msgspec.Raw) -> str:
    """A string as it is, anything else as compact dumps show it."""
    value = decode(bytes(picture))
    return value if isinstance(value, str) else to_text(value, COMPACT)


def _line(picture: msgspec.Raw) -> str:
    return to_text(decode(bytes(picture)), COMPACT)
