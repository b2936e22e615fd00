"""A profile for people: where the time went by function, line and call, as text for a terminal or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.call_tree import heavy_paths
from debug.profile.summary import summarize
from llmspell_cli.render import theme
from llmspell_cli.render.text import cell_width, cut, pad, shortened, visible, wrapped
from llmspell_cli.render.units import duration, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from debug.profile.call_tree import Row
    from debug.profile.model import Function, Profile
    from debug.profile.summary import Summary
    from llmspell_cli.render.terminal import Terminal
    from llmspell_cli.render.theme import Style

MOST_FUNCTIONS = 15
MOST_LINES = 10
LEAST_SHARE = 0.005
"""Functions and lines with less of the time are not listed; how many there are is told."""
WIDEST = 110
"""Columns that are used where there are more: bars and names a metre apart do not belong together."""
BAR_CELLS = 12

_KINDS = {
    "script": "script",
    "native": "C functions and builtins",
    "gc": "garbage collector",
    "compiler": "compiler",
    "outside": "waiting",
}
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def show_profile(profile: Profile, terminal: Terminal) -> str:
    """All of it; ends in a newline. On a terminal it stands apart from what came before."""
    return _View(summarize(profile), heavy_paths(profile), terminal).text()


class _View:
    def __init__(self, summary: Summary, tree: tuple[Row, ...], terminal: Terminal) -> None:
        self._summary = summary
        self._tree = tree
        self._terminal = terminal
        self._unicode = terminal.unicode
        self._paint: Callable[[Style, str], str] = theme.painter(terminal.color)
        self._width = min(terminal.current_width(), WIDEST)

    def text(self) -> str:
        sections = (
            self._head(),
            self._functions(),
            self._lines(),
            self._call_tree(),
            self._allocations(),
            self._threads(),
        )
        shown = "\n".join("".join(f"{line}\n" for line in lines) for lines in map(list, sections) if lines)
        if self._terminal.is_tty or self._terminal.color:
            shown = "\n" + shown
        if self._summary.timers:
            from llmspell_cli.render.timer_table import show_timers

            timers = show_timers(self._summary.timers, self._terminal)
            shown += timers if timers.startswith("\n") else "\n" + timers
        return shown

    # Sections: lines without their ends

    def _head(self) -> Iterator[str]:
        one, paint = self._summary, self._paint
        yield f"{paint(theme.BOLD, 'profile')} of {self._visible(one.script)} ({one.engine})"
        yield from self._told(
            f"{self._time(one.sampled_ns)} sampled of {self._time(one.duration_ns)},",
            f"{one.samples:,} samples,",
            f"{one.rate_hz:g}/s asked for",
            f"({one.collector})",
        )
        if not one.samples:
            yield from self._told("no samples: the script ended too soon, or sampling was never switched on")
        whole = max(1, one.sampled_ns)
        kinds = {_KINDS[kind]: time_ns for kind, time_ns in one.by_kind_ns.items()}
        for parts in (kinds if len(kinds) > 1 else {}, one.states_ns):
            ordered = sorted(parts.items(), key=lambda part: -part[1])
            shares = [f"{name} {_percent(time_ns, whole)}" for name, time_ns in ordered if time_ns]
            yield from self._told(*(f"{share}," for share in shares[:-1]), *shares[-1:])
        if one.heap is not None:
            heap = one.heap
            yield from self._told(
                f"memory {size(heap.start_bytes)} at start,",
                f"{size(heap.peak_bytes)} at most,",
                f"{size(heap.end_bytes)} at the end",
            )
        if one.fallback is not None:
            note = self._visible(one.fallback)
            yield from self._told(f"note: {note}")

    def _functions(self) -> Iterator[str]:
        rows = self._summary.functions
        whole = max(1, self._summary.sampled_ns)
        kept = [row for row in rows[:MOST_FUNCTIONS] if row.total_ns >= LEAST_SHARE * whole]
        if not kept:
            return
        with_bars = self._width >= 60
        room = self._width - 31 - (BAR_CELLS + 2 if with_bars else 0)
        named = [self._named(row.function, max(8, room)) for row in kept]
        widest = max(cell_width(name + place) for name, place in named)
        yield self._paint(theme.BOLD, f"{'self':>9}{'total':>20}  function")
        for row, (name, place) in zip(kept, named, strict=True):
            self_time = self._time(row.self_ns) if row.self_ns else ""
            figures = f"{_percent(row.self_ns, whole):>9} {self_time:>10} {_percent(row.total_ns, whole):>8}"
            line = f"{figures}  {name}{self._paint(theme.DIM, place)}"
            gap = " " * (widest - cell_width(name + place) + 2)
            yield f"{line}{gap}{self._bar(row.self_ns / whole)}".rstrip() if with_bars else line
        yield from self._left_out(len(rows) - len(kept), "function")

    def _lines(self) -> Iterator[str]:
        whole = max(1, self._summary.sampled_ns)
        kept = [row for row in self._summary.lines[:MOST_LINES] if row.self_ns >= LEAST_SHARE * whole]
        if not kept:
            return
        yield self._paint(theme.BOLD, f"{'self':>9}  line")
        places = [self._visible(f"{row.file}:{row.line}") for row in kept]
        widest = min(max(map(cell_width, places)), self._width // 2)
        for row, place in zip(kept, places, strict=True):
            text = self._visible((row.text or "").strip())
            shown = shortened(text, self._width - 13 - widest, unicode=self._unicode)
            yield f"{_percent(row.self_ns, whole):>9}  {self._paint(theme.DIM, pad(place, widest))}  {shown}".rstrip()

    def _call_tree(self) -> Iterator[str]:
        rows = self._tree
        if len(rows) < 2:
            return
        whole = max(1, self._summary.sampled_ns)
        yield self._paint(theme.BOLD, f"{'total':>9} {'self':>9}  call tree")
        for row in rows:
            indent = "  " * row.depth
            name, place = self._named(row.function, max(12, self._width - 22 - len(indent)))
            notes = " (recursive)" if row.recursive else ""
            if row.folded_ns >= 0.005 * whole:
                notes += f" +{row.folded_functions} folded {_percent(row.folded_ns, whole)}"
            line = f"{_percent(row.total_ns, whole):>9} {_percent(row.self_ns, whole):>9}  {indent}{name}"
            yield line + self._paint(theme.DIM, cut(place + notes, 0, max(0, self._width - cell_width(line))))

    def _allocations(self) -> Iterator[str]:
        rows = self._summary.allocations_by_function
        if not rows:
            return
        whole = max(1, sum(row.self_bytes for row in rows))
        kept = [row for row in rows[:MOST_LINES] if row.self_bytes >= LEAST_SHARE * whole]
        yield self._paint(theme.BOLD, "heap grew by          function, line")
        for row in kept:
            name, place = self._named(row.function, max(20, self._width - 24))
            amount = f"{_percent(row.self_bytes, whole):>9} {size(row.self_bytes):>10}"
            yield f"{amount}  {name}{self._paint(theme.DIM, place)}"
        lines = [
            row for row in self._summary.allocations_by_line[:5] if row.self_bytes >= LEAST_SHARE * whole
        ]
        for line in lines:
            place = self._visible(f"{line.file}:{line.line}")
            room = self._width - 24 - cell_width(place)
            text = shortened(self._visible((line.text or "").strip()), room, unicode=self._unicode)
            amount = f"{_percent(line.self_bytes, whole):>9} {size(line.self_bytes):>10}"
            yield f"{amount}  {self._paint(theme.DIM, place)}  {text}".rstrip()

    def _threads(self) -> Iterator[str]:
        rows = self._summary.threads
        if len(rows) < 2:
            return
        yield self._paint(theme.BOLD, f"{'running':>9}  suspended")
        for row in rows[: MOST_LINES + 1]:
            suspended = "" if row.suspended_ns is None else self._time(row.suspended_ns)
            figures = f"{self._time(row.running_ns):>9}  {suspended:>9}  "
            yield figures + cut(self._visible(row.name), 0, self._width - len(figures))
        yield from self._left_out(len(rows) - MOST_LINES - 1, "thread")

    # Pieces

    def _told(self, *phrases: str) -> Iterator[str]:
        """A sentence in phrases, on as many lines as it takes."""
        if phrases:
            room = self._width - 2
            yield from ("  " + line for line in wrapped(" ".join(phrases), room, room))

    def _left_out(self, count: int, what: str) -> Iterator[str]:
        if count > 0:
            yield self._paint(theme.DIM, f"           {count} more {what}{'s' if count > 1 else ''}")

    def _named(self, function: Function, room: int) -> tuple[str, str]:
        """The name and where it is defined, in so many cells together."""
        name = self._visible(function.name)
        where = ""
        if function.file is not None:
            where = self._visible(function.file) + (f":{function.line}" if function.line else "")
        name = cut(name, 0, room)
        left = room - cell_width(name) - 2
        if cell_width(where) > left:
            where = where.rsplit("/", 1)[-1]
        return name, f"  {where}" if where and cell_width(where) <= left else ""

    def _bar(self, share: float) -> str:
        if not self._unicode:
            return "#" * round(share * BAR_CELLS)
        eighths = round(share * BAR_CELLS * 8)
        full, rest = divmod(eighths, 8)
        return self._paint(theme.INFO, "█" * full + (_EIGHTHS[rest] if rest else ""))

    def _time(self, time_ns: int) -> str:
        return duration(time_ns / 1e6, unicode=self._unicode).strip()

    def _visible(self, text: str) -> str:
        return visible(text, unicode=self._unicode)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace("%", " %")
