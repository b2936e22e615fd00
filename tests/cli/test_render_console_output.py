"""Live entries on a terminal: columns, data, hostile content, bursts."""

from __future__ import annotations

import io
import os
import pty
import time
from typing import TYPE_CHECKING, Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug.entry import Entry
from debug.level import Level
from debug.outputs.base import OutputClosed
from llmspell_cli.render.console_output import LINE_DATA_LIMIT, TREE_BURST, RichConsoleOutput
from llmspell_cli.render.terminal import Terminal, detect
from llmspell_cli.render.text import cell_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START_NS = 1_700_000_000_123_456_789


def entry(
    level: Level, message: str, module: str | None = None, data: Mapping[str, Any] | None = None
) -> Entry:
    return Entry(0, START_NS, level, message, module, data)


def terminal(width: int = 100, *, color: bool = False, unicode: bool = True) -> Terminal:
    return Terminal(fd=-1, is_tty=False, width=width, color=color, unicode=unicode)


def shown(entries: Sequence[Entry], to: Terminal | None = None) -> str:
    stream = io.StringIO()
    output = RichConsoleOutput(to or terminal(), stream, local_time=time.gmtime)
    output.write(entries)
    output.flush()
    output.close()
    return stream.getvalue()


STORY = [
    entry(Level.INFO, "starting"),
    entry(Level.DEBUG, "cache hit", "cache.user", {"user": "ada", "tries": 3}),
    entry(Level.TRACE, "enter", "workflow.step1"),
    entry(Level.WARN, "slow\nvery\n", "llm", {"ms": 2310.5}),
    entry(Level.ERROR, "failed", "a.module.with.a.name.longer.than.the.column"),
    entry(
        Level.INFO,
        "answer",
        "llm",
        {
            "url": "https://example.org/a/long/path",
            "headers": {"content-type": "application/json", "retry-after": "120", "true": None},
            "sizes": list(range(60)),
            "rows": [{"id": 1, "name": "a name that is long enough to open its row"}, {"id": 2}],
        },
    ),
]


def test_columns() -> None:
    assert shown(STORY) == snapshot("""\
22:13:20.123 INFO  starting
22:13:20.123 DEBUG cache.user      cache hit  user=ada tries=3
22:13:20.123 TRACE workflow.step1  enter
22:13:20.123 WARN  llm             slow
                                   │ very  ms=2310.5
22:13:20.123 ERROR a.module.with.a.name.longer.than.the.column  failed
22:13:20.123 INFO  llm                       answer
                                             url="https://example.org/a/long/path"
                                             headers=3 keys
                                             ├── content-type=application/json
                                             ├── retry-after="120"
                                             └── "true"=null
                                             sizes=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                                             14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
                                             27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
                                             40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, … 8
                                             more]
                                             rows=2 items
                                             ├── {id: 1, name: "a name that is long enough to open
                                             │   its row"}
                                             └── {id: 2}
""")


def test_narrow_and_ascii_only() -> None:
    story = [*STORY[1:4], entry(Level.INFO, "日本", "用户", {"ключ": "é"})]
    assert shown(story, terminal(40, unicode=False)) == snapshot("""\
22:13:20.123 DEBUG cache.user  cache hit
    user=ada tries=3
22:13:20.123 TRACE workflow.step1  enter
22:13:20.123 WARN  llm         slow
    | very  ms=2310.5
22:13:20.123 INFO  \\u7528\\u6237  \\u65e5\\u672c
    \\u043a\\u043b\\u044e\\u0447=\\xe9
""")


def test_colors() -> None:
    assert shown(STORY[2:4], terminal(color=True)) == snapshot("""\
\x1b[2m22:13:20.123\x1b[0m \x1b[2mTRACE\x1b[0m \x1b[36mworkflow.step1\x1b[0m  enter
\x1b[2m22:13:20.123\x1b[0m \x1b[30;43mWARN \x1b[0m \x1b[36mllm\x1b[0m             slow
                                   \x1b[2m│ \x1b[0mvery  \x1b[2mms=2310.5\x1b[0m
""")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_what_we_lay_out_fits_the_width(width: int) -> None:
    for line in shown(STORY, terminal(width)).splitlines():
        assert cell_width(line) <= width or "longer.than.the.column" in line


def test_wide_characters_keep_the_columns() -> None:
    lines = shown(
        [entry(Level.INFO, "x", "日本語"), entry(Level.INFO, "x", "abcdef"), entry(Level.INFO, "x")]
    ).splitlines()
    assert len({cell_width(line) for line in lines}) == 1


def test_a_long_message_is_broken_between_words_under_itself() -> None:
    message = "It is fast because it is near. It is wrong when it is old. See https://example.org/" + "a" * 30
    assert shown([entry(Level.INFO, f"{message}\n  {message}", "m", {"k": 1})], terminal(80)) == snapshot("""\
22:13:20.123 INFO  m               It is fast because it is near. It is wrong
                                   when it is old. See
                                   https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                                   │   It is fast because it is near. It is
                                   │   wrong when it is old. See
                                   │   https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                                   k=1
""")
    assert shown([entry(Level.INFO, message)] * (TREE_BURST + 1)).count("\n") == TREE_BURST + 1


@given(st.text(" ab日é", max_size=200), st.integers(1, 50), st.integers(1, 50))
def test_breaking_loses_only_spaces(text: str, first: int, rest: int) -> None:
    pieces = wrapped(text, first, rest)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    for index, piece in enumerate(pieces):
        fits = cell_width(piece) <= (rest if index else first)
        assert fits or " " not in piece.strip(" ") or (len(pieces) == 1 and not piece.strip())


