"""The developers' tool that makes pictures of a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TOOL = Path(__file__).parents[2] / "scripts" / "screenshot"


def _take(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_picture_of_a_run(tmp_path: Path) -> None:
    out = tmp_path / "run.svg"
    program = (
        "import os; print(os.get_terminal_size().columns, os.isatty(2)); print('\\x1b[2;31mdim\\x1b[0m red')"
    )
    done = _take(str(out), "--columns", "57", "--", sys.executable, "-c", program + "; raise SystemExit(3)")
    assert done.returncode == 0, done.stderr
    assert "exit code 3" in done.stderr
    svg = out.read_text(encoding="utf-8")
    texts = "".join(ElementTree.fromstring(svg).itertext())
    for word in ("57", "True", "dim", "red"):
        assert word in texts
    # It loads nothing: no fonts, no images, no style sheets.
    assert not re.search(r"url\(\s*[\"']?(?!#)", svg)
    assert "href" not in svg


def test_usage_errors(tmp_path: Path) -> None:
    for words in ([], ["x.svg"], ["x.svg", "--"], [str(tmp_path / "x.gif"), "--", "true"]):
        done = _take(*words)
        assert done.returncode == 2
        assert "scripts/screenshot: error:" in done.stderr
