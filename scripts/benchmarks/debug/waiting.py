"""How long somebody waits: for a step, for the first page of a large table; and what a false condition costs."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from scripts.benchmarks.commands import in_empty_folder, seconds
from scripts.benchmarks.debug.client import LLMSPELL, launch, over_standard_streams, over_tcp
from scripts.benchmarks.measure import Row, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from scripts.benchmarks.debug.client import Client
    from scripts.benchmarks.measure import Effort

STEPPED = {
    "lua": "local total = 0\nfor i = 1, 100000 do\n  local half = i / 2\n  total = total + half\nend\n",
    "js": "let total = 0;\nfor (let i = 0; i < 100000; i++) {\n  const half = i / 2;\n  total = total + half;\n}\n",
}
LARGE = {
    "lua": "local big = {}\nfor i = 1, 1000000 do big[i] = i end\nlocal done = true\n",
    "js": "const big = Array.from({ length: 1000000 }, (_, i) => i);\nlet done = true;\nconsole.log(done);\n",
}
CONDITION = {
    "lua": "local total = 0\nfor i = 1, {count} do\n  total = total + i\nend\n",
    "js": "let total = 0;\nfor (let i = 0; i < {count}; i++) {\n  total = total + i;\n}\n",
}
PAGE = 100


def rows(effort: Effort) -> Iterator[Row]:
    """Both languages, over both transports."""
    for language in ("lua", "js"):
        for name, connected in (("TCP", over_tcp), ("standard streams", over_standard_streams)):
            yield _step(effort, language, name, connected)
    for language in ("lua", "js"):
        yield _first_page(effort, language)
    yield _condition(effort, "lua", 2_000_000, 1.0)
    yield _condition(effort, "js", 200_000, 30.0)


def _step(
    effort: Effort, language: str, name: str, connected: Callable[[], AbstractContextManager[Client]]
) -> Row:
    taken_ms: list[float] = []
    with _written(language, STEPPED[language]) as script, connected() as client:
        thread = launch(client, script, stop_on_entry=True)
        for turn in range(effort.size(400) + 10):
            start = time.perf_counter()
            client.send("next", threadId=thread)
            client.event("stopped")
            _locals(client, thread)
            if turn >= 10:
                taken_ms.append((time.perf_counter() - start) * 1e3)
    taken_ms.sort()
    return Row(
        f"a step, from the request to the stop with its top frame and locals, {language}, over {name}",
        median(taken_ms),
        2.0,
        unit="ms",
        note=f"19 of 20 within {taken_ms[len(taken_ms) * 19 // 20]:.2f} ms",
    )


def _first_page(effort: Effort, language: str) -> Row:
    taken_ms: list[float] = []
    with _written(language, LARGE[language]) as script, over_tcp() as client:
        thread = launch(client, script, {"line": 3})
        for _ in range(max(3, effort.rounds)):
            start = time.perf_counter()
            big = next(one for one in _locals(client, thread) if one["name"] == "big")
            shown = client.request(
                "variables",
                variablesReference=big["variablesReference"],
                filter="indexed",
                start=0,
                count=PAGE,
            )
            assert len(shown["variables"]) == PAGE
            taken_ms.append((time.perf_counter() - start) * 1e3)
    return Row(
        f"opening a table of 1,000,000 entries, {language}: the locals and the first {PAGE} of it",
        median(taken_ms),
        50.0,
        unit="ms",
        note=f"the slowest of {len(taken_ms)} took {max(taken_ms):.1f} ms",
    )


def _condition(effort: Effort, language: str, whole: int, bound_us: float) -> Row:
    count = effort.size(whole)
    text = CONDITION[language].replace("{count}", str(count))
    with _written(language, text) as script, in_empty_folder() as folder:
        session = Path(folder, "session.txt")
        session.write_text(f"break {script.name}:3 if i < 0\ncontinue\n")
        nothing = Path(folder, "nothing.txt")
        nothing.write_text("continue\n")

        def debugged(commands: Path) -> float:
            return seconds((*LLMSPELL, "debug", "--commands", commands, script), folder)

        found = compare(lambda: debugged(session), lambda: debugged(nothing), min(effort.rounds, 5))
    return Row(
        f"a condition that is false, each pass, {language}",
        max(0.0, found.ours - found.peer) / count * 1e6,
        bound_us,
        unit="µs",
        note=f"{count:,} passes in {found.ours:.2f} s, without it {found.peer:.2f} s",
    )


def _locals(client: Client, thread: int) -> list[dict[str, object]]:
    frame = client.request("stackTrace", threadId=thread, levels=1)["stackFrames"][0]["id"]
    scope = client.request("scopes", frameId=frame)["scopes"][0]["variablesReference"]
    found: list[dict[str, object]] = client.request("variables", variablesReference=scope)["variables"]
    return found


@contextmanager
def _written(language: str, text: str) -> Iterator[Path]:
    """A script in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, f"script.{language}")
        script.write_text(text)
        yield script
