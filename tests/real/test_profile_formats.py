"""Exported profiles in the programs that read them: speedscope in a browser, pprof's decoder, and our own page.

Nothing is downloaded: `LLMSPELL_TEST_NPM` names a folder whose node_modules holds speedscope and pprof-format; the
browser is the system's chromium.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest

from debug.profile.export import exported, format_for
from debug.profile.export.html import differential_page
from debug.profile.model import Allocation, Samples
from debug.profile.model import Thread as ProfileThread
from scenarios.profiles import MS, profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from debug.profile.model import Profile
    from tests.conftest import RequireReal

pytestmark = pytest.mark.real

WAIT_MS = 20_000
"""For a page to show what it should; far above what any of them needs."""


def sampled(script: str = "job.lua", sort_ms: int = 30) -> Profile:
    """100 ms: parse 60, sort 30 (10 of them in a coroutine), string.rep 10; allocations in parse."""
    profile = profile_of(
        [
            (60 * MS, "(main):4 parse:12"),
            (sort_ms * MS, "(main):5 sort:21"),
            (10 * MS, "(main):6 string.rep"),
        ],
        script=script,
        defined={"parse": 10, "sort": 20},
        texts={12: "local x = '</script>' .. y", 21: "if a < b then"},
    )
    samples = profile.samples
    thread = [int(60 <= number < 70) for number in range(len(samples.stack))]
    return msgspec.structs.replace(
        profile,
        samples=Samples(samples.at_ns, samples.weight_ns, samples.stack, thread),
        threads=[*profile.threads, ProfileThread("coroutine job.lua:20", "coroutine", 5 * MS)],
        allocations=[Allocation(1, 3_000_000), Allocation(3, 1_000_000)],
    )


def installed(package: str) -> Path:
    return Path(os.environ.get("LLMSPELL_TEST_NPM") or "/nonexistent") / "node_modules" / package


@pytest.fixture(scope="module")
def browser(require_real: RequireReal) -> Iterator[Browser]:
    """Chromium, without a window."""
    found = shutil.which("chromium")
    require_real("chromium", found is not None)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


# Other people's readers


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def speedscope(require_real: RequireReal, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a speedscope, and the folder that it loads profiles from."""
    release = installed("speedscope") / "dist" / "release"
    require_real("speedscope of npm", release.is_dir())
    (tmp_path / "speedscope").symlink_to(release)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    server.shutdown()
    thread.join()
    server.server_close()


def test_speedscope_has_a_schema_for_its_files(require_real: RequireReal) -> None:
    schema = installed("speedscope") / "dist" / "release" / "file-format-schema.json"
    require_real("speedscope of npm", schema.is_file())
    content = exported(sampled(), format_for("a.speedscope.json"))
    jsonschema.validate(json.loads(content), json.loads(schema.read_bytes()))


@pytest.mark.parametrize(
    ("name", "title", "parse"),
    [
        ("a.speedscope.json", "job.lua", "60.00ms (67%)"),  # of its thread
        ("a.speedscope.json.gz", "job.lua", "60.00ms (67%)"),
        ("a.cpuprofile", "a.cpuprofile", "60.00ms (60%)"),  # the others hold no name: it is that of the file
        ("a.folded", "a.folded", "60,000 (60%)"),
        ("a.pb.gz", "a.pb.gz", "60.00ms (60%)"),
    ],
)
def test_speedscope_shows_the_profile(
    browser: Browser, speedscope: tuple[str, Path], name: str, title: str, parse: str
) -> None:
    address, folder = speedscope
    (folder / name).write_bytes(exported(sampled(), format_for(name), name))
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/speedscope/index.html#profileURL={address}/{name}")
    # Without a profile the title stays `speedscope`.
    page.wait_for_function(f"document.title.startsWith({json.dumps(title)})", timeout=WAIT_MS)
    page.get_by_text("Sandwich").click()
    row = page.locator("tr", has_text="parse")
    row.wait_for(timeout=WAIT_MS)
    assert row.inner_text().count(parse) == 2  # total and self
    assert errors == []
    page.close()


