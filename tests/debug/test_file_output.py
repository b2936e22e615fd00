"""Log files: appending, rotation, removal, full disks."""

from __future__ import annotations

import json
import os
import resource
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debug.entry import Entry
from debug.level import Level
from debug.outputs.base import OutputError
from debug.outputs.fan_out import FanOut
from debug.outputs.file import FileOutput
from debug.outputs.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME_NS = 1_795_425_420_123_456_789
LINE_BYTES = len("2026-11-23T09:17:00.123456Z INFO   ") + 1


def entry(message: str) -> Entry:
    return Entry(1, TIME_NS, Level.INFO, message)


def write(output: FileOutput, *messages: str) -> None:
    output.write([entry(message) for message in messages])
    output.flush()


def messages(path: Path) -> list[str]:
    return [line[LINE_BYTES - 1 :] for line in path.read_text().splitlines()]


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow past `size_bytes`: writes end there, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_it_appends(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    for message in ("one", "two"):
        output = FileOutput(str(path))
        write(output, message)
        output.close()
    assert messages(path) == ["one", "two"]


@pytest.mark.parametrize(("format", "indented"), [("json", False), ("json_pretty", True)])
def test_json(tmp_path: Path, format: str, indented: bool) -> None:
    path = tmp_path / "a.jsonl"
    output = FileOutput(str(path), format=format)
    write(output, "one")
    output.close()
    assert json.loads(path.read_text()) == entry("one").to_dict()
    assert ("\n  " in path.read_text()) is indented


def test_what_is_not_flushed_is_written_at_the_end(tmp_path: Path) -> None:
    output = FileOutput(str(tmp_path / "a.log"))
    output.write([entry("one")])
    output.close()
    assert messages(tmp_path / "a.log") == ["one"]


def test_a_path_stays_where_it_was_when_the_script_changes_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    output = FileOutput("a.log", max_bytes=60)
    monkeypatch.chdir(tmp_path / "elsewhere")
    write(output, "one", "two", "three")
    output.close()
    assert os.listdir(tmp_path / "elsewhere") == []
    assert [messages(tmp_path / name) for name in ("a.log.2", "a.log.1", "a.log")] == [
        ["one"],
        ["two"],
        ["three"],
    ]


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot open '.*/no/a.log': the folder '.*/no' does not exist"):
        FileOutput(str(tmp_path / "no" / "a.log"))
    with pytest.raises(OutputError, match="is a directory"):
        FileOutput(str(tmp_path))
    with pytest.raises(OutputError, match="null byte"):
        FileOutput("a\0b")


@pytest.mark.parametrize(
    "arguments", [{"format": "xml"}, {"max_bytes": 0}, {"keep": -1}], ids=["format", "max_bytes", "keep"]
)
def test_arguments_that_cannot_be(tmp_path: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        FileOutput(str(tmp_path / "a.log"), **arguments)  # type: ignore[arg-type]


def test_rotation_keeps_the_newest(tmp_path: Path) -> None:
    output = FileOutput(str(tmp_path / "a.log"), max_bytes=2 * (LINE_BYTES + 2), keep=2)
    for number in range(10, 19):
        write(output, str(number))
    output.close()
    kept = {path.name: messages(path) for path in tmp_path.iterdir()}
    assert kept == {"a.log": ["18"], "a.log.1": ["16", "17"], "a.log.2": ["14", "15"]}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 120), max_size=6), max_size=12),
    st.integers(1, 400),
    st.integers(0, 4),
    st.sampled_from(["text", "json", "json_pretty"]),
)
def test_rotated_files_hold_the_newest_within_the_limit(
    bursts: list[list[int]], max_bytes: int, keep: int, format: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, whole = Path(folder, "a.log"), Path(folder, "whole.log")
        rotating = FileOutput(str(path), format=format, max_bytes=max_bytes, keep=keep)
        plain = FileOutput(str(whole), format=format)
        for number, burst in enumerate(bursts):
            batch = [entry(f"{number}.{i} " + "x" * length) for i, length in enumerate(burst)]
            for output in (rotating, plain):
                output.write(batch)
                output.flush()
        rotating.close()
        plain.close()
        kept = [Path(f"{path}.{number}") for number in range(keep + 2, 0, -1)] + [path]
        files = [file for file in kept if file.exists()]
        together = b"".join(file.read_bytes() for file in files)
        assert len(files) <= keep + 1
        assert whole.read_bytes().endswith(together)
        if len(files) <= keep:
            assert whole.read_bytes() == together
        for file in files:
            assert file.stat().st_size <= max_bytes or file.read_text().count("T09:17:00") == 1


@pytest.mark.parametrize("gone", ["removed", "moved"])
def test_a_file_taken_away_is_made_anew(tmp_path: Path, gone: str) -> None:
    path = tmp_path / "a.log"
    output = FileOutput(str(path))
    write(output, "one")
    path.unlink() if gone == "removed" else path.rename(tmp_path / "moved.log")
    write(output, "two")
    output.close()
    assert messages(path) == ["two"]
    if gone == "moved":
        assert messages(tmp_path / "moved.log") == ["one"]


def test_a_folder_taken_away_is_an_error_until_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    output = FileOutput(str(folder / "a.log"))
    write(output, "one")
    (folder / "a.log").unlink()
    folder.rmdir()
    with pytest.raises(OutputError, match="does not exist"):
        write(output, "two")
    folder.mkdir()
    write(output, "three")
    output.close()
    assert messages(folder / "a.log") == ["two", "three"]


def test_a_full_disk_says_so_and_loses_nothing_when_there_is_room_again(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    output = FileOutput(str(path))
    expected = [f"message {number}" for number in range(50)]
    with largest_file(1000):
        with pytest.raises(OutputError, match=r"cannot write '.*a.log': file too large"):
            write(output, *expected)
        assert path.stat().st_size == 1000
        with pytest.raises(OutputError):
            output.flush()
    output.flush()
    output.close()
    assert messages(path) == expected


def test_a_line_torn_by_a_full_disk_is_whole_in_the_file_that_follows(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    output = FileOutput(str(path))
    expected = [f"message {number}" for number in range(50)]
    with largest_file(1000), pytest.raises(OutputError):
        write(output, *expected)
    whole = path.read_bytes().count(b"\n")
    path.unlink()
    output.flush()
    output.close()
    assert messages(path) == expected[whole:]


def test_a_torn_line_of_an_earlier_run_does_not_spoil_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("2026-11-23T09:1")
    output = FileOutput(str(path))
    write(output, "one")
    output.close()
    assert path.read_text().splitlines()[0] == "2026-11-23T09:1"
    assert messages(path)[1:] == ["one"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_disk_that_stays_full_ends_the_output_alone(tmp_path: Path) -> None:
    failed: list[tuple[str, str]] = []
    good = FileOutput(str(tmp_path / "a.log"))
    fan_out = FanOut(
        [FileOutput("/dev/full", max_bytes=100), good],
        on_failure=lambda *what: failed.append(what),
        pace=Pace(gather_s=0.0, yield_s=0.0, backoff_s=0.0),
    )
    for number in range(1000):
        fan_out.put((number, TIME_NS, 3, str(number), None, None, ""))
    assert fan_out.close(30.0)
    assert failed == [("file /dev/full", "cannot write '/dev/full': no space left on device")]
    assert messages(tmp_path / "a.log") == [str(number) for number in range(1000)]