def test_a_forged_entry_stays_under_its_own() -> None:
    forged = "innocent\n22:13:20.123 ERROR the disk is gone\r\nmore"
    assert shown([entry(Level.INFO, forged, "m")]) == snapshot("""\
22:13:20.123 INFO  m               innocent
                                   │ 22:13:20.123 ERROR the disk is gone
                                   │ more
""")


def test_a_terminal_is_not_driven() -> None:
    """Through a real pty, into a terminal emulator: what came before the hostile entries is still there."""
    ours, theirs = pty.openpty()
    try:
        to = detect(theirs, "always", {"COLUMNS": "100"})
        with os.fdopen(os.dup(theirs), "w", encoding="utf-8") as stream:
            output = RichConsoleOutput(to, stream, local_time=time.gmtime)
            output.write(
                [
                    entry(Level.INFO, "precious"),
                    entry(Level.INFO, "\x1b[2J\x1b[H\x9b2J\x1bc", "\x1b]0;title\x07", {"\x1b[2J": "\x1b[H"}),
                    entry(Level.INFO, "\b\b\b\b\x7f", None, {"k": ["\x1b[2J" * 40]}),
                ]
            )
            output.flush()
        screen = pyte.Screen(100, 30)
        pyte.ByteStream(screen).feed(os.read(ours, 65536))
    finally:
        os.close(ours)
        os.close(theirs)
    assert screen.title == ""
    assert screen.display[0].rstrip().endswith("INFO  precious")
    assert "\\x1b[2J\\x1b[H\\u009b2J\\x1bc" in screen.display[1]
    assert "\\x08\\x08\\x08\\x08\\x7f" in "".join(screen.display)


def test_a_huge_message_is_shown_whole() -> None:
    message = "x" * 1_000_000
    assert shown([entry(Level.INFO, message, None, {"k": 1})]).count("x") == 1_000_000


def test_huge_data_is_folded_and_says_so() -> None:
    data = {"text": "x" * 1_000_000, "list": list(range(100_000)), "map": {f"k{i}": i for i in range(1000)}}
    text = shown([entry(Level.INFO, "m", None, data)])
    assert len(text) < 20_000
    assert "… 999800 more characters" in text
    assert "100000" not in text
    assert "… 980 more" in text


def test_when_it_falls_behind_every_entry_is_there_and_no_tree() -> None:
    data = {"text": "x" * 300, "n": {"deep": [1, 2, {"a": "b" * 100}]}}
    burst = [entry(Level.INFO, f"<{number}>", "m", data) for number in range(TREE_BURST + 1)]
    lines = shown(burst).splitlines()
    assert len(lines) == TREE_BURST + 1
    assert all(f"<{number}>" in line and "deep" in line for number, line in enumerate(lines))
    assert len(shown(burst[:-1]).splitlines()) > len(lines)
    huge = entry(Level.INFO, "m", None, {"text": "x" * 1_000_000})
    assert len(shown([huge] * (TREE_BURST + 1))) < (LINE_DATA_LIMIT + 200) * (TREE_BURST + 1)


json_types = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.text(st.characters(codec=None)),
    st.none() | st.text(st.characters(codec=None)),
    st.none() | st.dictionaries(st.text(), json_types),
    st.integers(20, 200),
    st.booleans(),
)
def test_any_entry_is_shown(
    message: str, module: str | None, data: dict[str, Any] | None, width: int, unicode: bool
) -> None:
    text = shown([entry(Level.INFO, message, module, data)], terminal(width, unicode=unicode))
    assert text.startswith("22:13:20.123 INFO  ")
    assert text.endswith("\n")
    assert "\x1b" not in text
    text.encode("utf-8" if unicode else "ascii")


def test_data_of_no_json_type_runs_no_code_of_its_own() -> None:
    class Hostile:
        def __repr__(self) -> str:
            raise RuntimeError

    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    data = {"odd": Hostile(), "big": 10**5000, "deep": deep, "nan": float("nan"), 7: b"bytes"}
    for count in (1, TREE_BURST + 1):
        text = shown([entry(Level.INFO, "m", None, data)] * count)  # type: ignore[dict-item]
        assert "<Hostile>" in text


def test_short_data_reads_back_unmistakably() -> None:
    assert shown([entry(Level.INFO, "m", None, {"a": "1", "b": 1, "c": "true", "d": True, "e": "x y"})]) == (
        '22:13:20.123 INFO  m  a="1" b=1 c="true" d=true e="x y"\n'
    )


def test_before_each_write_the_script_is_heard() -> None:
    stream = io.StringIO()
    output = RichConsoleOutput(
        terminal(), stream, lambda: print("printed", file=stream), local_time=time.gmtime
    )
    for _ in range(2):
        output.write(STORY[:1])
        output.flush()
    assert [line.split()[-1] for line in stream.getvalue().splitlines()] == ["printed", "starting"] * 2


def test_a_clock_far_off_costs_no_entry() -> None:
    for time_ns in (-(10**18), 0, 10**25):
        stream = io.StringIO()
        output = RichConsoleOutput(terminal(), stream)
        output.write([Entry(0, time_ns, Level.INFO, "still here")])
        output.flush()
        assert stream.getvalue().endswith("INFO  still here\n")


def test_a_closed_pipe_ends_it_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    output = RichConsoleOutput(terminal(), writer)
    output.write([entry(Level.INFO, "nobody reads this")])
    with pytest.raises(OutputClosed):
        output.flush()
    os.close(writer)
