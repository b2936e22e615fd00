"""Breakpoints, threads and sources for the debugger's prompt, a line each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from debug.debugger.places import AtFunction, AtLine, OnData
from llmspell_cli.render import theme
from llmspell_cli.render.code_frame import location
from llmspell_cli.render.text import cell_width, pad, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from debug.debugger.events import BreakpointInfo, SourceInfo, ThreadInfo
    from debug.debugger.rules import Rules
    from llmspell_cli.render.terminal import Terminal


def breakpoint_place(info: BreakpointInfo, terminal: Terminal) -> str:
    """Where a breakpoint is: where it is bound, else where it was asked for."""
    where = info.where
    if isinstance(where, OnData):
        return visible(where.name or where.data_id, unicode=terminal.unicode)
    bound = info.locations[0] if info.locations else None
    place = "" if bound is None else location(bound.name, bound.line, None, terminal)
    if isinstance(where, AtFunction):
        name = visible(where.name, unicode=terminal.unicode)
        return f"{name} ({place})" if place else name
    return place or location(_near_name(where.file), where.line, where.column, terminal)


def _near_name(file: str | int) -> str:
    """A file as somebody here would call it."""
    if isinstance(file, int):
        return f"@{file}"
    near = os.path.relpath(file)
    return file if near.startswith(os.pardir) else near


def breakpoint_rules(rules: Rules, terminal: Terminal) -> str:
    """What a breakpoint has for rules, in the words in which they are given."""
    parts = []
    if rules.log_message is not None:
        parts.append(f'says "{rules.log_message}"')
    if rules.thread is not None:
        parts.append(f"thread {rules.thread}")
    if rules.hit_condition is not None:
        parts.append(f"hits {rules.hit_condition}")
    if rules.condition is not None:
        parts.append(f"if {rules.condition}")
    return visible(" ".join(parts), unicode=terminal.unicode)


def breakpoint_kind(info: BreakpointInfo) -> str:
    """What it is called."""
    if isinstance(info.where, OnData):
        return "watchpoint"
    if info.rules.log_message is not None:
        return "logpoint"
    return "temporary breakpoint" if info.rules.temporary else "breakpoint"


def show_breakpoint(info: BreakpointInfo, terminal: Terminal) -> str:
    """What was made of a breakpoint, on one line: `breakpoint 2 at a.lua:12, if x > 3`."""
    paint = theme.painter(terminal.color)
    at = "on" if isinstance(info.where, OnData) else "at"
    text = f"{breakpoint_kind(info)} {info.id} {at} {breakpoint_place(info, terminal)}"
    rules = breakpoint_rules(info.rules, terminal)
    if rules:
        text += f", {rules}"
    if not info.rules.enabled:
        text += ", disabled"
    if isinstance(info.where, AtLine) and info.locations and info.locations[0].line != info.where.line:
        text += f" {paint(theme.DIM, f'(no statement begins on line {info.where.line})')}"
    if info.message is not None:
        text += f" {paint(theme.DIM, f'({visible(info.message, unicode=terminal.unicode)})')}"
    return f"{text}\n"


def show_breakpoints(infos: Sequence[BreakpointInfo], terminal: Terminal) -> str:
    """A line each: its mark, number, place, rules, and how often it was hit."""
    paint = theme.painter(terminal.color)
    dots = ("●", "○") if terminal.unicode else ("*", "o")
    places = [breakpoint_place(info, terminal) for info in infos]
    width = min(max(map(cell_width, places), default=0), 40)
    digits = len(str(max((info.id for info in infos), default=0)))
    shown = []
    for info, place in zip(infos, places, strict=True):
        is_on = info.rules.enabled and info.verified
        parts = []
        kind = breakpoint_kind(info)
        if kind != "breakpoint":
            parts.append(kind)
        rules = breakpoint_rules(info.rules, terminal)
        if rules:
            parts.append(rules)
        if info.hits:
            parts.append("1 hit" if info.hits == 1 else f"{info.hits} hits")
        if info.ignore:
            parts.append(f"passes by the next {info.ignore}")
        if not info.rules.enabled:
            parts.append("disabled")
        if info.message is not None:
            parts.append(visible(info.message, unicode=terminal.unicode))
        dot = paint(theme.ERROR if is_on else theme.DIM, dots[0 if is_on else 1])
        about = paint(theme.DIM, ", ".join(parts))
        shown.append(f" {dot} {info.id:>{digits}}  {pad(place, width) if parts else place}  {about}".rstrip())
    return "".join(f"{line}\n" for line in shown)


def show_threads(threads: Sequence[ThreadInfo], selected: int | None, terminal: Terminal) -> str:
    """A line each."""
    paint = theme.painter(terminal.color)
    arrow = "▶" if terminal.unicode else ">"
    shown = []
    for thread in threads:
        mark = paint(theme.HINT, arrow) if thread.id == selected else " "
        state = "stopped" if thread.stopped else "running"
        name = visible(thread.name, unicode=terminal.unicode)
        shown.append(f" {mark} {thread.id}  {name}  {paint(theme.DIM, f'{thread.language}, {state}')}\n")
    return "".join(shown)


def show_sources(sources: Sequence[SourceInfo], terminal: Terminal) -> str:
    """A line each, with the number by which `break @N:LINE` calls it."""
    paint = theme.painter(terminal.color)
    shown = []
    for source in sources:
        notes = [] if source.path is not None else ["no file"]
        if source.unstoppable is not None:
            notes.append(f"cannot be stopped in: {visible(source.unstoppable, unicode=terminal.unicode)}")
        name = visible(source.name, unicode=terminal.unicode)
        shown.append(
            f" {paint(theme.DIM, f'@{source.id}')}  {name}  {paint(theme.DIM, ', '.join(notes))}".rstrip()
        )
    return "".join(f"{line}\n" for line in shown)
