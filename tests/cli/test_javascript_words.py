"""What is told of a script of JavaScript is in its words, wherever values are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Command

THROWS = """
Debug.info({none: null, list: ["a"]});
Debug.logWithData("info", "data", {run: Math.max, none: [], seen: new Map([["k", undefined]])});
throw {code: 1, none: null, seen: new Map([["k", {a: 1}]]), run: Math.max};
"""


def test_entries_and_errors(llmspell: Command) -> None:
    (llmspell.folder / "throws.js").write_text(THROWS)
    outcome = llmspell("run", "throws.js")
    assert outcome.exit_code == 1
    assert '{ list: ["a"], none: null }' in outcome.stderr
    assert '{"none":[],"run":"[Function: max]","seen":{"k":"undefined"}}' in outcome.stderr
    shown = outcome.stderr.partition("error value:\n")[2]
    expected = [
        "  {",
        "    code: 1,",
        "    none: null,",
        "    run: [Function: max],",
        "    seen: Map(1) {",
        '      "k" => {',
        "        a: 1",
        "      }",
        "    }",
        "  }",
    ]
    assert shown.splitlines()[: len(expected)] == expected


def test_an_error_as_json(llmspell: Command) -> None:
    (llmspell.folder / "throws.js").write_text(THROWS)
    outcome = llmspell("run", "--json", "throws.js")
    told = json.loads(outcome.stderr.splitlines()[-1])
    assert told["error"]["value"] == {
        "code": 1,
        "none": None,
        "run": "[Function: max]",
        "seen": {"k": {"a": 1}},
    }


def test_the_debuggers_prompt(llmspell: Command) -> None:
    (llmspell.folder / "a.js").write_text("const v = {n: null, tags: ['x'], s: new Set([1])};\ndebugger;\n")
    (llmspell.folder / "look").write_text("continue\nprint v\nprint [v, null, undefined]\npp v\nquit\n")
    told = llmspell("debug", "--commands", "look", "a.js").stderr
    assert "(debug) print v\n{ n: null, s: Set { … 1 item }, tags: [… 1 item] }\n" in told
    assert "\n[{ … 3 properties }, null, undefined]\n" in told
    assert '(debug) pp v\n{\n  n: null,\n  s: Set(1) { 1 },\n  tags: Array(1) ["x"]\n}\n' in told
