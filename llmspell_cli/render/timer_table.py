"""The timers' figures as a table: drawn with rich on a terminal, aligned text elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.render import theme
from llmspell_cli.render.text import cell_width, visible
from llmspell_cli.render.units import duration, size_delta

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.reports import TimerRow
    from llmspell_cli.render.terminal import Terminal

TITLE = "timers"

_GAP = 2
_MIN_NAME_WIDTH = 12


class _Column(NamedTuple):
    title: str
    cell: Callable[[TimerRow, bool], str]
    rank: int
    """Where the terminal is too narrow, the columns of highest rank are left out first."""


def _count(row: TimerRow, _unicode: bool) -> str:
    return f"{row.count}"


def _time(name: str) -> Callable[[TimerRow, bool], str]:
    def cell(row: TimerRow, unicode: bool) -> str:
        # One run has no deviation, none has no figures at all: left out rather than shown as zero.
        if row.count < (2 if name == "stddev_ms" else 1):
            return ""
        figure: float = getattr(row, name)
        return duration(figure, unicode=unicode)

    return cell


def _memory(row: TimerRow, _unicode: bool) -> str:
    return "" if row.memory_delta_bytes is None else size_delta(row.memory_delta_bytes)


def _unfinished(row: TimerRow, _unicode: bool) -> str:
    return str(row.unfinished) if row.unfinished else ""


_COLUMNS = (
    _Column("count", _count, 0),
    _Column("total", _time("total_ms"), 1),
    _Column("mean", _time("mean_ms"), 3),
    _Column("median", _time("median_ms"), 6),
    _Column("p95", _time("p95_ms"), 5),
    _Column("p99", _time("p99_ms"), 9),
    _Column("min", _time("min_ms"), 7),
    _Column("max", _time("max_ms"), 4),
    _Column("std dev", _time("stddev_ms"), 10),
    _Column("memory", _memory, 8),
    _Column("unfinished", _unfinished, 2),
)


class _Line(NamedTuple):
    name: str
    cells: tuple[str, ...]
    is_lap: bool


def show_timers(rows: tuple[TimerRow, ...], terminal: Terminal) -> str:
    """The rows as a table, laps under their timer; ends in a newline. Empty where there are no rows.

    On a terminal it stands apart from what came before by an empty line, and the columns that do not fit are
    left out and named below. Elsewhere all are there.
    """
    if not rows:
        return ""
    lines = _lines(rows, terminal.unicode)
    # A column in which no row has anything to say is no column.
    used = [index for index in range(len(_COLUMNS)) if any(line.cells[index] for line in lines)]
    if not (terminal.is_tty or terminal.color):
        return _plain(lines, used)
    widths = {index: _width(lines, index) for index in used}
    width = terminal.current_width()
    widest = max(cell_width(TITLE), *(cell_width(line.name) for line in lines))
    name_width = min(widest, max(width // 3, _MIN_NAME_WIDTH))
    shown = set(used)
    for index in sorted(used, key=lambda index: -_COLUMNS[index].rank):
        if name_width + sum(widths[kept] + _GAP for kept in shown) <= width:
            break
        shown.discard(index)
    hidden = [_COLUMNS[index].title for index in used if index not in shown]
    return _rich(lines, [index for index in used if index in shown], name_width, hidden, terminal)


def _lines(rows: tuple[TimerRow, ...], unicode: bool) -> list[_Line]:
    branch, last = ("├ ", "└ ") if unicode else ("|- ", "`- ")
    lines: list[_Line] = []
    for row in rows:
        lines.append(_Line(visible(row.name, unicode=unicode), _cells(row, unicode), is_lap=False))
        for index, lap in enumerate(row.laps, 1):
            guide = last if index == len(row.laps) else branch
            name = guide + visible(lap.name, unicode=unicode)
            lines.append(_Line(name, _cells(lap, unicode), is_lap=True))
    return lines


def _cells(row: TimerRow, unicode: bool) -> tuple[str, ...]:
    return tuple(column.cell(row, unicode) for column in _COLUMNS)


def _width(lines: list[_Line], index: int) -> int:
    return max(len(_COLUMNS[index].title), *(cell_width(line.cells[index]) for line in lines))


def _plain(lines: list[_Line], used: list[int]) -> str:
    widths = [_width(lines, index) for index in used]
    name_width = max(len(TITLE), *(cell_width(line.name) for line in lines))
    gap = " " * _GAP

    def row(name: str, cells: list[str]) -> str:
        padded = (" " * (width - cell_width(cell)) + cell for cell, width in zip(cells, widths, strict=True))
        return (name + " " * (name_width - cell_width(name)) + gap + gap.join(padded)).rstrip() + "\n"

    return row(TITLE, [_COLUMNS[index].title for index in used]) + "".join(
        row(line.name, [line.cells[index] for index in used]) for line in lines
    )


def _rich(lines: list[_Line], used: list[int], name_width: int, hidden: list[str], terminal: Terminal) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from llmspell_cli.render.rich_bridge import draw

    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, _GAP - 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style=theme.BOLD.rich,
    )
    table.add_column(TITLE, width=name_width, overflow="fold")
    for index in used:
        table.add_column(_COLUMNS[index].title, justify="right", no_wrap=True)
    for line in lines:
        look = theme.DIM.rich if line.is_lap else ""
        table.add_row(
            Text(line.name, style=look or theme.KEY.rich),
            *(Text(line.cells[index], style=look) for index in used),
        )
    text = "\n" + draw(table, terminal)
    if hidden:
        import textwrap

        paint = theme.painter(terminal.color)
        note = textwrap.wrap(f"no room for: {', '.join(hidden)}", terminal.current_width())
        text += "".join(f"{paint(theme.DIM, line)}\n" for line in note)
    return text
