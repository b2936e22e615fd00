"""Profiles of JavaScript tell the truth: scripts that time their own parts, against the shares that are sampled."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from debug.manager import DebugManager
from debug.profile.recorder import Recorder, Settings
from runtime.engine import Limits, Script
from runtime.js.engine import JsEngine
from runtime.options import EngineOptions
from tests.scenarios.plain import plain

if TYPE_CHECKING:
    from debug.profile.model import Profile
    from tests.conftest import RequireReal

pytestmark = pytest.mark.usefixtures("js_collector")

MIXED = Path(__file__).parent / "js_profile" / "mixed.js"
NEAR = 0.05
ATTEMPTS = 3
"""A share may be off by chance, once in ten times: not three times running."""
APART = 0.08
"""Of two functions whose shares lie so far apart, two profilers have to agree on which is the hotter one."""

# `measured(name, f)` runs a part and adds up its time, in whole milliseconds whose errors even out: a finer clock
# has to ask Python, which takes time of its own. `loopsOf(f, ms)` is how long a part has to be.
HEAD = """
const times = {};
function measured(name, f) {
  const from = Date.now();
  try { return f() } finally { times[name] = (times[name] || 0) + Date.now() - from }
}
function loopsOf(f, ms) { // of a function that V8 has compiled
  for (let n = 1000; ; n *= 2) {
    for (let i = 0; i < 3; i++) f(n);
    const from = Date.now();
    f(n);
    if (Date.now() - from > ms) return n;
  }
}
"""
TAIL = """
{
  const from = Date.now();
  do round(); while (Date.now() - from < 800);
}
Debug.profileStop();
return times;
"""


def spin(name: str, head: str = "") -> str:
    body = "let x = 0; for (let i = 0; i < n; i++) x = (x * 3 + i) % 1000003;"
    return f"function {name}(n) {{ {head} {body} return x }}\n"


def profiled(text: str, name: str = "truth.js") -> tuple[dict[str, float], Profile]:
    """What the script returns or logs as data, and its profile."""
    recorder = Recorder(Settings())
    manager = DebugManager()
    options = EngineOptions(limits=Limits(timeout_s=60), recorder=recorder)
    result = JsEngine(manager, options).run(Script(name, text.encode()))
    assert result.error is None, result.error
    profile = recorder.profile(script=name, engine="js")
    assert sum(profile.samples.weight_ns) == profile.sampled_ns > 0
    if result.values:
        return plain(result.values[0]), profile
    return next(entry.to_dict()["metadata"] for entry in manager.entries()), profile


def shares(profile: Profile) -> tuple[Counter[str], Counter[str]]:
    """Of the sampled time: self and total, by name."""
    own, total = Counter[str](), Counter[str]()
    for weight, innermost in zip(profile.samples.weight_ns, profile.samples.stack, strict=True):
        names, stack = [], innermost
        while stack >= 0:
            names.append(profile.functions[profile.places[profile.stacks[stack].place].function].name)
            stack = profile.stacks[stack].parent
        own[names[0]] += weight / profile.sampled_ns
        for one in set(names):
            total[one] += weight / profile.sampled_ns
    return own, total


def near(text: str, parts: dict[str, str]) -> None:
    """Each part's measured share is that of `self NAME` or `total NAME`."""
    seen = []
    for _ in range(ATTEMPTS):
        times, profile = profiled(HEAD + text + TAIL)
        own, total = shares(profile)
        assert set(parts) <= set(times)
        whole = times.get("whole") or sum(times.values())
        off = {}
        for part, what in parts.items():
            kind, _, name = what.partition(" ")
            off[part] = (round(times[part] / whole, 3), round((own if kind == "self" else total)[name], 3))
        if all(abs(expected - share) <= NEAR for expected, share in off.values()):
            return
        seen.append(off)
    pytest.fail(f"measured and sampled shares: {seen}")


def test_two_functions_three_to_one() -> None:
    text = (
        spin("heavy")
        + spin("light")
        + """
const n = loopsOf(light, 4); loopsOf(heavy, 4);
Debug.profileStart();
function round() { measured("heavy", () => heavy(3 * n)); measured("light", () => light(n)) }
"""
    )
    near(text, {"heavy": "self heavy", "light": "self light"})


def test_a_leaf_and_its_caller() -> None:
    text = (
        spin("leaf")
        + spin("caller", "measured('leaf', () => leaf(n / 2 | 0));")
        + """
const n = loopsOf(leaf, 4); loopsOf(caller, 4); times.leaf = 0;
Debug.profileStart();
function round() { measured("whole", () => caller(n)) }
"""
    )
    near(text, {"leaf": "self leaf", "whole": "total caller"})


def test_builtins_are_their_callers_time() -> None:
    text = """
const numbers = (n) => Array.from({length: n}, (_, i) => (i * 7919) % 10007);
function sorts(n) { return numbers(n).sort((x, y) => x - y) }
function json(n) { return JSON.parse(JSON.stringify(numbers(n).concat(numbers(n).map(String)))) }
function regex(n) { return 'abc def '.repeat(n).replace(/[aeiou]\\w/g, (m) => m + m).length }
const s = loopsOf(sorts, 5), j = loopsOf(json, 5), r = loopsOf(regex, 5);
Debug.profileStart();
function round() {
  measured("sorts", () => sorts(s));
  measured("json", () => json(j));
  measured("regex", () => regex(r));
}
"""
    near(text, {"sorts": "total sorts", "json": "total json", "regex": "total regex"})