def test_pprof_is_decoded_by_another(require_real: RequireReal, tmp_path: Path) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    require_real("pprof-format of npm", installed("pprof-format").is_dir())
    (tmp_path / "a.pb.gz").write_bytes(exported(sampled(), format_for("a.pb.gz")))
    program = """
const { Profile } = require("pprof-format")
const read = Profile.decode(require("zlib").gunzipSync(require("fs").readFileSync("a.pb.gz")))
const text = (number) => read.stringTable.strings[Number(number)]
const functions = new Map(read.function.map((one) => [one.id, one]))
const locations = new Map(read.location.map((one) => [one.id, one.line[0]]))
console.log(JSON.stringify({
  kinds: read.sampleType.map((one) => [text(one.type), text(one.unit)]),
  samples: read.sample.map((one) => ({
    frames: one.locationId.map((id) => {
      const { functionId, line } = locations.get(id)
      const found = functions.get(functionId)
      return [text(found.name), text(found.filename), Number(found.startLine), Number(line)]
    }),
    values: one.value.map(Number),
    labels: one.label.map((label) => [text(label.key), text(label.str)]),
  })),
}))"""
    done = subprocess.run(
        [str(node), "-e", program],
        cwd=tmp_path,
        env={**os.environ, "NODE_PATH": str(installed(""))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["kinds"] == [["samples", "count"], ["time", "nanoseconds"], ["alloc_space", "bytes"]]
    main, sort = ["(main)", "job.lua", 1, 5], ["sort", "job.lua", 20, 21]
    in_sort = [sample for sample in read["samples"] if sample["frames"] == [sort, main] and sample["labels"]]
    assert sorted((sample["values"], sample["labels"]) for sample in in_sort) == [
        ([10, 10 * MS, 0], [["thread", "coroutine job.lua:20"]]),
        ([20, 20 * MS, 0], [["thread", "main"]]),
    ]
    sums = [sum(sample["values"][kind] for sample in read["samples"]) for kind in range(3)]
    assert sums == [100, 100 * MS, 4_000_000]


# Our own page


class Shown:
    """A page of ours in the browser, and what went wrong there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.problems.append(message.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def status(self) -> str:
        return self.page.inner_text("#status")

    def path(self) -> list[str]:
        return self.page.locator("#path button").all_inner_texts()

    def table(self) -> list[tuple[str, ...]]:
        """The rows: the name, where it is, and the figures."""
        rows = self.page.locator("#rows tr")
        return [tuple(re.split(r"\s*[\n\t]+\s*", text.strip())) for text in rows.all_inner_texts()]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def color_at(self, x: float, row: int) -> tuple[int, int, int]:
        """What is painted at a share of the width in a row of the graph, once it stands."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        red, green, blue, _ = self.page.evaluate(
            """([x, row]) => {
              const canvas = document.getElementById("canvas")
              const ratio = devicePixelRatio
              const copy = new OffscreenCanvas(1, 1).getContext("2d")
              copy.drawImage(canvas, -Math.floor(x * canvas.width), -Math.floor((row * 20 + 3) * ratio))
              return [...copy.getImageData(0, 0, 1, 1).data]
            }""",
            [x, row],
        )
        return red, green, blue

    def at(self, x: float, row: int) -> dict[str, float]:
        """Where a share of the width in a row of the graph is on the screen."""
        box = self.page.locator("#canvas").bounding_box()
        assert box is not None
        return {"x": box["x"] + x * box["width"], "y": box["y"] + row * 20 + 10}


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    """`show(content)`: a page of ours, opened from a file; at the end it has asked nobody and complained of nothing."""
    opened = []

    def open_page(content: bytes, **options: Any) -> Shown:
        file = tmp_path / f"page{len(opened)}.html"
        file.write_bytes(content)
        shown = Shown(browser.new_page(**options))
        opened.append((file, shown))
        shown.page.goto(file.as_uri())
        shown.page.wait_for_selector("#path button", timeout=WAIT_MS)
        return shown

    yield open_page
    for file, shown in opened:
        assert shown.problems == []
        assert [url for url in shown.requests if not url.startswith("data:")] == [file.as_uri()]
        shown.page.close()


def page_of(profile: Profile) -> bytes:
    return exported(profile, format_for("a.html"))


def test_the_page_says_where_the_time_went(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()))
    assert shown.page.title() == "job.lua"
    assert shown.page.inner_text("h1") == "job.lua"
    assert shown.status().startswith("all · total 100 ms (100.0 %)")
    assert shown.table() == [
        ("parse", "job.lua:10", "60.0 ms", "60.0 %", "60.0 ms", "60.0 %"),
        ("sort", "job.lua:20", "30.0 ms", "30.0 %", "30.0 ms", "30.0 %"),
        ("string.rep", "native (C function or builtin)", "10.0 ms", "10.0 %", "10.0 ms", "10.0 %"),
        ("(main)", "job.lua:1", "0", "0.0 %", "100 ms", "100.0 %"),
    ]
    shown.page.click("#tab-lines")
    assert [row[:3] for row in shown.table()][:2] == [
        ("local x = '</script>' .. y", "job.lua:12", "60.0 ms"),
        ("if a < b then", "job.lua:21", "30.0 ms"),
    ]


