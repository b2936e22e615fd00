"""What scripts as people have them do, where it once was other than in node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Command

SCRIPTS = {
    "a delay that a signal ends": (
        """
        const { setTimeout: delay, setImmediate: soon } = require('timers/promises');
        const abort = new AbortController();
        const { signal } = abort;
        delay(100_000, 'late', { signal }).catch((e) => console.log(e.name, e.code, e.cause === signal.reason));
        delay(100_000, 'never', { ref: false });
        delay(5, 0, { signal: AbortSignal.abort() }).catch((e) => console.log(e.message))
          .then(() => soon('soon')).then(console.log)
          .then(() => delay(1, 'in time', { signal })).then(console.log)
          .then(() => abort.abort());
        """,
        "The operation was aborted\nsoon\nin time\nAbortError ABORT_ERR true\n",
    ),
    "intervals as an iterator": (
        """
        const { setInterval: every } = require('node:timers/promises');
        let n = 0;
        (async () => { for await (const one of every(1, 'x')) { console.log(one); if (++n === 2) break } })();
        """,
        "x\nx\n",
    ),
    "secrets compared": (
        """
        const { timingSafeEqual, createHash } = require('crypto');
        const hash = (text) => createHash('sha256').update(text).digest();
        console.log(timingSafeEqual(hash('a'), hash('a')), timingSafeEqual(hash('a'), hash('b')));
        try { timingSafeEqual(new Uint8Array(1), new Uint8Array(2)) } catch (e) { console.log(e.name, e.code) }
        """,
        "true false\nRangeError ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH\n",
    ),
    "a weak reference shown": ("console.log(new WeakRef({ a: 1 }))", "WeakRef {}\n"),
    "no terminal": ("console.log(process.stdout.isTTY, process.stderr.isTTY)", "undefined undefined\n"),
}


@pytest.mark.parametrize(("text", "said"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_a_script_says(text: str, said: str, tmp_path: Path, llmspell: Command) -> None:
    script = tmp_path / "script.js"
    script.write_text(text)
    result = llmspell("run", script)
    assert (result.stdout, result.stderr, result.exit_code) == (said, "", 0)


@pytest.mark.parametrize("name", ["main.mjs", "main.js"])
def test_a_module_that_is_missing_names_the_file_that_asks(
    name: str, tmp_path: Path, llmspell: Command
) -> None:
    script = tmp_path / name
    script.write_text("import('./missing.mjs').catch((e) => console.log(e.message))")
    assert llmspell("run", script).stdout.endswith(f" imported from {script}\n")


def test_the_version_of_v8_is_its_own(tmp_path: Path, llmspell: Command) -> None:
    script = tmp_path / "script.js"
    script.write_text("console.log(process.versions.v8 ?? '')")
    assert re.fullmatch(r"(\d+\.\d+\.\d+\.\d+)?\n", llmspell("run", script).stdout)
