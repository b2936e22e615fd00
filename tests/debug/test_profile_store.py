"""Profiles in files."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given

from debug.profile import store
from debug.profile.model import VERSION
from debug.reports import TimerRow
from scenarios.profiles import MS, profile_of, profiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from debug.profile.model import Profile

SMALL = profile_of([(2 * MS, "main:3 work:12"), (MS, "main:3 string.rep")])


@given(profiles())
def test_what_was_saved_is_loaded(profile: Profile) -> None:
    assert store.decode(store.encode(profile)) == profile


@pytest.mark.parametrize("name", ["a.json", f"a{store.SUFFIX}", "a.json.gz"])
def test_a_file_is_gzipped_by_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    store.save(SMALL, path)
    assert path.read_bytes().startswith(store.GZIP) == name.endswith(".gz")
    assert store.load(path) == SMALL
    assert store.load(path.rename(tmp_path / "other")) == SMALL  # read by what is in it


def test_timers_and_their_laps_are_kept() -> None:
    lap = TimerRow("half", 1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    timers = (TimerRow("load", 2, 20.0, 10.0, 10.0, 12.0, 12.0, 8.0, 12.0, 2.8, 4096, 1, (lap,)),)
    profile = msgspec.structs.replace(SMALL, timers=timers)
    assert store.decode(store.encode(profile)).timers == timers


def changed(change: Callable[[Any], None]) -> bytes:
    document = json.loads(store.encode(SMALL))
    change(document)
    return json.dumps(document).encode()


def put(*path: str | int, value: Any) -> bytes:
    """The saved profile with another value at one place."""

    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return changed(change)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is no JSON"),
        (b"\xff\xfe", "it is no JSON"),
        (b"\x1f\x8b\x08rest", "it cannot be decompressed"),
        (gzip.compress(store.encode(SMALL), mtime=0)[:60], "it cannot be decompressed"),
        (store.encode(SMALL)[:-20], "it is no JSON"),
        (b"[1, 2]", "no profile"),
        (b'{"nodes": []}', "not a profile in llmspell's own form"),
        (put("format", value="speedscope"), "not a profile in llmspell's own form"),
        (put("version", value=VERSION + 1), f"saved in version {VERSION + 1} of the form"),
        (put("functions", value=3), "damaged: Expected `array`, got `int` - at `$.functions`"),
        (changed(lambda document: document.pop("samples")), "missing required field `samples`"),
        (put("places", 0, value=[9, 1]), "place 0 names function 9, of 3"),
        (put("places", 0, value=[-1, 1]), "place 0 names function -1, of 3"),
        (put("stacks", 1, value=[0, 3]), "stack 1 names place 3, of 3"),
        (put("stacks", 1, value=[1, 0]), "stack 1 has the parent 1"),
        (put("stacks", 0, value=[-2, 0]), "stack 0 has the parent -2"),
        (put("samples", "stack", 0, value=7), "a sample names stack 7, of 3"),
        (put("samples", "thread", 0, value=-1), "a sample names thread -1, of 1"),
        (put("samples", "weight_ns", 0, value=-5), "a sample has the weight -5"),
        (put("samples", "at_ns", value=[]), "columns of the samples differ"),
        (put("allocations", value=[[3, 1]]), "an allocation names stack 3, of 3"),
        (put("rate_hz", value=0), "the rate is 0"),
        (put("started_at", value="today"), "the time of the start is no time"),
        (put("started_at", value="2026-01-01T00:00:00"), "has no time zone"),
    ],
)
def test_what_is_no_profile_is_said_with_a_hint(content: bytes, problem: str) -> None:
    with pytest.raises(store.ProfileError) as caught:
        store.decode(content)
    assert problem in caught.value.problem
    assert caught.value.hint
    assert str(caught.value) == f"{caught.value.problem}; {caught.value.hint}"