def test_recursion_counts_once_on_the_page(show: Callable[..., Shown]) -> None:
    shown = show(page_of(profile_of([(8 * MS, "main:1 fib:5 fib:6 fib:6"), (2 * MS, "main:1 fib:5")])))
    assert shown.table()[0] == ("fib", "job.lua:1", "10.0 ms", "100.0 %", "10.0 ms", "100.0 %")
    shown.page.click("#tab-lines")
    assert shown.table()[:2] == [
        ("job.lua:6", "job.lua:6", "8.00 ms", "80.0 %", "8.00 ms", "80.0 %"),
        ("job.lua:5", "job.lua:5", "2.00 ms", "20.0 %", "10.0 ms", "100.0 %"),
    ]
    shown.page.fill("#search", "fib")
    assert shown.page.inner_text("#matched") == "1 function, 100.0 % of time"


def test_a_page_of_nothing_says_so(show: Callable[..., Shown]) -> None:
    shown = show(page_of(profile_of([])))
    assert shown.status() == "Nothing was sampled here."
    assert shown.page.inner_text("#none") == "Nothing was sampled here."
    shown.page.focus("#graph")
    shown.press("ArrowDown", "ArrowRight", "Enter", "Backspace", "Escape")
    assert shown.path() == ["all"]


def test_a_deep_stack_is_scrolled_to(show: Callable[..., Shown]) -> None:
    shown = show(page_of(profile_of([(MS, " ".join(f"f{number}:1" for number in range(3000)))])))
    shown.page.focus("#graph")
    shown.page.evaluate("document.getElementById('graph').scrollTop = 1e9")
    tip = shown.page.locator("#tip")
    shown.page.mouse.move(**shown.at(0.5, 5))
    tip.wait_for(timeout=WAIT_MS)
    assert int(tip.inner_text().split()[0].removeprefix("f")) > 2900


def test_search_marks_and_tells_the_share(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()))
    before = shown.color_at(0.3, 2)
    shown.press("/")
    shown.page.keyboard.type("SOR")
    assert shown.page.inner_text("#matched") == "1 function, 30.0 % of time"
    marked, others = shown.color_at(0.75, 2), shown.color_at(0.3, 2)
    assert marked[0] > 200 > marked[2]  # yellow
    assert others != before  # faded
    shown.press("Escape")
    assert shown.page.input_value("#search") == ""
    assert shown.color_at(0.3, 2) == before
    shown.page.click("text=string.rep")  # a row of the table is searched for
    assert shown.page.inner_text("#matched") == "1 function, 10.0 % of time"


def test_a_click_zooms_and_there_are_ways_back(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()))
    shown.page.mouse.move(**shown.at(0.75, 2))
    tip = shown.page.inner_text("#tip")
    assert "sort" in tip
    assert "job.lua:20" in tip
    assert "self 30.0 ms (30.0 %)" in tip
    shown.page.mouse.click(**shown.at(0.75, 2))
    assert shown.path() == ["all", "(main)", "sort"]
    assert shown.status().startswith("sort · job.lua:20 · total 30.0 ms (30.0 %)")
    assert shown.color_at(0.1, 2) == shown.color_at(0.9, 2)  # as wide as the picture
    shown.page.click("#path button >> text=(main)")
    assert shown.path() == ["all", "(main)"]
    shown.page.click("#back")
    assert shown.path() == ["all", "(main)", "sort"]
    shown.page.click("#reset")
    assert shown.path() == ["all"]
    assert shown.page.is_disabled("#back")