@pytest.mark.parametrize(
    "fib",
    [
        "{ return n < 2 ? n : fib(n - 1) + fib(n - 2) }",
        "{ if (n < 2) return n; return fib(n - 1) + fib(n - 2) }",
    ],
    ids=["an expression", "a guard"],
)
def test_recursion(fib: str) -> None:
    text = (
        spin("loop")
        + f"function fib(n) {fib}"
        + """
const n = loopsOf(loop, 5); fib(25);
Debug.profileStart();
function round() { measured("fib", () => fib(24)); measured("loop", () => loop(n)) }
"""
    )
    near(text, {"fib": "self fib", "loop": "self loop"})


def test_generators() -> None:
    text = (
        spin("consume")
        + spin("produce")
        + """
function* numbers(n) {
  for (let i = 0; i < 3; i++) {
    let x = 0;
    for (let k = 0; k < n; k++) x = (x * 3 + k) % 1000003;
    yield x;
  }
}
const n = loopsOf(produce, 2); loopsOf(consume, 2); for (let i = 0; i < 9; i++) [...numbers(n)];
Debug.profileStart();
function round() {
  const it = numbers(n);
  for (let i = 0; i < 3; i++) { measured("numbers", () => it.next()); measured("consume", () => consume(n)) }
}
"""
    )
    near(text, {"numbers": "self numbers", "consume": "self consume"})


def test_a_closure_that_a_builtin_calls() -> None:
    text = (
        spin("other")
        + """
const each = (n) => { let x = 0; for (let i = 0; i < n; i++) x = (x * 3 + i) % 1000003; return x };
const n = loopsOf(other, 4); loopsOf(each, 4);
Debug.profileStart();
function round() { measured("each", () => [n, n].map(each)); measured("other", () => other(n)) }
"""
    )
    near(text, {"each": "self each", "other": "self other"})


ASYNC = (
    HEAD
    + spin("crunch")
    + """
const n = loopsOf(crunch, 4);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
async function works() {
  for (let i = 0; i < 20; i++) {
    const from = Date.now();
    await pause(5);
    times.waited = (times.waited || 0) + Date.now() - from;
    measured("works", () => { let x = 0; for (let i = 0; i < n; i++) x = (x * 3 + i) % 1000003; return x });
  }
}
async function fails() {
  for (let i = 0; i < 20; i++) {
    try { await Promise.reject(new Error("no")) } catch { measured("fails", () => crunch(n)) }
  }
}
Debug.profileStart();
const begun = Date.now();
fails().then(works).then(() => {
  times.whole = Date.now() - begun;
  Debug.profileStop();
  Debug.logWithData("info", "times", times);
});
"""
)


def test_async_functions_have_their_own_time_and_that_in_which_they_wait() -> None:
    seen = []
    for _ in range(ATTEMPTS):
        times, profile = profiled(ASYNC)
        own, total = shares(profile)
        threads = {one.name.split()[0]: one for one in profile.threads if one.kind == "async"}
        by_thread = Counter[str]()
        for weight, thread in zip(profile.samples.weight_ns, profile.samples.thread, strict=True):
            by_thread[profile.threads[thread].name.split()[0]] += weight / profile.sampled_ns
        waited_ns = threads["works"].suspended_ns or 0
        whole = times["whole"]
        off = {
            "works": (times["works"] / whole, total["works"]),
            "works by itself": (times["works"] / whole, by_thread["works"]),
            "fails": (times["fails"] / whole, total["fails"]),
            "waiting": (times["waited"] / whole, own["(waiting)"] + own["(event loop)"]),
            "suspended": (times["waited"] / whole, waited_ns / 1e6 / whole),
        }
        if all(abs(expected - share) <= NEAR for expected, share in off.values()):
            return
        seen.append(off)
    pytest.fail(f"measured and sampled shares: {seen}")


def _node_shares(folder: Path, node: str) -> Counter[tuple[str, int]]:
    """Self time by function and line as node's own profiler has it; builtins are their callers'."""
    subprocess.run(
        [node, "--cpu-prof", "--cpu-prof-dir", str(folder), str(MIXED)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    profile = json.loads(next(folder.glob("*.cpuprofile")).read_text())
    nodes = {node["id"]: node for node in profile["nodes"]}
    parents = {child: node["id"] for node in nodes.values() for child in node.get("children", ())}
    found = Counter[tuple[str, int]]()
    for one, delta in zip(profile["samples"], profile["timeDeltas"], strict=True):
        at: int | None = one
        while at is not None and not nodes[at]["callFrame"]["url"].endswith(MIXED.name):
            at = parents.get(at)
        if at is not None:
            frame = nodes[at]["callFrame"]
            found[frame["functionName"], frame["lineNumber"] + 1] += delta
    total = sum(found.values())
    return Counter({key: value / total for key, value in found.items()})


@pytest.mark.real
def test_the_ranking_is_that_of_node(tmp_path: Path, require_real: RequireReal) -> None:
    node = shutil.which("node")
    require_real("node", node is not None)
    theirs = _node_shares(tmp_path, str(node))
    recorder = Recorder()
    options = EngineOptions(limits=Limits(timeout_s=60), recorder=recorder)
    script = Script(MIXED.name, MIXED.read_bytes(), path=str(MIXED))
    assert JsEngine(DebugManager(), options).run(script).error is None
    profile = recorder.profile(script=MIXED.name, engine="js")
    ours = Counter[int]()
    for weight, stack in zip(profile.samples.weight_ns, profile.samples.stack, strict=True):
        function = profile.functions[profile.places[profile.stacks[stack].place].function]
        if function.line is not None:
            ours[function.line] += weight / profile.sampled_ns
    ranked = [(share, line) for (_, line), share in theirs.most_common() if line > 1]
    assert len(ranked) >= 4
    for at, (share, line) in enumerate(ranked):
        for other_share, other in ranked[at + 1 :]:
            if share - other_share >= APART:
                assert ours[line] > ours[other], (theirs, ours)
