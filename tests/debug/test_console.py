"""The plain console: one line an entry, whatever is in it."""

from __future__ import annotations

import io
import json
import os
import re
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug.entry import Entry
from debug.level import Level
from debug.outputs.base import OutputClosed
from debug.outputs.console import ConsoleOutput
from debug.outputs.fan_out import FanOut

if TYPE_CHECKING:
    from pathlib import Path

TIME_NS = 1_795_425_420_123_456_789


def entry(
    message: str, module: str | None = None, metadata: object = None, level: Level = Level.INFO
) -> Entry:
    return Entry(1, TIME_NS, level, message, module, metadata)  # type: ignore[arg-type]


def shown(*entries: Entry) -> str:
    stream = io.StringIO()
    output = ConsoleOutput(stream)
    output.write(entries)
    output.flush()
    return stream.getvalue()


def test_lines() -> None:
    lines = shown(
        entry("cache hit", "cache.user", {"k": 1, "list": ["ä", None]}),
        entry("no module", level=Level.ERROR),
        entry("one\ntwo\x1b[31m\u202e", "m\n", level=Level.TRACE),
    )
    assert lines == snapshot("""\
2026-11-23T09:17:00.123456Z INFO   cache.user  cache hit  {"k":1,"list":["ä",null]}
2026-11-23T09:17:00.123456Z ERROR  no module
2026-11-23T09:17:00.123456Z TRACE  m\\n  one\\ntwo\\x1b[31m\\u202e
""")


def test_seconds_change() -> None:
    times = [0, 999_999_999, 1_000_000_000, 5_000_000_001, TIME_NS]
    lines = shown(*(Entry(1, time_ns, Level.INFO, "x") for time_ns in times)).splitlines()
    assert [line.split()[0] for line in lines] == [Entry(1, t, Level.INFO, "x").timestamp for t in times]


@given(
    st.lists(
        st.builds(entry, st.text(), st.none() | st.text(), st.none() | st.dictionaries(st.text(), st.text()))
    )
)
def test_an_entry_is_one_harmless_line(entries: list[Entry]) -> None:
    text = shown(*entries)
    assert text.count("\n") == len(entries)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", text)
    assert len(text.splitlines()) == len(entries)


@pytest.mark.parametrize(
    "data", [{"a": object()}, {"a": float("nan")}, {"a": 10**5000}, {"\ud800": "\udfff"}]
)
def test_data_that_json_cannot_hold_is_shown_all_the_same(data: dict[str, object]) -> None:
    assert shown(entry("m", metadata=data)).endswith("\n")


def test_a_descriptor_gets_bytes_after_what_the_script_printed() -> None:
    read, write = os.pipe()
    output = ConsoleOutput(write, before_burst=lambda: os.write(write, b"printed\n"))
    output.write([entry("logged")])
    output.flush()
    output.flush()
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        first, second = pipe.read().splitlines()
    assert first == b"printed"
    assert second.endswith(b"logged")


def test_a_stream_with_a_descriptor_keeps_its_order(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        stream.write("before\n")
        output = ConsoleOutput(stream)
        output.write([entry("logged")])
        output.close()
        stream.write("after\n")
    lines = (tmp_path / "log").read_text().splitlines()
    assert (lines[0], lines[1].split()[-1], lines[2]) == ("before", "logged", "after")


def test_a_closed_pipe_ends_it_quietly() -> None:
    read, write = os.pipe()
    os.close(read)
    output = ConsoleOutput(write)
    output.write([entry("x")])
    with pytest.raises(OutputClosed):
        output.flush()
    failures: list[str] = []
    fan_out = FanOut([ConsoleOutput(write)], on_failure=lambda name, _reason: failures.append(name))
    fan_out.put((1, TIME_NS, 3, "x", None, None, ""))
    assert fan_out.close(30.0)
    assert failures == []
    os.close(write)


def test_a_closed_stream_ends_it_quietly() -> None:
    stream = io.StringIO()
    output = ConsoleOutput(stream)
    output.write([entry("x")])
    stream.close()
    with pytest.raises(OutputClosed):
        output.flush()


def test_a_non_blocking_descriptor_loses_nothing() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    received = bytearray()

    def drain() -> None:
        while chunk := os.read(read, 4096):
            received.extend(chunk)

    output = ConsoleOutput(write)
    reader = threading.Thread(target=drain)
    output.write([entry("x" * 1000)] * 1000)
    reader.start()
    output.flush()
    os.close(write)
    reader.join(30)
    os.close(read)
    assert received.count(b"\n") == 1000
    assert set(map(len, received.splitlines())) == {len(shown(entry("x" * 1000))) - 1}


def test_data_is_json_that_can_be_read_back() -> None:
    line = shown(entry("m", "a.b", {"text": "two  spaces", "n": [1, 2.5, None, True]}))
    assert json.loads(line.split("  ", 3)[3]) == {"text": "two  spaces", "n": [1, 2.5, None, True]}
