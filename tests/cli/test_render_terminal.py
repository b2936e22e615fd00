"""What is found out about a terminal: colour, width, characters."""

from __future__ import annotations

import os
import pty
import struct
import termios
from fcntl import ioctl
from typing import TYPE_CHECKING

import pytest

from llmspell_cli.render.terminal import DEFAULT_WIDTH, ColorChoice, detect

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tty() -> Iterator[int]:
    """The script's side of a pty 97 columns wide."""
    ours, theirs = pty.openpty()
    _resize(theirs, 97)
    yield theirs
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def pipe() -> Iterator[int]:
    reader, writer = os.pipe()
    yield writer
    os.close(reader)
    os.close(writer)


def _resize(fd: int, columns: int) -> None:
    ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))


@pytest.mark.parametrize(
    ("choice", "environ", "on_tty", "on_pipe"),
    [
        ("auto", {}, True, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"NO_COLOR": "1"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_color(
    choice: ColorChoice, environ: dict[str, str], on_tty: bool, on_pipe: bool, tty: int, pipe: int
) -> None:
    assert detect(tty, choice, environ).color is on_tty
    assert detect(pipe, choice, environ).color is on_pipe


def test_width_is_the_windows_and_follows_it(tty: int) -> None:
    terminal = detect(tty, "auto", {})
    assert terminal.is_tty
    assert terminal.width == 97
    _resize(tty, 61)
    assert terminal.current_width() == 61


def test_columns_win_over_the_window(tty: int) -> None:
    terminal = detect(tty, "auto", {"COLUMNS": "123"})
    _resize(tty, 61)
    assert terminal.current_width() == 123


@pytest.mark.parametrize("columns", ["", "wide", "-3", "0", "1e3", "²", "9" * 5000])
def test_columns_that_are_no_number_are_ignored(columns: str, tty: int) -> None:
    assert detect(tty, "auto", {"COLUMNS": columns}).width == 97


def test_a_window_without_a_size_has_the_default_width(tty: int, pipe: int) -> None:
    _resize(tty, 0)
    assert detect(tty, "auto", {}).current_width() == DEFAULT_WIDTH
    assert detect(pipe, "auto", {}).current_width() == DEFAULT_WIDTH


@pytest.mark.parametrize("fd", [-1, 2**40, 10_000])
def test_a_descriptor_that_is_none_is_no_terminal(fd: int) -> None:
    terminal = detect(fd, "auto", {})
    assert not terminal.is_tty
    assert not terminal.color
    assert terminal.current_width() == DEFAULT_WIDTH


@pytest.mark.parametrize(
    ("environ", "encoding", "unicode"),
    [
        ({}, None, True),
        ({"LANG": "en_US.UTF-8"}, None, True),
        ({"LANG": "de_DE.utf8"}, "utf-8", True),
        ({"LC_CTYPE": "UTF-8"}, None, True),
        ({"LANG": "C"}, None, False),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, None, False),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, None, True),
        ({"LANG": "de_DE.ISO-8859-1"}, None, False),
        ({"LANG": "en_US.UTF-8"}, "ascii", False),
        ({"LANG": "en_US.UTF-8"}, "iso8859-1", False),
    ],
)
def test_unicode(environ: dict[str, str], encoding: str | None, unicode: bool, tty: int) -> None:
    assert detect(tty, "auto", environ, encoding=encoding).unicode is unicode
