"""Two profiles compared, for people: what got slower, what faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.render import theme
from llmspell_cli.render.text import cell_width, pad, shortened, visible
from llmspell_cli.render.units import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from debug.profile.diff import Diff, FunctionChange, LineChange, Regression, Side
    from llmspell_cli.render.terminal import Terminal

MOST_ROWS = 15
LEAST_SHARE = 0.002
"""Changes of less of the longer run are not listed."""


def show_diff(
    found: Diff, worse: Sequence[Regression], fail_over_percent: float | None, terminal: Terminal
) -> str:
    """The tables, and the verdict where a limit was given; ends in a newline."""
    view = _View(found, terminal)
    sections: list[list[str]] = [list(view.head()), list(view.functions()), list(view.lines())]
    if fail_over_percent is not None:
        sections.append(list(view.verdict(worse, fail_over_percent)))
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in sections if lines)


class _View:
    def __init__(self, found: Diff, terminal: Terminal) -> None:
        self._found = found
        self._unicode = terminal.unicode
        self._paint = theme.painter(terminal.color)
        self._width = terminal.current_width()
        self._least_ns = LEAST_SHARE * max(found.old_sampled_ns, found.new_sampled_ns)

    def head(self) -> Iterator[str]:
        one = self._found
        names = [self._visible(name) for name in dict.fromkeys((one.old_script, one.new_script))]
        yield f"{self._paint(theme.BOLD, 'profiles')} of {' and '.join(names)}"
        yield (
            f"  sampled {self._time(one.old_sampled_ns)} before, {self._time(one.new_sampled_ns)} after:"
            f" {self._change(one.old_sampled_ns, one.new_sampled_ns)}"
        )

    def functions(self) -> Iterator[str]:
        rows = [row for row in self._found.functions if abs(row.grown_ns) >= self._least_ns]
        yield from self._table("function", [(row, *self._function(row)) for row in rows])

    def lines(self) -> Iterator[str]:
        rows = [row for row in self._found.lines if abs(row.grown_ns) >= self._least_ns]
        yield from self._table("line", [(row, *self._line(row)) for row in rows])

    def verdict(self, worse: Sequence[Regression], percent: float) -> Iterator[str]:
        if not worse:
            yield f"{self._paint(theme.INFO, 'ok')}: nothing got slower by more than {percent:g} %"
            return
        yield f"{self._paint(theme.ERROR, 'slower')} by more than {percent:g} %:"
        for one in worse:
            name = "the whole run" if one.function is None else self._visible(one.function.name)
            yield f"  {name}: {self._time(one.old_ns)} -> {self._time(one.new_ns)} (+{one.percent:.1f} %)"

    def _table(self, what: str, rows: list[tuple[FunctionChange | LineChange, str, str]]) -> Iterator[str]:
        if not rows:
            return
        yield self._paint(theme.BOLD, f"{'change':>11}  {'before':>9}  {'after':>9}  {what}, by self time")
        for row, name, aside in rows[:MOST_ROWS]:
            style = theme.ERROR if row.grown_ns > 0 else theme.INFO
            sign = "+" if row.grown_ns > 0 else "-"
            grown = f"{sign}{self._time(abs(row.grown_ns))}"
            room = max(0, self._width - 37 - cell_width(name))
            yield (
                f"{self._paint(style, f'{grown:>11}')}  {self._side(row.old)}  {self._side(row.new)}  {name}"
                f"{self._paint(theme.DIM, shortened(aside, room, unicode=self._unicode))}"
            ).rstrip()
        if len(rows) > MOST_ROWS:
            yield self._paint(theme.DIM, f"{'':>35}{len(rows) - MOST_ROWS} more changed less")

    def _function(self, row: FunctionChange) -> tuple[str, str]:
        function = row.function
        place = ""
        if function.file is not None:
            place = f"  {function.file}" + (f":{function.line}" if function.line else "")
        return self._visible(function.name), self._visible(place)

    def _line(self, row: LineChange) -> tuple[str, str]:
        return self._visible(f"{row.file}:{row.line}"), f"  {self._visible((row.text or '').strip())}"

    def _side(self, side: Side | None) -> str:
        return pad("-".rjust(9), 9) if side is None else f"{self._time(side.self_ns):>9}"

    def _change(self, old_ns: int, new_ns: int) -> str:
        if not old_ns:
            return "there was nothing to compare with"
        share = new_ns / old_ns - 1
        if abs(share) < 0.0005:
            return "the same"
        style = theme.ERROR if share > 0 else theme.INFO
        words = "slower" if share > 0 else "faster"
        return self._paint(style, f"{abs(share):.1%}".replace("%", " %") + f" {words}")

    def _time(self, time_ns: float) -> str:
        return duration(time_ns / 1e6, unicode=self._unicode).strip()

    def _visible(self, text: str) -> str:
        return visible(text, unicode=self._unicode)
