"""Each export, read back by a reader that knows only the format."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given

from debug.profile import store
from debug.profile.export import FORMATS, UnknownFormat, exported, format_for
from debug.profile.export.html import differential_page
from debug.profile.export.microseconds import rounded_us
from debug.profile.summary import summarize
from scenarios.profiles import MS, profile_of, profiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from debug.profile.model import Profile


def export(profile: Profile, name: str) -> bytes:
    return exported(profile, format_for(None, name))


def self_ns_by_name(profile: Profile) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in summarize(profile).functions:
        found[one.function.name] += one.self_ns
    return +found


# Collapsed stacks


@given(profiles())
def test_collapsed_stacks_add_up(profile: Profile) -> None:
    text = export(profile, "collapsed").decode()
    rows = [line.rpartition(" ") for line in text.split("\n")[:-1]]
    assert sum(int(weight) for _, _, weight in rows) == (profile.sampled_ns + 500) // 1000
    assert len(text.splitlines()) == len(rows)
    assert all(all(path.split(";")) for path, _, _ in rows)
    paths = [path for path, _, _ in rows]
    assert paths == sorted(set(paths))


def test_collapsed_stacks_look_like_this() -> None:
    profile = profile_of([(3 * MS, "main:4 fib:2 fib:2"), (MS, "main:4 fib:3 fib:2"), (1_500, "main:9 x;y")])
    assert export(profile, "collapsed").decode() == (
        "main (job.lua:1);fib (job.lua:1);fib (job.lua:1) 4000\nmain (job.lua:1);x:y 2\n"
    )


@given(profiles())
def test_rounding_hands_on_its_error(profile: Profile) -> None:
    weights = profile.samples.weight_ns
    rounded = rounded_us(weights)
    for end in range(len(weights) + 1):
        assert sum(rounded[:end]) == (sum(weights[:end]) + 500) // 1000
    assert all(us >= 0 for us in rounded)


# speedscope


@given(profiles())
def test_speedscope_holds_every_nanosecond_in_its_order(profile: Profile) -> None:
    document = json.loads(export(profile, "speedscope"))
    frames = [one["name"] for one in document["shared"]["frames"]]
    found: Counter[str] = Counter()
    for one in document["profiles"]:
        assert (one["type"], one["unit"], one["startValue"]) == ("sampled", "nanoseconds", 0)
        assert len(one["samples"]) == len(one["weights"])
        assert one["endValue"] == sum(one["weights"])
        for stack, weight in zip(one["samples"], one["weights"], strict=True):
            found[frames[stack[-1]]] += weight
    assert +found == self_ns_by_name(profile)
    assert document["name"] == profile.script
    assert document["exporter"].startswith("llmspell@")
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"


def test_speedscope_has_a_profile_for_each_thread() -> None:
    from debug.clock import ManualClock
    from debug.profile.recorder import FrameKey, Recorder

    clock = ManualClock()
    recorder = Recorder(clock=clock.clock)
    worker = recorder.thread("coroutine job.lua:3", "coroutine")
    recorder.thread("never ran", "coroutine")
    main, work = FrameKey("(main)", "script", "job.lua", None, 1), FrameKey("work", "script", "job.lua", 3, 4)
    for frames, thread in (([main], 0), ([main, work], worker), ([main, work], worker), ([main], 0)):
        clock.advance(MS)
        recorder.sample(recorder.now_ns(), MS, recorder.stack(frames), thread)
    document = json.loads(export(recorder.profile(script="job.lua", engine="lua5.4"), "speedscope"))
    assert [(one["name"], one["samples"], one["weights"]) for one in document["profiles"]] == [
        ("job.lua", [[0]], [2 * MS]),
        ("coroutine job.lua:3", [[0, 1]], [2 * MS]),
    ]
    assert document["shared"]["frames"] == [
        {"name": "(main)", "file": "job.lua"},
        {"name": "work", "file": "job.lua", "line": 3},
    ]


# .cpuprofile


def durations_us(document: dict[str, Any]) -> Counter[int]:
    """By node, as DevTools counts: a sample lasts until the next one, and the last one until the end."""
    at = document["startTime"]
    times = []
    for delta in document["timeDeltas"]:
        at += delta
        times.append(at)
    times.append(document["endTime"])
    found: Counter[int] = Counter()
    for node, begin, end in zip(document["samples"], times, times[1:], strict=False):
        found[node] += end - begin
    return found


@given(profiles())
def test_cpuprofile_adds_up(profile: Profile) -> None:
    document = json.loads(export(profile, "cpuprofile"))
    nodes = {one["id"]: one for one in document["nodes"]}
    assert len(nodes) == len(document["nodes"])
    children = [child for one in document["nodes"] for child in one.get("children", [])]
    assert sorted(children) == sorted(nodes.keys() - {document["nodes"][0]["id"]})  # each has one parent
    found = durations_us(document)
    assert sum(found.values()) == (profile.sampled_ns + 500) // 1000
    names: Counter[str] = Counter()
    for node, us in found.items():
        names[nodes[node]["callFrame"]["functionName"]] += us
    count = len(profile.samples.stack)
    for name, self_ns in self_ns_by_name(profile).items():
        assert abs(names[name] - self_ns / 1000) <= count
    assert sum(one["hitCount"] for one in nodes.values()) == count
    ticks = sum(tick["ticks"] for one in nodes.values() for tick in one.get("positionTicks", []))
    places = [profile.places[profile.stacks[stack].place] for stack in profile.samples.stack]
    assert ticks == sum(place.line is not None for place in places)


def test_cpuprofile_counts_lines_from_zero() -> None:
    document = json.loads(
        export(profile_of([(2 * MS, "main:4 work:9 rep")], defined={"work": 7}), "cpuprofile")
    )
    root, _, work, rep = document["nodes"]
    assert (root["callFrame"]["functionName"], root["children"]) == ("(root)", [2])
    assert work["callFrame"] == {
        "functionName": "work",
        "scriptId": "1",
        "url": "job.lua",
        "lineNumber": 6,
        "columnNumber": -1,
    }
    assert rep["callFrame"]["lineNumber"] == -1
    assert document["samples"] == [4, 4, 1]
    assert document["timeDeltas"] == [0, 1000, 1000]


# pprof


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message."""
    at = 0

    def varint() -> int:
        nonlocal at
        number = shift = 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            assert key & 7 == 2
            size = varint()
            yield key >> 3, message[at : at + size]
            at += size
            assert at <= len(message)