def test_everything_can_be_reached_by_keys(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()))
    shown.page.focus("#graph")
    shown.press("ArrowDown", "ArrowDown")
    assert shown.status().startswith("parse")
    shown.press("ArrowRight")
    assert shown.status().startswith("sort")
    shown.press("ArrowRight", "ArrowRight", "ArrowRight")  # the last stays
    assert shown.status().startswith("string.rep · native")
    shown.press("ArrowLeft", "Enter")
    assert shown.path() == ["all", "(main)", "sort"]
    shown.press("ArrowUp")
    assert shown.path() == ["all", "(main)"]
    shown.press("Backspace")
    assert shown.path() == ["all", "(main)", "sort"]
    shown.press("Escape")
    assert shown.path() == ["all"]
    shown.press("/")
    assert shown.page.evaluate("document.activeElement.id") == "search"


def test_allocations_and_threads_are_chosen(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()))
    shown.page.select_option("#thread", label="coroutine job.lua:20")
    assert [row[:3] for row in shown.table()] == [
        ("sort", "job.lua:20", "10.0 ms"),
        ("(main)", "job.lua:1", "0"),
    ]
    shown.page.select_option("#view", label="Heap growth")
    assert shown.page.is_hidden("#thread")
    assert shown.table()[0] == ("parse", "job.lua:10", "3.00 MB", "75.0 %", "3.00 MB", "75.0 %")


def test_two_profiles_are_red_where_slower_and_blue_where_faster(show: Callable[..., Shown]) -> None:
    for old_ms, new_ms, way in ((30, 60, "slower"), (60, 30, "faster")):
        shown = show(differential_page(sampled(sort_ms=old_ms), sampled("new.lua", sort_ms=new_ms)))
        assert shown.page.inner_text("h1") == "job.lua → new.lua"
        sign = "+" if way == "slower" else "−"
        assert shown.table()[0] == (
            "sort",
            "new.lua:20",
            f"{old_ms}.0 ms",
            f"{old_ms / (70 + old_ms) * 100:.1f} %",
            f"{new_ms}.0 ms",
            f"{new_ms / (70 + new_ms) * 100:.1f} %",
            f"{sign}30.0 ms",
        )
        red, _, blue = shown.color_at(0.75, 2) if way == "faster" else shown.color_at(0.6, 2)
        assert (red > blue) == (way == "slower")
        shown.page.select_option("#scale", "share")
        assert shown.table()[0][0] == "sort"
        shown.page.select_option("#side", "before")
        assert shown.status().startswith("all")


def brightness(color: tuple[int, int, int]) -> int:
    return sum(color)


def test_light_and_dark_follow_the_system(show: Callable[..., Shown]) -> None:
    seen = []
    for scheme in ("light", "dark"):
        shown = show(page_of(sampled()), color_scheme=scheme)
        background = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
        paper = tuple(map(int, re.findall(r"\d+", background)))
        seen.append((brightness(paper[:3]), brightness(shown.color_at(0.3, 2))))  # type: ignore[arg-type]
    assert seen[0][0] > 600 > 200 > seen[1][0]
    assert seen[0][1] > seen[1][1]


def test_a_narrow_window_scrolls_no_way_but_down(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()), viewport={"width": 380, "height": 700})
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 380
    assert shown.table()[0][0] == "parse"


def test_names_for_those_who_do_not_see_it(show: Callable[..., Shown]) -> None:
    shown = show(page_of(sampled()))
    page = shown.page
    assert page.get_by_role("application", name="Flame graph").is_visible()
    for name in ("Show", "Thread", "Search"):
        assert page.get_by_label(name, exact=False).first.is_visible()
    assert page.get_by_role("tab", name="Lines").get_attribute("aria-selected") == "false"
    assert page.get_by_role("columnheader", name="Self").get_attribute("aria-sort") == "descending"
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button')].filter((one) => !one.hidden && !one.textContent.trim()).length"
    )
    assert unnamed == 0
