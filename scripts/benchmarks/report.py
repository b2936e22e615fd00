"""Tables as a terminal and a page show them: the same Markdown, aligned."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import TYPE_CHECKING

from scripts.benchmarks.measure import Growth, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scripts.benchmarks.measure import Measured

TITLES = {"lua": "Lua", "js": "JavaScript", "profile": "Profiling", "debug": "Debugging"}
HEAD = """\
# Speed and memory

Every ratio is of two things that took turns in one run; the median of the rounds counts. Bounds are the project's
own; a row that is not reached says so. Calls that are switched off, dumps and timers of Lua are measured inside the
script in processor time, everything else in wall time, the last flush included. Measure again before you build on a
figure: above each table stands the command for it.
"""


def rows_table(rows: Iterable[Row]) -> str:
    """The bounds and what was measured."""
    lines = [("what", "measured", "bound", "ok", "behind it")]
    lines += [
        (
            row.what,
            _figure(row.measured, row.unit),
            _figure(row.bound, row.unit, "at least " if row.at_least else "at most "),
            {True: "yes", False: "NO", None: ""}[row.ok],
            row.note,
        )
        for row in rows
    ]
    return _aligned(lines, right=(1,))


def growth_table(growth: Growth) -> str:
    """One growth table, with its title."""
    lines = [(growth.work, growth.cost)]
    lines += [(f"{size:,}", f"{cost:.3f}") for size, cost in growth.points]
    return f"**{growth.what}**\n\n{_aligned(lines, right=(0, 1))}"


def machine() -> str:
    """What the figures were measured on, in one line."""
    cores = os.cpu_count()
    python = ".".join(map(str, sys.version_info[:3]))
    return f"Python {python}, {platform.system()} {platform.machine()}, {_processor()}{cores} cores"


def tables(measured: Measured) -> str:
    """What a part has found: its rows in one table, then those of growth."""
    rows = [one for one in measured.found if isinstance(one, Row)]
    growths = [one for one in measured.found if isinstance(one, Growth)]
    return "\n\n".join([*([rows_table(rows)] if rows else []), *map(growth_table, growths)])


def section(subject: str, found: Iterable[Measured]) -> str:
    """What docs/benchmarks.md says of one subject."""
    command = f"scripts/bench {subject}"
    parts = [f"Written by `{command} --write` on {machine()}."]
    for measured in found:
        parts += [
            f"### {measured.part.capitalize()}",
            f"`{command} --only {measured.part}`",
            tables(measured),
        ]
    return "\n\n".join(parts) + "\n"


def with_section(page: str, subject: str, text: str) -> str:
    """docs/benchmarks.md with another section of that subject; those of the others stay as they are."""
    kept = dict(re.findall(r"^## ([^\n]+)\n+(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    kept[TITLES[subject]] = text
    sections = [f"## {title}\n\n{kept[title].rstrip()}\n" for title in TITLES.values() if title in kept]
    return "\n".join([HEAD, *sections])


def _figure(value: float | None, unit: str, before: str = "") -> str:
    if value is None:
        return ""
    text = before + (f"{value:.3f}" if value < 1 else f"{value:.2f}")
    return f"{text} {unit}" if unit else text


def _aligned(lines: Sequence[Sequence[str]], right: Sequence[int]) -> str:
    """A Markdown table whose columns line up in a terminal too; `right` names columns of figures."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def shown(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [("-" * (width - 1) + ":") if at in right else "-" * width for at, width in enumerate(widths)]
    return "\n".join([shown(lines[0]), shown(rule), *map(shown, lines[1:])])


def _processor() -> str:
    """The processor's name where Linux tells it, with a comma after it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as stream:
            for line in stream:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip() + ", "
    except OSError:  # no Linux: the other words have to do
        pass
    return ""
