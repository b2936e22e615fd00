"""How what is planted in a text is marked, and kept from whoever reads the text of a function."""

from __future__ import annotations

import os
import sys
from json import dumps
from typing import Any

OPEN, CLOSE = "/*llmspell{*/", "/*}llmspell*/"
"""What is planted stands between these, so that it can be taken out of the text of a function again."""

PREFIX = "__llmspell_"
"""Of all names in it."""


def can_hold(text: bytes) -> bool:
    """Whether a text has none of the marks and names for itself."""
    return PREFIX.encode() not in text and OPEN.encode() not in text


def marked(text: str) -> str:
    """What is planted, between the marks."""
    return f"{OPEN}{text}{CLOSE}" if text else ""


def as_written() -> str:
    """A statement: functions say their text without what was planted, from then on."""
    loader: Any = sys.modules[__name__].__loader__
    text: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), "as_written.js"))
    source = text[text.index(b"(function") :].decode().rstrip()
    return f"{source}({dumps(OPEN)},{dumps(CLOSE)});"