def packed(content: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in content:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    return numbers


def grouped(message: bytes) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for field, value in fields(message):
        found[field].append(value)
    return found


@given(profiles())
def test_pprof_adds_up(profile: Profile) -> None:
    message = grouped(gzip.decompress(export(profile, "pprof")))
    strings = [text.decode() for text in message[6]]
    assert strings[0] == ""
    kinds = [(strings[kind[1][0]], strings[kind[2][0]]) for kind in map(grouped, message[1])]
    expected = [("samples", "count"), ("time", "nanoseconds")]
    assert kinds == ([*expected, ("alloc_space", "bytes")] if profile.allocations else expected)
    functions = {one[1][0]: strings[one[2][0]] for one in map(grouped, message[5])}
    locations = {one[1][0]: functions[grouped(one[4][0])[1][0]] for one in map(grouped, message[4])}
    sums = [0] * len(kinds)
    names: Counter[str] = Counter()
    threads: Counter[str] = Counter()
    for sample in map(grouped, message[2]):
        values = packed(sample[2][0])
        assert len(values) == len(kinds)
        sums = [before + more for before, more in zip(sums, values, strict=True)]
        innermost = packed(sample[1][0])[0]
        names[locations[innermost]] += values[1]
        for label in map(grouped, sample[3]):
            assert strings[label[1][0]] == "thread"
            threads[strings[label[2][0]]] += values[1]
    assert sums[:2] == [len(profile.samples.stack), profile.sampled_ns]
    assert sums[2:] == [sum(one.allocated_bytes for one in profile.allocations)][: len(kinds) - 2]
    assert +names == self_ns_by_name(profile)
    assert sum(threads.values()) == profile.sampled_ns
    assert message[9] == [profile.started_unix_ns]
    assert message[10] == [profile.duration_ns]
    assert strings[message[14][0]] == "time"


# The page


class _Scripts(HTMLParser):
    """The texts of the scripts of a page, by type."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.titles: list[str] = []
        self._into = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("type")
        self._into = f"{tag} {kind}" if tag == "script" else tag
        if tag == "script":
            assert self._into not in self.found
            self.found[self._into] = ""

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._into = ""

    def handle_data(self, data: str) -> None:
        if self._into.startswith("script"):
            self.found[self._into] += data
        elif self._into == "title":
            self.titles.append(data)


def data_of(page: bytes) -> dict[str, Any]:
    scripts = _Scripts(page.decode()).found
    assert set(scripts) == {"script application/json", "script module"}
    return cast("dict[str, Any]", json.loads(scripts["script application/json"]))


@given(profiles())
def test_the_page_holds_the_profile_whatever_its_names(profile: Profile) -> None:
    data = data_of(export(profile, "html"))
    names: Counter[str] = Counter()
    for thread in data["views"][0]["threads"]:
        for stack, weight in zip(thread["stacks"], thread["weights"], strict=True):
            names[data["functions"]["name"][data["places"]["function"][data["stacks"]["place"][stack]]]] += (
                weight
            )
    expected = self_ns_by_name(profile)
    if "" in expected:
        expected["(unnamed)"] += expected.pop("")
    assert +names == expected
    assert data["title"] == profile.script
    assert [view["name"] for view in data["views"]] == [
        "Time",
        *(["Heap growth"] if profile.allocations else []),
    ]


@given(profiles(), profiles())
def test_the_page_of_two_profiles_holds_both(old: Profile, new: Profile) -> None:
    data = data_of(differential_page(old, new))
    threads = data["views"][0]["threads"]
    assert sum(sum(thread["weights"]) for thread in threads) == new.sampled_ns
    assert sum(sum(thread["before"]) for thread in threads) == old.sampled_ns


def test_the_page_asks_nobody_for_anything() -> None:
    page = export(profile_of([(MS, "main:1")]), "html").decode()
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    assert not re.search(r"https?://", page)
    assert "{{" not in page.replace("${{", "")
    assert _Scripts(page).titles == ["job.lua"]


# Which format is meant


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("out.json", "json"),
        ("a.llmspell-profile.json", "json"),
        ("a.llmspell-profile.json.gz", "json"),
        ("a.speedscope.json", "speedscope"),
        ("A.SpeedScope.JSON", "speedscope"),
        ("x/y.cpuprofile", "cpuprofile"),
        ("p.pb.gz", "pprof"),
        ("p.pprof", "pprof"),
        ("p.html", "html"),
        ("p.folded", "collapsed"),
        ("p.collapsed.gz", "collapsed"),
    ],
)
def test_the_name_of_a_file_says_its_format(path: str, name: str) -> None:
    assert format_for(path).name == name
    assert format_for("whatever", name.upper()).name == name
    profile = profile_of([(MS, "main:1")])
    content = exported(profile, format_for(path), path)
    assert content.startswith(store.GZIP) == (path.endswith(".gz") or name == "pprof")


@pytest.mark.parametrize("path", ["", "profile", "a.txt", "json", "x/.json/y", "a.gz"])
def test_a_name_that_says_nothing_is_told_what_is_known(path: str) -> None:
    with pytest.raises(UnknownFormat, match=r"\.speedscope\.json, \.json, \.html"):
        format_for(path)


def test_an_unknown_format_is_told_the_nearest() -> None:
    with pytest.raises(
        UnknownFormat, match=r'"speedscop"; did you mean speedscope\?; there are speedscope, json'
    ):
        format_for("a.json", "speedscop")


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_an_empty_profile_can_be_written_in_every_format(known: Any) -> None:
    assert exported(profile_of([]), known) is not None
    assert exported(profile_of([]), known) == exported(profile_of([]), known)
