"""Text made safe, measured and cut; the colours' rules; units."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmspell_cli.render import theme
from llmspell_cli.render.source_clip import clip_line
from llmspell_cli.render.text import cell_width, cut, ellipsis, shortened, visible, visible_lines
from llmspell_cli.render.theme import Style, painter
from llmspell_cli.render.units import duration, size_delta

HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ANY_TEXT = st.text(st.characters(codec=None))
WIDE_TEXT = st.text(st.sampled_from("ab 日本e\u0301😀\t\x1b"), max_size=60)


@given(ANY_TEXT, st.booleans())
def test_nothing_visible_drives_a_terminal(text: str, unicode: bool) -> None:
    for line in [visible(text, unicode=unicode), *visible_lines(text, unicode=unicode)]:
        assert not HOSTILE.search(line)
        line.encode("utf-8" if unicode else "ascii")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one\n", ["one"]),
        ("one\r\ntwo\n\n", ["one", "two", ""]),
        ("\n", [""]),
        ("a\tb", ["a   b"]),
        ("progress 1\rprogress 2", ["progress 1\\rprogress 2"]),
        ("\x1b[2J\x9b31m", ["\\x1b[2J\\u009b31m"]),
        ("abc\u202edef", ["abc\\u202edef"]),
        ("שלום", ["שלום"]),
    ],
)
def test_lines(text: str, lines: list[str]) -> None:
    assert visible_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("😀", 2), ("é", 1), ("שלום", 4), ("", 0)]
)
def test_cell_width(text: str, cells: int) -> None:
    assert cell_width(text) == cells


@given(WIDE_TEXT.map(visible), st.integers(0, 80), st.integers(0, 80))
def test_a_cut_has_the_cells_asked_for(text: str, start: int, width: int) -> None:
    assert cell_width(cut(text, start, width)) == max(min(cell_width(text) - start, width), 0)


@given(WIDE_TEXT.map(visible), st.integers(-3, 80), st.booleans())
def test_what_is_shortened_says_so(text: str, width: int, unicode: bool) -> None:
    shown = shortened(text, width, unicode=unicode)
    if cell_width(text) <= width:
        assert shown == text
    else:
        mark = ellipsis(unicode=unicode)
        assert cell_width(shown) == max(0, width)
        assert shown.endswith(mark) or width < len(mark)


@given(WIDE_TEXT, st.integers(1, 80), st.integers(16, 60), st.booleans())
def test_a_clipped_line_fits_and_holds_its_caret(text: str, column: int, room: int, unicode: bool) -> None:
    clip = clip_line(text, column, room, unicode=unicode)
    marks = (clip.cut_left + clip.cut_right) * (1 if unicode else 3)
    assert cell_width(clip.text) + marks <= room
    assert 0 <= clip.caret_at <= room
    assert clip.caret_width >= 1
    assert clip.caret_at + clip.caret_width <= room + 1  # past the end of a line that fills the room


@given(st.text("abcdefgh ", min_size=1, max_size=5000), st.data())
def test_the_caret_is_under_the_character_of_its_column(text: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(text)))
    clip = clip_line(text, column, 40, unicode=True)
    shown = ("…" if clip.cut_left else "") + clip.text + ("…" if clip.cut_right else "")
    assert shown[clip.caret_at] == text[column - 1]


def test_only_colors_that_are_readable_on_dark_and_light() -> None:
    styles = [value for value in vars(theme).values() if isinstance(value, Style)]
    assert len(styles) > 5
    for style in styles:
        codes = set(style.sgr.split(";")) - {""}
        on_own_background = any(re.fullmatch("4[0-7]", code) for code in codes)
        readable = {"1", "2", "3", "7", "31", "32", "36"}
        assert on_own_background or codes <= readable, style


def test_without_color_nothing_is_painted() -> None:
    assert painter(False)(theme.ERROR, "text") == "text"
    assert painter(True)(theme.ERROR, "text") == "\x1b[1;31mtext\x1b[0m"
    assert painter(True)(theme.ERROR, "") == ""


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0.0, "  0.00 ns"),
        (0.00045, "450.00 ns"),
        (0.01234, " 12.34 µs"),
        (0.999999, "  1.00 ms"),
        (12.3, " 12.30 ms"),
        (999.999999, "  1.00 s "),
        (3250.4, "  3.25 s "),
        (3_600_000.0, "3600.00 s "),
    ],
)
def test_duration(ms: float, text: str) -> None:
    assert duration(ms) == text


@given(st.floats(0, 999_990))
def test_durations_are_equally_wide_and_true(ms: float) -> None:
    text = duration(ms, unicode=False)
    assert len(text) == 9
    number, unit = text.split()
    factor = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1000.0}[unit]
    assert float(number) * factor == pytest.approx(ms, abs=0.0051 * factor)


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B  "),
        (-20, "-20 B  "),
        (1023, "+1023 B  "),
        (1536, "+1.5 KiB"),
        (1024**2 - 1, "+1.0 MiB"),
        (2**80, "+1048576.0 EiB"),
    ],
)
def test_size_delta(size_bytes: int, text: str) -> None:
    assert size_delta(size_bytes) == text
